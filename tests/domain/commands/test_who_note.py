"""`who note`: cases."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.commands.reading import read_edit
from bot.domain.decision import Decision
from bot.domain.ids import EventId
from bot.domain.inputs.said import MessageEdited, Redacted
from bot.domain.mail import Address
from bot.domain.needs import Found, Listed, PersonNotesOf
from bot.domain.page import Bullets
from bot.domain.persons import MOST_NOTES, DropPersonNote, KeepPersonNote, PersonNote
from bot.domain.signing import Signer
from bot.domain.snapshots import DeletedSnapshot, EditedSnapshot
from bot.domain.stories.table import decide
from bot.text.card import card
from bot.text.reader import Reader
from tests.domain.commands.cases import NOW, given, is_marked, other, page_of, saved, told
from tests.domain.deciding import MAILBOX, World, conversation
from tests.fakes.chat import ALICE, BOB, BOT, ROOM

MARIE = "marie@example.org"
READER = Reader("en", NOW)


def note(text: str = "Mornings", event: str = "$n") -> PersonNote:
    return PersonNote(MAILBOX.id, MARIE, text, ALICE, EventId(event), NOW)


def knows(*notes: PersonNote, rows: tuple[object, ...] = ()) -> dict[type, object]:
    return {PersonNotesOf: notes, Listed: Found(rows, len(rows))}  # type: ignore[arg-type]


def kept(decision: Decision) -> list[str]:
    return [one.note.text for one in decision.changes if isinstance(one, KeepPersonNote)]


def dropped(decision: Decision) -> list[str]:
    return [one.event for one in decision.changes if isinstance(one, DropPersonNote)]


@pytest.mark.parametrize("body", ["!who note Call in\nthe morning", "!qui noter #1 Call in the morning"])
def test_a_note_is_kept_in_one_line(body: str) -> None:
    decision = given(body, knows=knows())
    assert (kept(decision), is_marked(decision), saved(decision)) == (["Call in the morning"], True, [])
    assert kept(given(f"!who note {'long ' * 200}", knows=knows()))[0].startswith("long long")
    assert len(kept(given(f"!who note {'long ' * 200}", knows=knows()))[0]) <= 500


def test_notes_are_listed_and_removed_also_from_cards() -> None:
    there = (note(), note("Deaf on one ear", "$m"))
    (lines,) = page_of("!who note", knows=knows(*there)).blocks
    assert isinstance(lines, Bullets) and len(lines.lines) == 2
    assert lines in page_of("!who", knows=knows(*there, rows=(conversation(),))).blocks
    shown = other(2, note="Deaf on one ear")
    decision = given("!qui noter supprimer 2", knows=knows(*there, rows=(shown, conversation())))
    assert dropped(decision) == ["$m"]
    assert [(one.id, one.note) for one in saved(decision)] == [(2, "")]
    assert kept(given("!who note remove the bin", knows=knows())) == ["remove the bin"]


@pytest.mark.parametrize(
    ("words", "notes", "why"),
    [
        ("remove", (note(),), "error.who_note_which"),
        ("remove 2", (note(),), "error.who_note_which"),
        ("remove 0", (note(),), "error.who_note_which"),
        ("x", tuple(note(event=f"${n}") for n in range(MOST_NOTES)), "error.who_note_full"),
        ("#9 x", (), "error.no_such_conversation"),
    ],
)
def test_what_cannot_be_is_told(words: str, notes: tuple[PersonNote, ...], why: str) -> None:
    decision = given(f"!who note {words}", knows=knows(*notes))
    assert told(decision) == [why] and kept(decision) == [] and dropped(decision) == []


def test_on_nobody_there_is_no_note() -> None:
    assert told(given("!who note x", there=(conversation(correspondent=Address("", "")),))) == ["error.who_nobody"]


def test_the_card_shows_the_note_of_when_it_began() -> None:
    assert "note: Mornings" in card(conversation(note="Mornings"), READER).body
    assert "note:" not in card(conversation(), READER).body
    assert len(card(conversation(note="x " * 200), READER).body) < 400


@pytest.mark.parametrize(("seconds", "room", "is_back"), [(1, ROOM, True), (3600, ROOM, True), (1, "!other:x", False)])
def test_deleting_the_message_takes_it_away_at_any_time_in_its_room(seconds: int, room: str, is_back: bool) -> None:
    snapshot = DeletedSnapshot(
        World().instance, True, (), None, None, None, (), {}, None, None, person_notes=(note(),),
    )  # fmt: skip
    later = NOW + timedelta(seconds=seconds)
    decision = decide(snapshot, Redacted(room, EventId("$r"), EventId("$n"), BOB, later), later)  # type: ignore[arg-type]
    assert dropped(decision) == (["$n"] if is_back else [])


@pytest.mark.parametrize(
    ("body", "seconds", "sender", "is_kept", "is_gone"),
    [
        ("!who note Evenings", 1, ALICE, ["Evenings"], []),
        ("never mind", 1, ALICE, [], ["$n"]),
        ("!who note Evenings", 3600, ALICE, [], []),
        ("!who note Evenings", 1, BOB, [], []),
    ],
)
def test_editing_it_soon_changes_it(
    body: str, seconds: int, sender: str, is_kept: list[str], is_gone: list[str]
) -> None:
    later = NOW + timedelta(seconds=seconds)
    edit = MessageEdited(ROOM, EventId("$e"), EventId("$n"), sender, body, later)  # type: ignore[arg-type]
    snapshot = EditedSnapshot(
        World().instance, Signer(b"s"), read_edit(edit, bot=BOT), True, (), None, None, (), None, person_notes=(note(),)
    )
    decision = decide(snapshot, edit, later)
    assert (kept(decision), dropped(decision)) == (is_kept, is_gone)
    assert [one.note for one in decision.changes if isinstance(one, KeepPersonNote)] in (
        [],
        [replace(note(), text="Evenings")],
    )
