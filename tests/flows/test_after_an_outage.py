"""What came while mail was away for days is told as any mail is, also where earlier mails became threads at the start."""

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.flows.pump.mail import Start
from tests.fakes.chat import BOB
from tests.fakes.house import House
from tests.fakes.looking import NOW, card_of, happens, mentioning
from tests.fakes.writing import mail, reacts, says
from tests.flows.test_notices import SOON
from tests.flows.test_own_addresses import confirms, sent_to

HIS = "bob@home.example"
LATER = (*NOW, 16.0, *SOON)


async def wants(house: House, medium: str) -> None:
    await confirms(house, HIS, BOB)
    await happens(house, reacts("✋", card_of(house), sender=BOB))
    for one in ("replied-mine", "new"):
        await happens(house, says(f"!notify {one} {medium}", sender=BOB))
    await house.settle(LATER)


def comes(house: House, which: str, *, ago: timedelta) -> None:
    """Its server got it so long ago."""
    at = house.clock.now() - ago
    if which == "mine":
        house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", text="Alors ?\n"), at=at)
    else:
        house.provider.deliver(mail(id="p1@example.org", sender="Paul <paul@example.org>", subject="Devis"), at=at)


def told(house: House, before: int) -> int:
    return len(mentioning(house, BOB, before)) + len([one for one in sent_to(house, HIS) if "[#" in one["Subject"]])


@pytest.mark.parametrize("start", ["new", "all", date(2026, 11, 1)])
@pytest.mark.parametrize("medium", ["on", "email"])
@pytest.mark.parametrize("which", ["mine", "new"])
async def test_what_came_in_a_weekend_without_the_mail_server_is_told(
    house: House, start: Start, medium: str, which: str
) -> None:
    await wants(house, medium)
    await house.close()
    house.start = start
    house.clock.forward(60 * 3600.0)
    comes(house, which, ago=timedelta(hours=58))
    await house.open()
    before = len(house.homeserver.posted)
    await house.settle(LATER)
    assert told(house, before) == 1


async def test_so_it_is_where_the_folder_was_numbered_anew_meanwhile(house: House) -> None:
    await wants(house, "on")
    house.clock.forward(60 * 3600.0)
    comes(house, "new", ago=timedelta(hours=58))
    house.provider.reset("INBOX")
    before = len(house.homeserver.posted)
    await house.settle(LATER)
    assert told(house, before) == 1


async def test_so_it_is_after_a_restore_of_an_older_copy(house: House, tmp_path: Path) -> None:
    await wants(house, "on")
    await house.close()
    copy = tmp_path / "copy.db"
    shutil.copy(tmp_path / "postroom.db", copy)
    await house.open()
    await house.settle(NOW)
    await house.close()
    shutil.copy(copy, tmp_path / "postroom.db")
    house.clock.forward(60 * 3600.0)
    comes(house, "new", ago=timedelta(hours=58))
    await house.open()
    before = len(house.homeserver.posted)
    await house.settle(LATER)
    assert told(house, before) == 1


@pytest.mark.parametrize("start", ["all", date(2026, 11, 1)])
async def test_what_lay_there_at_the_first_start_stays_silent_however_long_it_takes(
    tmp_path: Path, start: Start
) -> None:
    house = House(tmp_path, start=start)
    for number in range(3):
        old = house.clock.now() - timedelta(days=3, hours=number)
        house.provider.deliver(mail(id=f"p{number}@example.org", sender=f"P <p{number}@example.org>"), at=old)
    await house.open()
    await house.pumps[0].open()
    # It dies while it reads them, and is away for days.
    await house.close()
    house.clock.forward(3 * 24 * 3600.0)
    await house.open()
    house.provider.deliver(mail(id="new@example.org", sender="N <n@example.org>", subject="Neu"), at=house.clock.now())
    await house.settle(LATER)
    kinds = [str(one.content["msgtype"]) for one in house.homeserver.of_kind("conversation") if not one.is_edit]
    assert kinds == ["m.notice", "m.notice", "m.notice", "m.text"]
    await house.close()
