"""A time has come: a board to refresh, an unused room to leave, a space to compare."""

from datetime import datetime

from bot.domain.decide import moves
from bot.domain.decide.room import UNUSED_STAY
from bot.domain.decide.spaces import decide_space
from bot.domain.decision import NOTHING, Decision, ForgetRoom, SetTimer
from bot.domain.effects import LeaveRoom, ShowBoard
from bot.domain.ids import RoomId
from bot.domain.inputs import TimerDue
from bot.domain.snapshots import BoardSnapshot, RoomSnapshot, SpaceSnapshot


def decide_timer(snapshot: BoardSnapshot | RoomSnapshot | SpaceSnapshot, input: TimerDue, now: datetime) -> Decision:
    if isinstance(snapshot, SpaceSnapshot):
        return decide_space(snapshot, now)
    kind, _, about = input.timer.partition(":")
    if kind == "board" and isinstance(snapshot, BoardSnapshot):
        mailboxes = tuple(m.id for m in snapshot.instance.in_room(snapshot.room))
        if not mailboxes:
            return NOTHING
        return Decision((), (ShowBoard(snapshot.room, mailboxes, snapshot.board),))
    if kind == "anew" and isinstance(snapshot, RoomSnapshot):
        decision = moves.board_anew(RoomId(about), now)
        for conversation in snapshot.moving:
            decision += moves.anew(conversation)
        return decision
    if kind == "unused" and isinstance(snapshot, RoomSnapshot) and snapshot.is_waiting:
        if snapshot.upgrade is not None:
            # A room of ours was upgraded to this one, and nobody has decided yet.
            return Decision((SetTimer(input.timer, now + UNUSED_STAY),))
        return Decision((ForgetRoom(RoomId(about)),), (LeaveRoom(RoomId(about)),))
    return NOTHING
