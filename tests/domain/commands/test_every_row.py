"""Every row has its table: given rightly, wrongly, again, by whom it is refused, and about another room's conversation."""

import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from bot.domain.command import Command, Where
from bot.domain.commands.table import TABLE
from bot.domain.conversation import EventKind, KnownEvent, OutState, Status
from bot.domain.decision import CancelCall, Decision, SaveDialogue
from bot.domain.effects import Do, ResubmitMail, Say, ShowPage, SubmitMail
from bot.domain.files import Enclosure, SharedFile
from bot.domain.grants import is_everybodys
from bot.domain.ids import EventId, RoomId, UserId
from bot.domain.needs import EnclosedBy, FoldedOf, LeavingFrom, PutAside, UpgradesWaiting
from bot.domain.rights import lacking
from bot.domain.upgrades import RoomUpgrade, UpgradeState
from tests.domain.commands.cases import ELSEWHERE, NOW, given, is_marked, other, saved, told, world
from tests.domain.deciding import FIRST, World, conversation, mail_in
from tests.fakes.chat import ALICE, BOB, CONFIG, ROOM

FILE = SharedFile("mxc://localhost/a", "a.pdf", "application/pdf", 10)
TALK = KnownEvent(EventId("$talk"), ROOM, EventKind.NOTE, FIRST, ALICE, None, NOW, "Bonjour")
UPGRADE = RoomUpgrade(ROOM, RoomId("!new:localhost"), ALICE, UpgradeState.ASKED, NOW)
STRANGER = UserId("@x:elsewhere.example")
SIGNED = {"room_encrypted": True, "was_encrypted": True}


def quiet(**more: object) -> World:
    made = world()
    made.conversation = conversation(**more)
    return made


def folded() -> World:
    made = quiet(folded=1)
    made.mails[2] = replace(mail_in(2, NOW), is_folded=True)
    return made


def sent(state: OutState) -> World:
    """With an answer of Alice in that state."""
    made = world()
    made.says("!reply Bonjour")
    if state is not OutState.QUEUED:
        (row,) = [record.row for record in made.out()]
        made.mails[row] = replace(made.mails[row], state=state)
        made.calls.clear()
    return made


@dataclass(frozen=True)
class Cases:
    right: str
    """The command as it is given rightly."""
    becomes: tuple[str, ...]
    """What comes of it (`outcome`)."""
    again: tuple[str, ...]
    """What comes of it when the same person says the same once more."""
    wrong: tuple[tuple[str, str], ...]
    """Wrong arguments, and what is told."""
    within: Any = world
    more: dict[str, Any] = field(default_factory=dict)


CONFIGURES = {"room": CONFIG, "in_thread": False, **SIGNED}
WHICH = "error.which_conversation"
NONE = "error.no_such_conversation"
MOVED = (("#9", NONE), ("12", WHICH))

CASES = {
    "assign": Cases(
        "me", ("saved", "✅"), ("✅",),
        (("", "error.assign_whom"), ("@nobody", "error.who_is_that"), ("me @bob", "error.assign_whom"), ("me 12", WHICH)),
    ),
    "unassign": Cases("", ("saved", "✅"), ("✅",), MOVED, lambda: quiet(assignee=ALICE)),
    "active": Cases("", ("saved", "✅"), ("✅",), MOVED, lambda: quiet(status=Status.CLOSED)),
    "pending": Cases("", ("saved", "✅"), ("✅",), MOVED),
    "close": Cases("", ("saved", "✅"), ("✅",), MOVED),
    "spam": Cases("", ("MoveOnServer", "saved", "✅"), ("✅",), MOVED),
    "notspam": Cases("", ("MoveOnServer", "saved", "✅"), ("✅",), MOVED, lambda: quiet(status=Status.SPAM)),
    "move": Cases(
        "contact@asso.example", ("error.move_there",), ("error.move_there",),
        (("", "error.move_where"), ("elsewhere@asso.example", "error.move_where"), ("#9 contact", NONE)),
    ),
    "delete": Cases("", ("saved", "✅"), ("✅",), MOVED),
    "restore": Cases("", ("saved", "✅"), ("✅",), MOVED, lambda: quiet(status=Status.DELETED)),
    "yes": Cases("", ("error.yes_to_what",), ("error.yes_to_what",), ()),
    "reply": Cases(
        # The same words once more are a second mail: who repeats a command means it.
        "Bonjour", ("mail", "saved"), ("mail",),
        (("", "error.empty_reply"), ("#9 Bonjour", NONE), ("--everybody Bonjour", "error.unknown_option")),
    ),
    "note": Cases("Il a appelé.", ("✅",), ("✅",), (("", "error.empty_note"), ("#9 x", NONE))),
    "send": Cases(
        "", ("mail", "saved"), ("error.send_twice",), (("--everybody", "error.unknown_option"), ("#9", NONE)),
        more={"target": TALK},
    ),
    "attach": Cases(
        "", ("attach.held",), ("attach.held",), (("#9", NONE), ("12", WHICH)),
        more={"knows": {EnclosedBy: ((), (Enclosure(EventId("$file"), FILE),))}},
    ),
    "undo": Cases(
        "", ("saved", "taken back"), ("error.nothing_to_undo",), MOVED, lambda: sent(OutState.QUEUED),
    ),
    "resend": Cases(
        "", ("mail",), ("error.nothing_to_resend",), (*MOVED, ("refused", "error.nobody_refused")), lambda: sent(OutState.UNKNOWN),
    ),
    "list": Cases(
        "mine", ("page",), ("page",), (("nonsense", "error.list_filter"), ("@nobody", "error.who_is_that")),
    ),
    "search": Cases(
        "facture", ("page",), ("page",),
        (("", "error.search_what"), ("a status:nonsense", "error.search_status"), ("a after:nonsense", "error.search_after")),
    ),
    "more": Cases("", ("error.no_more",), ("error.no_more",), ()),
    "show": Cases("", ("page",), ("page",), MOVED),
    "history": Cases("", ("page",), ("page",), (*MOVED, ("#1 #2", "error.only_one"))),
    "original": Cases("", ("page",), ("page",), (*MOVED, ("#1 #2", "error.only_one"))),
    "unfold": Cases(
        "", ("saved", "✅"), ("error.nothing_folded",), MOVED, folded,
        {"knows": {FoldedOf: (replace(mail_in(2, NOW), is_folded=True),)}},
    ),
    "follow": Cases("", ("saved", "✅"), ("✅",), MOVED),
    "unfollow": Cases("", ("saved", "✅"), ("✅",), MOVED, lambda: quiet(followers=(ALICE,))),
    "notify": Cases(
        "new on", ("notify.on",), ("notify.on",), (("nonsense", "error.notify"), ("new", "error.notify"), ("on", "error.notify")),
    ),
    "language": Cases("fr", ("language.set",), ("language.set",), (("klingon", "error.language"),)),
    "email": Cases("me@home.example", ("email.sent",), ("email.sent",), (("nonsense", "error.email"), ("remove 9", "error.email_not_there"), ("use 9", "error.email_not_there"))),
    "help": Cases("reply", ("page",), ("page",), (("nonsense", "error.unknown_command"),)),
    "trust": Cases(
        "@bob", ("TrustUser",), ("TrustUser",),
        (("", "error.trust_whom"), ("@nobody", "error.trust_whom"), ("@bob nonsense", "error.trust_key"),
         ("me", "error.trust_yourself")),
        more=CONFIGURES,
    ),
    "upgrade": Cases(
        "", ("FollowUpgrade",), ("FollowUpgrade",), (("nonsense", "error.no_such_upgrade"),),
        more={**CONFIGURES, "knows": {UpgradesWaiting: (UPGRADE,)}},
    ),
    "mailbox list": Cases("", ("page",), ("page",), (), more=CONFIGURES),
    "mailbox add": Cases(
        "info@other.example", ("FindServers", "adding.finding", "asked"), ("FindServers", "adding.finding", "asked"),
        (("nobody", "error.add_which"), ("contact@asso.example", "adding.is_ours"),
         ("info@other.example hunter2", "secret.at_once")),
        more=CONFIGURES,
    ),
    "mailbox pause": Cases(
        "contact", ("pausing.paused",), ("pausing.paused",),
        (("", "error.which_mailbox"), ("nobody@example.org", "error.which_mailbox")), more=CONFIGURES,
    ),
    "mailbox resume": Cases(
        "contact", ("pausing.is_served",), ("pausing.is_served",), (("", "error.which_mailbox"),), more=CONFIGURES,
    ),
    "mailbox archive": Cases(
        "contact", ("archiving.archived", "archiving.archived_here"), ("archiving.archived", "archiving.archived_here"),
        (("", "error.which_mailbox"), ("nobody@example.org", "error.which_mailbox")),
        more={**CONFIGURES, "knows": {LeavingFrom: 0}},
    ),
    "mailbox remove": Cases(
        "contact", ("error.remove_of_file",), ("error.remove_of_file",), (("", "error.which_mailbox"),),
        more={**CONFIGURES, "knows": {LeavingFrom: 0}},
    ),
    "mailbox password": Cases(
        "contact", ("asked", "dialogue.drop", "password.asked"), ("asked", "dialogue.drop", "password.asked"),
        (("nobody@example.org", "secret.at_once"), ("contact file", "password.is_of_file"),
         ("contact hunter2", "secret.at_once")),
        more=CONFIGURES,
    ),
    "mailbox log": Cases("", ("audit.nothing",), ("audit.nothing",), (("nobody@asso.example", "error.which_mailbox"),), more=CONFIGURES),
    "mailbox folders": Cases(
        "contact", ("LookAtMailbox", "trying.begun"), ("LookAtMailbox", "trying.begun"),
        (("nobody@example.org", "error.which_mailbox"),), more=CONFIGURES,
    ),
    "mailbox test": Cases(
        "contact", ("LookAtMailbox", "trying.begun"), ("LookAtMailbox", "trying.begun"),
        (("nobody@example.org", "error.which_mailbox"),), more=CONFIGURES,
    ),
    "health": Cases("", ("page",), ("page",), (), more=CONFIGURES),
    "aside": Cases(
        "retry 3", ("DecideAgain",), ("DecideAgain",),
        (("3", "error.aside"), ("retry", "error.aside"), ("retry three", "error.aside"), ("retry ²", "error.aside"), ("", "aside.none")),
        more={**CONFIGURES, "knows": {PutAside: ()}},
    ),
    "audit": Cases("", ("audit.none",), ("audit.none",), (("nobody@asso.example", "error.which_mailbox"),), more=CONFIGURES),
    "check dns": Cases(
        "asso.example", ("CheckDns",), ("CheckDns",), (("localhost", "error.check_dns"), ("asso.example a/b", "error.check_dns")),
        more=CONFIGURES,
    ),
}  # fmt: skip
HERE = [row for row in TABLE if row.name in CASES]
ROWS = pytest.mark.parametrize("row", HERE, ids=lambda row: row.name)


def outcome(decision: Decision) -> tuple[str, ...]:
    """What comes of a decision, in words."""
    found = {"page"} if any(isinstance(e, ShowPage) for e in decision.effects) else set()
    found |= {"mail"} if any(isinstance(e, SubmitMail | ResubmitMail) for e in decision.effects) else set()
    found |= {type(e.call).__name__ for e in decision.effects if isinstance(e, Do)}
    found |= {"saved"} if saved(decision) else set()
    found |= {"taken back"} if any(isinstance(c, CancelCall) for c in decision.changes) else set()
    found |= {"asked"} if any(isinstance(c, SaveDialogue) for c in decision.changes) else set()
    found |= {"✅"} if is_marked(decision) else set()
    return tuple(sorted({*found, *told(decision)}))


def gives(row: Command, words: str, within: World, **more: Any) -> Decision:
    cases = CASES[row.name]
    return given(f"!{row.name} {words}", **{"there": (within.conversation,), "within": within, **cases.more, **more})


def test_every_row_has_its_table() -> None:
    """Here, or in a file of its own, whose first line names the row."""
    assert list(CASES) == [row.name for row in HERE]
    files = Path(__file__).parent.glob("test_*.py")
    elsewhere = {name for file in files for name in re.findall("`([^`]+)`", file.read_text("utf-8").split("\n")[0])}
    assert [row.name for row in TABLE if row not in HERE and row.name not in elsewhere] == []


@ROWS
def test_given_rightly_it_does_what_it_says(row: Command) -> None:
    cases = CASES[row.name]
    for name in row.names:
        decision = given(
            f"!{name} {cases.right}", **{"there": ((w := cases.within()).conversation,), "within": w, **cases.more}
        )
        assert outcome(decision) == cases.becomes, name


@ROWS
def test_given_again_it_does_no_harm(row: Command) -> None:
    cases, within = CASES[row.name], CASES[row.name].within()
    within.take(gives(row, cases.right, within))
    assert outcome(gives(row, cases.right, within)) == cases.again


@pytest.mark.parametrize(
    ("row", "words", "why"),
    [(row, words, why) for row in HERE for words, why in CASES[row.name].wrong],
    ids=lambda one: one.name if isinstance(one, Command) else str(one),
)
def test_given_wrongly_it_says_what_is_wrong_and_changes_nothing(row: Command, words: str, why: str) -> None:
    within = CASES[row.name].within()
    decision = gives(row, words, within, there=(within.conversation, other(2)))
    assert told(decision) == [why]
    assert saved(decision) == [] and "mail" not in outcome(decision)
    (say,) = [effect for effect in decision.effects if isinstance(effect, Say)]
    assert say.mention == (ALICE,)


@ROWS
@pytest.mark.parametrize("by", [BOB, STRANGER])
def test_whom_the_row_refuses_nothing_is_done_for(row: Command, by: UserId) -> None:
    decision = gives(row, CASES[row.name].right, CASES[row.name].within(), by=by)
    if row.name == "mailbox password":
        # To them it is the address of nobody, so that the word may be a password: it is deleted, whoever wrote it.
        assert outcome(decision) == ("RedactEvent", "secret.at_once")
    elif by == STRANGER:
        assert outcome(decision) == ("error.other_server",)
    elif not is_everybodys(row.right):
        assert outcome(decision) == (lacking(row.right).key,)
    else:
        assert not {"error.admins_only", "error.no_right"} & set(outcome(decision))


@ROWS
def test_who_is_not_in_the_room_is_not_answered(row: Command) -> None:
    assert outcome(gives(row, CASES[row.name].right, CASES[row.name].within(), is_joined=False)) == ()


@ROWS
def test_in_another_room_it_means_nothing_of_this_one(row: Command) -> None:
    cases, within = CASES[row.name], CASES[row.name].within()
    if row.is_about_conversations:
        there = replace(within.conversation, room=ELSEWHERE)
        decision = gives(row, f"#1 {cases.right}", within, there=(there,), in_thread=False)
        assert outcome(decision) == (NONE,)
    elif row.where == Where.CONFIG:
        assert outcome(gives(row, cases.right, within, room=ROOM)) == ("error.in_config_room",)
    elif bool(row.where & Where.ROOM) and not bool(row.where & Where.CONFIG):
        assert outcome(gives(row, cases.right, within, room=CONFIG, in_thread=False)) == ("error.no_mailbox_here",)
    else:
        assert outcome(gives(row, cases.right, within, room=RoomId("!none:localhost"), in_thread=False)) == ()
