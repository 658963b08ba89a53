"""Knowledge of the rooms: which are encrypted, and who is in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.adapters.matrix import fields
from bot.adapters.matrix.circles import Circles
from bot.adapters.matrix.fields import JsonObject
from bot.adapters.matrix.power import ask_create, redacts_in_content
from bot.adapters.matrix.requests import SERVICE, Answer, Homeserver, refused_or_away
from bot.domain.ids import RoomId, UserId
from bot.ports import NOT_IN_ROOM, NOT_TOLD, Member, Memory, Unavailable


@dataclass(frozen=True, slots=True)
class Rotation:
    """The limits of one session, by the room's `m.room.encryption`."""

    messages: int = 100
    age: timedelta = timedelta(days=7)


@dataclass(slots=True)
class _Room:
    is_encrypted: bool | None = None
    rotation: "Rotation | None" = None
    """None until the room's encryption event was seen."""
    members: set[UserId] | None = None
    """The joined members; None until somebody asked."""
    has_redacts_in_content: bool | None = None
    """Whether a redaction names its event in the content, by the room's version; None until asked."""
    member_events: int = 0
    """Number of membership events in the syncs, to see whether an answer was overtaken."""


class Rooms:
    """The rooms, asked of the server when first needed, and kept true by the syncs after that."""

    def __init__(
        self,
        homeserver: Homeserver,
        us: UserId,
        memory: Memory,
        encrypted: frozenset[RoomId],
        readers: Mapping[RoomId, frozenset[UserId]],
    ) -> None:
        self.circles = Circles(homeserver, us, memory, readers)
        self._homeserver = homeserver
        self._us = us
        self._memory = memory
        self._rooms: dict[RoomId, _Room] = {room: _Room(is_encrypted=True) for room in encrypted}
        self._newcomers: set[RoomId] = set()
        """Rooms that somebody joined who was not looked at yet."""
        self._unsaved: set[RoomId] = set()
        """Encrypted rooms not yet saved: a room is never taken for unencrypted again, whatever the server says."""

    async def is_encrypted(self, room: RoomId) -> bool:
        """Raises: Unavailable."""
        known = self._rooms.setdefault(room, _Room())
        if known.is_encrypted is None:
            answer = await self._ask_encryption(room)
            if answer.is_ok:
                self._encrypted(room, answer.body)
            elif answer.status == 404 and answer.code == "M_NOT_FOUND":
                # Any other 404 may come from a proxy, which does not know.
                known.is_encrypted = known.is_encrypted or False
            elif answer.status != 403:
                raise refused_or_away(answer)
        await self.save()
        return known.is_encrypted is True

    async def save(self) -> None:
        """Save what was learned, so that it outlives this process. Raises: Unavailable."""
        if self._unsaved:
            saved = frozenset(self._unsaved)
            await self._memory.keep_encrypted(saved)
            self._unsaved -= saved

    def is_known(self, room: RoomId) -> bool:
        """Whether the server has said if the room is encrypted: it tells only members."""
        known = self._rooms.get(room)
        return known is not None and known.is_encrypted is not None

    def encrypted(self) -> frozenset[RoomId]:
        """The rooms that are known to be encrypted."""
        return frozenset(room for room, known in self._rooms.items() if known.is_encrypted)

    async def members(self, room: RoomId) -> tuple[Member, ...]:
        """The joined members, asked afresh; an answer without ourselves is none.

        Raises:
            Unavailable: with the reason `NOT_IN_ROOM` or `NOT_TOLD` where only this room is not told.
        """
        answer = await self._told("rooms", room, "joined_members")
        found: list[Member] = []
        for key, profile in fields.child(answer.body, "joined").items():
            user = fields.user_id(key)
            if user is not None:
                found.append(Member(user, fields.text(profile, "display_name") if isinstance(profile, dict) else ""))
        if all(member.user != self._us for member in found):
            raise Unavailable(SERVICE, NOT_TOLD)
        return tuple(found)

    async def invited(self, room: RoomId) -> tuple[Member, ...]:
        """Those who are invited now. Raises: Unavailable, as `members`."""
        answer = await self._told("rooms", room, "members", params={"membership": "invite"})
        found: list[Member] = []
        for event in fields.objects(answer.body, "chunk"):
            user, content = fields.user_id(event.get("state_key")), fields.child(event, "content")
            if user is not None and fields.text(content, "membership") == "invite":
                found.append(Member(user, fields.text(content, "displayname")))
        return tuple(found)

    async def joined(self) -> frozenset[RoomId]:
        """The rooms in which we are (`GET /joined_rooms`). Raises: Unavailable."""
        answer = await self._homeserver.call("GET", self._homeserver.path("joined_rooms"))
        if not answer.is_ok:
            raise refused_or_away(answer)
        return frozenset(room for one in fields.items(answer.body, "joined_rooms") if (room := fields.room_id(one)))

    async def _told(self, *parts: str, params: Mapping[str, str] | None = None) -> Answer:
        """Raises: Unavailable."""
        answer = await self._homeserver.call("GET", self._homeserver.path(*parts), params=params)
        if answer.status in (403, 404):
            raise Unavailable(SERVICE, NOT_IN_ROOM if answer.status == 403 else NOT_TOLD)
        if not answer.is_ok:
            raise refused_or_away(answer)
        return answer

    async def readers(self, room: RoomId) -> frozenset[UserId]:
        """The people who get the keys of our messages: joined members (asked for, not guessed from events) of
        whom it is shown how they came.

        Raises: Unavailable.
        """
        known = self._rooms.setdefault(room, _Room())
        while True:
            while known.members is None:
                seen = known.member_events
                joined = {member.user for member in await self.members(room)}
                if known.member_events == seen:
                    known.members = joined
            seen, members = known.member_events, frozenset(known.members)
            found = await self.circles.of(room, members)
            if known.member_events == seen:
                return found

    async def is_reader(self, room: RoomId, user: UserId) -> bool:
        """Whether somebody who writes there came in as people do. Raises: Unavailable."""
        try:
            return user in await self.readers(room)
        except Unavailable as fault:
            if fault.reason in (NOT_IN_ROOM, NOT_TOLD):
                # The server tells nothing of that room; the other rooms go on.
                return False
            raise

    def knows_members(self, room: RoomId) -> bool:
        known = self._rooms.get(room)
        return known is not None and known.members is not None

    def forget_members(self, room: RoomId) -> None:
        known = self._rooms.get(room)
        if known is not None:
            known.members = None

    def with_newcomers(self) -> tuple[RoomId, ...]:
        """Rooms whose readers have to be looked at, because somebody joined."""
        return tuple(self._newcomers)

    def looked_at(self, room: RoomId) -> None:
        self._newcomers.discard(room)

    def left(self, room: RoomId) -> None:
        """Forget a room that we left, or that we came back to just now."""
        self.forget_members(room)
        self.circles.forget(room)

    def knows(self, user: UserId) -> bool:
        """Whether somebody is in a room of ours, as far as we have asked."""
        return self.circles.knows(user) or bool(self.shared_with(user))

    def shared_with(self, user: UserId) -> list[RoomId]:
        """Encrypted rooms whose members we know, with this one among them."""
        return [room for room, known in self._rooms.items() if known.members is not None and user in known.members]

    def take_state(self, room: RoomId, event: JsonObject) -> bool:
        """Learn from a state event; True if the circle of readers changed, so that keys must be new."""
        content = fields.child(event, "content")
        if event.get("type") == "m.room.encryption" and event.get("state_key") == "":
            self._encrypted(room, content)
            return False
        if event.get("type") != "m.room.member":
            return False
        known, user = self._rooms.setdefault(room, _Room()), fields.user_id(event.get("state_key"))
        known.member_events += 1
        if user is not None and content.get("membership") != "join":
            self.circles.left(room, user)
        elif user is not None and self.circles.is_new(room, user):
            self._newcomers.add(room)
        if known.members is None or user is None:
            return False
        if content.get("membership") == "join":
            if user in known.members:
                return False
            known.members.add(user)
            return True
        if user in known.members:
            known.members.discard(user)
            return True
        return False

    async def redacts_in_content(self, room: RoomId) -> bool | None:
        """Whether redactions name their event in the content (since room version 11), where anybody can write anything
        before; None where the room's version is not told. Raises: Unavailable."""
        known = self._rooms.setdefault(room, _Room())
        if known.has_redacts_in_content is None:
            created = await ask_create(self._homeserver, room)
            if created is None:
                return None
            known.has_redacts_in_content = redacts_in_content(created[0])
        return known.has_redacts_in_content

    async def rotation(self, room: RoomId) -> Rotation:
        """Raises: Unavailable."""
        known = self._rooms.setdefault(room, _Room())
        if known.rotation is None:
            answer = await self._ask_encryption(room)
            known.rotation = _rotation(answer.body if answer.is_ok else {})
        return known.rotation

    async def _ask_encryption(self, room: RoomId) -> Answer:
        path = self._homeserver.path("rooms", room, "state", "m.room.encryption")
        return await self._homeserver.call("GET", path + "/")

    def _encrypted(self, room: RoomId, content: JsonObject) -> None:
        known = self._rooms.setdefault(room, _Room())
        known.rotation = _rotation(content)
        if known.is_encrypted is not True:
            known.is_encrypted = True
            self._unsaved.add(room)


def _rotation(content: JsonObject) -> Rotation:
    """The room's limits where they are stricter than ours; never laxer."""
    messages, milliseconds = (
        fields.number(content, "rotation_period_msgs"),
        fields.number(content, "rotation_period_ms"),
    )
    usual = Rotation()
    return Rotation(
        messages=usual.messages if messages is None else min(max(messages, 1), usual.messages),
        age=usual.age
        if milliseconds is None
        else min(timedelta(milliseconds=min(max(milliseconds, 60_000), 10**9)), usual.age),
    )
