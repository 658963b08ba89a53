"""Events of ours that the homeserver no longer has: finding them, and forgetting them."""

from collections.abc import Sequence
from typing import cast

from sqlalchemy import BindParameter, and_, bindparam, select

from bot.domain.calls import ChatCall, SendEvent
from bot.domain.conversation import EventKind, MailRecord
from bot.domain.ids import ConversationId, EffectId, EventId, RoomId
from bot.domain.kinds import CALLS
from bot.domain.made import MadeCall
from bot.domain.planned import CHAT
from storage.codec import call_from_json, mail_from_row
from storage.database import Tx
from storage.outbox import State
from storage.schema.calls import outbox, outbox_calls
from storage.schema.threads import conversations, events, mails, media, slots

_e, _m, _o = events.c, mails.c, outbox.c
_OWN = (
    select(_e.event)
    .where(_e.conversation == bindparam("conversation"), _e.room == bindparam("room"), _e.sender.is_(None))
    .order_by(_e.at.desc())
    .limit(bindparam("limit"))
)
_NEWEST_MAILS = (
    select(mails)
    .where(_m.conversation == bindparam("conversation"))
    .order_by(_m.date.desc(), _m.row.desc())
    .limit(bindparam("limit"))
)
_MADE = (
    select(
        _o.id,
        _o.kind,
        _o.ref,
        _o.event_kind,
        _o.conversation,
        outbox_calls.c.call,
        conversations.c.root,
        slots.c.event.label("in_slot"),
    )
    .join(outbox_calls, outbox_calls.c.id == _o.id)
    .outerjoin(conversations, conversations.c.id == _o.thread_of)
    .outerjoin(slots, and_(slots.c.slot == _o.slot, _o.slot != ""))
    .where(_o.id < bindparam("before"), _o.channel == CHAT, _o.state == State.DONE.value)
    .order_by(_o.id.desc())
    .limit(bindparam("limit"))
)
_FORGET_CALLS = outbox.update().where(_o.id.in_(bindparam("calls", expanding=True))).values(ref="")
_ALL = EffectId(2**62)
_SEND = CALLS[SendEvent]
_GONE: BindParameter[str] = bindparam("gone", expanding=True)
_FORGET_ROOTS = (
    conversations.update()
    .where(conversations.c.root.in_(_GONE), conversations.c.room == bindparam("room_"))
    # A decision on the conversation's old version would bring its card back.
    .values(root=None, version=conversations.c.version + 1)
)
_FORGET_MAIL_EVENTS = mails.update().where(_m.event.in_(_GONE)).values(event=None)
_EMPTY_SLOTS = slots.delete().where(slots.c.event.in_(_GONE), slots.c.room == bindparam("room_"))
_FORGET_EVENTS = events.delete().where(_e.event.in_(_GONE), _e.room == bindparam("room_"))
_FORGET_MEDIA = media.delete()
_MAILS = 5


async def own_events(tx: Tx, room: RoomId, conversation: ConversationId, limit: int) -> tuple[EventId, ...]:
    """Our posts of the conversation in the room, newest first."""
    rows = await tx.all(_OWN, {"room": room, "conversation": conversation, "limit": limit})
    return tuple(EventId(row.event) for row in rows)


async def newest_mails(tx: Tx, conversation: ConversationId) -> tuple[MailRecord, ...]:
    """The conversation's newest mails, at most five, oldest first."""
    rows = await tx.all(_NEWEST_MAILS, {"conversation": conversation, "limit": _MAILS})
    return tuple(mail_from_row(row) for row in reversed(rows))


async def made_calls(tx: Tx, before: EffectId | None, limit: int) -> tuple[MadeCall, ...]:
    """The newest calls to the room that were made, newest first; those before `before`, where it is given."""
    rows = await tx.all(_MADE, {"before": _ALL if before is None else before, "limit": limit})
    return tuple(
        MadeCall(
            effect=EffectId(row.id),
            call=cast(ChatCall, call_from_json(row.kind, row.call)),
            event=EventId(row.ref) if row.kind == _SEND and row.ref.startswith("$") else None,
            kind=None if row.event_kind is None else EventKind(row.event_kind),
            conversation=None if row.conversation is None else ConversationId(row.conversation),
            in_slot=None if row.in_slot is None else EventId(row.in_slot),
            root=None if row.root is None else EventId(row.root),
        )
        for row in rows
    )


async def forget(tx: Tx, room: RoomId, gone: Sequence[EventId], calls: Sequence[EffectId]) -> None:
    """Forget these events: nothing edits or answers them any more. Their files are uploaded anew where needed.

    The events of `calls` are forgotten too, so that each is missed once.
    """
    values = {"gone": list(gone), "room_": room}
    await tx.run(_FORGET_ROOTS, values)
    await tx.run(_FORGET_MAIL_EVENTS, {"gone": list(gone)})
    await tx.run(_EMPTY_SLOTS, values)
    await tx.run(_FORGET_EVENTS, values)
    await tx.run(_FORGET_MEDIA)
    if calls:
        await tx.run(_FORGET_CALLS, {"calls": list(calls)})
