"""What rested while its assignee left the room is nobody's when it comes back: it would stand in nobody's list."""

import pytest

from bot.domain.inputs.room import MemberChanged
from storage import members
from tests.fakes.chat import ALICE, BOB, ROOM
from tests.fakes.house import House
from tests.fakes.looking import NOW, answers_in, card_of, card_says, happens
from tests.fakes.writing import event_id, mail, reacts, redacts, says
from tests.flows.test_merge import two


async def bob_had_it_and_left(house: House, *rests: object) -> None:
    await happens(house, says("!assign @bob", thread=card_of(house)), *rests)
    await happens(house, MemberChanged(ROOM, event_id(), BOB, "leave", "Bob", house.clock.now()))


def stands(house: House, number: int = 1) -> tuple[object, object]:
    return card_says(house, number)["status"], card_says(house, number)["assignee"]


@pytest.mark.parametrize("word", ["!close", "!delete"])
async def test_a_mail_brings_it_back_for_everybody_and_rings(house: House, word: str) -> None:
    await bob_had_it_and_left(house, says(word, thread=card_of(house)))
    await house.close()
    await house.open()
    async with house.step.database.write() as tx:
        # The fakes know him still; the room does not.
        await members.set(tx, ROOM, BOB, is_joined=False, display_name="Bob")
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org"))
    await house.settle(NOW)
    assert stands(house) == ("active", None)
    await happens(house, says("!list unassigned"))
    assert "#1" in answers_in(house)[-1]
    await happens(house, says("!history", thread=card_of(house)))
    assert "took it off bob" in answers_in(house)[-1]


@pytest.mark.parametrize(
    ("rests", "back"),
    [("!close", "!active"), ("!delete", "!restore"), ("!spam", "!notspam"), ("!close", "!snooze 1d")],
)
async def test_so_does_a_command(house: House, rests: str, back: str) -> None:
    await bob_had_it_and_left(house, says(rests, thread=card_of(house)))
    await happens(house, says(back, thread=card_of(house)))
    assert stands(house)[1] is None and stands(house)[0] in ("active", "pending")


async def test_so_does_a_reaction_that_is_taken_away(house: House) -> None:
    done = reacts("✅", card_of(house))
    await bob_had_it_and_left(house, done)
    assert stands(house) == ("closed", str(BOB))
    await happens(house, redacts(done.event))
    assert stands(house) == ("active", None)


async def test_so_does_a_command_that_is_taken_back(house: House) -> None:
    closed = says("!close", thread=card_of(house))
    await happens(house, says("!assign @bob", thread=card_of(house)))
    await happens(house, closed, seconds=(0.0,))
    left = MemberChanged(ROOM, event_id(), BOB, "leave", "Bob", house.clock.now())
    await happens(house, left, redacts(closed.event), seconds=(0.0,))
    assert stands(house) == ("active", None)


async def test_so_does_a_list(house: House) -> None:
    await bob_had_it_and_left(house, says("!delete", thread=card_of(house)))
    await happens(house, says("!restore deleted"), says("!yes"))
    assert stands(house) == ("active", None)


async def test_so_do_a_merge_and_its_end(house: House) -> None:
    await two(house)
    await happens(house, says("!unassign #1"))
    await bob_had_it_and_left(house, says("!close #1"))
    await happens(house, says("!merge #2", thread=card_of(house)))
    assert stands(house, 2) == ("active", None)
    await happens(house, says("!split", thread=card_of(house)))
    assert stands(house, 1) == ("pending", None)


async def test_whoever_is_there_keeps_it(house: House) -> None:
    await happens(house, says("!assign me", thread=card_of(house)), says("!close", thread=card_of(house)))
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org"))
    await house.settle(NOW)
    assert stands(house) == ("active", str(ALICE))
