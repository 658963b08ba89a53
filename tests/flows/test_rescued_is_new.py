"""What came as spam and is none is new by then, and told as new once, through the whole bot."""

import pytest

from tests.fakes.chat import ALICE, BOB
from tests.fakes.direct import DIRECT, asks, invites
from tests.fakes.house import House
from tests.fakes.looking import NOW, answers_in, card_says, happens, mails_in, mentioning
from tests.fakes.writing import mail, reacts, reads, redacts, says
from tests.flows.test_bulk import question_in
from tests.flows.test_notices import SOON, notices, words_of
from tests.flows.test_own_addresses import confirms

MARKED = (("X-Spam-Flag", "YES"),)
DEVIS = mail(id="s1@example.org", sender="Paul <paul@shop.example>", subject="Devis", text="Combien ?\n")


async def arrives(house: House, medium: str) -> int:
    """A mail in Junk, of which Alice would be told; how many events there were before."""
    await invites(house, by=ALICE)
    await confirms(house)
    await happens(house, says(f"!notify new {medium}"))
    before = len(house.homeserver.posted)
    house.provider.deliver(DEVIS, "Junk", at=house.clock.now())
    await house.settle(SOON)
    assert told(house, before) == 0
    return before


def told(house: House, before: int) -> int:
    """How often Alice was told something, by whichever medium."""
    return len(mentioning(house, ALICE, before)) + len(notices(house))


async def rescued(house: House, way: str) -> None:
    match way:
        case "server":
            house.provider.deliver(DEVIS, at=house.clock.now())
            await house.settle(SOON)
        case "list":
            await happens(house, says("!notspam all", sender=BOB))
            await happens(house, reacts("✅", question_in(house), sender=BOB), seconds=SOON)
        case _:
            await happens(house, says(way, sender=BOB), seconds=SOON)
    assert card_says(house, 2)["status"] == "active"


@pytest.mark.parametrize("way", ["!notspam #2", "!active #2", "server", "list"])
@pytest.mark.parametrize("medium", ["on", "direct", "email"])
async def test_whoever_is_told_of_what_is_new_is_told_of_it_once(house: House, medium: str, way: str) -> None:
    before = await arrives(house, medium)
    await rescued(house, way)
    assert told(house, before) == 1, answers_in(house)
    rooms = [one.room for one in mentioning(house, ALICE, before)]
    assert (rooms == [DIRECT]) is (medium == "direct" and way != "list")
    if medium == "email":
        assert "Combien ?" in words_of(notices(house)[0])
    await happens(house, says("!spam #2", sender=BOB), says("!notspam #2", sender=BOB), seconds=SOON)
    assert told(house, before) == 1


@pytest.mark.parametrize("medium", ["on", "direct", "email"])
async def test_what_was_told_as_new_before_it_was_called_spam_is_not_told_again(house: House, medium: str) -> None:
    await invites(house, by=ALICE)
    await confirms(house)
    await happens(house, says(f"!notify new {medium}"))
    before = len(house.homeserver.posted)
    house.provider.deliver(DEVIS, at=house.clock.now())
    await house.settle(SOON)
    assert told(house, before) == 1
    await happens(house, says("!spam #2", sender=BOB), seconds=SOON)
    await happens(house, says("!notspam #2", sender=BOB), seconds=SOON)
    assert told(house, before) == 1


@pytest.mark.parametrize("medium", ["on", "direct"])
async def test_a_rescue_that_is_taken_back_and_given_again_tells_once(house: House, medium: str) -> None:
    before = await arrives(house, medium)
    word = says("!notspam #2", sender=BOB)
    await happens(house, word)
    await happens(house, redacts(word.event, sender=BOB))
    assert card_says(house, 2)["status"] == "spam"
    await house.close()
    await house.open()
    await happens(house, says("!notspam #2", sender=BOB))
    assert told(house, before) == 1


async def test_who_rescues_it_is_told_nothing_and_what_is_closed_is_new_to_nobody(house: House) -> None:
    before = await arrives(house, "on")
    await happens(house, says("!close #2", sender=BOB))
    assert told(house, before) == 0
    await happens(house, says("!spam #2"), says("!notspam #2"), says("!active #2"))
    assert told(house, before) == 0


async def test_what_was_deleted_and_restored_as_spam_is_new_once_it_is_none(house: House) -> None:
    before = await arrives(house, "on")
    await happens(house, says("!delete #2", sender=BOB), says("!restore #2", sender=BOB))
    assert told(house, before) == 0
    await happens(house, says("!notspam #2", sender=BOB))
    assert told(house, before) == 1


async def test_in_quiet_hours_it_is_told_after_them(house: House) -> None:
    before = await arrives(house, "on")
    await asks(house, "!notify quiet 9:30-12:00", by=ALICE)
    before = len(house.homeserver.posted)
    await rescued(house, "server")
    assert told(house, before) == 0
    await house.settle((3 * 3600.0, 16.0))
    (one,) = mentioning(house, ALICE, before)
    assert "Devis" in str(one.content["body"])


async def test_it_is_not_mailed_where_it_is_spam_again_or_was_read_by_then(house: House) -> None:
    before = await arrives(house, "email")
    await happens(house, says("!notspam #2", sender=BOB), seconds=NOW)
    await happens(house, says("!spam #2", sender=BOB), seconds=SOON)
    assert told(house, before) == 0
    await happens(house, reads(mails_in(house)[-1].event), says("!notspam #2", sender=BOB), seconds=SOON)
    assert told(house, before) == 0


async def test_it_is_mailed_once_it_is_none_again_where_nobody_read_it(house: House) -> None:
    before = await arrives(house, "email")
    await happens(house, says("!notspam #2", sender=BOB), seconds=NOW)
    await happens(house, says("!spam #2", sender=BOB), seconds=SOON)
    await happens(house, says("!notspam #2", sender=BOB), seconds=SOON)
    assert told(house, before) == 1
