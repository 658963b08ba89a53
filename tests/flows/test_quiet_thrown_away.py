"""What is thrown away in somebody's quiet hours and is back in them. The clock begins at ten in Paris."""

import pytest

from tests.fakes.chat import BOB
from tests.fakes.house import House
from tests.fakes.looking import card_of, happens
from tests.fakes.writing import reacts, redacts, says
from tests.flows.test_direct_news import mentioned, news, of_bobs
from tests.flows.test_notices import SOON
from tests.flows.test_own_addresses import confirms, sent_to

HIS, HOURS = "bob@home.example", 3600.0


def notices(house: House) -> list[str]:
    return [str(one["Subject"]) for one in sent_to(house, HIS) if "[#" in one["Subject"]]


@pytest.mark.parametrize("medium", ["on", "direct", "email"])
@pytest.mark.parametrize(
    ("words", "back"), [("!delete", "!restore"), ("!spam", "!notspam"), ("!delete", ""), ("!spam", ""), ("🚫", "")]
)
async def test_what_is_thrown_away_and_back_in_the_hours_is_told_by_nothing(
    house: House, words: str, back: str, medium: str
) -> None:
    await confirms(house, HIS, BOB)
    await of_bobs(house, f"noted-mine {medium}", "quiet 9:30-12:00")
    before = len(house.homeserver.posted)
    thrown = reacts("🚫", card_of(house)) if words == "🚫" else says(words, thread=card_of(house))
    await happens(house, thrown, seconds=(0.0, 5.0))
    await happens(house, says(back, thread=card_of(house)) if back else redacts(thrown.event))
    await house.settle((3 * HOURS, *SOON))
    assert (news(house, before), mentioned(house, before), notices(house)) == ([], [], [])


@pytest.mark.parametrize("medium", ["on", "direct", "email"])
@pytest.mark.parametrize("when", ["while it was thrown away", "since it is back"])
async def test_whatever_else_a_colleague_wrote_there_is_told_once(house: House, medium: str, when: str) -> None:
    await confirms(house, HIS, BOB)
    await of_bobs(house, f"noted-mine {medium}", "quiet 9:30-12:00")
    before = len(house.homeserver.posted)
    acts = ["!spam", "!note Il a appelé.", "!notspam"]
    for words in acts if when.startswith("while") else [acts[0], acts[2], acts[1]]:
        await happens(house, says(words, thread=card_of(house)))
    await house.settle((3 * HOURS, *SOON))
    assert len(news(house, before)) + len(notices(house)) == 1 and mentioned(house, before) == []


async def test_what_is_back_after_the_hours_is_told_then(house: House) -> None:
    await confirms(house, HIS, BOB)
    await of_bobs(house, "noted-mine email", "quiet 9:30-12:00")
    before = len(house.homeserver.posted)
    await happens(house, says("!delete", thread=card_of(house)))
    await house.settle((3 * HOURS,))
    await happens(house, says("!restore", thread=card_of(house)), seconds=SOON)
    assert len(news(house, before)) == len(notices(house)) == 1


@pytest.mark.parametrize("medium", ["on", "direct", "email"])
async def test_what_is_back_otherwise_than_it_was_is_told_once(house: House, medium: str) -> None:
    await confirms(house, HIS, BOB)
    await of_bobs(house, f"noted-mine {medium}", "quiet 9:30-12:00")
    before = len(house.homeserver.posted)
    for words in ("!spam", "!close"):
        await happens(house, says(words, thread=card_of(house)))
    await house.settle((3 * HOURS, *SOON))
    assert len(news(house, before)) + len(notices(house)) == 1 and mentioned(house, before) == []


@pytest.mark.parametrize("medium", ["on", "direct", "email"])
async def test_what_is_thrown_away_once_more_is_told_once(house: House, medium: str) -> None:
    await confirms(house, HIS, BOB)
    await of_bobs(house, f"noted-mine {medium}", "quiet 9:30-12:00")
    before = len(house.homeserver.posted)
    for words in ("!delete", "!restore", "!delete"):
        await happens(house, says(words, thread=card_of(house)))
    await house.settle((3 * HOURS, *SOON))
    assert len(news(house, before)) + len(notices(house)) == 1 and mentioned(house, before) == []
