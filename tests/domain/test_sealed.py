"""In an encrypted room nothing makes mail leave, or leave otherwise, that whoever runs the homeserver could have written:
beside the rows of commands (`test_rows`) these are the edits and the reactions, on whatever they may be about."""

from typing import Any

import pytest

from bot.domain.conversation import EventKind, KnownEvent, OutState
from bot.domain.effects import Say
from bot.domain.ids import EventId
from bot.domain.outcomes import Refused, Unknown
from bot.domain.settings import Meaning
from tests.domain.deciding import FIRST, MAILBOX, World
from tests.fakes.chat import ALICE, BOB, ROOM

SEALED: dict[str, Any] = {"room_encrypted": True, "was_encrypted": True}
CAME: dict[str, dict[str, Any]] = {
    "clear": {"room_encrypted": True, "was_encrypted": False},
    **{
        trust: {**SEALED, "session_trust": trust}
        for trust in (
            "unsigned_device", "identity_changed", "identity_new", "no_identity", "foreign_session", "moved", "uninvited",
        )
    },
}  # fmt: skip
READS_NOTHING = {"clear", "unsigned_device", "identity_changed", "uninvited"}
"""Who is told in clear, for they would read nothing else."""
ABOUT = ("talk", "queued", "refused", "unknown", "question")


def said(about: str) -> tuple[World, EventId]:
    """A conversation in an encrypted room, and the message there that something is about."""
    world = World()
    world.comes()
    if about == "talk":
        return world, world.says("Between us", **SEALED).event
    if about == "question":
        world.says("!reply Bonjour", sender=BOB, **SEALED)
        event = world.says("!reply Bonsoir", **SEALED).event
        assert "question.colleague_replied" in world.said()
        return world, event
    event = world.says("!reply Bonjour", **SEALED).event
    if about != "queued":
        (call,) = world.calls
        world.made(call, Unknown("lost after DATA") if about == "unknown" else Refused("550", "no"))
        (record,) = world.out()
        assert record.state is (OutState.UNKNOWN if about == "unknown" else OutState.REFUSED)
    return world, event


def state(world: World) -> object:
    """All that decides what leaves: the calls, the mails, the questions, and the words that may be sent later."""
    # Where an edit stands is kept for receipts alone, without its words.
    words = {event: known.body for event, known in world.events.items() if known.kind is not EventKind.EDIT}
    return list(world.calls), dict(world.mails), dict(world.dialogues), words


@pytest.mark.parametrize("came", CAME)
@pytest.mark.parametrize("about", ABOUT)
@pytest.mark.parametrize(
    "words", ["!reply Something else", "Something else", "!note x", "!upgrade", "!trust @bob:localhost"]
)
def test_no_edit_changes_what_leaves_that_is_not_its_author_s(came: str, about: str, words: str) -> None:
    world, event = said(about)
    before = state(world)
    world.edits(event, words, **CAME[came])
    assert state(world) == before
    told = [effect for effect in world.effects if isinstance(effect, Say)]
    assert bool(told) == (about in ("queued", "question")), "who waits for another mail to leave is told"
    assert all(effect.in_clear == (came in READS_NOTHING) for effect in told)


@pytest.mark.parametrize("about", ABOUT)
@pytest.mark.parametrize("emoji", sorted({key for key, _ in MAILBOX.reactions} | {"✅"}))
def test_no_reaction_makes_anything_leave(emoji: str, about: str) -> None:
    world, event = said(about)
    row = next((r.row for r in world.out() if r.source == event), None)
    posted = KnownEvent(EventId("$posted"), ROOM, EventKind.MAIL, FIRST, None, row, world.now)
    world.events[posted.event] = posted
    targets = [event, posted.event] + ([world.question()] if about == "question" else [])
    for target in targets:
        before, calls, mails = state(world), list(world.calls), dict(world.mails)
        world.reacts(emoji, target, encrypted=True)
        if emoji == "🚫" and world.calls != calls:
            # It stops what waits, as a deletion does: that leaves by a word.
            assert not world.calls
            held = [one for number, one in world.mails.items() if one != mails[number]]
            assert {one.state for one in held} == {OutState.HELD}
        else:
            assert state(world) == before, target


def test_every_meaning_was_tried() -> None:
    assert {meaning for _, meaning in MAILBOX.reactions} == set(Meaning)


def test_and_what_its_author_signed_does_change_it() -> None:
    world, event = said("queued")
    world.edits(event, "!reply Something else", **SEALED)
    assert [call.text for call in world.calls] == ["Something else"]
    world, event = said("question")
    world.reacts("✅", world.question(), sender=ALICE)
    assert len(world.calls) == 2, "in a room that is not encrypted"
