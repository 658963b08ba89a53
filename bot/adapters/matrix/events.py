"""Reads an event of a room's timeline as one input, or as none; no JSON of whatever kind makes that fail."""

from dataclasses import dataclass
from datetime import datetime

from bot.adapters.matrix import fields, messages
from bot.adapters.matrix.fields import JsonObject
from bot.domain.ids import EventId, RoomId, UserId
from bot.domain.inputs import ChatInput
from bot.domain.inputs.room import MemberChanged, RoomUpgraded
from bot.domain.inputs.said import MOVED, VERIFICATION, MessageEdited, Reaction, ReadUpTo, Redacted, TeamMessage

_MEMBERSHIPS = frozenset({"join", "leave", "invite", "ban", "knock"})
_MESSAGE_TYPES = frozenset({"m.room.message", "m.room.bot.command"})
_NAME_LIMIT = 255
_KEY_LIMIT = 255
_WORDS_LIMIT = 1 << 17
"""Characters; a whole event has at most 65,536 bytes (client-server API, "Size limits")."""
_RECEIPT_KINDS = ("m.read", "m.read.private")


@dataclass(frozen=True, slots=True)
class Clear:
    """The inside of an encrypted event."""

    event_type: str
    content: JsonObject
    session_trust: str
    ratchet: str
    """`SENDER_KEY:SESSION:INDEX`: where its ciphertext stands in the sender's ratchet."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where and when an event is read."""

    room: RoomId
    room_encrypted: bool
    us: UserId
    now: datetime
    redacts_in_content: bool | None = None
    """For a redaction: whether the room's version puts the redacted event's id into the content; None: not known."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """The fields that every event of a timeline has."""

    event: EventId
    sender: UserId
    event_type: str
    content: JsonObject
    at: datetime
    raw: JsonObject


class Malformed(ValueError):
    """An event lacks what its type must have; the text names the field and nothing of its content."""


def envelope(raw: object, now: datetime) -> Envelope:
    """Raises: Malformed."""
    if not isinstance(raw, dict):
        raise Malformed("event")
    event, sender = fields.event_id(raw.get("event_id")), fields.user_id(raw.get("sender"))
    if event is None:
        raise Malformed("event_id")
    if sender is None:
        raise Malformed("sender")
    event_type = raw.get("type")
    if not isinstance(event_type, str):
        raise Malformed("type")
    at = fields.moment(raw.get("origin_server_ts"), now)
    return Envelope(event, sender, event_type, fields.child(raw, "content"), at, raw)


def read_event(outer: Envelope, place: Place, clear: Clear | None = None) -> ChatInput | None:
    """The input, or None for what is no input: other types, bots' notices, what was redacted meanwhile.

    Args:
        clear: the decrypted payload; relations are always read from the outer event (client-server API, "Relationships
            and end-to-end encryption"), and where the inner one tells another, the `session_trust` is `moved`.

    Raises:
        Malformed
    """
    event_type = clear.event_type if clear is not None else outer.event_type
    if "redacted_because" in fields.child(outer.raw, "unsigned") and outer.event_type != "m.room.member":
        return None
    if event_type in _MESSAGE_TYPES and "state_key" not in outer.raw:
        return _message(outer, place, clear)
    if clear is not None:
        return None
    match event_type:
        case "m.reaction":
            return _reaction(outer, place)
        case "m.room.redaction":
            return _redaction(outer, place)
        case "m.room.member":
            return _member(outer, place)
        case "m.room.tombstone":
            return _tombstone(outer, place)
        case _:
            return None


def read_receipts(content: JsonObject, place: Place) -> list[ReadUpTo]:
    """The receipts of an `m.receipt` event, public and private ones, threaded or not, without our own."""
    found: list[ReadUpTo] = []
    for target, kinds in content.items():
        event = fields.event_id(target)
        if event is None or not isinstance(kinds, dict):
            continue
        for kind in _RECEIPT_KINDS:
            for who, receipt in fields.child(kinds, kind).items():
                user = fields.user_id(who)
                if user is None or user == place.us or not isinstance(receipt, dict):
                    continue
                at, is_unthreaded = fields.moment(receipt.get("ts"), place.now), "thread_id" not in receipt
                found.append(ReadUpTo(place.room, user, event, at, is_unthreaded))
    return found


def _formatted(content: JsonObject) -> str:
    if content.get("format") != "org.matrix.custom.html":
        return ""
    return messages.without_quoted_html(fields.text(content, "formatted_body"))


def _message(outer: Envelope, place: Place, clear: Clear | None) -> TeamMessage | MessageEdited | None:
    content = clear.content if clear is not None else outer.content
    relation, trust = messages.relation(outer.content), _trust(outer, clear)
    if relation.replaces is not None:
        new = fields.child(content, "m.new_content")
        if not fields.has_text(new, "body") or len(fields.text(new, "body")) > _WORDS_LIMIT:
            raise Malformed("m.new_content")
        if new.get("msgtype") == "m.notice":
            return None
        formatted = _formatted(new)
        if len(formatted) > _WORDS_LIMIT:
            raise Malformed("m.new_content")
        return MessageEdited(
            room=place.room,
            event=outer.event,
            target=relation.replaces,
            sender=outer.sender,
            body=messages.words(new),
            at=outer.at,
            room_encrypted=place.room_encrypted,
            was_encrypted=clear is not None,
            session_trust=trust,
            ratchet=clear.ratchet if clear is not None else "",
            formatted_body=formatted,
            mentions=messages.people(new, formatted),
            command_json=messages.structured_command(new) if messages.mentions(new, place.us) else "",
        )
    if relation.is_other:
        raise Malformed("m.relates_to")
    msgtype = fields.text(content, "msgtype")[:_KEY_LIMIT] or (
        "m.text" if fields.child(content, messages.COMMAND_KEY) else ""
    )
    if msgtype == VERIFICATION and fields.text(content, "to") == place.us:
        # The answer says why not; the other steps are never taken.
        content = {"msgtype": VERIFICATION, "body": ""}
    elif not content or msgtype == "m.notice" or msgtype.startswith("m.key.verification."):
        return None
    if not msgtype:
        raise Malformed("msgtype")
    command = messages.structured_command(content)
    if command and not messages.mentions(content, place.us):
        # A structured command for another bot: nobody parses its text (MSC4391).
        return None
    if not fields.has_text(content, "body") and not command:
        raise Malformed("body")
    if len(fields.text(content, "body")) + len(fields.text(content, "formatted_body")) > _WORDS_LIMIT:
        raise Malformed("too large")
    formatted = _formatted(content)
    return TeamMessage(
        room=place.room,
        event=outer.event,
        sender=outer.sender,
        msgtype=msgtype,
        body=messages.words(content),
        formatted_body=formatted,
        mentions=messages.people(content, formatted),
        thread=relation.thread,
        reply_to=relation.reply_to,
        at=outer.at,
        file=messages.shared_file(content),
        room_encrypted=place.room_encrypted,
        was_encrypted=clear is not None,
        session_trust=trust,
        command_json=command,
        ratchet=clear.ratchet if clear is not None else "",
    )


def _trust(outer: Envelope, clear: Clear | None) -> str:
    """The first objection: a place that may be false weighs more than whose session wrote the event."""
    if clear is None:
        return ""
    return MOVED if messages.is_moved(outer.content, clear.content) else clear.session_trust


def _reaction(outer: Envelope, place: Place) -> Reaction | None:
    relates = fields.child(outer.content, "m.relates_to")
    if not relates:
        # The event was redacted before we saw it: the redaction comes later in the same timeline.
        return None
    target, emoji = fields.event_id(relates.get("event_id")), fields.text(relates, "key")
    if relates.get("rel_type") != "m.annotation" or target is None or not emoji:
        raise Malformed("m.relates_to")
    return Reaction(
        room=place.room,
        event=outer.event,
        sender=outer.sender,
        target=target,
        emoji=emoji[:_KEY_LIMIT],
        at=outer.at,
        room_encrypted=place.room_encrypted,
    )


def _redaction(outer: Envelope, place: Place) -> Redacted:
    """The redaction. Servers send both forms for older clients; the form that a room does not use may name anything."""
    inside, above = fields.event_id(outer.content.get("redacts")), fields.event_id(outer.raw.get("redacts"))
    target = inside if place.redacts_in_content else above
    if target is None or (place.redacts_in_content is None and inside != above):
        raise Malformed("redacts")
    return Redacted(room=place.room, event=outer.event, target=target, sender=outer.sender, at=outer.at)


def _member(outer: Envelope, place: Place) -> MemberChanged | None:
    user = fields.user_id(outer.raw.get("state_key"))
    membership = fields.text(outer.content, "membership")
    if user is None:
        raise Malformed("state_key")
    if membership not in _MEMBERSHIPS:
        raise Malformed("membership")
    if user == place.us:
        return None
    return MemberChanged(
        room=place.room,
        event=outer.event,
        user=user,
        membership=membership,
        display_name=fields.text(outer.content, "displayname")[:_NAME_LIMIT],
        at=outer.at,
    )


def _tombstone(outer: Envelope, place: Place) -> RoomUpgraded:
    """Client-server API, "Room upgrades"."""
    replacement = fields.room_id(outer.content.get("replacement_room"))
    if outer.raw.get("state_key") != "":
        raise Malformed("state_key")
    if replacement is None:
        raise Malformed("replacement_room")
    return RoomUpgraded(place.room, replacement, outer.sender, outer.at)
