"""The one table from inputs to decisions."""

from datetime import datetime

from bot.domain.command import Asked
from bot.domain.decision import NOTHING, Decision
from bot.domain.due_snapshots import (
    BoardSnapshot,
    DialogueSnapshot,
    MailedSnapshot,
    NoticeSnapshot,
    OwnTimeSnapshot,
    RetentionSnapshot,
    ScheduledSnapshot,
    SnoozeSnapshot,
    StatusSnapshot,
)
from bot.domain.inputs import Input
from bot.domain.inputs.imported import ConversationImported, MailImported, RepliesImported
from bot.domain.inputs.inside import (
    BotStarted,
    ClientSecretEnds,
    ClockJumped,
    DatabasePutBack,
    EventsLost,
    Receipt,
    ServiceChanged,
    StatusDue,
    TimerDue,
)
from bot.domain.inputs.mail import FolderReset, MailArrived, MailUnreadable
from bot.domain.inputs.room import (
    Invited,
    MailboxGone,
    MailboxMoved,
    MemberChanged,
    RoomDescribable,
    RoomLost,
    RoomTrouble,
    RoomUpgraded,
)
from bot.domain.inputs.said import MessageEdited, Reaction, ReadUpTo, Redacted, TeamMessage
from bot.domain.inputs.trust import IdentityTrouble, MemberIdentityChanged, ReaderCame, SessionCame, Undecryptable
from bot.domain.room_snapshots import LostSnapshot, RestoredSnapshot, RoomSnapshot, SpaceSnapshot, StartedSnapshot
from bot.domain.snapshots import (
    DeletedSnapshot,
    EditedSnapshot,
    MailSnapshot,
    Reacted,
    ReceiptSnapshot,
    RepliesSnapshot,
    ServiceSnapshot,
    Snapshot,
    TakenAway,
    Turned,
)
from bot.domain.stories.answer_decided import decide_mailed
from bot.domain.stories.carried import decide_carried, decide_replies
from bot.domain.stories.chain import followed
from bot.domain.stories.deleted import decide_deleted
from bot.domain.stories.edited import decide_edited
from bot.domain.stories.imported import decide_imported
from bot.domain.stories.lost import decide_lost
from bot.domain.stories.mail import decide_mail, decide_reset
from bot.domain.stories.mailbox_status import decide_status
from bot.domain.stories.notices import decide_notice
from bot.domain.stories.own_time import decide_own_time
from bot.domain.stories.reaction import decide_reaction, decide_reaction_removed
from bot.domain.stories.receipt import decide_receipt
from bot.domain.stories.restored import decide_put_back
from bot.domain.stories.retention import decide_retention
from bot.domain.stories.room import decide_room
from bot.domain.stories.scheduled import decide_scheduled
from bot.domain.stories.service import decide_ending, decide_jump, decide_service
from bot.domain.stories.snoozed import decide_snoozed
from bot.domain.stories.started import decide_started
from bot.domain.stories.team import decide_message
from bot.domain.stories.timer import decide_timer
from bot.domain.stories.turning import decide_turned


def decide(snapshot: Snapshot, input: Input, now: datetime) -> Decision:
    """The decision for an input, with all that follows from what happened."""
    return followed(snapshot, input, _decided(snapshot, input, now), now)


def _decided(snapshot: Snapshot, input: Input, now: datetime) -> Decision:
    match input, snapshot:
        case (MailArrived() | MailUnreadable()) as mail, MailSnapshot() as found:
            return decide_mail(found, mail, now)
        case MailImported() as mail, MailSnapshot() as found:
            return decide_imported(found, mail, now)
        case ConversationImported() as carried, MailSnapshot() as found:
            return decide_carried(found, carried, now)
        case RepliesImported() as replies, RepliesSnapshot() as found:
            return decide_replies(found, replies)
        case FolderReset() as reset, ServiceSnapshot() as found:
            return decide_reset(found, reset)
        case TeamMessage() as written, Asked() as asked:
            return decide_message(asked, written)
        case MessageEdited() as edited, EditedSnapshot() as found:
            return decide_edited(found, edited, now)
        case Redacted() as deleted, DeletedSnapshot() as found:
            return decide_deleted(found, deleted, now)
        case Redacted() as removed, TakenAway() as found:
            return decide_reaction_removed(found, removed, now)
        case Reaction() as given, Reacted() as found:
            return decide_reaction(found, given)
        case Reaction(), Turned(asked):
            return decide_turned(asked)
        case (
            MemberChanged()
            | ReadUpTo()
            | Invited()
            | RoomLost()
            | RoomDescribable()
            | RoomTrouble()
            | RoomUpgraded()
            | MailboxGone()
            | MailboxMoved()
            | IdentityTrouble()
            | MemberIdentityChanged()
            | ReaderCame()
            | SessionCame()
            | Undecryptable()
        ) as about, RoomSnapshot() as found:
            return decide_room(found, about, now)
        case Receipt() as receipt, ReceiptSnapshot() as found:
            return decide_receipt(found, receipt, now)
        case TimerDue() as due, SnoozeSnapshot() as found:
            return decide_snoozed(found, due, now)
        case TimerDue() as due, NoticeSnapshot() as found:
            return decide_notice(found, due, now)
        case TimerDue() as due, MailedSnapshot() as found:
            return decide_mailed(found, due, now)
        case TimerDue() as due, ScheduledSnapshot() as found:
            return decide_scheduled(found, due, now)
        case TimerDue(), RetentionSnapshot() as found:
            return decide_retention(found, now)
        case TimerDue() as due, OwnTimeSnapshot() as found:
            return decide_own_time(found, due, now)
        case TimerDue() as due, (BoardSnapshot() | RoomSnapshot() | SpaceSnapshot() | DialogueSnapshot()) as found:
            return decide_timer(found, due, now)
        case ServiceChanged() as change, ServiceSnapshot() as found:
            return decide_service(found, change, now)
        case StatusDue(), StatusSnapshot() as found:
            return decide_status(found, now)
        case BotStarted() as begun, StartedSnapshot() as found:
            return decide_started(found, begun)
        case ClientSecretEnds() as ending, ServiceSnapshot() as found:
            return decide_ending(found, ending)
        case ClockJumped() as jumped, ServiceSnapshot() as found:
            return decide_jump(found, jumped, now)
        case EventsLost() as lost, LostSnapshot() as found:
            return decide_lost(found, lost, now)
        case DatabasePutBack() as restored, RestoredSnapshot() as found:
            return decide_put_back(found, restored, now)
        case MessageEdited(), _:
            return NOTHING
        case _:
            raise AssertionError(f"{type(input).__name__} was loaded as {type(snapshot).__name__}")
