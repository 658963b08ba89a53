"""Four eyes: what waits for approval is mailed with its words, to whoever chose to be mailed of it."""

import pytest

from tests.fakes.chat import ALICE, BOB, ROOM
from tests.fakes.house import House
from tests.fakes.looking import SENT, card_of, mails_in, mentioning, outgoing
from tests.fakes.writing import edits, reacts, reads, redacts, says
from tests.flows import test_approval
from tests.flows.test_approval import has_chosen
from tests.flows.test_database_put_back import now
from tests.flows.test_notices import SOON, notices, words_of

house = test_approval.house
WORDS = "Bonjour Marie, c’est d’accord."


async def writes(house: House, **more: object) -> None:
    await has_chosen(house, "noted-others email", "noted-unassigned email")
    await now(house, reads(mails_in(house)[-1].event, sender=BOB))


async def test_its_words_and_how_it_is_approved_are_in_the_mail(house: House) -> None:
    await writes(house)
    await now(house, says(f"!reply {WORDS}", thread=card_of(house), sender=BOB), seconds=SOON)
    (one,) = notices(house)
    told = words_of(one)
    assert "waits for somebody" in told and told.count(WORDS) == 1
    assert "!approve in the thread" in told
    assert told.index(WORDS) < told.index("Before that:")


async def test_of_an_encrypted_room_its_words_are_in_no_mail(house: House) -> None:
    await writes(house)
    house.step.rooms.encrypted.add(ROOM)
    house.homeserver.encrypted.add(ROOM)
    said = says(f"!reply {WORDS}", thread=card_of(house), sender=BOB, encrypted=True, sealed=True)
    await now(house, said, seconds=SOON)
    (one,) = notices(house)
    assert WORDS not in words_of(one) and "!approve in the thread" in words_of(one)


async def test_it_is_mailed_as_it_reads_by_then(house: House) -> None:
    await writes(house)
    said = says("!reply Bonsoir", thread=card_of(house), sender=BOB)
    await now(house, said, seconds=(0.0,))
    await now(house, edits(said.event, f"!reply {WORDS}", sender=BOB), seconds=SOON)
    (one,) = notices(house)
    assert WORDS in words_of(one) and "Bonsoir" not in words_of(one)


async def test_what_was_approved_before_it_is_mailed_waits_no_more(house: House) -> None:
    await writes(house)
    await now(house, says(f"!reply {WORDS}", thread=card_of(house), sender=BOB), seconds=(0.0,))
    given = reacts("👍", outgoing(house)[0].event)
    await now(house, given, seconds=(*SENT, *SOON))
    assert all("!approve" not in words_of(one) for one in notices(house))


@pytest.mark.parametrize("is_read", [True, False])
async def test_that_it_is_taken_back_is_mailed_to_whoever_saw_that_it_waits(house: House, *, is_read: bool) -> None:
    await writes(house)
    said = says(f"!reply {WORDS}", thread=card_of(house), sender=BOB)
    await now(house, said, seconds=(0.0, 3.0))
    if is_read:
        await now(house, reads(outgoing(house)[0].event), seconds=(3.0,))
    await now(house, redacts(said.event, sender=BOB), seconds=SOON)
    assert len(notices(house)) == is_read


async def test_what_waited_and_was_taken_back_in_quiet_hours_is_told_by_nothing(house: House) -> None:
    await has_chosen(house, "noted-others direct", "quiet 9:30-12:00")
    before = len(house.homeserver.posted)
    said = says(f"!reply {WORDS}", thread=card_of(house), sender=BOB)
    await now(house, said, seconds=(0.0, 3.0))
    await now(house, redacts(said.event, sender=BOB))
    await house.settle((3 * 3600.0,))
    assert mentioning(house, ALICE, before) == []
