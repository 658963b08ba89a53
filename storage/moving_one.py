"""One conversation goes on in another room: its thread in the old one is edited and answered no more."""

from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, select

from bot.domain.calls import SendEvent
from bot.domain.conversation import EventKind
from bot.domain.decision import MoveConversation
from bot.domain.ids import ConversationId, EffectId, EventId, RoomId
from bot.domain.planned import CHAT
from bot.domain.rules.moves import card_slot, left_slot
from storage import dialogues, members, outbox
from storage.database import Tx
from storage.outbox import End, State
from storage.schema.calls import is_open, is_sending
from storage.schema.calls import outbox as calls
from storage.schema.threads import conversations, events, mails, slots

_SAID: Final = (EventKind.ANSWER, EventKind.NOTICE)
"""Kinds of what somebody waits for, or has to know, that is posted all the same."""
_o = calls.c
_OF_CALLS = select(_o.id).where(_o.channel == CHAT, _o.conversation == bindparam("conversation"))
_OPEN, _SENDING = _OF_CALLS.where(is_open(calls)), _OF_CALLS.where(is_sending(calls))
_EMPTY_SLOTS = slots.delete().where(
    slots.c.room == bindparam("room_"),
    slots.c.event.in_(
        select(events.c.event).where(
            events.c.room == bindparam("room_"), events.c.conversation == bindparam("conversation_")
        )
    ),
)
_EMPTY = slots.delete().where(slots.c.slot == bindparam("slot_"))
_FORGET = mails.update().where(mails.c.conversation == bindparam("conversation_")).values(source=None, event=None)
_SET_ROOT = conversations.update().where(conversations.c.id == bindparam("id_")).values(root=bindparam("root_"))


async def move_one(tx: Tx, change: MoveConversation, now: datetime) -> None:
    """Take everything of the conversation out of its old room that would be edited, answered or posted there.

    Events and reactions stay known, so that what is done there later is answered.
    """
    number = change.conversation
    for room in (change.old, change.new):
        await tx.run(_EMPTY_SLOTS, {"room_": room, "conversation_": number})
    await tx.run(_EMPTY, {"slot_": card_slot(number)})
    await tx.run_slowly(_FORGET, {"conversation_": number})
    # Saving leaves the card as it was.
    await tx.run(_SET_ROOT, {"id_": number, "root_": change.root})
    if change.old != change.new:
        await members.move_marks(tx, number, change.old, change.new)
    # That it went elsewhere is not told over its card any more.
    gone = await outbox.get_by_key(tx, left_slot(number, change.new))
    if gone is not None and gone.state in (State.OPEN, State.SENDING):
        await outbox.close(tx, gone.effect, End.CANCELLED, "moved", now)
    await dialogues.end_questions(tx, change.old, number)
    await _end_calls(tx, number, change.old, change.old_root, now)


async def _end_calls(tx: Tx, number: ConversationId, old: RoomId, root: EventId | None, now: datetime) -> None:
    """What is still to be posted into the old thread: only answers are, under its card."""
    sending = {row.id for row in await tx.all(_SENDING, {"conversation": number})}
    waiting = {row.id for row in await tx.all(_OPEN, {"conversation": number})}
    kept = []
    for id in sorted(sending | waiting):
        claimed = await outbox.get(tx, EffectId(id))
        call = claimed.planned.call if claimed is not None else None
        if claimed is None or not isinstance(call, SendEvent) or call.room != old:
            continue
        if call.thread_of is None and not call.slot:
            continue
        await outbox.close(tx, EffectId(id), End.CANCELLED, "moved", now)
        if id in waiting and root is not None and claimed.planned.event_kind in _SAID and not call.slot:
            kept.append(replace(claimed.planned, call=replace(call, thread_of=None, under=root)))
    for planned in kept:
        await outbox.add(tx, planned, now)
