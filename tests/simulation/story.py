"""What happens in a run: a list of steps, each at its time, each one sentence."""

import random
from collections.abc import Callable
from dataclasses import dataclass

PEOPLE = ("marie@client.example", "paul@client.example", "lea@mairie.example")
STRANGERS = ("eve@elsewhere.example", "zoe@elsewhere.example", "max@nowhere.example", "ida@nowhere.example")
TEAM = ("alice", "bob")
WORDS = ("reply", "reply", "reply", "reply --only", "reply --all", "reply --them", "reply --others")
STATUS = ("close", "pending", "active", "spam", "notspam", "assign me", "unassign", "follow", "assign @bob")
EMOJIS = ("✅", "✋", "⏳", "🚫", "👀", "📤", "🔁")


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
    | DatabaseBackup
    | DatabaseRestored
)


@dataclass(frozen=True, slots=True)
class Step:
    at: float
    """Seconds since the beginning."""
    what: Action

    def __str__(self) -> str:
        return f"{self.at:6.1f} s  {self.what}"


@dataclass(frozen=True, slots=True)
class Story:
    seed: int
    steps: tuple[Step, ...]
    is_encrypted: bool = False
    """The team's room."""

    def __str__(self) -> str:
        first = ["The team's room is encrypted."] if self.is_encrypted else []
        return "\n".join([*first, *(str(step) for step in self.steps)])


def _cc(cc: tuple[str, ...]) -> str:
    return f" with {', '.join(cc)} in Cc" if cc else ""


def _asks(reply_to: str) -> str:
    return f", Reply-To {reply_to}" if reply_to else ""


# --- stories from seeds


def story_of(seed: int) -> Story:
    """The story of a seed: the same one for ever, as long as nothing is changed here."""
    dice = random.Random(f"story {seed}")
    steps: list[Step] = []
    at = 1.0
    for scene in [_mail, *(_scene(dice) for _ in range(dice.randint(4, 12)))]:
        for action in scene(dice):
            steps.append(Step(round(at, 1), action))
            at += dice.choice((0.2, 1.0, 1.0, 4.0, 12.0, 25.0))
    return Story(seed, tuple(steps), is_encrypted=dice.random() < 0.15)


Scene = Callable[[random.Random], list[Action]]


def _scene(dice: random.Random) -> Scene:
    scenes: tuple[tuple[Scene, int], ...] = (
        (_mail, 4),
        (_answer, 4),
        (_reply, 5),
        (_asked, 4),
        (_stranger, 4),
        (_files, 2),
        (_flood, 1),
        (_status, 4),
        (_again, 2),
        (_change, 3),
        (_returned, 2),
        (_death, 4),
        (_trouble, 5),
        (_mailbox, 2),
        (_database, 1),
    )
    return dice.choices([one for one, _ in scenes], [weight for _, weight in scenes])[0]


def _some(dice: random.Random) -> int:
    return dice.randint(0, 5)


def _mail(dice: random.Random) -> list[Action]:
    people = dice.sample((*PEOPLE, *STRANGERS), 3)
    return [
        NewMail(
            people[0],
            tuple(people[1 : dice.choice((1, 1, 2, 3))]),
            dice.choice(("", "", "", people[2])),
        )
    ]


def _answer(dice: random.Random) -> list[Action]:
    people = dice.sample((*PEOPLE, *STRANGERS), 3)
    cc = tuple(people[1 : dice.choice((1, 2, 3))])
    return [AnswerMail(_some(dice), people[0], cc, dice.choice(("", "", people[2])))]


def _reply(dice: random.Random) -> list[Action]:
    who = dice.choice(TEAM)
    if dice.random() < 0.25:
        found: list[Action] = [Talks(_some(dice), who), Reacts(who, "📤", "own", 0)]
    else:
        found = [Says(_some(dice), who, dice.choice(WORDS))]
    after: tuple[Action, ...] = (
        Says(_some(dice), who, "undo"),
        Deletes(0),
        Edits(0, is_reply=dice.random() < 0.7),
        Says(_some(dice), who, "resend"),
        SaysAgain(0),
    )
    if dice.random() < 0.4:
        found.append(dice.choice(after))
    return found


def _asked(dice: random.Random) -> list[Action]:
    """A newer mail than the writer knows, so that the answer is asked about; and what people do then."""
    card, who = _some(dice), dice.choice(TEAM)
    found: list[Action] = [AnswerMail(card, dice.choice(PEOPLE)), Says(card, who, dice.choice(WORDS))]
    for _ in range(dice.randint(1, 3)):
        more: tuple[Action, ...] = (
            Reacts(who, "✅", "question", 0),
            Reacts(who, "✅", "question", 0),
            Reacts(dice.choice(TEAM), "✅", "question", _some(dice)),
            SaysAgain(0),
            TakesBack(0),
            AnswerMail(card, dice.choice((*PEOPLE, *STRANGERS))),
        )
        found.append(dice.choice(more))
    return found


def _stranger(dice: random.Random) -> list[Action]:
    """Somebody answers who was never there, and names others, who may answer too; then the team answers."""
    topic, who = _some(dice), dice.choice(TEAM)
    people = dice.sample(STRANGERS, 3)
    found: list[Action] = [
        AnswerMail(topic, people[0], tuple(people[1 : dice.choice((2, 3))]), dice.choice(("", "", people[2])))
    ]
    if dice.random() < 0.6:
        found.append(AnswerMail(topic, people[1]))
    if dice.random() < 0.5:
        found.append(Reads(who, 0))
    found.append(Says(topic, who, dice.choice(("reply --others", *WORDS))))
    return [*found, *([Reacts(who, "✅", "question", 0)] if dice.random() < 0.5 else [])]


def _files(dice: random.Random) -> list[Action]:
    """A file in the thread, that goes with an answer."""
    card, who = _some(dice), dice.choice(TEAM)
    return [Posts(card, who), Says(card, who, "attach"), Says(card, who, dice.choice(WORDS))]


def _flood(dice: random.Random) -> list[Action]:
    """Many mails within a second."""
    people = [*PEOPLE, *STRANGERS]
    return [NewMail(dice.choice(people)) for _ in range(dice.randint(5, 12))]


def _status(dice: random.Random) -> list[Action]:
    who, card = dice.choice(TEAM), _some(dice)
    if dice.random() < 0.2:
        return [
            SaysApart(who, dice.choice(("help", "list", "close #1", "assign @bob #2", "clsoe")), dice.random() < 0.5)
        ]
    if dice.random() < 0.5:
        return [Says(card, who, dice.choice(STATUS))]
    return [Reacts(who, dice.choice(EMOJIS), dice.choice(("card", "card", "mail", "out")), card)]


def _again(dice: random.Random) -> list[Action]:
    return [
        dice.choice(
            (
                MailAgain(_some(dice), by_list=False),
                MailAgain(_some(dice), by_list=True),
                EventAgain(_some(dice)),
                EventAgain(_some(dice)),
            )
        )
    ]


def _change(dice: random.Random) -> list[Action]:
    one = _some(dice)
    return [
        dice.choice(
            (
                Edits(one, is_reply=True),
                Edits(one, is_reply=False),
                Deletes(one),
                TakesBack(one),
                Reads(dice.choice(TEAM), one),
            )
        )
    ]


def _returned(dice: random.Random) -> list[Action]:
    return [dice.choice((Bounce(_some(dice)), Away(_some(dice))))]


def _death(dice: random.Random) -> list[Action]:
    if dice.random() < 0.25:
        return [Stop(dice.choice((0.5, 5.0, 40.0)))]
    return [Kill(dice.choice((1, 3, 8, 20, 50, 120)) + dice.randint(0, 8), dice.choice((0.5, 5.0, 40.0)))]


def _trouble(dice: random.Random) -> list[Action]:
    found: tuple[Action, ...] = (
        ServerAway(dice.choice(("matrix", "imap", "smtp")), dice.choice((3.0, 20.0, 60.0))),
        Mishap("smtp", dice.choice(("450", "550", "lost", "lost before", "450 one", "550 one"))),
        Mishap("matrix", dice.choice(("500", "429", "lost", "lost"))),
        Mishap("imap", dice.choice(("cut", "lost"))),
        LostCommit(dice.choice((0, 0, 1, 2, 5, 9)), is_done=dice.random() < 0.6),
        LostCommit(dice.choice((0, 0, 1, 2, 5, 9)), is_done=dice.random() < 0.6),
        DiskFull(dice.choice((2.0, 15.0, 45.0))),
        ClockJump(dice.choice((-7200.0, -90.0, 90.0, 3600.0, 172800.0))),
    )
    return [dice.choice(found)]


def _mailbox(dice: random.Random) -> list[Action]:
    if dice.random() < 0.25:
        return [MailboxNumbered()]
    after = [action for _ in range(dice.randint(0, 2)) for action in _mail(dice)]
    return [MailboxBackup(), *(_mail(dice) + _mail(dice))[: dice.randint(0, 2)], MailboxRestored(), *after]


def _database(dice: random.Random) -> list[Action]:
    between = [action for _ in range(dice.randint(0, 3)) for action in dice.choice((_mail, _reply, _status))(dice)]
    return [DatabaseBackup(), *between, DatabaseRestored(dice.choice((1.0, 30.0)))]
