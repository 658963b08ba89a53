"""A mail to a member that may not have left is never sent again, and its person is told so here."""

import pytest

from bot.domain.outcomes import Unknown
from tests.fakes.boundaries import Boundaries, Killed
from tests.fakes.chat import BOB
from tests.fakes.direct import DIRECT, invites
from tests.fakes.house import House
from tests.fakes.looking import NOW, card_of, happens, mentioning
from tests.fakes.writing import mail, reacts, says
from tests.flows.test_notices import SOON, answer_comes
from tests.flows.test_own_addresses import confirms, sent_to

HIS = "bob@home.example"
HOUR = 3600.0


async def wants(house: House) -> None:
    await confirms(house, HIS, BOB)
    await happens(house, reacts("✋", card_of(house), sender=BOB))
    await happens(house, says("!notify replied-mine email", sender=BOB))
    await house.settle(SOON)


def told(house: House, since: int) -> list[str]:
    return [str(one.content["body"]) for one in mentioning(house, BOB, since)]


async def test_of_a_notification_its_person_is_told_once_in_the_room(house: House) -> None:
    await wants(house)
    before, mailed = len(house.homeserver.posted), len(sent_to(house, HIS))
    house.provider.answers.append(Unknown("timeout"))
    await answer_comes(house)
    await house.settle((HOUR, *SOON))
    (said,) = told(house, before)
    assert "#1" in said and "nobody knows whether it arrived" in said
    assert len(sent_to(house, HIS)) == mailed + 1, "it may have left, and is not sent again"


async def test_in_the_direct_chat_where_there_is_one(house: House) -> None:
    await invites(house)
    await wants(house)
    before = len(house.homeserver.posted)
    house.provider.answers.append(Unknown("timeout"))
    await answer_comes(house)
    (one,) = mentioning(house, BOB, before)
    assert one.room == DIRECT and "nobody knows" in str(one.content["body"])


async def test_of_several_in_one_mail_all_are_named(house: House) -> None:
    await confirms(house, HIS, BOB)
    await happens(house, says("!notify new email", sender=BOB))
    await house.settle(SOON)
    before = len(house.homeserver.posted)
    house.provider.answers.append(Unknown("timeout"))
    for number in range(4):
        house.provider.deliver(mail(id=f"p{number}@example.org", sender=f"P <p{number}@example.org>"))
    await house.settle(SOON)
    (said,) = told(house, before)
    assert "#2, #3, #4, #5" in said and "nobody knows" in said


@pytest.mark.parametrize("is_new", [True, False])
async def test_of_a_code_whoever_asked_for_it_is_told_and_it_counts_still(house: House, is_new: bool) -> None:
    house.provider.answers.append(Unknown("timeout"))
    before = len(house.homeserver.posted)
    await happens(house, says(f"!email {HIS}", sender=BOB), seconds=(*NOW, *SOON))
    assert any("your code" in one and "nobody knows" in one for one in told(house, before))
    assert len(sent_to(house, HIS)) == 1
    if is_new:
        await happens(house, says(f"!email {HIS}", sender=BOB), seconds=(*NOW, *SOON))
    await confirms(house, HIS, BOB)
    assert [one.address for one in house.step.settings.known.addresses if one.is_confirmed] == [HIS]


async def test_so_it_is_after_a_restart_in_that_moment(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await wants(house)
    before, mailed = len(house.homeserver.posted), len(sent_to(house, HIS))

    def cross(boundaries: Boundaries, name: str) -> None:
        if name == "submit after dot":
            raise Killed(name)

    with monkeypatch.context() as patched:
        patched.setattr(Boundaries, "cross", cross)
        with pytest.raises(Killed):
            await answer_comes(house)
    await house.close()
    await house.open()
    await house.settle((HOUR, *SOON))
    (said,) = told(house, before)
    assert "#1" in said and "nobody knows" in said
    assert len(sent_to(house, HIS)) == mailed + 1
