"""A mailbox that was restored gives old UIDs to new mails, under the same UIDVALIDITY."""

from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.adapters.imap.inbox import ImapInbox
from bot.demo.servers.dovecot import Dovecot
from tests.adapters.imap.conftest import account_on
from tests.fakes.chat import CONFIG
from tests.fakes.house import House
from tests.fakes.looking import NOW, card_of, happens, mails_in
from tests.fakes.mail import FakeInbox, Stored, id_of
from tests.fakes.writing import mail, says


def _at(seconds: int) -> datetime:
    return datetime(2026, 11, 23, 9, 0, tzinfo=UTC) + timedelta(seconds=seconds)


def _shown(house: House, direction: str = "in") -> list[str]:
    return sorted(str(m.ours["message_id"]) for m in mails_in(house) if m.ours["direction"] == direction)


def _told(house: House) -> int:
    posted = [str(p.content["body"]) for p in house.homeserver.posted if p.room == CONFIG]
    return len([text for text in posted if "anew" in text])


def _deliver(house: House, *names: str, minute: int) -> None:
    for name in names:
        raw = mail(id=f"{name}@example.org", subject=name, text=f"{name}\n")
        house.provider.deliver(raw, at=_at(minute * 60))


@pytest.mark.parametrize("new", [1, 2, 3, 6])
async def test_new_mails_in_a_restored_folder_are_read_and_known_ones_not_posted_again(house: House, new: int) -> None:
    """With one or two new ones UIDNEXT stands below the cursor; with more it has passed it unseen."""
    backup = house.provider.copied()
    _deliver(house, "lost1", "lost2", minute=1)
    await house.settle(NOW)
    house.provider.put_back(backup)
    _deliver(house, *(f"new{n}" for n in range(new)), minute=30)
    await house.settle(NOW)

    wanted = ["m1", "lost1", "lost2", *(f"new{n}" for n in range(new))]
    assert _shown(house) == sorted(f"{name}@example.org" for name in wanted)
    assert _told(house) == 1


async def test_the_same_restored_twice(house: House) -> None:
    backup = house.provider.copied()
    for turn in range(2):
        _deliver(house, f"lost{turn}", f"also{turn}", minute=turn + 1)
        await house.settle(NOW)
        house.provider.put_back(backup)
        backup = house.provider.copied()
        _deliver(house, f"new{turn}", minute=30 + turn)
        await house.settle(NOW)
    assert len(_shown(house)) == len(set(_shown(house))) == 7
    assert _told(house) == 2


async def test_it_is_noticed_at_once_where_exactly_as_many_came_as_were_lost(house: House) -> None:
    """Mails have just come, so that there is no time for those that are known: but nothing stands above them."""
    pump = house.pumps[0]
    backup = house.provider.copied()
    _deliver(house, "lost", minute=1)
    cursor = await pump.catch_up(await pump.open())
    house.provider.put_back(backup)
    _deliver(house, "new", minute=30)
    await pump.catch_up(await pump.look(cursor, is_quiet=False))
    await house.settle(NOW)
    assert _shown(house) == ["lost@example.org", "m1@example.org", "new@example.org"]


@dataclass(slots=True)
class _PutBackAfterListing(FakeInbox):
    """The folder is put back between the listing of its mails and their fetch."""

    backup: tuple[dict[str, list[Stored]], int] | None = None

    async def uids_above(self, uid: int) -> tuple[int, ...]:
        found = await FakeInbox.uids_above(self, uid)
        if self.backup is not None:
            self.provider.put_back(self.backup)
            self.backup = None
        return found


async def test_a_mail_gets_the_number_of_one_that_went_as_it_was_fetched(house: House) -> None:
    """Nothing is known of the mail that went, by which a folder numbered anew could be noticed."""
    pump = house.pumps[0]
    cursor = await pump.open()
    inbox = _PutBackAfterListing(house.provider, "INBOX", house.provider.copied())
    _deliver(house, "gone", minute=1)
    pump.inbox = inbox
    cursor = await pump.catch_up(cursor)
    _deliver(house, "new", minute=30)
    await pump.catch_up(await pump.look(cursor))
    await house.settle(NOW)
    assert _shown(house) == ["m1@example.org", "new@example.org"]


@pytest.mark.parametrize("new", [1, 4])
async def test_it_is_noticed_while_the_folder_is_open(house: House, new: int) -> None:
    pump = house.pumps[0]
    backup = house.provider.copied()
    _deliver(house, "lost1", "lost2", minute=1)
    cursor = await pump.catch_up(await pump.open())
    house.provider.put_back(backup)
    _deliver(house, *(f"new{n}" for n in range(new)), minute=30)

    cursor = await pump.catch_up(await pump.look(cursor))

    assert cursor.uid == house.provider.next_uid - 1
    await house.settle(NOW)
    assert len(_shown(house)) == 3 + new


async def test_in_sent_what_somebody_wrote_since_is_seen_and_ours_are_not_shown_again(house: House) -> None:
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=(0.0, 25.0, 16.0))
    ours = id_of(house.provider.delivered[0][2])
    backup = house.provider.copied()
    for name in ("web1", "web2"):
        written = mail(id=f"{name}@asso.example", sender="contact@asso.example", reply_to="m1@example.org", text=name)
        house.provider.deliver(written, "Sent", at=_at(60))
    await house.settle(NOW)
    house.provider.put_back(backup)
    written = mail(id="web3@asso.example", sender="contact@asso.example", reply_to="m1@example.org", text="web3")
    house.provider.deliver(written, "Sent", at=_at(1800))
    await house.settle(NOW)
    assert _shown(house, "out") == sorted([ours, *(f"web{n}@asso.example" for n in (1, 2, 3))])


async def test_a_folder_that_is_only_emptied_is_numbered_as_before(house: House) -> None:
    _deliver(house, "m2", "m3", minute=1)
    await house.settle(NOW)
    house.provider.folders["INBOX"].clear()
    await house.settle(NOW)
    _deliver(house, "m4", minute=2)
    await house.settle(NOW)
    assert _told(house) == 0
    assert len(_shown(house)) == 4


async def test_mails_that_arrived_at_another_time_than_we_saw_them_are_known_by_their_id(house: House) -> None:
    """A restore that does not keep the files' times; a copy that was put into the folder otherwise."""
    for stored in house.provider.folders["INBOX"]:
        stored.received_at = _at(9000)
    await house.settle(NOW)
    assert _told(house) == 0


@pytest.mark.parametrize("new", [1, 6])
@pytest.mark.parametrize("is_running", [False, True])
async def test_the_maildir_of_a_real_dovecot_is_put_back(tmp_path: Path, new: int, is_running: bool) -> None:
    async with Dovecot.started() as server, AsyncExitStack() as on_exit:
        account = account_on(server, server.add_account())
        house = House(tmp_path)
        await house.open()
        on_exit.push_async_callback(house.close)

        async def take() -> None:
            pump = house.pumps[0]
            pump.inbox = inbox
            await pump.catch_up(await pump.open())
            await house.settle(NOW)

        async def deliver(*names: str) -> None:
            for name in names:
                await server.deliver(account.user, mail(id=f"{name}@example.org", subject=name, text=name))

        inbox = ImapInbox(account, "INBOX", size_limit=1 << 24)
        await deliver("old1", "old2")
        copy = await server.copied(account.user)
        await deliver("lost1", "lost2", "lost3")
        await take()
        if not is_running:
            await house.close()
        await server.put_back(account.user, copy)
        await deliver(*(f"new{n}" for n in range(new)))
        if not is_running:
            await house.open()
        await take()
        await inbox.close()

        names = ["old1", "old2", "lost1", "lost2", "lost3", *(f"new{n}" for n in range(new))]
        assert _shown(house) == sorted(f"{name}@example.org" for name in names)
