"""Reads our own events in a timeline: what a run of ours did, whichever device it had."""

from bot.adapters.matrix import fields
from bot.adapters.matrix.crypto.inbound import Inbound, Payload
from bot.adapters.matrix.events import Envelope
from bot.adapters.matrix.fields import JsonObject
from bot.adapters.matrix.find import OUR_KEY
from bot.domain.ids import ConversationId, EventId, RoomId
from bot.domain.traces import OwnEvent

_LIMIT = 1000


def own_event(outer: Envelope, room: RoomId, inbound: Inbound) -> OwnEvent:
    """What it says of itself. Of one that only another device can read, what stands beside the ciphertext."""
    content = outer.content
    if outer.event_type == "m.room.encrypted":
        opened = inbound.decrypt(outer, room)
        if isinstance(opened, Payload):
            content = opened.content
    about = dict(fields.child(outer.content, OUR_KEY)) | dict(fields.child(content, OUR_KEY))
    relates = fields.child(outer.content, "m.relates_to")
    target, kind = fields.event_id(relates.get("event_id")), relates.get("rel_type")
    number = fields.number(about, "conversation")
    return OwnEvent(
        event=outer.event,
        room=room,
        at=outer.at,
        effect=_word(about, "effect"),
        answers=target if kind == "m.annotation" else fields.event_id(about.get("answers")) or _answered(relates),
        edits=target if kind == "m.replace" else None,
        kind=_word(about, "kind"),
        conversation=ConversationId(number) if number is not None and 0 < number < 1 << 53 else None,
        status=_word(about, "status"),
        assignee=fields.user_id(about.get("assignee")),
        message_id=_word(about, "message_id"),
        state=_word(about, "state"),
        name=_word(content, "filename"),
    )


def _answered(relates: JsonObject) -> EventId | None:
    """In a thread every message names one before it, for clients that know no threads."""
    if relates.get("rel_type") == "m.replace" or relates.get("is_falling_back") is True:
        return None
    return fields.event_id(fields.child(relates, "m.in_reply_to").get("event_id"))


def _word(source: JsonObject, key: str) -> str:
    return fields.text(source, key)[:_LIMIT]
