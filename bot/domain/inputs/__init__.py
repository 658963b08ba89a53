"""Inputs: the closed union that `decide` answers. Each input has a key; a key is decided once."""

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

RoomInput = (
    MemberChanged
    | ReadUpTo
    | Invited
    | RoomLost
    | RoomDescribable
    | RoomTrouble
    | RoomUpgraded
    | MailboxGone
    | MailboxMoved
    | IdentityTrouble
    | MemberIdentityChanged
    | ReaderCame
    | SessionCame
    | Undecryptable
)
"""Inputs about rooms and their people."""
ChatInput = TeamMessage | MessageEdited | Reaction | Redacted | RoomInput
MailInput = MailArrived | MailUnreadable | FolderReset
Input = (
    MailInput
    | MailImported
    | ConversationImported
    | RepliesImported
    | ChatInput
    | Receipt
    | TimerDue
    | ServiceChanged
    | StatusDue
    | BotStarted
    | ClientSecretEnds
    | ClockJumped
    | DatabasePutBack
    | EventsLost
)
