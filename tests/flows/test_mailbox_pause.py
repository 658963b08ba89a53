"""Mailboxes are listed, paused and resumed in the config room."""

from dataclasses import replace

from tests.fakes.chat import BOB, CONFIG, ROOM
from tests.fakes.house import MAILBOX, House
from tests.fakes.looking import happens
from tests.fakes.passwords import secretly
from tests.fakes.upgrading import texts

ADDRESS = MAILBOX.address


def is_paused(house: House) -> bool:
    return house.step.settings.known.mailboxes[0].is_paused


async def test_a_mailbox_is_paused_and_resumed_and_stays_so_over_a_restart(house: House) -> None:
    house.homeserver.encrypted.add(CONFIG)
    await happens(house, secretly(f"!mailbox pause {ADDRESS}"))
    assert is_paused(house)
    assert "its mails wait on the server" in texts(house)[-1]
    await house.close()
    await house.open()
    await happens(house, secretly(f"!mailbox pause {ADDRESS}"))
    assert is_paused(house)
    assert "paused already" in texts(house)[-1]
    await happens(house, secretly("!mailbox list"))
    assert ADDRESS in texts(house)[-1]
    assert "paused" in texts(house)[-1]
    await happens(house, secretly(f"!boîte reprendre {ADDRESS}"))
    assert not is_paused(house)
    await happens(house, secretly("!mailbox list"))
    assert "served" in texts(house)[-1]
    assert ROOM.removeprefix("!") in texts(house)[-1]


async def test_who_is_no_admin_or_names_none_pauses_nothing(house: House) -> None:
    house.homeserver.encrypted.add(CONFIG)
    for said in (
        secretly(f"!mailbox pause {ADDRESS}", sender=BOB),
        secretly("!mailbox list", sender=BOB),
        secretly("!mailbox pause"),
        secretly("!mailbox pause nobody@asso.example"),
        replace(secretly(f"!mailbox pause {ADDRESS}"), was_encrypted=False),
    ):
        await happens(house, said)
        assert not is_paused(house)
    assert not any(ROOM.removeprefix("!") in one for one in texts(house))
