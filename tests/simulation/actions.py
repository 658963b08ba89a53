"""What may happen in a run: each action is one sentence."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NewMail:
    who: str
    cc: tuple[str, ...] = ()
    reply_to: str = ""

    def __str__(self) -> str:
        return f"{self.who} writes{_cc(self.cc)}{_asks(self.reply_to)}"


@dataclass(frozen=True, slots=True)
class AnswerMail:
    """`topic` counts the mails that opened something; past the last it begins again."""

    topic: int
    who: str
    cc: tuple[str, ...] = ()
    reply_to: str = ""

    def __str__(self) -> str:
        return f"{self.who} answers in topic {self.topic}{_cc(self.cc)}{_asks(self.reply_to)}"


@dataclass(frozen=True, slots=True)
class MailAgain:
    letter: int
    by_list: bool

    def __str__(self) -> str:
        return f"mail {self.letter} comes again{', through a list' if self.by_list else ''}"


@dataclass(frozen=True, slots=True)
class Bounce:
    sent: int

    def __str__(self) -> str:
        return f"sent mail {self.sent} comes back"


@dataclass(frozen=True, slots=True)
class Away:
    """An absence note."""

    sent: int

    def __str__(self) -> str:
        return f"an absence note answers sent mail {self.sent}"


@dataclass(frozen=True, slots=True)
class Says:
    """`!WORDS` in the thread of a card; a word that sends gets words of its own."""

    card: int
    who: str
    command: str

    def __str__(self) -> str:
        return f"{self.who} says !{self.command} in thread {self.card}"


@dataclass(frozen=True, slots=True)
class SaysApart:
    """Outside of all threads."""

    who: str
    command: str
    in_config: bool

    def __str__(self) -> str:
        return f"{self.who} says !{self.command} in the {'config' if self.in_config else 'team'} room"


@dataclass(frozen=True, slots=True)
class Begins:
    """`!new` outside of all threads, with words of its own."""

    who: str
    to: str

    def __str__(self) -> str:
        return f"{self.who} writes to {self.to} first"


@dataclass(frozen=True, slots=True)
class SaysAgain:
    said: int

    def __str__(self) -> str:
        return f"what was said as number {self.said} is said again, in the same words"


@dataclass(frozen=True, slots=True)
class Talks:
    """Words that are no command: they may be sent by 📤."""

    card: int
    who: str

    def __str__(self) -> str:
        return f"{self.who} talks in thread {self.card}"


@dataclass(frozen=True, slots=True)
class Posts:
    card: int
    who: str

    def __str__(self) -> str:
        return f"{self.who} posts a file in thread {self.card}"


@dataclass(frozen=True, slots=True)
class Edits:
    said: int
    is_reply: bool

    def __str__(self) -> str:
        return f"message {self.said} is edited{'' if self.is_reply else ' into talk'}"


@dataclass(frozen=True, slots=True)
class Reacts:
    """`on`: `card`, `question`, `mail`, `own` (what the person said), `out` (a mail that goes out)."""

    who: str
    emoji: str
    on: str
    which: int

    def __str__(self) -> str:
        return f"{self.who} reacts {self.emoji} on {self.on} {self.which}"


@dataclass(frozen=True, slots=True)
class Deletes:
    said: int

    def __str__(self) -> str:
        return f"message {self.said} is deleted"


@dataclass(frozen=True, slots=True)
class TakesBack:
    reaction: int

    def __str__(self) -> str:
        return f"reaction {self.reaction} is taken away"


@dataclass(frozen=True, slots=True)
class EventAgain:
    event: int

    def __str__(self) -> str:
        return f"the homeserver gives event {self.event} again"


@dataclass(frozen=True, slots=True)
class Reads:
    who: str
    event: int

    def __str__(self) -> str:
        return f"{self.who} reads up to event {self.event}"


# --- what goes wrong


@dataclass(frozen=True, slots=True)
class Kill:
    after: int
    pause: float

    def __str__(self) -> str:
        return f"the bot is killed {self.after} boundaries later, and started again after {self.pause:.0f} s"


@dataclass(frozen=True, slots=True)
class Stop:
    """As an operator does it: what is under way may end."""

    pause: float

    def __str__(self) -> str:
        return f"the bot is told to stop, and started again after {self.pause:.0f} s"


@dataclass(frozen=True, slots=True)
class ServerAway:
    server: str
    seconds: float

    def __str__(self) -> str:
        return f"{self.server} is away for {self.seconds:.0f} s"


@dataclass(frozen=True, slots=True)
class Mishap:
    server: str
    what: str

    def __str__(self) -> str:
        return f"the next call to {self.server} meets: {self.what}"


@dataclass(frozen=True, slots=True)
class LostCommit:
    skip: int
    is_done: bool

    def __str__(self) -> str:
        return f"after {self.skip} commits one is {'done' if self.is_done else 'not done'}, and its answer is lost"


@dataclass(frozen=True, slots=True)
class DiskFull:
    seconds: float

    def __str__(self) -> str:
        return f"the disk is full for {self.seconds:.0f} s"


@dataclass(frozen=True, slots=True)
class ClockJump:
    seconds: float

    def __str__(self) -> str:
        return f"the system's clock jumps by {self.seconds:.0f} s"


@dataclass(frozen=True, slots=True)
class MailboxBackup:
    def __str__(self) -> str:
        return "the mailbox is backed up"


@dataclass(frozen=True, slots=True)
class MailboxRestored:
    def __str__(self) -> str:
        return "the mailbox is restored, under the same UIDVALIDITY"


@dataclass(frozen=True, slots=True)
class MailboxNumbered:
    def __str__(self) -> str:
        return "the inbox is numbered anew, under a new UIDVALIDITY"


@dataclass(frozen=True, slots=True)
class HomeserverBackup:
    def __str__(self) -> str:
        return "the homeserver is backed up"


@dataclass(frozen=True, slots=True)
class HomeserverRestored:
    seconds: float

    def __str__(self) -> str:
        return f"the homeserver is away for {self.seconds:.0f} s and comes back as it was backed up"


@dataclass(frozen=True, slots=True)
class DatabaseBackup:
    def __str__(self) -> str:
        return "the database is backed up"


@dataclass(frozen=True, slots=True)
class DatabaseRestored:
    pause: float

    def __str__(self) -> str:
        return "the bot is killed, its database restored, and it is started again"


Action = (
    NewMail
    | AnswerMail
    | MailAgain
    | Bounce
    | Away
    | Says
    | SaysApart
    | Begins
    | SaysAgain
    | Talks
    | Posts
    | Edits
    | Reacts
    | Deletes
    | TakesBack
    | EventAgain
    | Reads
    | Kill
    | Stop
    | ServerAway
    | Mishap
    | LostCommit
    | DiskFull
    | ClockJump
    | MailboxBackup
    | MailboxRestored
    | MailboxNumbered
    | HomeserverBackup
    | HomeserverRestored
    | DatabaseBackup
    | DatabaseRestored
)


def _cc(cc: tuple[str, ...]) -> str:
    return f" with {', '.join(cc)} in Cc" if cc else ""


def _asks(reply_to: str) -> str:
    return f", Reply-To {reply_to}" if reply_to else ""
