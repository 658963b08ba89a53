"""What happens in a run: a list of steps, each at its time."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from tests.simulation.actions import (
    Action,
    AnswerMail,
    Away,
    Begins,
    Bounce,
    ClockJump,
    DatabaseBackup,
    DatabaseRestored,
    Deletes,
    DiskFull,
    Edits,
    EventAgain,
    HomeserverBackup,
    HomeserverRestored,
    Kill,
    LostCommit,
    MailAgain,
    MailboxBackup,
    MailboxNumbered,
    MailboxRestored,
    Mishap,
    NewMail,
    Posts,
    Reacts,
    Reads,
    Says,
    SaysAgain,
    SaysApart,
    ServerAway,
    Stop,
    TakesBack,
    Talks,
)

PEOPLE = ("marie@client.example", "paul@client.example", "lea@mairie.example")
STRANGERS = ("eve@elsewhere.example", "zoe@elsewhere.example", "max@nowhere.example", "ida@nowhere.example")
TEAM = ("alice", "bob")
WORDS = ("reply", "reply", "reply", "reply --only", "reply --all", "reply --them", "reply --others")
STATUS = ("close", "pending", "active", "spam", "notspam", "assign me", "unassign", "follow", "assign @bob")
ORDER = (
    "tag urgent",
    "tag a -urgent",
    "tag -a",
    "subject Devis",
    "subject Une question",
    "snooze in 2 min",
    "snooze in 10 min",
    "snooze demain 9h",
    "snooze off",
)
FIND = (
    "search question",
    "search from:marie status:active",
    'search "',
    "search words* page:2",
    "more",
    "show all #1",
    "trace marie@client.example",
    "trace 2026-11-23",
    "customer #1 lea@mairie.example",
    "customer #2 paul@client.example",
)
BULK = ("close all", "spam subject:question", "assign @bob unassigned", "notspam all", "unassign mine", "active closed")
EMOJIS = ("✅", "✋", "⏳", "🚫", "👀", "📤", "🔁")


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


def story_of(seed: int) -> Story:
    """The story of a seed: the same one for ever, as long as nothing is changed here."""
    dice = random.Random(f"story {seed}")
    steps: list[Step] = []
    at = 1.0
    for scene in [_mail, *(_scene(dice) for _ in range(dice.randint(4, 12)))]:
        for action in scene(dice):
            steps.append(Step(round(at, 1), action))
            at += dice.choice((0.2, 1.0, 1.0, 4.0, 12.0, 25.0))
    steps = _with_first_mail(seed, steps)
    steps = _with_find(seed, steps)
    steps = _with_merge(seed, steps)
    steps = _with_bulk(seed, steps)
    is_encrypted = dice.random() < 0.15
    if dice.random() < 0.08:
        steps = _with_homeserver(dice, steps)
    steps = _with_order(random.Random(f"order {seed}"), steps)
    return Story(seed, tuple(_with_scheduled(random.Random(f"scheduled {seed}"), steps)), is_encrypted)


def _with_order(dice: random.Random, steps: list[Step]) -> list[Step]:
    """Here and there somebody keeps order; by dice of their own, so that the rest of a story stays as it was."""
    for _ in range(dice.choice((0, 0, 1, 2, 4))):
        place = dice.randint(1, len(steps))
        said = Says(_some(dice), dice.choice(TEAM), dice.choice(ORDER))
        steps = [*steps[:place], Step(steps[place - 1].at, said), *steps[place:]]
    return steps


def _with_scheduled(dice: random.Random, steps: list[Step]) -> list[Step]:
    """In every third story somebody lets an answer wait for its time; by dice of its own."""
    if dice.random() > 0.34:
        return steps
    place, who, card = dice.randint(1, len(steps)), dice.choice(TEAM), _some(dice)
    pauses = (0.5, 5.0, 200.0)
    after: tuple[tuple[Action, ...], ...] = (
        (),
        (Deletes(0),),
        (Edits(0, is_reply=True),),
        (Edits(0, is_reply=False),),
        (Says(card, who, "undo"),),
        (AnswerMail(card, dice.choice(PEOPLE)), Says(card, dice.choice(TEAM), "send")),
        (Kill(dice.choice((2, 5, 9, 14)), dice.choice(pauses)),),
        (Deletes(0), DatabaseRestored(dice.choice(pauses))),
        (Edits(0, is_reply=True), DatabaseRestored(dice.choice(pauses))),
        (DatabaseRestored(dice.choice(pauses)),),
        (DatabaseRestored(200.0),),
    )
    is_copied = dice.random() < 0.4
    said = Says(card, who, f'reply --at "in {dice.choice((1, 2, 3))} min"')
    first: tuple[Action, ...] = (Reads(who, 0), *((DatabaseBackup(),) if is_copied else ()), said)
    at = steps[place - 1].at
    found = []
    # With time between them: what is asked is done before the next thing comes.
    for one in (*first, *dice.choice(after)):
        at += dice.choice((1.0, 6.0)) if one in first else dice.choice((1.0, 6.0, 90.0, 250.0))
        found.append(Step(round(at, 1), one))
    return [*steps[:place], *found, *(replace(one, at=max(one.at, found[-1].at)) for one in steps[place:])]


def _with_first_mail(seed: int, steps: list[Step]) -> list[Step]:
    """In every eighth story the team writes to somebody first. By dice of its own: the others stay as they were."""
    dice = random.Random(f"first mail {seed}")
    if dice.random() > 0.125:
        return steps
    place, who = dice.randint(1, len(steps)), dice.choice(TEAM)
    after: tuple[tuple[Action, ...], ...] = (
        (),
        (),
        (Deletes(0),),
        (Edits(0, is_reply=False),),
        (SaysAgain(0),),
        (Kill(dice.randint(1, 12), 1.0),),
    )
    found: list[Action] = [Begins(who, dice.choice((*PEOPLE, *STRANGERS))), *dice.choice(after)]
    return [*steps[:place], *(Step(steps[place - 1].at, one) for one in found), *steps[place:]]


def _with_find(seed: int, steps: list[Step]) -> list[Step]:
    """In every sixth story somebody looks for something. By dice of its own: the others stay as they were."""
    dice = random.Random(f"find {seed}")
    if dice.random() > 0.17:
        return steps
    place = dice.randint(1, len(steps))
    asked = SaysApart(dice.choice(TEAM), dice.choice(FIND), in_config=False)
    return [*steps[:place], Step(steps[place - 1].at, asked), *steps[place:]]


def _with_merge(seed: int, steps: list[Step]) -> list[Step]:
    """In every eighth story conversations become one, and in half of these one becomes two. By dice of its own: the others stay as they were."""
    dice = random.Random(f"merge {seed}")
    if dice.random() > 0.125:
        return steps
    for _ in range(dice.randint(1, 3)):
        place = dice.randint(len(steps) // 2, len(steps))
        words = dice.choice(("merge #1", "merge #2", "merge #3", "split"))
        after = (Deletes(0),) if dice.random() < 0.2 else ()
        found: list[Action] = [Says(_some(dice), dice.choice(TEAM), words), *after]
        steps = [*steps[:place], *(Step(steps[place - 1].at, one) for one in found), *steps[place:]]
    if dice.random() < 0.5:
        place = dice.randint(len(steps) // 2, len(steps))
        scissors = Reacts(dice.choice(TEAM), "✂️", "mail", _some(dice))
        steps = [*steps[:place], Step(steps[place - 1].at, scissors), *steps[place:]]
    return steps


def _with_bulk(seed: int, steps: list[Step]) -> list[Step]:
    """In every eighth story a command is given for a whole list. By dice of its own: the others stay as they were."""
    dice = random.Random(f"bulk {seed}")
    if dice.random() > 0.125:
        return steps
    place, who = dice.randint(len(steps) // 2, len(steps)), dice.choice(TEAM)
    yes = SaysApart(who, "yes", in_config=False)
    after: tuple[tuple[Action, ...], ...] = (
        (yes,),
        (Reacts(who, "✅", "question", 0), yes),
        (yes, Deletes(1)),
        (Deletes(0), yes),
        (Kill(dice.randint(1, 9), 1.0), yes),
        (AnswerMail(_some(dice), dice.choice(PEOPLE)), yes),
    )
    found: list[Action] = [SaysApart(who, dice.choice(BULK), in_config=False), *dice.choice(after)]
    return [*steps[:place], *(Step(steps[place - 1].at, one) for one in found), *steps[place:]]


def _with_homeserver(dice: random.Random, steps: list[Step]) -> list[Step]:
    """The homeserver is put back once in the middle."""
    begin, end = sorted(dice.choices(range(1, len(steps) + 1), k=2))
    until = steps[end].at if end < len(steps) else steps[-1].at + 1.0
    return [
        *steps[:begin],
        Step(steps[begin - 1].at, HomeserverBackup()),
        *steps[begin:end],
        Step(until, HomeserverRestored(dice.choice((3.0, 20.0)))),
        *steps[end:],
    ]


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
