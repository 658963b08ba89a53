"""A mail that comes back is told to who wrote it, also where the conversation is another's by then."""

import pytest

from bot.domain.ids import EventId, UserId
from bot.domain.inputs.room import MemberChanged
from tests.fakes.chat import ALICE, BOB, ROOM
from tests.fakes.house import House
from tests.fakes.looking import NOW, SENT, card_of, happens
from tests.fakes.mail import id_of
from tests.fakes.writing import bounce, says
from tests.flows.test_direct_news import news, of_bobs
from tests.flows.test_notices import SOON, notices, wants_mail, words_of

HOURS = 3600.0


async def comes_back(house: House, *, writer: UserId = ALICE, to: str = "@bob") -> None:
    """An answer does, after its conversation was given to another."""
    await happens(house, says("!reply Bonjour", thread=card_of(house), sender=writer), seconds=SENT)
    ours = next(raw for _, whom, raw in reversed(house.provider.delivered) if whom == ("marie@example.org",))
    await happens(house, says(f"!assign {to}", thread=card_of(house), sender=writer), seconds=SENT)
    house.provider.deliver(bounce(id_of(ours).strip("<>"), "marie@example.org"), at=house.clock.now())
    await house.settle(NOW)


def mentioned(house: House) -> list[str]:
    """Whom the bounce mentions."""
    found: list[str] = []
    for one in house.homeserver.posted:
        if "did not reach" in str(one.content.get("body")):
            mentions = one.content.get("m.mentions")
            found += mentions.get("user_ids", []) if isinstance(mentions, dict) else []
    return found


async def test_both_are_mentioned(house: House) -> None:
    await comes_back(house)
    assert sorted(set(mentioned(house))) == [ALICE, BOB]


async def test_who_wrote_it_and_left_is_not(house: House) -> None:
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=SENT)
    ours = house.provider.delivered[-1][2]
    await happens(house, says("!assign @bob", thread=card_of(house)), seconds=SENT)
    await happens(house, MemberChanged(ROOM, EventId("$left"), ALICE, "leave", "Alice", house.clock.now()))
    house.provider.deliver(bounce(id_of(ours).strip("<>"), "marie@example.org"), at=house.clock.now())
    await house.settle(NOW)
    assert set(mentioned(house)) == {BOB}


@pytest.mark.parametrize("quiet", [False, True])
async def test_who_chose_mail_is_mailed(house: House, *, quiet: bool) -> None:
    await wants_mail(house, "replied-mine")
    if quiet:
        await happens(house, says("!notify quiet 9:30-12:00"))
    await comes_back(house)
    await house.settle((3 * HOURS, *SOON) if quiet else SOON)
    (told,) = notices(house)
    assert "did not reach" in words_of(told) and ALICE not in mentioned(house)


async def test_who_chose_a_direct_message_has_one_also_after_quiet_hours(house: House) -> None:
    await of_bobs(house, "replied-mine direct", "quiet 9:30-12:00")
    before = len(house.homeserver.posted)
    await comes_back(house, writer=BOB, to="@alice")
    assert news(house, before) == []
    await house.settle((3 * HOURS,))
    (told,) = news(house, before)
    assert "Question" in str(told.content["body"])


async def test_who_chose_to_be_told_of_nothing_is_not(house: House) -> None:
    await happens(house, says("!notify replied-mine none"))
    await comes_back(house)
    assert set(mentioned(house)) == {BOB}
