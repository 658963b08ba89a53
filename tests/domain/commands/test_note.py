"""`note`: cases."""

import pytest

from bot.domain.decision import AddEvent, AddHistory
from bot.domain.effects import Say
from bot.domain.ids import UserId
from bot.domain.needs import MembersOf
from tests.domain.commands.cases import given, is_marked, other, told
from tests.domain.deciding import conversation
from tests.fakes.chat import ALICE, BOB, BOT


def test_a_note_is_kept_in_the_history_and_marked() -> None:
    decision = given("!note between us")
    assert [change.entry.action for change in decision.changes if isinstance(change, AddHistory)] == ["history.noted"]
    assert is_marked(decision)


def test_its_words_are_kept_for_no_mail() -> None:
    kept = [change.event for change in given("!note between us").changes if isinstance(change, AddEvent)]
    assert all(event.body == "" for event in kept)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("!note", "error.empty_note"),
        ("!note   ", "error.empty_note"),
        ("!note #9 x", "error.no_such_conversation"),
        ("!note #1 #2 x", "error.only_one"),
    ],
)
def test_what_is_no_note_is_told(body: str, why: str) -> None:
    assert told(given(body, there=(conversation(), other(2)))) == [why]


LEA = UserId("@lea:localhost")
IN_ROOM = {MembersOf: (ALICE, BOB, LEA, UserId("@sam:localhost"), UserId("@sam:other.example"), BOT)}


def named(body: str, **more: object) -> tuple[UserId, ...]:
    """The people whom the bot tells that they are named."""
    said = [e for e in given(body, knows=IN_ROOM, **more).effects if isinstance(e, Say)]
    return tuple(one for e in said if e.sentences[0].key == "note.named" for one in e.mention)


@pytest.mark.parametrize(
    ("body", "people"),
    [
        ("!note @bob peux-tu regarder ?", (BOB,)),
        ("!noter Vu avec @Bob, @lea et @bob.", (BOB, LEA)),
        ("!note (@bob:localhost) et @lea:", (BOB, LEA)),
        ("!note #1 @bob", (BOB,)),
        ("!note bob, lea", ()),
        ("!note @alice, rappel", ()),
        ("!note @sam lequel ?", ()),
        ("!note @sam:other.example", (UserId("@sam:other.example"),)),
        ("!note @nobody et bob@localhost et x@bob", ()),
        ("!note @postroom", ()),
    ],
)
def test_a_colleague_of_the_room_whose_bare_name_stands_in_it_is_told(body: str, people: tuple[UserId, ...]) -> None:
    assert named(body) == people


def test_whom_a_pill_names_the_note_rings_by_itself() -> None:
    assert named("!note Bob et @lea", mentions=(BOB,)) == (LEA,)
    assert named("!note @bob", mentions=(BOB,)) == ()


def test_who_has_the_conversation_is_told_once() -> None:
    decision = given("!note @bob", there=(conversation(assignee=BOB, followers=(LEA,)),), knows=IN_ROOM)
    said = [(e.sentences[0].key, e.mention) for e in decision.effects if isinstance(e, Say)]
    assert said == [("note.named", (BOB,)), ("history.noted", (LEA,))]


@pytest.mark.parametrize(
    "body", ["!note #2 voir aussi", "!noter #2 voir aussi", "!who note #2 Le matin", "!subject #2 Devis"]
)
def test_in_the_thread_of_one_it_is_not_written_to_another(body: str) -> None:
    there = (conversation(), other(2))
    assert told(given(body, there=there)) == ["error.other_thread"]
    assert told(given(body, there=there, in_thread=False)) != ["error.other_thread"]
