"""`!cancel`, `!back`, `!status` mean the dialogue that is open in their place; elsewhere they are no commands."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.commands.table import by_name
from bot.domain.decision import AddMail, EndDialogue
from bot.domain.dialogues import table
from bot.domain.dialogues.steering import WORDS, Steer, steer_in
from bot.domain.ids import EventId
from bot.domain.question import HOLDS
from tests.domain.deciding import World
from tests.fakes.chat import ALICE, BOB


@pytest.mark.parametrize(
    ("words", "steer"),
    [
        ("!cancel", Steer.CANCEL), (" /CANCEL ", Steer.CANCEL), ("!abandonner", Steer.CANCEL), ("!back", Steer.BACK),
        ("!retour", Steer.BACK), ("!status", Steer.STATUS), ("!État", Steer.STATUS), ("cancel", None),
        ("!cancel it", None), ("!cancel\n!cancel", None), ("", None),
    ],
)  # fmt: skip
def test_a_word_alone_steers(words: str, steer: Steer | None) -> None:
    assert steer_in(words) is steer


def test_no_command_has_such_a_name() -> None:
    assert [word for word in WORDS if by_name(word)] == []


@pytest.mark.parametrize("word", ["!cancel", "!abandonner"])
def test_a_cancelled_question_sends_nothing_any_more(world: World, word: str) -> None:
    ((number, put),) = world.dialogues.items()
    world.says(word)
    assert world.said() == ["dialogue.dropped"]
    assert EndDialogue(put.id, 1) in world.decided.changes
    world.reacts("✅", world.question())
    assert world.said() == ["error.question_over"]
    assert not any(isinstance(change, AddMail) for change in world.decided.changes)
    assert number not in world.dialogues


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("!status", ["dialogue.waits_to_send", "question.confirm", "dialogue.drop"]),
        ("!back", ["dialogue.first_step", "dialogue.drop"]),
    ],
)
def test_what_is_only_asked_leaves_it_open(world: World, word: str, told: list[str]) -> None:
    before = dict(world.dialogues)
    world.says(word)
    assert world.said() == told
    assert world.dialogues == before
    world.says("!reply Bonsoir")
    assert any(isinstance(change, AddMail) for change in world.decided.changes)


@pytest.mark.parametrize("word", ["!cancel", "!status", "!back"])
def test_where_nothing_is_asked_they_are_no_commands(world: World, word: str) -> None:
    for sender in (BOB, ALICE):
        before = dict(world.dialogues)
        if sender == ALICE:
            world.now += HOLDS + timedelta(seconds=1)
        world.says(word, sender=sender)
        assert world.said()[0] in ("error.unknown_command", "error.unknown_command_near")
        assert world.dialogues == before


def test_an_answered_question_is_not_cancelled(world: World) -> None:
    world.says("!reply Bonsoir")
    world.says("!cancel")
    assert world.said() == ["error.unknown_command_near"]


def test_another_thread_is_another_place(world: World) -> None:
    asked = world.asked(world.says("!note x"))
    assert table.steered(asked, Steer.STATUS) is not None
    other = replace(asked, here=None, thread=EventId("$other"))
    assert table.steered(other, Steer.STATUS) is None
    assert table.steered(replace(asked, room=other.instance.config_room), Steer.STATUS) is None


def test_in_an_encrypted_room_a_session_that_is_not_trusted_cancels_nothing() -> None:
    sealed: dict[str, Any] = {"room_encrypted": True, "was_encrypted": True}
    made = World()
    made.comes()
    made.says("!reply Bonjour", sender=BOB, **sealed)
    made.says("!reply Bonsoir", **sealed)
    before = dict(made.dialogues)
    made.says("!cancel", **sealed, session_trust="unsigned_device")
    assert made.dialogues == before
