"""The readers of each encrypted room: a new one counts only if the room shows who let them in."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.adapters.matrix import fields
from bot.adapters.matrix.fields import JsonObject
from bot.adapters.matrix.requests import SERVICE, Homeserver, refused_or_away
from bot.domain.ids import RoomId, UserId
from bot.domain.inputs.trust import ReaderCame
from bot.ports import NOT_TOLD, Memory, Unavailable

_OPEN_RULES = frozenset({"public", "restricted", "knock_restricted"})
"""Join rules (client-server API, `m.room.join_rules`) by which people enter without an invitation of their own."""
_STEPS = 20
"""The most changes of a name or picture that are followed back to how somebody came in."""


@dataclass(frozen=True, slots=True)
class _Entry:
    at: datetime
    by: UserId | None
    is_let_in: bool


class Circles:
    """The readers of rooms. They outlive the process: the homeserver cannot slip anybody in while the bot is down."""

    def __init__(
        self, homeserver: Homeserver, us: UserId, memory: Memory, known: Mapping[RoomId, frozenset[UserId]]
    ) -> None:
        self._homeserver = homeserver
        self._us = us
        self._memory = memory
        self._known: dict[RoomId, frozenset[UserId]] = dict(known)
        self._before: dict[RoomId, RoomId] = {}
        """By room: the one that it replaces, until the new room is looked at for the first time."""
        self._shut_out: dict[RoomId, set[UserId]] = {}
        self._news: list[ReaderCame] = []
        self._one = asyncio.Lock()

    async def of(self, room: RoomId, members: frozenset[UserId]) -> frozenset[UserId]:
        """The members who read: all of them at the first sight of the room, later those who were let in.

        Raises: Unavailable.
        """
        async with self._one:
            return await self._of(room, members)

    def forget(self, room: RoomId) -> None:
        """Forget a room that we left. Nobody tells us who comes there: once back, we see it for the first time."""
        self._known.pop(room, None)

    def succeed(self, room: RoomId, replacement: RoomId) -> None:
        """Carry the readers of a room over to the one that replaces it; other people there are looked at."""
        if room in self._known and replacement not in self._known:
            self._before[replacement] = room

    def knows(self, user: UserId) -> bool:
        """Whether somebody reads one of the rooms."""
        return any(user in readers for readers in self._known.values())

    def read_by(self, user: UserId) -> tuple[RoomId, ...]:
        """The rooms that somebody reads, as far as this and earlier processes know."""
        return tuple(sorted(room for room, readers in self._known.items() if user in readers))

    def is_new(self, room: RoomId, user: UserId) -> bool:
        """Whether a room has known readers, and this person is not one of them."""
        return room in self._known and user not in self._known[room]

    def left(self, room: RoomId, user: UserId) -> None:
        """Note that a reader left: if they come back, they are looked at again."""
        if room in self._known:
            self._known[room] -= {user}

    async def _of(self, room: RoomId, members: frozenset[UserId]) -> frozenset[UserId]:
        known, shut_out = self._first_known(room), self._shut_out.setdefault(room, set())
        shut_out &= members
        if known is None:
            return await self._keep(room, members)
        readers, news = known & members, list[ReaderCame]()
        for user in sorted(members - known - shut_out):
            entry = await self._entry(room, user)
            if entry is None:
                continue
            if entry.is_let_in:
                readers |= {user}
            else:
                shut_out.add(user)
            if user != self._us:
                news.append(ReaderCame(room, user, entry.by, entry.at, is_shut_out=not entry.is_let_in))
        if readers != self._known.get(room):
            await self._keep(room, readers)
        self._before.pop(room, None)
        self._news += news
        return readers

    def _first_known(self, room: RoomId) -> frozenset[UserId] | None:
        """The known readers; for a room that replaces another and was not looked at yet, the readers of the other."""
        return self._known.get(room if room in self._known else self._before.get(room, room))

    def take_news(self) -> list[ReaderCame]:
        """The readers who came, each told once."""
        news, self._news = self._news, []
        return news

    async def _keep(self, room: RoomId, readers: frozenset[UserId]) -> frozenset[UserId]:
        """Save new readers before anything is written for them. Raises: Unavailable."""
        await self._memory.keep_readers(room, readers)
        self._known[room] = readers
        return readers

    async def _entry(self, room: RoomId, user: UserId) -> _Entry | None:
        """The way that a member came in; None if they have left meanwhile. Raises: Unavailable."""
        event = await self._ask(room, "state", "m.room.member", user)
        if fields.child(event, "content").get("membership") != "join":
            return None
        for _ in range(_STEPS):
            at = fields.moment(event.get("origin_server_ts"), datetime.now(UTC))
            unsigned = fields.child(event, "unsigned")
            before = fields.event_id(unsigned.get("replaces_state"))
            membership = fields.text(fields.child(unsigned, "prev_content"), "membership")
            previous: JsonObject = {}
            if before is not None and membership in ("", "invite", "join"):
                previous = await self._earlier(room, before)
                membership = fields.text(fields.child(previous, "content"), "membership") or membership
            if membership == "invite":
                by = fields.user_id(previous.get("sender")) or fields.user_id(unsigned.get("prev_sender"))
                return _Entry(at, by, is_let_in=True)
            if membership != "join" or not previous:
                break
            event = previous
        rule = await self._ask(room, "state", "m.room.join_rules", "")
        return _Entry(at, None, is_let_in=fields.text(rule, "join_rule") in _OPEN_RULES)

    async def _earlier(self, room: RoomId, event: str) -> JsonObject:
        """An earlier state event; empty where the room's history hides it from us. Raises: Unavailable."""
        answer = await self._homeserver.call("GET", self._homeserver.path("rooms", room, "event", event))
        if not answer.is_ok and answer.status not in (403, 404):
            raise refused_or_away(answer)
        return answer.body if answer.is_ok else {}

    async def _ask(self, room: RoomId, *place: str) -> JsonObject:
        """An event by its path, of the state or of the timeline. Raises: Unavailable."""
        params = {"format": "event"} if place[:2] == ("state", "m.room.member") else {}
        answer = await self._homeserver.call("GET", self._homeserver.path("rooms", room, *place), params=params)
        if answer.status in (403, 404):
            raise Unavailable(SERVICE, NOT_TOLD)
        if not answer.is_ok:
            raise refused_or_away(answer)
        # Some servers give the content alone.
        return (
            answer.body if "content" in answer.body or place[0] == "event" else {"content": answer.body, **answer.body}
        )
