"""After a start the config room gets one line; starts one after another edit it."""

from dataclasses import replace

import pytest

from bot.domain.inputs.inside import Away, BotStarted
from bot.flows.keep.outages import Outages, Service
from bot.flows.keep.started import Started
from tests.fakes.chat import CONFIG, Posted
from tests.fakes.house import MAILBOX, House
from tests.fakes.looking import card_of, happens
from tests.fakes.passwords import secretly
from tests.fakes.writing import says


def lines(house: House) -> list[Posted]:
    return [p for p in house.homeserver.posted if p.room == CONFIG and "▶" in str(p.content["body"]) and not p.is_edit]


async def starts(house: House, *away: Away, version: str = "1.2") -> None:
    await house.step.take(BotStarted(version, house.clock.now(), away))
    await house.settle((0.0,))


def says_now(house: House) -> str:
    return str(house.homeserver.current(lines(house)[-1].event)["body"])


async def test_where_all_is_well_it_is_one_line_that_rings_nobody(house: House) -> None:
    await starts(house)
    (line,) = lines(house)
    assert line.content["body"] == "▶ Postroom 1.2 has started. Mailboxes connected: 1 of 1"
    assert line.content["msgtype"] == "m.notice"
    assert line.content["m.mentions"] == {}


async def test_starts_one_after_another_edit_it_and_later_ones_get_their_own(house: House) -> None:
    for version in ("1.2", "1.3", "1.4"):
        await starts(house, version=version)
        house.clock.forward(60.0)
    assert len(lines(house)) == 1
    assert "1.4" in says_now(house)
    house.clock.forward(600.0)
    await starts(house, version="1.5")
    assert len(lines(house)) == 2
    assert "1.5" in says_now(house)


async def test_it_is_edited_after_a_restart_of_the_process_too(house: House) -> None:
    await starts(house)
    await house.close()
    await house.open()
    await starts(house, version="1.3")
    assert len(lines(house)) == 1
    assert "1.3" in says_now(house)


async def test_it_names_what_is_not_connected_and_what_waits(house: House) -> None:
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=(0.0,))
    await starts(house, Away(MAILBOX.id, "credentials"))
    said = says_now(house)
    assert "0 of 1" in said
    assert f"🔴 {MAILBOX.address} is not connected" in said
    assert "Waiting to leave: 1" in said


async def test_a_paused_mailbox_counts_as_none_that_should_be_connected(house: House) -> None:
    house.homeserver.encrypted.add(CONFIG)
    await happens(house, secretly(f"!mailbox pause {MAILBOX.address}"))
    await starts(house)
    assert "0 of 0" in says_now(house)
    assert "1 mailbox is paused or archived" in says_now(house)


async def test_without_a_mailbox_it_says_how_to_add_one(house: House) -> None:
    house.step.settings.reload(replace(house.instance, mailboxes=()))
    await starts(house)
    assert "!mailbox add contact@asso.example" in says_now(house)


async def test_it_is_said_in_french(house: House) -> None:
    house.step.settings.reload(replace(house.instance, language="fr"))
    await starts(house)
    assert says_now(house).startswith("▶ Postroom 1.2 a démarré. Boîtes connectées")


@pytest.mark.parametrize("after", ["all were tried", "too long"])
async def test_it_waits_until_each_server_was_tried_but_not_for_ever(
    house: House, monkeypatch: pytest.MonkeyPatch, after: str
) -> None:
    outages, waited = Outages(house.step), 0
    outages.expect(Service("imap", MAILBOX.id, "INBOX"))

    async def sleep(seconds: float) -> None:
        nonlocal waited
        waited += 1
        house.clock.forward(seconds)
        if waited == 3 and after == "all were tried":
            await outages.came_back(Service("imap", MAILBOX.id, "INBOX"))

    monkeypatch.setattr("bot.flows.keep.started.asyncio.sleep", sleep)
    await Started(house.step, outages, "1.2").run()
    monkeypatch.undo()
    await house.settle((0.0,))
    if after == "all were tried":
        assert waited == 3
        assert "1 of 1" in says_now(house)
    else:
        assert waited >= 90
        assert "0 of 1" in says_now(house)
