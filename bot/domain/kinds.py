"""The stored names of calls and inputs (`outbox.kind`, `shunted.kind`), whatever their classes are called.

A stored kind or field is never renamed: older rows could not be read any more. A class may be renamed.
"""

from collections.abc import Mapping
from typing import Final

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
from bot.domain.new_mailbox import NewMailbox
from bot.domain.new_password import NewPassword
from bot.domain.question import Question
from bot.domain.removal import Removal
from bot.domain.rule_offer import RuleOffer
from bot.domain.spaces import InviteToSpace, LinkRoom, MakeSpace, RemoveFromSpace

CALLS: Final[Mapping[type[Call], str]] = {
    SendEvent: "SendEvent",
    PinEvent: "PinEvent",
    EnterRoom: "EnterRoom",
    QuitRoom: "QuitRoom",
    DescribeCommand: "DescribeCommand",
    FetchFile: "FetchFile",
    TrustUser: "TrustUser",
    FollowUpgrade: "FollowUpgrade",
    MakeSpace: "MakeSpace",
    LinkRoom: "LinkRoom",
    InviteToSpace: "InviteToSpace",
    RemoveFromSpace: "RemoveFromSpace",
    AppendSent: "AppendSent",
    AddFlag: "AddFlag",
    MoveOnServer: "MoveOnServer",
    Submit: "Submit",
    SubmitToMember: "SubmitToMember",
    RedactEvent: "RedactEvent",
    TryImap: "TryImap",
    TrySmtp: "TrySmtp",
    FindServers: "FindServers",
    CheckDns: "CheckDns",
    BeginSignIn: "BeginSignIn",
    FinishSignIn: "FinishSignIn",
    LookAtMailbox: "LookAtMailbox",
    DecideAgain: "DecideAgain",
    AddFolder: "AddFolder",
    MakeRoom: "MakeRoom",
    MakeConfigRoom: "MakeConfigRoom",
    InvitePerson: "InvitePerson",
    RemoveReader: "RemoveReader",
}
INPUTS: Final[Mapping[type[Input], str]] = {
    MailArrived: "MailArrived",
    MailUnreadable: "MailUnreadable",
    MailImported: "MailImported",
    ConversationImported: "ConversationImported",
    RepliesImported: "RepliesImported",
    FolderReset: "FolderReset",
    TeamMessage: "TeamMessage",
    MessageEdited: "MessageEdited",
    Reaction: "Reaction",
    Redacted: "Redacted",
    MemberChanged: "MemberChanged",
    ReadUpTo: "ReadUpTo",
    Invited: "Invited",
    RoomLost: "RoomLost",
    RoomDescribable: "RoomDescribable",
    RoomTrouble: "RoomTrouble",
    RoomUpgraded: "RoomUpgraded",
    MailboxMoved: "MailboxMoved",
    MailboxGone: "MailboxGone",
    IdentityTrouble: "IdentityTrouble",
    MemberIdentityChanged: "MemberIdentityChanged",
    ReaderCame: "ReaderCame",
    SessionCame: "SessionCame",
    Undecryptable: "Undecryptable",
    Receipt: "Receipt",
    TimerDue: "TimerDue",
    ServiceChanged: "ServiceChanged",
    StatusDue: "StatusDue",
    BotStarted: "BotStarted",
    ClientSecretEnds: "ClientSecretEnds",
    ClockJumped: "ClockJumped",
    DatabasePutBack: "DatabasePutBack",
    EventsLost: "EventsLost",
}


STATES: Final[Mapping[type[State], str]] = {
    Question: "confirm_send",
    NewPassword: "new_password",
    NewMailbox: "new_mailbox",
    Bulk: "bulk",
    RuleOffer: "rule_offer",
    Removal: "removal",
}


_ALL: Final[Mapping[type, str]] = {kind: name for table in (CALLS, INPUTS, STATES) for kind, name in table.items()}


def kind_of(one: Call | Input | State) -> str:
    """The name of a value's class in the database, in logs and in metrics."""
    return _ALL[type(one)]
