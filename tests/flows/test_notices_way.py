"""Somebody chooses another way to be told before the mail has left that would have told them."""

import pytest

from tests.fakes.chat import ALICE, BOB
from tests.fakes.direct import invites
from tests.fakes.house import House
from tests.fakes.looking import NOW, SENT, card_of, happens, mails_in
from tests.fakes.writing import reacts, reads, says
from tests.flows.test_notices import SOON, answer_comes, notices, wants_mail
from tests.flows.test_notices_kept import mentioned
from tests.flows.test_own_addresses import confirms


@pytest.mark.parametrize("way", ["on", "direct"])
@pytest.mark.parametrize("command", ["!notify replied-unassigned {}", "!notify default replied-unassigned {}"])
async def test_they_are_mailed_what_nothing_else_told(house: House, command: str, way: str) -> None:
    await invites(house, by=ALICE)
    await confirms(house)
    await happens(house, says(command.format("email")))
    await answer_comes(house, 2, NOW)
    await happens(house, says(command.format(way)))
    await house.settle(SOON)
    assert len(notices(house)) == 1
    before = len(house.homeserver.posted)
    await answer_comes(house, 3)
    assert len(notices(house)) == 1 and len(mentioned(house, before)) == 1


@pytest.mark.parametrize("ways", [("on", "direct"), ("direct", "on", "direct"), ("on", "email", "on")])
async def test_so_are_they_who_change_their_mind_more_than_once(house: House, ways: tuple[str, ...]) -> None:
    await invites(house, by=ALICE)
    await wants_mail(house)
    await answer_comes(house, 2, NOW)
    for way in ways:
        await happens(house, says(f"!notify replied-unassigned {way}"))
    await house.settle(SOON)
    assert len(notices(house)) == 1


@pytest.mark.parametrize("nothing", ["!notify replied-unassigned off", "!notify mute"])
async def test_who_is_to_be_told_nothing_any_more_is_mailed_nothing(house: House, nothing: str) -> None:
    await wants_mail(house)
    await answer_comes(house, 2, NOW)
    await happens(house, says(nothing))
    await house.settle(SOON)
    assert notices(house) == []


async def test_who_takes_what_is_nobody_s_by_answering_it_is_mailed_as_whose_it_is_now(house: House) -> None:
    await wants_mail(house, "assigned-other")
    await happens(house, reads(mails_in(house)[-1].event, sender=BOB))
    await happens(house, says("!reply Bonjour", thread=card_of(house), sender=BOB), seconds=(*SENT, *SOON))
    assert len(notices(house)) == 1
    await happens(house, says("!reply Bonsoir", thread=card_of(house), sender=BOB), seconds=(*SENT, *SOON))
    assert len(notices(house)) == 1


@pytest.mark.parametrize("act", ["!assign Alice ", "!note Alice , regarde"])
async def test_whom_a_colleague_s_message_rings_as_well_is_mailed_what_they_chose(house: House, act: str) -> None:
    await wants_mail(house, "assigned-me")
    await happens(house, says("!notify noted-mine email"))
    if act.startswith("!note"):
        await happens(house, reacts("✋", card_of(house)))
    before = len(house.homeserver.posted)
    await happens(house, says(act, thread=card_of(house), sender=BOB, mentions=(ALICE,)), seconds=SOON)
    assert len(notices(house)) == 1 and mentioned(house, before) == []
