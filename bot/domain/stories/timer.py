"""A time has come: a board to refresh, a room to greet, a dialogue to end, a room to leave, a space to compare."""

from datetime import datetime

from bot.domain.calls import QuitRoom
from bot.domain.conversation import EventKind
from bot.domain.decision import NOTHING, Decision, EmptySlot, NeverTake, SetTimer
from bot.domain.dialogue import Dialogue
from bot.domain.dialogues import table
from bot.domain.due_snapshots import BoardSnapshot, DialogueSnapshot
from bot.domain.effects import Do, Say, ShowBoard
from bot.domain.house_changes import ForgetRoom
from bot.domain.ids import RoomId, UserId
from bot.domain.inputs.inside import TimerDue
from bot.domain.inputs.trust import anew_key
from bot.domain.room_snapshots import RoomSnapshot, SpaceSnapshot
from bot.domain.rules import config_room, direct, moves
from bot.domain.rules.direct import UNUSED_STAY
from bot.domain.rules.unread_edits import SLOT
from bot.domain.sentences import sentence
from bot.domain.stories.spaces import decide_space


def greeting_timer(room: RoomId) -> str:
    """The timer after which the bot greets a room."""
    return f"greet:{room}"


def greeting_slot(room: RoomId) -> str:
    """The slot of the words with which the bot entered a room; filled, it greets no more."""
    return f"greeted:{room}"


def decide_timer(
    snapshot: BoardSnapshot | RoomSnapshot | SpaceSnapshot | DialogueSnapshot, input: TimerDue, now: datetime
) -> Decision:
    """The decision for a time that has come."""
    if isinstance(snapshot, SpaceSnapshot):
        return decide_space(snapshot, now)
    if isinstance(snapshot, DialogueSnapshot):
        return _expired(snapshot.dialogue, now)
    kind, _, about = input.timer.partition(":")
    if kind == "board" and isinstance(snapshot, BoardSnapshot):
        mailboxes = tuple(m.id for m in snapshot.instance.in_room(snapshot.room))
        if not mailboxes:
            return NOTHING
        return Decision((), (ShowBoard(snapshot.room, mailboxes, snapshot.board),))
    if kind == "anew" and isinstance(snapshot, RoomSnapshot):
        decision = Decision((NeverTake(anew_key(RoomId(about), now)),)) + moves.board_anew(RoomId(about), now)
        for conversation in snapshot.moving:
            decision += moves.anew(conversation)
        return decision
    if kind == "greet" and isinstance(snapshot, RoomSnapshot):
        of_direct = direct.entered(snapshot, RoomId(about), now)
        if of_direct is not None:
            return of_direct
    if kind == "greet" and isinstance(snapshot, RoomSnapshot) and not snapshot.is_greeted:
        room = RoomId(about)
        addresses = ", ".join(m.address for m in snapshot.instance.in_room(room))
        if addresses:
            told = (sentence("greeting.what", addresses=addresses), sentence("greeting.how"))
        elif snapshot.is_waiting and snapshot.upgrade is None:
            # Also the direct chat that clients open to compare emojis: what was asked before we entered is not told us.
            told = (sentence("greeting.unused"), sentence("error.verification"))
        else:
            return NOTHING
        return Decision((), (Say(room, told, kind=EventKind.NOTICE, slot=greeting_slot(room)),))
    if kind == config_room.ALONE and isinstance(snapshot, RoomSnapshot):
        return config_room.empty(snapshot.instance, RoomId(about), snapshot.present, now)
    if kind == config_room.READERS and isinstance(snapshot, RoomSnapshot):
        return config_room.readers(snapshot.instance, RoomId(about), snapshot.present, now)
    if kind == config_room.ADMIN_GONE and isinstance(snapshot, RoomSnapshot):
        return config_room.admin_gone(snapshot.instance, UserId(about))
    if kind == SLOT:
        return Decision((EmptySlot(about),))
    if kind == "unused" and isinstance(snapshot, RoomSnapshot) and snapshot.is_waiting:
        if snapshot.upgrade is not None:
            # A room of ours was upgraded to this one, and nobody has decided yet.
            return Decision((SetTimer(input.timer, now + UNUSED_STAY),))
        return Decision((ForgetRoom(RoomId(about)),), (Do(QuitRoom(RoomId(about))),))
    return NOTHING


def _expired(dialogue: Dialogue | None, now: datetime) -> Decision:
    """A dialogue that went on meanwhile has a later time; the clock may have been set, too."""
    if dialogue is None:
        return NOTHING
    if now < dialogue.state.expires_at:
        return Decision((SetTimer(dialogue.timer, dialogue.state.expires_at),))
    return table.expired(dialogue)
