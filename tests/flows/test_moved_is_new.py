"""What is moved into a mailbox of another room is new to those who were not in the room that it left."""

from collections.abc import AsyncIterator
from email.message import EmailMessage

import pytest
import pytest_asyncio

from bot.domain.ids import UserId
from bot.domain.inputs.said import ReadUpTo
from bot.flows.deliver.mail import MailCaller
from bot.ports import Member
from tests.fakes.chat import ALICE, BOT, ROOM
from tests.fakes.direct import DIRECT, asks, goes, invites
from tests.fakes.house import House
from tests.fakes.looking import card_of, happens, mails_in, mentioning
from tests.fakes.mail import FakeFolders, FakeSubmission
from tests.fakes.writing import reacts, redacts, says
from tests.flows.test_move_away import CAROL, SUPPORT, THERE, card_in, far
from tests.flows.test_notices import SOON, words_of
from tests.flows.test_own_addresses import code_in, sent_to

__all__ = ["far"]

HERS = "carol@home.example"
MEDIA = pytest.mark.parametrize("medium", ["on", "direct", "email"])


@pytest_asyncio.fixture
async def two(far: House) -> AsyncIterator[House]:
    """Alice is in both rooms, Carol in the second alone, where she has a chat and an address."""
    far.homeserver.members[THERE] = tuple(Member(one, one) for one in (ALICE, CAROL, BOT))
    await happens(far, goes(far, CAROL, "join", THERE))
    serves(far)
    await invites(far, by=CAROL)
    await asks(far, f"!email {HERS}", by=CAROL)
    await asks(far, f"!email confirm {code_in(sent_to(far, HERS)[-1])}", by=CAROL)
    yield far


def serves(house: House) -> None:
    folders, submission = FakeFolders(house.provider), FakeSubmission(house.provider)
    house.deliver.mail[SUPPORT.id] = MailCaller(SUPPORT, folders, submission, house.step)


async def chooses(house: House, *choices: str, by: UserId = CAROL) -> int:
    """How many events there were before."""
    await happens(house, *(says(f"!notify {one}", room=THERE, sender=by) for one in choices))
    await house.settle(SOON)
    return len(house.homeserver.posted)


def mailed(house: House) -> list[EmailMessage]:
    return [one for one in sent_to(house, HERS) if "[#" in one["Subject"]]


def told(house: House, before: int) -> tuple[int, int, int]:
    """How often Carol was told in the room, in her chat, by mail."""
    found = mentioning(house, CAROL, before)
    return sum(one.room == THERE for one in found), sum(one.room == DIRECT for one in found), len(mailed(house))


def by(medium: str) -> tuple[int, int, int]:
    return int(medium == "on"), int(medium == "direct"), int(medium == "email")


@MEDIA
async def test_whoever_is_told_of_what_is_new_is_told_once(two: House, medium: str) -> None:
    before = await chooses(two, f"new {medium}")
    await happens(two, says("!move support", thread=card_of(two)), seconds=(0.0,))
    await two.close()
    await two.open()
    serves(two)
    await two.settle((*SOON, *SOON))
    assert told(two, before) == by(medium)
    if medium == "email":
        words = words_of(mailed(two)[0])
        assert "moved it here" in words and "une question." in words.partition("matrix.to")[0]
    # Back and here again it is not new any more.
    await happens(two, says("!move contact", thread=card_in(two, THERE), room=THERE))
    await happens(two, says("!move support", thread=card_of(two)), seconds=(*SOON, *SOON))
    assert told(two, before) == by(medium)


async def test_in_quiet_hours_it_is_told_after_them(two: House) -> None:
    hour = two.clock.now().hour
    before = await chooses(two, "new on", f"quiet {hour}:00-{(hour + 2) % 24}:00")
    await happens(two, says("!move support", thread=card_of(two)))
    assert told(two, before) == (0, 0, 0)
    await two.settle((3600.0, 3600.0, 60.0))
    assert told(two, before) == (0, 1, 0)


@MEDIA
async def test_who_was_in_the_room_that_it_left_or_moved_it_is_told_nothing(two: House, medium: str) -> None:
    await happens(two, goes(two, CAROL, "join", ROOM))
    before = await chooses(two, f"new {medium}")
    await happens(two, says("!move support", thread=card_of(two), sender=ALICE), seconds=(*SOON, *SOON))
    assert told(two, before) == (0, 0, 0)


async def test_whoever_moves_it_is_told_nothing(two: House) -> None:
    before = await chooses(two, "new on", by=ALICE)
    await happens(two, says("!move support", thread=card_of(two)), seconds=SOON)
    assert mentioning(two, ALICE, before) == []


@MEDIA
@pytest.mark.parametrize("first", ["!close", "!spam", "!pending"])
async def test_what_is_not_to_be_answered_is_new_to_nobody(two: House, medium: str, first: str) -> None:
    before = await chooses(two, f"new {medium}")
    await happens(two, says(first, thread=card_of(two)), says("!move support", thread=card_of(two)))
    await two.settle((*SOON, *SOON))
    assert told(two, before) == (0, 0, 0)


async def test_it_is_not_mailed_once_the_move_was_taken_back(two: House) -> None:
    before = await chooses(two, "new email")
    word = says("!move support", thread=card_of(two))
    await happens(two, word, redacts(word.event), seconds=(*SOON, *SOON))
    assert told(two, before) == (0, 0, 0)


async def test_it_is_not_mailed_once_it_was_read(two: House) -> None:
    before = await chooses(two, "new email")
    await happens(two, says("!move support", thread=card_of(two)))
    newest = [one for one in mails_in(two) if one.room == THERE][-1]
    await happens(two, ReadUpTo(THERE, CAROL, newest.event, two.clock.now()), seconds=(*SOON, *SOON))
    assert told(two, before) == (0, 0, 0)


async def test_whose_it_is_hears_of_the_move_alone(two: House) -> None:
    await happens(two, goes(two, CAROL, "join", ROOM))
    await happens(two, reacts("✋", card_of(two), sender=CAROL))
    before = await chooses(two, "new on")
    await happens(two, says("!move support", thread=card_of(two)), seconds=SOON)
    assert told(two, before) == (1, 0, 0)
