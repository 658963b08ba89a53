"""What stands on a command's row is so for every row: who may give it, where, and how it must have come."""

from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.command import EVERYWHERE, Called, Command, Right, Sealed, Where, Wrong
from bot.domain.commands.help import HELP
from bot.domain.commands.history import HISTORY
from bot.domain.commands.reading import read
from bot.domain.commands.table import BY_HAND, ON_MAIL, TABLE, TWINS, by_name
from bot.domain.conversation import Status
from bot.domain.decision import AddEvent, FillSlot
from bot.domain.dialogues.steering import steer_in
from bot.domain.effects import Do, Say
from bot.domain.grants import is_everybodys
from bot.domain.hands import Hand
from bot.domain.ids import ConversationId, EventId, RoomId, UserId
from bot.domain.inputs.said import TeamMessage
from bot.domain.needs import NO_FACTS, Facts, Need, NewestOf, UpgradesWaiting
from bot.domain.rights import lacking
from bot.domain.sentences import sentence
from bot.domain.settings import Meaning
from bot.domain.stories.table import decide
from bot.domain.stories.team import decide_message, needs_of, needs_of_people
from bot.domain.words import bare
from bot.text.wording import typed
from tests.domain.commands.cases import ask, other
from tests.domain.deciding import World, asked_by, conversation
from tests.fakes.chat import ALICE, BOB, CONFIG, ROOM, at
from tests.fakes.house import INSTANCE
from tests.fakes.writing import says

ROWS = pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
REFUSALS = (
    "error.admins_only",
    "error.no_right",
    "error.in_config_room",
    "error.only_encrypted",
    "error.plain_in_encrypted",
    "error.trust",
)


def told(
    row: Command,
    *,
    sender: UserId = ALICE,
    room: RoomId = CONFIG,
    is_room_encrypted: bool = False,
    is_any_encrypted: bool = False,
    came: str = "clear",
    refusals: tuple[str, ...] = REFUSALS,
) -> str:
    """The key of the sentence that refuses it; empty where its row allows it.

    `came`: `clear`, `signed`, or encrypted by a session that something speaks against.
    """
    trust = "" if came in ("clear", "signed") else came
    written = TeamMessage(
        room, EventId("$m"), sender, "m.text", f"!{row.name}", "", (), None, None, at(1),
        room_encrypted=is_room_encrypted, was_encrypted=came != "clear", session_trust=trust,
    )  # fmt: skip
    asked = replace(
        asked_by(written, INSTANCE, at(1)),
        reading=Called(row, people=(BOB,)),
        missing=(ConversationId(9),),
        is_anything_encrypted=is_any_encrypted,
    )
    asked = replace(asked, facts=World().facts((*needs_of_people(asked), *needs_of(asked))))
    keys = [s.key for effect in decide_message(asked, written).effects if isinstance(effect, Say)
            for s in effect.sentences]  # fmt: skip
    return next((key for key in keys if key.startswith(refusals)), "")


@ROWS
def test_who_is_no_admin_gives_no_admin_s_command(row: Command) -> None:
    for came, room in product(("clear", "signed"), (CONFIG, ROOM)):
        refused = told(row, sender=BOB, room=room, came=came, is_room_encrypted=came == "signed")
        why = "" if is_everybodys(row.right) else lacking(row.right).key
        assert (refused if refused in ("error.admins_only", "error.no_right") else "") == why, (came, room)


@ROWS
def test_a_command_of_the_config_room_counts_nowhere_else(row: Command) -> None:
    assert (told(row, room=ROOM, came="signed") == "error.in_config_room") == (row.where == Where.CONFIG)
    assert told(row, room=CONFIG, came="signed") == ""


@pytest.mark.parametrize(
    ("where", "in_config", "in_mailbox"),
    [
        (Where.CONFIG, "", "error.in_config_room"),
        (Where.CONFIG | Where.DIRECT, "", "error.in_config_room"),
        (Where.CONFIG | Where.ROOM, "", ""),
        (Where.ROOM, "error.no_mailbox_here", ""),
        (Where.ROOM | Where.DIRECT, "error.no_mailbox_here", ""),
        (EVERYWHERE, "", ""),
    ],
)
def test_a_command_counts_in_each_place_that_its_row_names(where: Where, in_config: str, in_mailbox: str) -> None:
    row = replace(HELP, where=where)
    refusals = ("error.no_mailbox_here", "error.in_config_room")
    for room, why in ((CONFIG, in_config), (ROOM, in_mailbox)):
        assert told(row, room=room, refusals=refusals) == why


@ROWS
@pytest.mark.parametrize("came", ["clear", "unsigned_device", "identity_changed", "foreign_session", "moved"])
def test_what_moves_mail_or_trust_is_heard_as_its_author_encrypted_it(row: Command, came: str) -> None:
    for is_any_encrypted in (False, True):
        must = row.sealed is Sealed.ALWAYS or (row.sealed is Sealed.WHERE_ENCRYPTED and is_any_encrypted)
        refused = told(row, is_any_encrypted=is_any_encrypted, came=came)
        assert bool(refused) or not must
        if came == "clear":
            assert (refused == "error.only_encrypted") == must


@ROWS
@pytest.mark.parametrize("came", ["clear", "signed", "unsigned_device", "identity_changed", "foreign_session", "moved"])
def test_in_an_encrypted_room_a_row_says_whose_session_it_takes(row: Command, came: str) -> None:
    refused = told(row, is_room_encrypted=True, came=came)
    match came:
        case "clear":
            assert refused == "error.plain_in_encrypted"
        case "signed":
            assert refused == ""
        case "unsigned_device" | "identity_changed":
            assert bool(refused) == (row.is_sensitive or row.sealed is not Sealed.NEVER)
        case _:
            assert refused == f"error.trust.{came}"


def test_what_sends_mail_or_changes_trust_has_its_right_on_its_row() -> None:
    """Who adds a row thinks of it here."""
    assert {row.name for row in TABLE if row.is_sensitive} == {
        "reply", "new", "forward", "cc", "bcc", "only", "all", "from", "customer", "draft", "discard", "canned", "send", "approve", "attach", "resend", "rule", "autoreply", "signature", "email", "trust", "upgrade", "mailbox add", "mailbox pause", "mailbox resume", "mailbox archive", "mailbox remove", "mailbox password", "mailbox set", "mailbox config", "folder add", "folder remove", "grant", "revoke", "hide", "unhide",
    }  # fmt: skip
    assert {row.name for row in TABLE if row.right is Right.ADMIN} == {
        "trust", "upgrade", "mailbox add", "mailbox archive", "mailbox remove", "folder add", "folder remove", "aside",
    }  # fmt: skip
    assert {row.name for row in TABLE if row.right is Right.EDIT} == {
        "rule", "team add", "team remove", "mailbox list", "mailbox pause", "mailbox resume", "mailbox show", "mailbox set", "mailbox config", "mailbox log", "mailbox folders", "mailbox test", "audit", "check dns", "health",
    }  # fmt: skip
    assert {row.name for row in TABLE if row.right is Right.PASSWORD} == {"mailbox password"}
    assert {row.name for row in TABLE if row.right is Right.AUTOREPLY} == {"autoreply"}
    assert {row.name for row in TABLE if row.right is Right.PERMISSIONS} == {"grant", "revoke", "hide", "unhide"}
    assert {row.name for row in TABLE if row.right is Right.DELETE} == {"delete", "restore", "purge"}
    assert {row.name for row in TABLE if row.right is Right.SEND} == {
        "reply", "new", "forward", "send", "approve", "resend", "cc", "bcc", "only", "all", "from", "customer",
    }  # fmt: skip
    assert {row.name for row in TABLE if row.right is Right.READ} == {
        "yes", "team", "note", "scheduled", "list", "search", "more", "show", "history", "who", "who note", "original", "trace", "stats", "unfold", "follow", "unfollow", "star", "unstar", "notify", "language", "email", "help",
    }  # fmt: skip
    assert {row.name: row.sealed for row in TABLE if row.sealed is not Sealed.NEVER} == {
        "autoreply": Sealed.WHERE_ENCRYPTED,
        "email": Sealed.WHERE_ENCRYPTED,
        "trust": Sealed.ALWAYS,
        "upgrade": Sealed.WHERE_ENCRYPTED,
        "mailbox add": Sealed.WHERE_ENCRYPTED,
        "mailbox pause": Sealed.WHERE_ENCRYPTED,
        "mailbox resume": Sealed.WHERE_ENCRYPTED,
        "folder add": Sealed.WHERE_ENCRYPTED,
        "folder remove": Sealed.WHERE_ENCRYPTED,
        "mailbox archive": Sealed.WHERE_ENCRYPTED,
        "mailbox remove": Sealed.WHERE_ENCRYPTED,
        "mailbox password": Sealed.WHERE_ENCRYPTED,
        "mailbox set": Sealed.WHERE_ENCRYPTED,
        "mailbox config": Sealed.WHERE_ENCRYPTED,
        "grant": Sealed.WHERE_ENCRYPTED,
        "revoke": Sealed.WHERE_ENCRYPTED,
        "hide": Sealed.WHERE_ENCRYPTED,
        "unhide": Sealed.WHERE_ENCRYPTED,
    }


# --- one property for all rows


WORDS = ("me", "@bob", "@bob:localhost", "#1", "#2", "#9", "mine", "2", "--all", "none", "refused", "close", "Bonjour")
bodies = st.builds(
    lambda row, words, line: f"!{row.name} {' '.join(words)}{line}",
    st.sampled_from(TABLE),
    st.lists(st.sampled_from(WORDS), max_size=3),
    st.sampled_from(("", "\n", "\nmore words")),
)
places = st.fixed_dictionaries(
    {
        "by": st.sampled_from((ALICE, BOB, UserId("@x:elsewhere.example"))),
        "room": st.sampled_from((ROOM, CONFIG, RoomId("!none:localhost"))),
        "in_thread": st.booleans(),
        "is_joined": st.booleans(),
        "room_encrypted": st.booleans(),
        "was_encrypted": st.booleans(),
        "session_trust": st.sampled_from(("", "unsigned_device", "foreign_session")),
        "there": st.lists(st.sampled_from(Status), min_size=2, max_size=2).map(
            lambda statuses: (conversation(status=statuses[0], folded=1), other(2, status=statuses[1]))
        ),
    }
)


class Watched(Facts):
    """Facts that know which of them somebody looked at."""

    def __init__(self, facts: Facts) -> None:
        super().__init__(facts._known)
        self.known, self.read = set(facts._known), set[Need[Any]]()

    def __getitem__(self, need: Need[Any]) -> Any:
        self.read.add(need)
        return super().__getitem__(need)


@settings(max_examples=400, deadline=None)
@given(bodies, places)
def test_a_rule_reads_what_its_row_declared_and_what_the_row_forbids_nobody_may(
    body: str, place: dict[str, Any]
) -> None:
    """Facts raise for a need that was not declared (`bot/domain/needs.py`): the rule would fail here."""
    asked, message = ask(body, **place)
    facts = Watched(asked.facts)
    decision = decide(replace(asked, facts=facts), message, asked.now)
    if not isinstance(asked.reading, Called):
        return
    row, room, instance = asked.reading.command, place["room"], asked.instance
    is_known = place["is_joined"] and place["by"] in (ALICE, BOB)
    may = is_known and (is_everybodys(row.right) or place["by"] in instance.admins)
    may &= row.where != Where.CONFIG or room == instance.config_room
    may &= place["was_encrypted"] or not (place["room_encrypted"] or row.sealed is Sealed.ALWAYS)
    may &= not (row.is_sensitive and place["session_trust"])
    if row.tells_secret(asked.called, asked.instance):
        # Whoever wrote it, and wherever: it is deleted, and nothing else is done.
        assert {type(change) for change in decision.changes} <= {FillSlot, AddEvent}
        assert {type(effect) for effect in decision.effects} <= {Say, Do}
        return
    loaded, read_of = frozenset(facts.known), facts.read
    # The newest mail is told where that of the message is gone.
    unread = {need for need in loaded - read_of if not isinstance(need, NewestOf)}
    # Whether there is a saved reply of that name is known only from what was looked up; who left a room leaves its teams.
    assert not unread or row.name in ("canned", "team remove"), "and what was looked up was looked at"
    if not may:
        assert {type(change) for change in decision.changes} <= {FillSlot}, "nothing becomes true"
        assert {type(effect) for effect in decision.effects} <= {Say}, "and nothing is shown but why"
        assert asked.facts == NO_FACTS, "nothing was looked up"


def test_a_need_that_was_not_declared_is_not_answered() -> None:
    with pytest.raises(LookupError):
        NO_FACTS[UpgradesWaiting()]
    with pytest.raises(LookupError):
        HISTORY.rule(replace(ask("!history")[0], facts=NO_FACTS))


def test_every_reaction_is_a_command_given_by_hand() -> None:
    assert set(BY_HAND) == set(Meaning)
    rows = (*BY_HAND.values(), *ON_MAIL.values())
    assert all(row in TABLE and row.where == Where.THREAD for row in rows)


def test_every_reaction_has_words_that_do_the_same() -> None:
    assert set(TWINS) == {*Meaning, *Hand}
    words = [word for twins in TWINS.values() for word in twins]
    assert all(by_name(word.split()[0]) is not None or steer_in(f"!{word}") is not None for word in words)


def test_a_name_may_have_two_words(monkeypatch: pytest.MonkeyPatch) -> None:
    row = Command("mailbox add", "admin", lambda asked: sentence("error.no_upgrade"), french=("boîte ajouter",))
    assert (row.key, row.name_in("fr")) == ("mailbox_add", "boîte ajouter")

    def known(name: str) -> Command | None:
        return row if bare(name) in map(bare, row.names) else by_name(name)

    monkeypatch.setattr("bot.domain.commands.reading.by_name", known)
    monkeypatch.setattr("bot.domain.commands.table.by_name", known)
    for body in ("!mailbox add #3 x", "!Boîte  Ajouter #3 x", "@postroom:localhost: mailbox add #3 x"):
        called = read(says(body, mentions=(INSTANCE.bot,)), bot=INSTANCE.bot)
        assert isinstance(called, Called) and (called.command, called.numbers, called.words) == (row, (3,), ("x",))
    assert isinstance(read(says("!mailbox"), bot=INSTANCE.bot), Wrong), "half of a name is none"
    assert typed("fr", "!mailbox add x") == "!boîte ajouter x"
    assert typed("fr", "!list mine") == "!liste miennes"
