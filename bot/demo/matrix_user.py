"""A team member as a plain HTTP client of the homeserver: the person in the demo, the tests and the benchmarks."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import secrets
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Self
from urllib.parse import quote

import aiohttp

from bot.demo.room_event import Json, RoomEvent, read_event

__all__ = ["Json", "MatrixRefused", "MatrixUser", "NotSeen", "RoomEvent"]

Answer = dict[str, Any]


_CLIENT = "/_matrix/client/v3"
_SYNC_MS = 2000
_TIMEOUT = aiohttp.ClientTimeout(total=120)


class MatrixRefused(Exception):
    """The homeserver answered with an error."""

    def __init__(self, status: int, errcode: str, error: str) -> None:
        super().__init__(f"{status} {errcode}: {error}")
        self.status = status
        self.errcode = errcode


class NotSeen(TimeoutError):
    """The awaited event did not come; the text names it, and the events that came instead."""


class MatrixUser:
    """A logged-in account; `events(room)` is what its syncs have seen so far, oldest first."""

    def __init__(self, base_url: str, session: aiohttp.ClientSession) -> None:
        self._base_url = base_url.rstrip("/")
        self._session = session
        self._transactions = itertools.count(1)
        self._run = secrets.token_hex(4)
        self._since: str | None = None
        self._sync_lock = asyncio.Lock()
        self._timelines: dict[str, list[RoomEvent]] = {}
        self._seen: dict[str, set[str]] = {}
        self._invites: set[str] = set()
        self.user_id = ""
        self.access_token = ""
        self.device_id = ""

    @classmethod
    @asynccontextmanager
    async def logged_in(cls, base_url: str, user: str, password: str) -> AsyncIterator[Self]:
        """Log in by password; the connection closes at the end.

        Raises:
            MatrixRefused: the homeserver refused.
        """
        async with aiohttp.ClientSession(timeout=_TIMEOUT) as session:
            member = cls(base_url, session)
            answer = await member.request(
                "POST",
                f"{_CLIENT}/login",
                {
                    "type": "m.login.password",
                    "identifier": {"type": "m.id.user", "user": user},
                    "password": password,
                    "initial_device_display_name": "postroom team member",
                },
            )
            member.user_id = str(answer["user_id"])
            member.access_token = str(answer["access_token"])
            member.device_id = str(answer["device_id"])
            yield member

    async def request(
        self, method: str, path: str, body: Json | None = None, *, params: Mapping[str, str] | None = None
    ) -> Answer:
        """Any call of the client API; waits and repeats when the homeserver says 429.

        Raises:
            MatrixRefused: the homeserver answered with another error.
        """
        headers = {"Authorization": f"Bearer {self.access_token}"} if self.access_token else {}
        while True:
            async with self._session.request(
                method, self._base_url + path, json=body, params=params, headers=headers
            ) as response:
                answer: Answer = await response.json(content_type=None)
                if response.status == 429:
                    pause = float(answer.get("retry_after_ms", 1000)) / 1000
                elif response.status >= 400:
                    raise MatrixRefused(response.status, str(answer.get("errcode")), str(answer.get("error")))
                else:
                    return answer
            await asyncio.sleep(pause)

    # --- rooms

    async def create_room(
        self,
        *,
        name: str,
        invite: Sequence[str] = (),
        room_version: str | None = None,
        encrypted: bool = False,
        powers: Mapping[str, int] | None = None,
        extra: Json | None = None,
    ) -> str:
        """A private room; `powers` are power levels besides the creator's own, by full user id."""
        body: Answer = {"name": name, "preset": "private_chat", "invite": list(invite)}
        if room_version is not None:
            body["room_version"] = room_version
        if encrypted:
            body["initial_state"] = [
                {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}
            ]
        body |= extra or {}
        room_id = str((await self.request("POST", f"{_CLIENT}/createRoom", body))["room_id"])
        if powers:
            levels = dict(await self.state(room_id, "m.room.power_levels"))
            levels["users"] = {**levels.get("users", {}), **powers}
            await self.put_state(room_id, "m.room.power_levels", levels)
        return room_id

    async def invite(self, room_id: str, user_id: str) -> None:
        await self.request("POST", f"{_room(room_id)}/invite", {"user_id": user_id})

    async def join(self, room_id: str) -> None:
        await self.request("POST", f"{_CLIENT}/join/{quote(room_id, safe='')}", {})

    async def leave(self, room_id: str) -> None:
        await self.request("POST", f"{_room(room_id)}/leave", {})

    async def kick(self, room_id: str, user_id: str, *, reason: str = "") -> None:
        await self.request("POST", f"{_room(room_id)}/kick", {"user_id": user_id, "reason": reason})

    async def joined_members(self, room_id: str) -> frozenset[str]:
        answer = await self.request("GET", f"{_room(room_id)}/joined_members")
        return frozenset(answer["joined"])

    async def state(self, room_id: str, event_type: str, state_key: str = "") -> Json:
        return await self.request("GET", f"{_room(room_id)}/state/{event_type}/{quote(state_key, safe='')}")

    async def put_state(self, room_id: str, event_type: str, content: Json, state_key: str = "") -> str:
        path = f"{_room(room_id)}/state/{event_type}/{quote(state_key, safe='')}"
        return str((await self.request("PUT", path, content))["event_id"])

    # --- what a member does

    async def send(
        self, room_id: str, content: Json, *, event_type: str = "m.room.message", tx_id: str | None = None
    ) -> str:
        tx_id = tx_id or f"{self._run}-{next(self._transactions)}"
        answer = await self.request("PUT", f"{_room(room_id)}/send/{event_type}/{tx_id}", content)
        return str(answer["event_id"])

    async def say(
        self,
        room_id: str,
        text: str,
        *,
        thread: str | None = None,
        reply_to: str | None = None,
        html: str | None = None,
        mentions: Sequence[str] = (),
        msgtype: str = "m.text",
    ) -> str:
        """A message, in the main timeline or in a thread; `reply_to` is the event that it quotes."""
        content: Answer = {"msgtype": msgtype, "body": text, "m.mentions": {}}
        if mentions:
            content["m.mentions"] = {"user_ids": list(mentions)}
        if html is not None:
            content |= {"format": "org.matrix.custom.html", "formatted_body": html}
        content |= _relates(thread=thread, reply_to=reply_to)
        return await self.send(room_id, content)

    async def edit(self, room_id: str, event_id: str, text: str) -> str:
        new = {"msgtype": "m.text", "body": text, "m.mentions": {}}
        relation = {"rel_type": "m.replace", "event_id": event_id}
        return await self.send(room_id, {**new, "body": f"* {text}", "m.new_content": new, "m.relates_to": relation})

    async def react(self, room_id: str, event_id: str, key: str) -> str:
        relation = {"rel_type": "m.annotation", "event_id": event_id, "key": key}
        return await self.send(room_id, {"m.relates_to": relation}, event_type="m.reaction")

    async def redact(self, room_id: str, event_id: str, *, reason: str | None = None) -> str:
        tx_id = f"{self._run}-{next(self._transactions)}"
        body = {} if reason is None else {"reason": reason}
        path = f"{_room(room_id)}/redact/{quote(event_id, safe='')}/{tx_id}"
        return str((await self.request("PUT", path, body))["event_id"])

    async def send_file(
        self,
        room_id: str,
        data: bytes,
        *,
        filename: str,
        content_type: str,
        thread: str | None = None,
        caption: str | None = None,
    ) -> str:
        """Upload a file and post it; images as images."""
        uri = await self.upload(data, content_type=content_type, filename=filename)
        content: Answer = {
            "msgtype": "m.image" if content_type.startswith("image/") else "m.file",
            "body": caption or filename,
            "filename": filename,
            "url": uri,
            "info": {"mimetype": content_type, "size": len(data)},
            "m.mentions": {},
        }
        return await self.send(room_id, content | _relates(thread=thread, reply_to=None))

    async def upload(self, data: bytes, *, content_type: str, filename: str) -> str:
        """The `mxc:` address of the uploaded file."""
        async with self._session.post(
            f"{self._base_url}/_matrix/media/v3/upload",
            data=data,
            params={"filename": filename},
            headers={"Authorization": f"Bearer {self.access_token}", "Content-Type": content_type},
        ) as response:
            answer = await response.json(content_type=None)
            if response.status != 200:
                raise MatrixRefused(response.status, str(answer.get("errcode")), str(answer.get("error")))
            return str(answer["content_uri"])

    async def download(self, mxc: str) -> bytes:
        """The bytes behind an `mxc:` address (authenticated media)."""
        url = f"{self._base_url}/_matrix/client/v1/media/download/{mxc.removeprefix('mxc://')}"
        async with self._session.get(url, headers={"Authorization": f"Bearer {self.access_token}"}) as response:
            if response.status != 200:
                raise MatrixRefused(response.status, "", await response.text())
            return await response.read()

    async def receipt(self, room_id: str, event_id: str, *, thread: str | None = None) -> None:
        """Say that this event was read; `thread` is its root, or "main"; None reads the whole room."""
        body = {} if thread is None else {"thread_id": thread}
        await self.request("POST", f"{_room(room_id)}/receipt/m.read/{quote(event_id, safe='')}", body)

    # --- what a member sees

    async def event(self, room_id: str, event_id: str) -> RoomEvent:
        """One event as it is now on the server (redacted content is gone; edits are not applied)."""
        return read_event(room_id, await self.request("GET", f"{_room(room_id)}/event/{quote(event_id, safe='')}"))

    async def messages(self, room_id: str, *, limit: int = 1000) -> list[RoomEvent]:
        """The room's last events from the server, oldest first, whatever was synced."""
        events: list[RoomEvent] = []
        start: str | None = None
        while len(events) < limit:
            params = {"dir": "b", "limit": str(min(limit - len(events), 500))}
            if start is not None:
                params["from"] = start
            answer = await self.request("GET", f"{_room(room_id)}/messages", params=params)
            events += [read_event(room_id, raw) for raw in answer["chunk"]]
            start = answer.get("end")
            if start is None:
                break
        return events[::-1]

    async def relations(self, room_id: str, event_id: str, *, rel_type: str = "m.thread") -> list[RoomEvent]:
        """The events that relate to this one, oldest first: a thread's messages, by default."""
        path = f"/_matrix/client/v1/rooms/{quote(room_id, safe='')}/relations/{quote(event_id, safe='')}/{rel_type}"
        events: list[RoomEvent] = []
        params = {"dir": "f", "limit": "100"}
        while True:
            answer = await self.request("GET", path, params=params)
            events += [read_event(room_id, raw) for raw in answer["chunk"]]
            if not answer.get("next_batch"):
                return events
            params["from"] = str(answer["next_batch"])

    async def latest(self, room_id: str, event_id: str) -> RoomEvent:
        """The newest edit of an event by its own sender, or the event itself; straight from the server."""
        original = await self.event(room_id, event_id)
        edits = await self.relations(room_id, event_id, rel_type="m.replace")
        own = [edit for edit in edits if edit.sender == original.sender and edit.content.get("m.new_content")]
        return own[-1] if own else original

    def events(self, room_id: str) -> Sequence[RoomEvent]:
        """The room's events that this member's syncs have seen, oldest first."""
        return tuple(self._timelines.get(room_id, ()))

    @property
    def invites(self) -> frozenset[str]:
        """Rooms that this member is invited to, as of the last sync."""
        return frozenset(self._invites)

    async def sync(self, *, timeout_ms: int = 0) -> Json:
        """One sync; fills gaps, so that `events` misses nothing that came after the first sync."""
        async with self._sync_lock:
            params = {
                "timeout": str(timeout_ms),
                "filter": '{"room":{"timeline":{"limit":200},"ephemeral":{"limit":0}},"presence":{"limit":0}}',
            }
            if self._since is not None:
                params["since"] = self._since
            answer = await self.request("GET", f"{_CLIENT}/sync", params=params)
            rooms = answer.get("rooms", {})
            for room_id, room in rooms.get("join", {}).items():
                timeline = room.get("timeline", {})
                if timeline.get("limited") and self._since is not None:
                    for event in await self.messages(room_id):
                        self._add(event)
                for raw in timeline.get("events", ()):
                    self._add(read_event(room_id, raw))
                self._invites.discard(room_id)
            self._invites |= set(rooms.get("invite", {}))
            self._invites -= set(rooms.get("leave", {}))
            self._since = str(answer["next_batch"])
            return answer

    async def wait_for(
        self,
        room_id: str,
        predicate: Callable[[RoomEvent], bool],
        *,
        what: str,
        timeout: float = 30.0,
        after: int = 0,
        say: Callable[[str], None] | None = print,
    ) -> RoomEvent:
        """The first event of the room that the predicate likes: among those seen, else as it comes.

        Args:
            what: named in the output and in the error.
            after: how many of `events(room_id)` to leave out at the start: what was there before.
            say: gets one line when there is something to wait for; None keeps quiet.

        Raises:
            NotSeen: it did not come within `timeout` seconds.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + timeout
        looked_at = after
        told = False
        while True:
            seen = self._timelines.get(room_id, [])
            for event in seen[looked_at:]:
                looked_at += 1
                if predicate(event):
                    return event
            left = end - loop.time()
            if left <= 0:
                last = "\n  ".join(str(event) for event in seen[-8:]) or "nothing"
                raise NotSeen(f"{what}: not seen within {timeout:g} s; the last events were\n  {last}")
            if not told and say is not None:
                say(f"waiting for {what}")
                told = True
            # A homeserver that is away for a while is part of many tests: keep asking until the time is over.
            try:
                await self.sync(timeout_ms=int(min(_SYNC_MS, left * 1000)))
            except (aiohttp.ClientError, MatrixRefused) as error:
                if isinstance(error, MatrixRefused) and error.status < 500:
                    raise
                await asyncio.sleep(0.2)

    async def wait_until(
        self,
        ready: Callable[[], bool],
        *,
        what: str,
        timeout: float = 30.0,
    ) -> None:
        """Sync until `ready` says so, for conditions over more than one event.

        Raises:
            NotSeen: it did not come true within `timeout` seconds.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                while not ready():
                    await self.sync(timeout_ms=_SYNC_MS)
                return
        raise NotSeen(f"{what}: not so within {timeout:g} s")

    def current(self, room_id: str, event_id: str) -> RoomEvent | None:
        """An event as clients show it after the syncs so far: its newest edit, or itself."""
        found: RoomEvent | None = None
        for event in self._timelines.get(room_id, ()):
            if event.event_id == event_id and found is None:
                found = event
            elif event.replaces == event_id and (found is None or event.sender == found.sender):
                found = event
        return found

    def _add(self, event: RoomEvent) -> None:
        seen = self._seen.setdefault(event.room_id, set())
        if event.event_id not in seen:
            seen.add(event.event_id)
            self._timelines.setdefault(event.room_id, []).append(event)


def _room(room_id: str) -> str:
    return f"{_CLIENT}/rooms/{quote(room_id, safe='')}"


def _relates(*, thread: str | None, reply_to: str | None) -> Answer:
    if thread is not None:
        # Matrix spec, threading: a fallback reply for clients without threads, unless it is a real quote.
        return {
            "m.relates_to": {
                "rel_type": "m.thread",
                "event_id": thread,
                "is_falling_back": reply_to is None,
                "m.in_reply_to": {"event_id": reply_to or thread},
            }
        }
    return {} if reply_to is None else {"m.relates_to": {"m.in_reply_to": {"event_id": reply_to}}}
