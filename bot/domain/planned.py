"""How the outbox orders calls: the server that each goes to, how urgent it is, and what it waits for."""

from dataclasses import dataclass
from typing import assert_never

from bot.domain.calls import (
    AddFlag,
    AddFolder,
    AppendSent,
    BeginSignIn,
    Call,
    ChatCall,
    CheckDns,
    DecideAgain,
    DescribeCommand,
    EnterRoom,
    FetchFile,
    FindServers,
    FinishSignIn,
    FollowUpgrade,
    ImapCall,
    InvitePerson,
    LookAtMailbox,
    MakeConfigRoom,
    MakeRoom,
    MoveOnServer,
    PinEvent,
    Priority,
    QuitRoom,
    RedactEvent,
    RemoveReader,
    RoomCall,
    SendEvent,
    SmtpCall,
    Submit,
    SubmitToMember,
    TrialCall,
    TrustUser,
    TryImap,
    TrySmtp,
)
from bot.domain.conversation import EventKind
from bot.domain.direct import lane_of
from bot.domain.ids import ConversationId, DialogueId, MailboxId, MessageRow
from bot.domain.spaces import InviteToSpace, LinkRoom, MakeSpace, RemoveFromSpace, space_key

CHAT = "chat"
"""The channel of all calls to the room."""


TRIAL = "trial"
"""The channel of all that is tried with mail servers for somebody: apart from those of the mailboxes, so that one which
cannot be served is tried all the same, and a server that hangs at a trial holds up no mail."""


def imap_channel(mailbox: MailboxId) -> str:
    """The channel of the calls to a mailbox's IMAP server."""
    return f"imap:{mailbox}"


def smtp_channel(mailbox: MailboxId) -> str:
    """The channel of the calls to a mailbox's SMTP server."""
    return f"smtp:{mailbox}"


def lane_of_thread(number: ConversationId) -> str:
    """The lane of mails and their files in a thread: they stand there in the order in which they came."""
    return f"conversation:{number}"


def channel_of(call: Call) -> str:
    """The server that a call goes to, as the outbox names it."""
    if isinstance(call, ChatCall):
        return CHAT
    if isinstance(call, ImapCall):
        return imap_channel(call.mailbox)
    if isinstance(call, SmtpCall):
        return smtp_channel(call.mailbox)
    if isinstance(call, TrialCall):
        return TRIAL
    assert_never(call)


def _lane_of(
    call: RoomCall | ImapCall | SmtpCall | TrialCall, conversation: ConversationId | None, mail: MessageRow | None
) -> str:
    match call:
        case EnterRoom(room) | QuitRoom(room) | FollowUpgrade(replacement=room):
            return lane_of(room)
        case DescribeCommand(room=room):
            return f"describe:{room}"
        case MakeSpace(organisation) | LinkRoom(organisation=organisation):
            return f"space:rooms:{organisation}"
        case InviteToSpace(organisation=organisation) | RemoveFromSpace(organisation=organisation):
            # Homeservers let few invitations pass: in one lane they wait for each other, not each for the server.
            return f"space:people:{organisation}"
        case InvitePerson(room=room) | RemoveReader(room=room):
            return f"invite:{room}"
        case AppendSent() | AddFlag() | MoveOnServer():
            return f"server:{mail}"
        case Submit():
            return f"out:{conversation}"
        case DecideAgain(number):
            return f"aside:{number}"
        case SubmitToMember(recipient=recipient):
            return f"member:{recipient}"
        case (
            PinEvent()
            | RedactEvent()
            | MakeRoom()
            | MakeConfigRoom()
            | FetchFile()
            | TrustUser()
            | TryImap()
            | TrySmtp()
            | FindServers()
            | CheckDns()
            | BeginSignIn()
            | FinishSignIn()
            | LookAtMailbox()
            | AddFolder()
        ):
            return ""
        case _ as unreachable:
            assert_never(unreachable)


def _priority_of(call: RoomCall | ImapCall | SmtpCall | TrialCall) -> Priority:
    match call:
        case RedactEvent() | EnterRoom() | MakeRoom() | MakeConfigRoom() | TrustUser() | FollowUpgrade():
            return Priority.ANSWER
        case TryImap() | TrySmtp() | FindServers() | CheckDns() | BeginSignIn() | FinishSignIn():
            return Priority.ANSWER
        case LookAtMailbox() | AddFolder() | DecideAgain():
            return Priority.ANSWER
        case FetchFile() | Submit():
            return Priority.CONFIRMATION
        case SubmitToMember() | AppendSent() | AddFlag() | MoveOnServer():
            return Priority.MAIL
        case PinEvent() | QuitRoom() | InvitePerson() | RemoveReader():
            return Priority.BOARD
        case DescribeCommand() | MakeSpace() | LinkRoom() | InviteToSpace() | RemoveFromSpace():
            return Priority.DESCRIPTION
        case _ as unreachable:
            assert_never(unreachable)


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """A call with all that the outbox needs to order it, to undo it, and to know what became of it."""

    call: Call
    channel: str
    """`chat`, `trial`, `imap:MAILBOX`, `smtp:MAILBOX`: the server that it goes to."""
    lane: str
    """Calls of one lane go strictly one after another; empty: waits for nobody."""
    priority: Priority
    delay_seconds: float = 0.0
    key: str = ""
    """Name by which the call is cancelled or replaced before its first try: `submit:ROW`. A slot is a key as well."""
    conversation: ConversationId | None = None
    mail: MessageRow | None = None
    event_kind: EventKind | None = None
    """The event's kind to us, once sent."""
    dialogue: DialogueId | None = None
    """The dialogue that is told of its end."""

    @property
    def tells(self) -> tuple[ConversationId, ...]:
        """Where it is said in a direct chat: the conversations of which it tells."""
        if not isinstance(self.call, SendEvent) or self.lane != lane_of(self.call.room):
            return ()
        own = () if self.conversation is None else (self.conversation,)
        return tuple(dict.fromkeys((*own, *self.call.tells)))

    @property
    def news(self) -> tuple[ConversationId, ...]:
        """Those of them of which it tells because something happened; an answer tells of what was asked."""
        return self.tells if self.event_kind is EventKind.NOTICE else ()


def post(
    event: SendEvent,
    priority: Priority,
    *,
    lane: str = "",
    conversation: ConversationId | None = None,
    mail: MessageRow | None = None,
    event_kind: EventKind | None = None,
) -> PlannedCall:
    """A call that sends an event; its writer says how urgent it is and what it waits for."""
    return PlannedCall(event, CHAT, lane, priority, conversation=conversation, mail=mail, event_kind=event_kind)


def plan(
    call: RoomCall | ImapCall | SmtpCall | TrialCall,
    *,
    delay_seconds: float = 0.0,
    key: str = "",
    conversation: ConversationId | None = None,
    mail: MessageRow | None = None,
    dialogue: DialogueId | None = None,
) -> PlannedCall:
    """Any other call; its kind says where it goes, how urgent it is, and what it waits for."""
    if isinstance(call, MakeSpace):
        key = space_key(call.organisation)
    lane = _lane_of(call, conversation, mail)
    return PlannedCall(
        call,
        channel_of(call),
        lane,
        _priority_of(call),
        delay_seconds,
        key,
        conversation=conversation,
        mail=mail,
        dialogue=dialogue,
    )
