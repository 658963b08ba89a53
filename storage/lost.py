"""Events of ours that the homeserver has no longer: which there were, and that they are gone."""

from collections.abc import Sequence

from sqlalchemy import BindParameter, bindparam, select

from bot.domain.conversation import MailRecord
from bot.domain.ids import ConversationId, EventId, RoomId
from storage.codec import mail_from_row
from storage.database import Tx
from storage.schema.threads import conversations, events, mails, media, slots

_e, _m = events.c, mails.c
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
_GONE: BindParameter[str] = bindparam("gone", expanding=True)
_FORGET_ROOTS = (
    conversations.update()
    .where(conversations.c.root.in_(_GONE), conversations.c.room == bindparam("room_"))
    # What was decided on the conversation as it was before would bring its card back.
    .values(root=None, version=conversations.c.version + 1)
)
_FORGET_MAIL_EVENTS = mails.update().where(_m.event.in_(_GONE)).values(event=None)
_EMPTY_SLOTS = slots.delete().where(slots.c.event.in_(_GONE), slots.c.room == bindparam("room_"))
_FORGET_EVENTS = events.delete().where(_e.event.in_(_GONE), _e.room == bindparam("room_"))
_FORGET_MEDIA = media.delete()
_MAILS = 5


async def own_events(tx: Tx, room: RoomId, conversation: ConversationId, limit: int) -> tuple[EventId, ...]:
    """What we posted of the conversation in the room, newest first."""
    rows = await tx.all(_OWN, {"room": room, "conversation": conversation, "limit": limit})
    return tuple(EventId(row.event) for row in rows)


async def newest_mails(tx: Tx, conversation: ConversationId) -> tuple[MailRecord, ...]:
    """The conversation's newest mails, at most five, oldest first."""
    rows = await tx.all(_NEWEST_MAILS, {"conversation": conversation, "limit": _MAILS})
    return tuple(mail_from_row(row) for row in reversed(rows))


async def forget(tx: Tx, room: RoomId, gone: Sequence[EventId]) -> None:
    """Forget these events: nothing edits or answers them any more. Their files are uploaded anew where needed."""
    values = {"gone": list(gone), "room_": room}
    await tx.run(_FORGET_ROOTS, values)
    await tx.run(_FORGET_MAIL_EVENTS, {"gone": list(gone)})
    await tx.run(_EMPTY_SLOTS, values)
    await tx.run(_FORGET_EVENTS, values)
    await tx.run(_FORGET_MEDIA)
