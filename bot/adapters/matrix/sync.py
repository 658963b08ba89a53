"""One step of following the rooms: ask once, fill the gaps, open what is encrypted, and give inputs."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import structlog

from bot.adapters.matrix import events, fields, gaps
from bot.adapters.matrix.crypto.inbound import Unreadable
from bot.adapters.matrix.crypto.machine import Machine
from bot.adapters.matrix.crypto.waiting import NO_KEY
from bot.adapters.matrix.events import Envelope, Malformed, Place
from bot.adapters.matrix.fields import JsonObject
from bot.adapters.matrix.messages import relation
from bot.adapters.matrix.own import own_event, told_apart
from bot.adapters.matrix.requests import CLIENT, Answer, Homeserver
from bot.domain.ids import RoomId, UserId
from bot.domain.inputs import ChatInput
from bot.domain.inputs.room import Invited, RoomLost
from bot.domain.inputs.said import Reaction, ReadUpTo, TeamMessage
from bot.domain.inputs.trust import Undecryptable
from bot.domain.traces import Heard, OwnEvent
from bot.ports import SyncBatch

_NOTHING_OF_IT: dict[str, object] = {"not_types": ["*"]}
_SESSION_LIMIT = 255
_SERVER_GRACE = 12.0
"""Seconds beyond the time that the server was asked to wait: a server that hangs is asked anew within 45 s."""
_FIRST_SECONDS = 60.0
"""The first sync of a run tells all rooms at once."""

_RULES = frozenset(
    {
        "m.room.encryption",
        "m.room.guest_access",
        "m.room.history_visibility",
        "m.room.join_rules",
        "m.room.power_levels",
    }
)
"""State that rules who may enter and read a room, and who may do what there."""

# Synapse caps a timeline at 100 events (`filter_timeline_limit`); older ones are filled in by /messages.
_FOLLOWING = {
    "presence": _NOTHING_OF_IT,
    "account_data": _NOTHING_OF_IT,
    "room": {
        "account_data": _NOTHING_OF_IT,
        "ephemeral": {"types": ["m.receipt"]},
        "timeline": {"limit": 100},
        "state": {"types": ["m.room.member", "m.room.create", "m.room.tombstone", *sorted(_RULES)]},
    },
}
# The first sync gives the position and the encrypted rooms; old commands in it must not run again.
_FIRST = {
    "presence": _NOTHING_OF_IT,
    "account_data": _NOTHING_OF_IT,
    "room": {
        "account_data": _NOTHING_OF_IT,
        "ephemeral": _NOTHING_OF_IT,
        "timeline": {"limit": 1},
        "state": {"types": ["m.room.encryption"]},
    },
}

log = structlog.get_logger(__name__)


async def ask(homeserver: Homeserver, since: str | None, timeout: float, *, is_anew: bool = False) -> Answer:
    """Sync once. `is_anew`: no position is known, and yet more than the position is wanted. Raises: Unavailable."""
    params = {
        "filter": json.dumps(_FIRST if since is None and not is_anew else _FOLLOWING, separators=(",", ":")),
        "timeout": str(0 if since is None else int(timeout * 1000)),
    }
    if since is not None:
        params["since"] = since
    seconds = _FIRST_SECONDS if since is None else timeout + _SERVER_GRACE
    return await homeserver.call("GET", f"{CLIENT}/sync", params=params, seconds=seconds)


class SyncReader:
    """Turns answers into batches; between them it keeps only what the machine knows."""

    def __init__(self, homeserver: Homeserver, machine: Machine, us: UserId) -> None:
        self._homeserver = homeserver
        self._machine = machine
        self._us = us
        self._own: list[OwnEvent | Heard] | None = None
        """Our own events of the sync that is being read, and what others did, as they stand in each room; None where
        nobody asked."""

    async def read(
        self, answer: JsonObject, since: str | None, memory: datetime | None = None, *, with_own: bool = False
    ) -> SyncBatch:
        """`memory`: see `Chat.sync`. Raises: Unavailable: a gap could not be filled, so that nothing of it counts."""
        now = datetime.now(UTC)
        self._own = [] if with_own else None
        self._machine.take_sync(answer)
        changed: set[RoomId] = set()
        inputs: list[ChatInput] = []
        rooms = fields.child(answer, "rooms")
        for room, part in _rooms(rooms, "join"):
            inputs += await self._joined(room, part, since, memory, now, changed)
        for room, part in _rooms(rooms, "leave"):
            inputs += await self._left(room, part, since, now)
        for room, part in _rooms(rooms, "invite"):
            inputs += self._invited(room, part, now)
        inputs += await self._waited_for(now)
        next_batch = fields.text(answer, "next_batch")
        await self._machine.save(next_batch)
        own, heard = told_apart(self._own or ())
        return SyncBatch(next_batch, tuple(inputs), frozenset(changed), own, heard)

    async def _joined(
        self,
        room: RoomId,
        part: JsonObject,
        since: str | None,
        memory: datetime | None,
        now: datetime,
        changed: set[RoomId],
    ) -> list[ChatInput]:
        state = list(fields.objects(fields.child(part, "state"), "events"))
        for event in state:
            self._machine.take_state(room, event)
        if since is None and memory is None:
            return []
        timeline = await self._timeline(room, part, since, memory)
        has_rules = any("state_key" in one and fields.text(one, "type") in _RULES for one in (*state, *timeline))
        if since is None or has_rules:
            changed.add(room)
        # A room that is new to us brings its whole state; `members` asks for its people later.
        is_whole_state = any(event.get("type") == "m.room.create" for event in state)
        found = [] if is_whole_state else state
        inputs = await self._inputs(room, _each_once([*found, *timeline]), now)
        place = await self._place(room, now)
        for event in fields.objects(fields.child(part, "ephemeral"), "events"):
            if event.get("type") == "m.receipt":
                for read in events.read_receipts(fields.child(event, "content"), place):
                    inputs.insert(_place_of(read, inputs), read)
        return inputs

    async def _timeline(
        self, room: RoomId, part: JsonObject, since: str | None, memory: datetime | None
    ) -> list[JsonObject]:
        """New events, oldest first, each once, none from before we joined; without a position those that came after
        `memory`."""
        timeline = fields.child(part, "timeline")
        found = list(fields.objects(timeline, "events"))
        before = fields.text(timeline, "prev_batch")
        if timeline.get("limited") is True and before and not any(gaps.joins_anew(event, self._us) for event in found):
            if since is not None:
                earlier = await gaps.missed_events(self._homeserver, room, before=before, since=since, us=self._us)
            else:
                assert memory is not None
                earlier = await gaps.events_after(self._homeserver, room, before=before, after=memory, us=self._us)
            found = earlier + found
            if (
                since is not None
                and memory is not None
                and not any(gaps.joins_anew(event, self._us) for event in found)
            ):
                known = {fields.text(event, "event_id") for event in found}
                found = [
                    *await gaps.late_events(
                        self._homeserver, room, before=before, after=memory, known=known, us=self._us
                    ),
                    *found,
                ]
        if since is None and memory is not None:
            found = [event for event in found if gaps.is_after(event, memory)]
        joined_at = max((i for i, event in enumerate(found) if gaps.joins_anew(event, self._us)), default=-1)
        if joined_at >= 0:
            self._machine.left(room)
        for event in found[: joined_at + 1]:
            self._machine.take_state(room, event)
        return found[joined_at + 1 :]

    async def _inputs(self, room: RoomId, timeline: Iterable[JsonObject], now: datetime) -> list[ChatInput]:
        inputs: list[ChatInput] = []
        for raw in timeline:
            try:
                outer = events.envelope(raw, now)
                if "state_key" in raw:
                    self._machine.take_state(room, raw)
                is_ours = outer.sender == self._us
                if self._own is not None and "state_key" not in raw:
                    self._own.append(self._of_before(outer, room) if is_ours else Heard(room, outer.event))
                if is_ours:
                    continue
                found = await self._input(room, outer, now)
            except Malformed as fault:
                log.info("matrix_event_malformed", room=room, field=str(fault))
                continue
            if found is not None:
                inputs.append(found)
        return inputs

    def _of_before(self, outer: Envelope, room: RoomId) -> OwnEvent:
        return own_event(outer, room, self._machine.inbound, self._machine.seal)

    async def _input(self, room: RoomId, outer: Envelope, now: datetime) -> ChatInput | None:
        place = await self._place(room, now)
        if outer.event_type == "m.room.redaction":
            place = replace(place, redacts_in_content=await self._machine.rooms.redacts_in_content(room))
        if outer.event_type != "m.room.encrypted" or not outer.content:
            return events.read_event(outer, place)
        opened = await self._machine.open(outer, room, now)
        if opened is None:
            # The mail of the message that it changes may leave before the key comes.
            is_edit = relation(outer.content).replaces is not None
            return _undecryptable(room, outer, NO_KEY, is_awaited=True) if is_edit else None
        if isinstance(opened, Unreadable):
            return _undecryptable(room, outer, opened.reason)
        return events.read_event(outer, place, opened)

    async def _waited_for(self, now: datetime) -> list[ChatInput]:
        """Events of earlier syncs whose key came, and events that are given up."""
        inputs: list[ChatInput] = []
        for waiting in self._machine.take_arrived():
            inputs += await self._inputs(waiting.session.room, [waiting.raw], now)
        for waiting, reason in self._machine.take_overdue(now):
            try:
                outer = events.envelope(waiting.raw, now)
            except Malformed:
                continue
            inputs.append(_undecryptable(waiting.session.room, outer, reason))
        return inputs

    async def _left(self, room: RoomId, part: JsonObject, since: str | None, now: datetime) -> list[ChatInput]:
        """The inputs of a room that we are no longer in: who removed us, and what was said before."""
        self._machine.left(room)
        if since is None:
            return []
        timeline = list(fields.objects(fields.child(part, "timeline"), "events"))
        ours = [
            event
            for event in (*fields.objects(fields.child(part, "state"), "events"), *timeline)
            if event.get("type") == "m.room.member" and event.get("state_key") == self._us
        ]
        joined_at = max((i for i, event in enumerate(timeline) if gaps.joins_anew(event, self._us)), default=-1)
        inputs = await self._inputs(room, timeline[joined_at + 1 :], now)
        last = ours[-1] if ours else {}
        by = fields.user_id(last.get("sender"))
        was = fields.child(last, "unsigned", "prev_content").get("membership")
        if by == self._us or was in ("invite", "knock"):
            # We left ourselves, or an invitation was taken back.
            return inputs
        membership = "ban" if fields.child(last, "content").get("membership") == "ban" else "leave"
        inputs.append(RoomLost(room, by, membership, fields.moment(last.get("origin_server_ts"), now)))
        return inputs

    def _invited(self, room: RoomId, part: JsonObject, now: datetime) -> list[ChatInput]:
        """The invitation. Only the inviter is read from its state, for the sending server makes the rest."""
        for event in fields.objects(fields.child(part, "invite_state"), "events"):
            inviter = fields.user_id(event.get("sender"))
            if (
                event.get("type") == "m.room.member"
                and event.get("state_key") == self._us
                and fields.child(event, "content").get("membership") == "invite"
                and inviter is not None
            ):
                is_direct = fields.child(event, "content").get("is_direct") is True
                return [Invited(room, inviter, fields.moment(event.get("origin_server_ts"), now), is_direct)]
        log.info("matrix_event_malformed", room=room, field="invite_state")
        return []

    async def _place(self, room: RoomId, now: datetime) -> Place:
        return Place(room, await self._machine.rooms.is_encrypted(room), self._us, now)


def _rooms(rooms: JsonObject, section: str) -> Iterable[tuple[RoomId, JsonObject]]:
    for key, part in fields.child(rooms, section).items():
        room = fields.room_id(key)
        if room is not None and isinstance(part, dict):
            yield room, part


def _place_of(read: ReadUpTo, inputs: Sequence[ChatInput]) -> int:
    """The place of a receipt: before the same person's next act, so that no answer looks as if written unseen.

    A sync tells receipts apart from the timeline; one person's times are of one homeserver's clock.
    """
    for place, one in enumerate(inputs):
        if isinstance(one, TeamMessage | Reaction) and one.sender == read.user and one.at >= read.at:
            return place
    return len(inputs)


def _each_once(timeline: Iterable[JsonObject]) -> Iterable[JsonObject]:
    seen: set[object] = set()
    for event in timeline:
        identity = event.get("event_id")
        if not isinstance(identity, str) or identity in seen:
            continue
        seen.add(identity)
        yield event


def _undecryptable(room: RoomId, outer: Envelope, reason: str, *, is_awaited: bool = False) -> Undecryptable:
    session, place = fields.text(outer.content, "session_id")[:_SESSION_LIMIT], relation(outer.content)
    return Undecryptable(
        room,
        outer.event,
        outer.sender,
        reason,
        place.thread,
        outer.at,
        session,
        replaces=place.replaces,
        is_awaited=is_awaited,
    )
