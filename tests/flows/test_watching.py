"""What `/health` and `/metrics` say of a bot: the figures are those of its mails, its rooms and its database."""

import json
import re
from dataclasses import replace

import pytest

from bot.domain.calls import Submit
from bot.domain.condition import FolderCount
from bot.domain.inputs import Input
from bot.domain.inputs.mail import FolderRole, MailArrived
from bot.domain.kinds import CALLS
from bot.domain.outcomes import TryLater
from bot.flows.keep.outages import Service
from bot.process.figures import Figures
from bot.process.health import Names, Problem
from bot.process.metrics import Metrics
from storage import condition
from storage.database import Database, StorageAway
from tests.fakes.chat import CONFIG, ROOM
from tests.fakes.house import MAILBOX, House
from tests.fakes.logged import logged
from tests.fakes.looking import NOW, SENT, card_of, happens
from tests.fakes.mail import id_of
from tests.fakes.writing import bounce, mail, says


def watched(house: House, *, shows_addresses: bool = False) -> Figures:
    return Figures(Metrics(), house.deliver, house.deliver.outages, "1.2.3", shows_addresses)


def figure(figures: Figures, name: str) -> dict[str, float]:
    """A figure of the page by its labels."""
    lines = re.findall(rf"(?m)^{name}(\{{.*\}})? (\S+)$", figures.metrics.rendered())
    return {labels: float(value) for labels, value in lines}


async def problems(house: House) -> tuple[Problem, ...]:
    return (await watched(house).health()).reasons


async def test_a_mail_is_counted_from_nothing_and_by_no_second_sight(house: House) -> None:
    figures = watched(house)
    await figures.refresh()
    assert figure(figures, "postroom_mails_in_total") == {'{mailbox="0"}': 0}
    assert figure(figures, "postroom_build_info") == {'{version="1.2.3"}': 1}
    assert figure(figures, "postroom_connected")['{service="database",mailbox=""}'] == 1
    house.provider.deliver(mail(id="n7@example.org"))
    seen: list[Input] = []
    count = house.step.measure

    def measured(one: Input, result: str) -> None:
        seen.append(one)
        count(one, result)

    house.step.measure = measured
    await house.settle(NOW)
    house.step.measure = count
    assert figure(figures, "postroom_mails_in_total") == {'{mailbox="0"}': 1}
    assert figure(figures, "postroom_rings_total")['{mailbox="0"}'] >= 1
    for one in seen:
        if isinstance(one, MailArrived):
            await house.step.take(one)
    assert figure(figures, "postroom_mails_in_total") == {'{mailbox="0"}': 1}


async def test_a_mailbox_of_the_house_alone_is_counted_by_its_place_too(house: House) -> None:
    """As after `postroom init`: config.yaml names no mailbox."""
    figures = watched(house)
    other = replace(MAILBOX, id=MAILBOX.id, name="Of the house")
    house.step.settings.reload(replace(house.instance, mailboxes=(other,)))
    house.provider.deliver(mail(id="n8@example.org"))
    await house.settle(NOW)
    assert figure(figures, "postroom_mails_in_total") == {'{mailbox="0"}': 1}


async def test_what_came_back_is_counted(house: House) -> None:
    figures = watched(house)
    await happens(house, says("!reply Hello", thread=card_of(house)), seconds=SENT)
    house.provider.deliver(bounce(id_of(house.provider.delivered[-1][2]), "marie@example.org"))
    await house.settle(NOW)
    assert figure(figures, "postroom_bounces_total") == {'{mailbox="0"}': 1}


async def test_a_mailbox_whose_answer_its_server_puts_off_is_not_ok_and_is_told_by_age(house: House) -> None:
    figures = watched(house)
    house.provider.answers += [TryLater("451 greylisted")] * 9
    await happens(house, says("!reply Hello", thread=card_of(house)), seconds=SENT)
    assert await problems(house) == ()
    await house.settle((400.0,))
    (waits,) = await problems(house)
    assert waits == Problem("mail", "waits_to_leave", 0)
    status = await watched(house).health()
    assert status.can_work and status.of_mailbox(0) == (waits,)
    await figures.refresh()
    assert figure(figures, "postroom_mail_waiting_seconds")['{mailbox="0",what="to_leave"}'] >= 400


async def test_a_mailbox_whose_mail_is_not_posted_is_not_ok_and_one_that_is_paused_says_so(house: House) -> None:
    house.provider.deliver(mail(id="n9@example.org", sender="Paul <paul@example.org>"))
    for pump in house.pumps:
        await pump.catch_up(await pump.open())
    house.clock.forward(400.0)
    assert Problem("mail", "waits_to_be_posted", 0) in await problems(house)
    await happens(house, says(f"!mailbox pause {MAILBOX.address}", room=CONFIG))
    status = await watched(house).health()
    assert status.names == (Names(MAILBOX.address, "paused"),)
    assert status.of_mailbox(0) == ()


async def test_what_was_imported_stands_beside_the_count_of_the_server_and_what_is_missing_is_a_reason(
    house: House,
) -> None:
    figures = watched(house)
    counts = FolderCount("INBOX", FolderRole.INBOX, on_server=12, here=9, earlier=2, missing=1)
    async with house.step.database.write() as tx:
        await condition.counted(tx, MAILBOX.id, counts, house.clock.now())
    await figures.refresh()
    shown = figure(figures, "postroom_folder_mails")
    assert shown['{mailbox="0",folder="inbox",state="on_server"}'] == 12
    assert shown['{mailbox="0",folder="inbox",state="here"}'] == 9
    assert Problem("mail", "missing", 0) in await problems(house)


async def test_the_database_has_a_row_of_its_own(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    status = await watched(house).health()
    assert (status.database, status.can_work) == ("sqlite", True)

    def away(self: Database) -> None:
        raise StorageAway("gone")

    monkeypatch.setattr(Database, "glance", away)
    monkeypatch.setattr(Database, "read", away)
    status = await watched(house).health()
    assert status.reasons[0] == Problem("database", "away") and not status.can_work
    figures = watched(house)
    await figures.refresh()
    assert figure(figures, "postroom_connected")['{service="database",mailbox=""}'] == 0


async def test_rooms_are_named_by_the_mailbox_or_as_the_config_room(house: House) -> None:
    outages = house.deliver.outages
    await outages.went_away(Service("room", part=CONFIG), "not_joined")
    await outages.went_away(Service("room", part=ROOM), "not_joined")
    assert set(await problems(house)) == {
        Problem("room", "not_joined", room="config"),
        Problem("room", "not_joined", 0),
    }


async def test_an_address_stands_in_the_figures_only_where_the_configuration_says_so(house: House) -> None:
    silent, open_ = watched(house), watched(house, shows_addresses=True)
    for one in (silent, open_):
        await one.refresh()
    assert MAILBOX.address not in silent.metrics.rendered()
    key = f'{{mailbox="0",address="{MAILBOX.address}",state="served"}}'
    assert figure(open_, "postroom_mailbox_info") == {key: 1}


async def test_lines_of_the_log_say_whose_mailbox_it_is_by_its_place(house: House) -> None:
    with logged() as stream:
        await happens(house, says("!reply Hello", thread=card_of(house)), seconds=SENT)
        await house.deliver.outages.went_away(Service("smtp", MAILBOX.id), "timeout")
    lines = [json.loads(one) for one in stream.getvalue().splitlines()]
    submitted = [one for one in lines if one.get("kind") == CALLS[Submit] and one["event"] == "call"]
    assert [one["mailbox"] for one in submitted] == [0]
    assert [one["mailbox"] for one in lines if one["event"] == "service_away"] == [0]
    assert MAILBOX.address not in stream.getvalue()
