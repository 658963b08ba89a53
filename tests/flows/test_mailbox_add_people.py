"""A new mailbox's people are invited, and its delegate is named, before the word that adds it."""

from dataclasses import replace

from bot.domain.ids import UserId
from bot.domain.inputs.room import MemberChanged
from tests.fakes.chat import BOB, BOT
from tests.fakes.house import House
from tests.fakes.looking import happens
from tests.fakes.passwords import WORD, secretly
from tests.fakes.upgrading import texts
from tests.fakes.writing import event_id
from tests.flows.test_mailbox_add import (
    ADDRESS,
    CAROL,
    LINES,
    added,
    adds,
    answers,
    empty_inbox,
    now,
)

__all__ = ["empty_inbox"]


def said(house: House) -> str:
    """The last words, in which nobody is mentioned by their name."""
    return texts(house)[-1].replace("\u2060", "")


async def test_its_people_are_invited_and_its_delegate_runs_it_from_the_moment_they_come(house: House) -> None:
    asks = adds(house)
    await happens(house, asks)
    await answers(house, asks, LINES)
    await happens(house, secretly(WORD, thread=asks.event))
    await answers(house, asks, "new")
    assert "delegate @bob:example.org" in said(house)
    await answers(house, asks, "invite nobody")
    assert "Whom?" in said(house)
    await answers(house, asks, f"invite {CAROL} and @dan:elsewhere.example", f"déléguer {BOB}, {BOT}")
    assert f"Invited to its room: {CAROL}, @dan:elsewhere.example" in said(house)
    assert f"password): {BOB}" in said(house) and str(BOT) not in said(house).split("Run by")[1]
    await answers(house, asks, "!yes")
    ((room, _),) = house.homeserver.made
    assert house.homeserver.invited == [(room, BOB), (room, CAROL), (room, UserId("@dan:elsewhere.example"))]
    asked = replace(secretly(f"!mailbox set {ADDRESS} undo 7", sender=BOB), at=house.clock.now())
    await happens(house, asked)
    kept = await added(house)
    assert kept is not None and kept.undo_seconds == 20, "nobody runs what they have not come to"
    await happens(house, MemberChanged(room, event_id(), BOB, "join", "Bob", house.clock.now()))
    await happens(house, replace(secretly(f"!mailbox set {ADDRESS} undo 7", sender=BOB), at=house.clock.now()))
    kept = await added(house)
    assert kept is not None and kept.undo_seconds == 7


async def test_people_are_named_by_a_mention_as_well(house: House) -> None:
    asks = adds(house)
    await happens(house, asks)
    await answers(house, asks, LINES)
    await happens(house, secretly(WORD, thread=asks.event))
    await answers(house, asks, "new")
    await happens(house, replace(now(house, "invite Carol", asks), mentions=(CAROL,)))
    assert f"Invited to its room: {CAROL}" in said(house)
