"""What the admins learn of encryption identities, in the config room and with the cure."""

from datetime import timedelta

import pytest

from bot.domain.inputs import ChatInput
from bot.domain.inputs.trust import IdentityTrouble, MemberIdentityChanged
from tests.fakes.chat import ALICE, BOB, CONFIG, at
from tests.fakes.house import House
from tests.fakes.looking import happens
from tests.fakes.writing import says

TROUBLES = ["foreign_identity", "wrong_recovery_key", "identity_sealed", "refused"]


def told(house: House) -> list[str]:
    return [str(p.content["body"]) for p in house.homeserver.posted if p.room == CONFIG and p.type == "m.room.message"]


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_trouble_with_our_own_identity_is_told_to_the_admins(house: House, trouble: str) -> None:
    before = len(told(house))
    await happens(house, IdentityTrouble(trouble, "DEVICE", "fingerprint", at(0)))
    (said,) = told(house)[before:]
    assert said
    if trouble != "identity_sealed":
        assert "/verify DEVICE fingerprint" in said
    posted = [p for p in house.homeserver.posted if p.room == CONFIG][-1]
    assert posted.content["m.mentions"] == {"user_ids": [ALICE]}


@pytest.mark.parametrize("master", ["key", ""], ids=["replaced", "gone"])
async def test_a_persons_changed_identity_is_told_with_its_cure_once_a_day(house: House, master: str) -> None:
    before = len(told(house))
    one: ChatInput = MemberIdentityChanged(BOB, master, at(0))
    await happens(house, one, one, MemberIdentityChanged(BOB, master, at(50)))
    (said,) = told(house)[before:]
    # With the full id, made inert, and it may be copied as it stands.
    _, found, copied = said.rpartition("!trust ")
    assert found and copied.replace("\u2060", "") == BOB
    await happens(house, says(found + copied, room=CONFIG, encrypted=True, sealed=True))
    assert house.homeserver.shown == [BOB]
    before += 1
    assert ("another" in said) is bool(master)
    await happens(house, MemberIdentityChanged(BOB, master, at(0) + timedelta(days=1)))
    assert len(told(house)) == before + 2
