"""A room goes on as another one: its conversations without their cards, and what was still to be posted there."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from sqlalchemy import bindparam, select

from bot.domain.bulk import Bulk
from bot.domain.calls import (
    AddFlag,
    AddFolder,
    AppendSent,
    BeginSignIn,
    Call,
    CheckDns,
    DecideAgain,
    DescribeCommand,
    EnterRoom,
    FetchFile,
    FindServers,
    FinishSignIn,
    FollowUpgrade,
    InvitePerson,
    LookAtMailbox,
    MakeConfigRoom,
    MakeRoom,
    MoveOnServer,
    PinEvent,
    QuitRoom,
    RedactEvent,
    RemoveReader,
    SendEvent,
    Submit,
    SubmitToMember,
    TrustUser,
    TryImap,
    TrySmtp,
)
from bot.domain.dialogue import State
from bot.domain.ids import ConversationId, EffectId, MailboxId, RoomId
from bot.domain.new_mailbox import NewMailbox
from bot.domain.new_password import NewPassword
from bot.domain.planned import CHAT, PlannedCall
from bot.domain.question import Question
from bot.domain.removal import Removal
from bot.domain.rule_offer import RuleOffer
from bot.domain.spaces import InviteToSpace, LinkRoom, MakeSpace, RemoveFromSpace
from storage import conversations as conversation_rows
from storage import dialogues, mailbox_rooms, members, outbox
from storage.database import Tx
from storage.outbox import End
from storage.schema.calls import is_open, is_sending
from storage.schema.calls import outbox as calls
from storage.schema.threads import conversations, events, mails, slots

_c = conversations.c
_MOVED = select(_c.id).where(_c.mailbox.in_(bindparam("mailboxes", expanding=True)), _c.room == bindparam("old"))
_FORGET_SOURCES = (
    mails.update().where(mails.c.source.is_not(None), mails.c.conversation.in_(_MOVED)).values(source=None)
)
_MOVE = (
    conversations.update()
    .where(_c.mailbox.in_(bindparam("mailboxes", expanding=True)), _c.room == bindparam("old"))
    # What was decided on the conversation as it was before would bring its old room back.
    .values(room=bindparam("new"), root=None, version=_c.version + 1)
)
_EMPTY_SLOTS = slots.delete().where(slots.c.room == bindparam("old"))
_EMPTY_SLOTS_OF = slots.delete().where(
    slots.c.room == bindparam("old"),
    slots.c.event.in_(
        select(events.c.event).where(events.c.room == bindparam("old"), events.c.conversation.in_(_MOVED))
    ),
)
_OPEN = select(calls.c.id).where(calls.c.channel == bindparam("channel"), is_open(calls))
_SENDING = select(calls.c.id).where(calls.c.channel == bindparam("channel"), is_sending(calls))


async def move(
    tx: Tx, old: RoomId, new: RoomId, mailboxes: Sequence[MailboxId], now: datetime, *, is_shared: bool = False
) -> None:
    """Everything of `old` goes on in `new`. Events, reactions and media stay what they are.

    A call that is under way in the old room is made anew in the new one, under a transaction id of its own; the
    receipt of the first comes late and settles nothing.

    Args:
        is_shared: the old room is still used: of what is posted there, the conversations of `mailboxes` go on alone.
    """
    values = {"old": old, "new": new, "mailboxes": list(mailboxes)}
    if is_shared and mailboxes:
        await tx.run_slowly(_EMPTY_SLOTS_OF, {"old": old, "mailboxes": list(mailboxes)})
    for mailbox in mailboxes:
        await mailbox_rooms.leave(tx, mailbox, old)
        await mailbox_rooms.use(tx, mailbox, new)
    if mailboxes:
        await tx.run_slowly(_FORGET_SOURCES, {"old": old, "mailboxes": list(mailboxes)})
        await tx.run_slowly(_MOVE, values)
    if not is_shared:
        await tx.run_slowly(_EMPTY_SLOTS, {"old": old})

    async def has_moved(state: State) -> bool:
        match state:
            case Question(conversation=conversation):
                return await _is_in(tx, conversation, new)
            case NewPassword() | NewMailbox() | Bulk() | RuleOffer() | Removal():
                return not is_shared
            case _ as unreachable:
                assert_never(unreachable)

    await dialogues.move(tx, old, new, has_moved)
    await members.keep_marks(tx, old, new)
    unfinished = await _unfinished(tx)
    concerned = [(effect, planned) for effect, planned in unfinished if _concerns(planned.call, old, new)]
    if is_shared:
        concerned = [(effect, planned) for effect, planned in concerned if await _is_in(tx, planned.conversation, new)]
    # All are taken back before the first is planned anew: a slot holds only one that waits.
    for effect, _ in concerned:
        await outbox.close(tx, effect, End.CANCELLED, "moved", now)
    for _, planned in concerned:
        call = _moved(planned.call, old, new)
        if call is not None:
            await outbox.add(tx, replace(planned, call=call), now)


async def _is_in(tx: Tx, conversation: ConversationId | None, room: RoomId) -> bool:
    found = await conversation_rows.get(tx, conversation) if conversation is not None else None
    return found is not None and found.room == room


async def threads_waiting(tx: Tx, room: RoomId) -> tuple[ConversationId, ...]:
    """Conversations into whose threads in this room something is still to be posted."""
    found = {
        planned.call.thread_of
        for _, planned in await _unfinished(tx)
        if isinstance(planned.call, SendEvent) and planned.call.room == room and planned.call.thread_of is not None
    }
    return tuple(sorted(found))


async def _unfinished(tx: Tx) -> list[tuple[EffectId, PlannedCall]]:
    """The calls to the room that have not ended, in the order they were planned in."""
    rows = [*await tx.all(_OPEN, {"channel": CHAT}), *await tx.all(_SENDING, {"channel": CHAT})]
    found: list[tuple[EffectId, PlannedCall]] = []
    for effect in sorted(EffectId(row.id) for row in rows):
        claimed = await outbox.get(tx, effect)
        if claimed is not None:
            found.append((effect, claimed.planned))
    return found


def _concerns(call: Call, old: RoomId, new: RoomId) -> bool:
    match call:
        case SendEvent(room=room) | PinEvent(room=room) | EnterRoom(room=room) | TrustUser(room=room):
            return room == old
        case (
            DescribeCommand(room=room)
            | CheckDns(room=room)
            | LookAtMailbox(room=room)
            | DecideAgain(room=room)
            | AddFolder(room=room)
            | MakeConfigRoom(room=room)
        ):
            return room == old
        case RedactEvent():
            # What is to be deleted stands in the old room.
            return False
        case InvitePerson(room=room, told=told):
            return old in (room, told)
        case QuitRoom(room=room):
            # It was to be left while no mailbox used it.
            return room == new
        case RemoveReader():
            # Nobody is taken out of a room that nothing is told in any more.
            return False
        case MakeSpace() | LinkRoom() | InviteToSpace() | RemoveFromSpace():
            # The look at the space, once the new room was entered, sees what changed.
            return False
        case FollowUpgrade() | FetchFile() | AppendSent() | AddFlag() | MoveOnServer() | Submit() | SubmitToMember():
            return False
        case TryImap() | TrySmtp() | FindServers() | MakeRoom() | BeginSignIn() | FinishSignIn():
            return False
        case _ as unreachable:
            assert_never(unreachable)


def _moved(call: Call, old: RoomId, new: RoomId) -> Call | None:
    """The same call in the new room; None for a call that means nothing there."""
    match call:
        case SendEvent(event_type=event_type, slot=slot):
            if event_type == "m.reaction" or slot.startswith(("board:", "mailbox:")) or call.edits is not None:
                return None
            return replace(call, room=new, reply_to=None, under=None)
        case TrustUser() | CheckDns():
            return replace(call, room=new)
        case InvitePerson(room=room):
            # Who was invited to a room that went on as another one has a way there.
            return replace(call, told=new) if room != old else None
        case LookAtMailbox() | DecideAgain() | AddFolder() | MakeConfigRoom():
            return replace(call, room=new, under=None)
        case _:
            return None
