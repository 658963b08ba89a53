"""The pinned message of a mailbox: posted once, edited where something changed, and never posted twice."""

import json
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest_asyncio

from bot.domain.conversation import EventKind
from bot.domain.ids import EventId, MailboxId, RoomId
from bot.flows.keep.mailbox_status import MailboxStatus
from bot.flows.keep.outages import Outages, Service
from tests.fakes.chat import ALICE, CONFIG, Posted
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import happens
from tests.fakes.passwords import secretly
from tests.fakes.upgrading import made, upgraded
from tests.fakes.writing import mail, redacts, says

_SMTP = Service("smtp", MAILBOX.id)
_LONG = 601.0
OTHER_ID = MailboxId("other@asso.example")


@pytest_asyncio.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    one = House(tmp_path)
    await one.open()
    one.provider.deliver(mail())
    await looks(one)
    yield one
    await one.close()


async def looks(house: House, seconds: float = 0.0) -> None:
    """Time goes by, mails come in and are counted, the messages are looked at."""
    house.clock.forward(seconds)
    for pump in house.pumps:
        cursor = await pump.catch_up(await pump.open())
        await pump.count(cursor)
    await MailboxStatus(house.step).look()
    await house.settle((0.0,))


def messages(house: House) -> list[Posted]:
    """As first posted."""
    return house.homeserver.of_kind("mailbox")


def edits(house: House) -> int:
    return sum(p.ours.get("kind") == "mailbox" and p.is_edit for p in house.homeserver.posted)


def says_now(house: House) -> str:
    return str(house.homeserver.current(messages(house)[-1].event)["body"])


def pinned(house: House, room: RoomId = CONFIG) -> list[str]:
    found = json.loads(house.homeserver.state.get((room, "m.room.pinned_events", ""), '{"pinned": []}'))
    return list(found["pinned"])


async def restarts(house: House) -> None:
    await house.close()
    await house.open()


async def test_it_is_posted_once_and_pinned_beside_other_pins_and_rings_nobody(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.homeserver.state[CONFIG, "m.room.pinned_events", ""] = json.dumps({"pinned": ["$rules"]})
    await house.open()
    await MailboxStatus(house.step).look()
    await house.settle((0.0,))
    assert messages(house) == [], "nobody knows yet whether it works"
    house.provider.deliver(mail())
    await looks(house)
    (posted,) = messages(house)
    assert posted.room == CONFIG and posted.content["msgtype"] == "m.notice" and posted.content["m.mentions"] == {}
    assert pinned(house) == ["$rules", posted.event]
    body = str(posted.content["body"])
    assert body.startswith("contact@asso.example · 🟢 works since 23 Nov 2026")
    assert "INBOX: 1 on the server · 1 here · complete" in body and "Sent: 0 on the server · 0 here" in body
    await looks(house, _LONG)
    assert edits(house) == 0 and len(messages(house)) == 1
    await house.close()


async def test_a_mail_changes_it_only_once_in_ten_minutes(house: House) -> None:
    for number in range(2, 7):
        house.provider.deliver(mail(id=f"m{number}@example.org"))
        await looks(house, 60.0)
    assert edits(house) == 0
    await looks(house, _LONG)
    assert edits(house) == 1 and "6 on the server · 6 here · complete" in says_now(house)


async def test_that_everything_was_brought_in_is_shown_at_once(tmp_path: Path) -> None:
    house = House(tmp_path)
    await house.open()
    for number in range(3):
        house.provider.deliver(mail(id=f"m{number}@example.org"))
    for pump in house.pumps:
        # As at a start: counted before the first mail is taken.
        await pump.count(await pump.open())
    await MailboxStatus(house.step).look()
    await house.settle((0.0,))
    assert "INBOX: 3 on the server · 0 here · 3 just being read" in says_now(house)
    await looks(house, 30.0)
    assert "INBOX: 3 on the server · 3 here · complete" in says_now(house) and edits(house) == 1
    await house.close()


async def test_an_outage_is_shown_at_its_start_and_its_end_and_not_again_after_a_restart(house: House) -> None:
    await Outages(house.step).went_away(_SMTP, "credentials")
    await looks(house, 30.0)
    assert edits(house) == 1
    assert "🔴 outgoing mail, since" in says_now(house) and "!mailbox password contact@asso.example" in says_now(house)
    await restarts(house)
    await looks(house, 30.0)
    assert edits(house) == 1
    outages = Outages(house.step)
    outages.expect(_SMTP)
    await outages.came_back(_SMTP)
    await looks(house, 30.0)
    assert edits(house) == 2 and "🟢 works since 23 Nov 2026" in says_now(house) and "👉" not in says_now(house)
    assert len(messages(house)) == 1


async def test_a_restart_writes_nothing_anew(house: House) -> None:
    await looks(house, _LONG)
    before = len(house.homeserver.posted)
    await restarts(house)
    await looks(house, _LONG)
    assert len(house.homeserver.posted) == before


async def test_what_is_not_brought_in_is_named_and_a_mail_that_is_missing_is_told(tmp_path: Path) -> None:
    house = House(tmp_path, start=datetime(2026, 11, 20, tzinfo=UTC).date())
    house.provider.deliver(mail(id="old@example.org"), at=datetime(2026, 1, 5, 9, tzinfo=UTC))
    house.provider.deliver(mail())
    house.provider.deliver(mail())
    await house.open()
    await looks(house)
    inbox = "INBOX: 3 on the server · 1 here · 1 from before the start · 1 copy of one that is here · complete"
    assert inbox in says_now(house)
    await restarts(house)
    # As a fault of ours, or of the server, would have it: its UID lies below what was read.
    house.provider.deliver(mail(id="lost@example.org"))
    house.provider.folders["INBOX"][-1].uid = 0
    await looks(house, _LONG)
    assert "1 copy of one that is here · ⚠ 1 is missing here" in says_now(house) and "webmail" in says_now(house)
    await house.close()


async def test_sent_mail_of_no_conversation_is_named(house: House) -> None:
    house.provider.deliver(mail(id="elsewhere@asso.example", sender="contact@asso.example"), "Sent")
    await restarts(house)
    await looks(house, _LONG)
    await restarts(house)
    await looks(house, 86_400.0)
    house.provider.deliver(mail(id="other@asso.example", sender="contact@asso.example"), "Sent", house.clock.now())
    await restarts(house)
    await looks(house, 2 * 86_400.0)
    assert "1 sent from elsewhere, in no conversation here" in says_now(house)


async def test_a_message_that_somebody_deleted_comes_anew_with_the_next_change(house: House) -> None:
    (first,) = messages(house)
    await happens(house, redacts(EventId(first.event), room=CONFIG))
    await looks(house, _LONG)
    assert len(messages(house)) == 1
    house.provider.deliver(mail(id="m2@example.org"))
    await looks(house, _LONG)
    await looks(house, _LONG)
    assert len(messages(house)) == 2 and edits(house) == 0 and pinned(house)[-1] == messages(house)[-1].event


async def test_a_paused_mailbox_says_so_at_once_in_french_as_well(tmp_path: Path) -> None:
    house = House(tmp_path, instance=replace(INSTANCE, language="fr"))
    await house.open()
    house.homeserver.encrypted.add(CONFIG)
    await looks(house)
    await happens(house, secretly("!boîte suspendre contact@asso.example"))
    await looks(house, 30.0)
    assert "suspendue" in says_now(house) and "!boîte reprendre contact@asso.example" in says_now(house)
    await happens(house, secretly("!boîte reprendre contact@asso.example"))
    await looks(house, 30.0)
    assert "🟢 en marche depuis" in says_now(house) and "complet" in says_now(house)
    await house.close()


async def test_a_mailbox_that_was_removed_says_so_for_the_last_time_and_is_pinned_no_more(house: House) -> None:
    (posted,) = messages(house)
    house.instance = replace(INSTANCE, mailboxes=(replace(MAILBOX, id=OTHER_ID, address=OTHER_ID),))
    await restarts(house)
    await MailboxStatus(house.step).look()
    await house.settle((0.0,))
    assert "⚪ removed" in str(house.homeserver.current(posted.event)["body"])
    assert posted.event not in pinned(house)
    before = len(house.homeserver.posted)
    await MailboxStatus(house.step).look()
    await house.settle((0.0,))
    assert len(house.homeserver.posted) == before
    # It comes back: a message of its own.
    house.instance = INSTANCE
    await restarts(house)
    await looks(house)
    assert len(messages(house)) == 2 and pinned(house) == [messages(house)[-1].event]


async def test_a_config_room_that_goes_on_as_another_gets_one_of_its_own(house: House) -> None:
    there = RoomId("!confignew:localhost")
    made(house, there, CONFIG)
    await happens(house, upgraded(there, CONFIG), says("!upgrade config", room=CONFIG))
    assert house.step.settings.known.config_room == there
    await looks(house, 30.0)
    assert [p.room for p in messages(house)] == [CONFIG, there]
    assert pinned(house, there) == [messages(house)[-1].event]


async def test_a_database_that_is_put_back_finds_the_message_that_it_forgot(tmp_path: Path) -> None:
    house = House(tmp_path)
    await house.open()
    await house.settle((0.0,))
    await house.close()
    shutil.copy(tmp_path / "postroom.db", tmp_path / "copy.db")
    await house.open()
    house.provider.deliver(mail())
    await looks(house)
    (posted,) = messages(house)
    await house.close()
    for tail in ("-wal", "-shm"):
        Path(f"{tmp_path}/postroom.db{tail}").unlink(missing_ok=True)
    shutil.copy(tmp_path / "copy.db", tmp_path / "postroom.db")
    house.homeserver.transactions.clear()
    await house.open()
    await house.settle((0.0,))
    await looks(house, 30.0)
    assert messages(house) == [posted] and edits(house) == 1 and pinned(house) == [posted.event]
    await house.close()


async def test_without_the_power_to_pin_it_is_written_all_the_same(tmp_path: Path) -> None:
    house = House(tmp_path)
    house.homeserver.powerless.add(CONFIG)
    await house.open()
    house.provider.deliver(mail())
    await looks(house)
    assert len(messages(house)) == 1
    assert messages(house)[0].ours["kind"] == EventKind.MAILBOX.value
    await house.keeper.looks.look(CONFIG)
    await house.keeper.looks.look(CONFIG)
    await house.settle((0.0,))
    told = [p for p in house.homeserver.posted if "I may not pin how the mailboxes" in str(p.content.get("body"))]
    assert len(told) == 1 and told[0].content["m.mentions"] == {"user_ids": [ALICE]}
    await house.close()
