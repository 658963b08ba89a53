"""Marks our own events, and reads the marks in a timeline, so that a run knows what earlier runs did."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.adapters.matrix import fields
from bot.adapters.matrix.crypto.inbound import Inbound, Payload
from bot.adapters.matrix.crypto.sealed import Seal
from bot.adapters.matrix.events import Envelope
from bot.adapters.matrix.fields import JsonObject
from bot.adapters.matrix.find import OUR_KEY
from bot.domain.addresses import normal
from bot.domain.ids import ConversationId, EventId, MailboxId, RoomId, UserId
from bot.domain.mail import Address
from bot.domain.participants import MOST_PARTICIPANTS
from bot.domain.tags import MOST_TAGS, read_tag
from bot.domain.traces import Heard, OwnEvent
from bot.domain.wishes import Wishes

_LIMIT = 1000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = 1 << 45
_OPEN = ("effect", "answers")
"""Fields that are not sealed: a transaction's number, and the answered event. The server knows both anyway."""
_SEALED = (
    "kind",
    "conversation",
    "status",
    "assignee",
    "tags",
    "subject",
    "snoozed_until",
    "goes_on_as",
    "mailbox",
    "wishes",
    "message_id",
    "state",
)


def with_mark(content: JsonObject, inside: JsonObject, room: RoomId, seal: Seal) -> dict[str, object]:
    """An encrypted content with the mark of the clear one beside it.

    The next device of ours, after a takeover or with an empty folder, cannot read what this one wrote. So that it knows
    what stands in the room, the mark has to stand outside, sealed with the account's key.
    """
    ours = fields.child(inside, OUR_KEY)
    mark = {name: ours[name] for name in _OPEN if isinstance(ours.get(name), str)}
    if "kind" in ours:
        word = {name: ours[name] for name in _SEALED if name in ours} | {"name": _word(inside, "filename")}
        mark["sealed"] = seal.close(word, _place(room, mark))
    return {**content, OUR_KEY: mark} if mark else dict(content)


def _place(room: RoomId, mark: JsonObject) -> str:
    """The place that a mark is sealed for: a mark copied to another event says nothing there."""
    return f"{room} {_word(mark, 'effect')}"


def own_event(outer: Envelope, room: RoomId, inbound: Inbound, seal: Seal) -> OwnEvent:
    """The event's mark; read beside the ciphertext if only another device can read the event."""
    about, name = fields.child(outer.content, OUR_KEY), _word(outer.content, "filename")
    if outer.event_type == "m.room.encrypted":
        opened = inbound.decrypt(outer, room)
        if isinstance(opened, Payload):
            about, name = {**about, **fields.child(opened.content, OUR_KEY)}, _word(opened.content, "filename")
        elif (word := seal.open(fields.text(about, "sealed"), _place(room, about))) is not None:
            about, name = {**about, **word}, _word(word, "name")
    relates = fields.child(outer.content, "m.relates_to")
    target, kind = fields.event_id(relates.get("event_id")), relates.get("rel_type")
    return OwnEvent(
        event=outer.event,
        room=room,
        at=outer.at,
        effect=_word(about, "effect"),
        answers=target if kind == "m.annotation" else fields.event_id(about.get("answers")) or _answered(relates),
        edits=target if kind == "m.replace" else None,
        kind=_word(about, "kind"),
        conversation=_number(about, "conversation"),
        status=_word(about, "status"),
        assignee=fields.user_id(about.get("assignee")),
        tags=_tags(about.get("tags")),
        subject=_word(about, "subject"),
        snoozed_until=_moment(about.get("snoozed_until")),
        goes_on_as=_number(about, "goes_on_as"),
        mailbox=MailboxId(_word(about, "mailbox")) or None,
        wishes=_wishes(fields.child(about, "wishes")),
        message_id=_word(about, "message_id"),
        state=_word(about, "state"),
        leaves_at=_moment(about.get("leaves_at")),
        name=name,
    )


def told_apart(events: Sequence[OwnEvent | Heard]) -> tuple[tuple[OwnEvent, ...], tuple[Heard, ...]]:
    """Our own events, oldest first, and the acts of others, told apart from whole timelines of rooms."""
    ours: set[RoomId] = set()
    heard: list[Heard] = []
    for one in reversed(events):
        if isinstance(one, OwnEvent):
            ours.add(one.room)
        else:
            heard.append(replace(one, precedes_ours=one.room in ours))
    own = sorted((one for one in events if isinstance(one, OwnEvent)), key=lambda one: one.at)
    return tuple(own), tuple(reversed(heard))


def _answered(relates: JsonObject) -> EventId | None:
    """The event that a message answers. In a thread every message names one before it, for clients without threads."""
    if relates.get("rel_type") == "m.replace" or relates.get("is_falling_back") is True:
        return None
    return fields.event_id(fields.child(relates, "m.in_reply_to").get("event_id"))


def _tags(value: object) -> tuple[str, ...]:
    """The tags of a card, as this program would have read them."""
    words = value if isinstance(value, list) else []
    tags = (read_tag(word) for word in words[:MOST_TAGS] if isinstance(word, str))
    return tuple(tag for tag in tags if tag is not None)


def _wishes(said: JsonObject) -> Wishes:
    """Who gets the answers of a conversation, as its card says."""
    cc, bcc, without = (_addresses(said.get(name)) for name in ("cc", "bcc", "without"))
    return Wishes(
        tuple(Address("", one) for one in cc),
        tuple(Address("", one) for one in bcc),
        tuple(normal(one) for one in without),
        said.get("author_alone") is True,
        _word(said, "sender"),
        *_customer(said.get("customer")),
        *_said_by(said.get("by")),
    )


def _customer(value: object) -> tuple[Address | None, int]:
    """Whose conversation it is by a member's word, and after which mail that was said."""
    match value:
        case [str(name), str(address), int(after)] if "@" in address:
            return Address(name, address), after
        case _:
            return None, 0


def _said_by(value: object) -> tuple[UserId | None, datetime | None]:
    """Who changed that last, and when."""
    match value:
        case [str(person), int(at)]:
            moment = _moment(at)
            return (UserId(person), moment) if moment is not None else (None, None)
        case _:
            return None, None


def _addresses(value: object) -> tuple[str, ...]:
    words = value if isinstance(value, list) else []
    return tuple(one for one in words[:MOST_PARTICIPANTS] if isinstance(one, str) and "@" in one)


def _moment(value: object) -> datetime | None:
    """A time in milliseconds since 1970, as Matrix has them."""
    return _EPOCH + timedelta(milliseconds=value) if isinstance(value, int) and 0 < value < _LATEST else None


def _number(source: JsonObject, key: str) -> ConversationId | None:
    number = fields.number(source, key)
    return ConversationId(number) if number is not None and 0 < number < 1 << 53 else None


def _word(source: JsonObject, key: str) -> str:
    return fields.text(source, key)[:_LIMIT]
