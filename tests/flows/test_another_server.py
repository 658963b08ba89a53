"""A mailbox has another address, and another server with it: what was true of the one of before is not true there."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.ids import MailboxId, RoomId
from bot.domain.mail_ways import MailWays
from bot.domain.merged import ARCHIVED, PLUS, SET, mailbox_scope
from bot.domain.vouching import Vouching
from bot.flows.deliver.follow import look_at_configuration
from storage import cursors, mails, settings, vouching
from storage.cursors import FolderCursor
from storage.faults import MailboxTaken
from tests.fakes.chat import CONFIG
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import NOW, happens, mails_in
from tests.fakes.passwords import WORD, secretly
from tests.fakes.writing import mail, says
from tests.flows.test_another_address import NEW, OTHER, of_the_house, readdressed, stands
from tests.flows.test_mailbox_add import ADDRESS as ADDED
from tests.flows.test_mailbox_add import IMAP, SMTP, adds, answers
from tests.flows.test_mailbox_add import added as there

LATER = 200 * 86400


async def _served(tmp_path: Path) -> House:
    """A mailbox of config.yaml that has had three mails, a long while ago."""
    house = House(tmp_path, start="new")
    await house.open()
    await house.settle(NOW)
    for number in range(3):
        house.provider.deliver(mail(id=f"old{number}@example.org", subject=f"Old {number}"), at=house.clock.now())
    await house.settle(NOW)
    assert len(mails_in(house)) == 3
    return house


def _moves(house: House, validity: int) -> None:
    """The same person's mailbox elsewhere, in which mail lies already."""
    provider = house.provider
    provider.folders = {"INBOX": [], "Sent": [], "Junk": []}
    provider.uidvalidity = dict.fromkeys(provider.folders, validity)
    provider.next_uid = 1
    for number in range(20):
        at = house.clock.now() - timedelta(days=30 + number)
        provider.deliver(mail(id=f"theirs{number}@example.net", subject=f"Theirs {number}", to=NEW), at=at)


async def _goes_on(house: House) -> None:
    house.instance = readdressed()
    await house.open()
    await house.settle()


def _ids(house: House) -> Sequence[object]:
    return [one.ours["message_id"] for one in mails_in(house)]


@pytest.mark.parametrize("validity", [1, 7])
async def test_what_lay_on_another_server_before_is_nobodys_news(tmp_path: Path, validity: int) -> None:
    house = await _served(tmp_path)
    house.clock.forward(LATER)
    await house.close()
    _moves(house, validity)
    await _goes_on(house)
    assert len(mails_in(house)) == 3
    house.provider.deliver(mail(id="fresh@example.net", subject="Fresh", to=NEW), at=house.clock.now())
    await house.settle()
    assert _ids(house)[3:] == ["fresh@example.net"]
    await house.close()


async def test_on_the_same_server_nothing_is_lost_that_came_meanwhile(tmp_path: Path) -> None:
    house = await _served(tmp_path)
    await house.close()
    house.provider.deliver(mail(id="meanwhile@example.net", subject="Meanwhile"), at=house.clock.now())
    house.clock.forward(LATER)
    await _goes_on(house)
    assert _ids(house)[3:] == ["meanwhile@example.net"]
    await house.close()


async def test_what_an_admin_set_for_the_server_of_before_holds_no_more(house: House) -> None:
    scope = mailbox_scope(MAILBOX.id)
    house.provider.arrives_in, house.provider.takes_plus = "INBOX", True
    await happens(house, says(f"!mailbox test {MAILBOX.address}", room=CONFIG))
    await happens(house, says(f"!mailbox set {MAILBOX.address} plus-address yes", room=CONFIG))
    await happens(house, says(f"!mailbox set {MAILBOX.address} trusted-server mx.old.example", room=CONFIG))
    await happens(house, says(f"!mailbox set {MAILBOX.address} undo 77", room=CONFIG))
    (box,) = house.step.settings.known.mailboxes
    assert (box.plus_address, box.plus_arrives, box.trusted_authserv) == (True, True, ("mx.old.example",))
    async with house.step.database.write() as tx:
        await vouching.put(tx, Vouching(MAILBOX.id, "mx.old.example", 20, ("a",), "mx.old.example"))
    await house.close()
    await _goes_on(house)
    (box,) = house.step.settings.known.mailboxes
    assert (box.address, box.plus_address, box.plus_arrives) == (NEW, False, False)
    assert box.trusted_authserv == MAILBOX.trusted_authserv, "what config.yaml says of the new one"
    assert box.undo_seconds == 77
    async with house.step.database.read() as tx:
        for key in (PLUS, f"{SET}plus-address", f"{SET}trusted-server"):
            assert await settings.value_of(tx, scope, key) is None
        assert await vouching.of(tx, MAILBOX.id) is None, "its name is suggested again"


async def test_of_one_of_the_house_no_place_on_the_servers_of_before_is_kept(house: House) -> None:
    box = await of_the_house(house)
    house.provider.deliver(mail(id="m9@example.org", subject="There"), at=house.clock.now())
    await house.settle(NOW)
    async with house.step.database.write() as tx:
        await cursors.set_folder(tx, box.id, "INBOX", FolderCursor(5, 77, house.clock.now()))
        (record,) = await mails.by_id_in(tx, (MAILBOX.id,), "m9@example.org")
        await mails.update(tx, replace(record, mailbox=box.id, folder="INBOX", uidvalidity=5, uid=77))
        await vouching.put(tx, Vouching(box.id, "mx.same.example", 20, ("a",), "mx.same.example"))
    await stands(house, ARCHIVED, box)
    asks = adds(house, f"new@other.example replaces {ADDED}")
    await happens(house, asks, secretly(WORD, thread=asks.event))
    await answers(house, asks, "none", "!yes")
    after = await there(house)
    assert after is not None and after.address == "new@other.example"
    async with house.step.database.read() as tx:
        assert not await cursors.folders(tx, box.id), "what was answered about earlier mails holds"
        assert await mails.at_place(tx, box.id, "INBOX", 5, 77) is None, "another mail stands there"
        assert await vouching.of(tx, box.id) is None, "its name is suggested again"


OTHERS = MailboxId("info@other.example")


async def _with_one_of_the_house(tmp_path: Path) -> House:
    """Info@ was added in the house, and goes on as new@."""
    house = House(tmp_path)
    await house.open()
    ways = MailWays(IMAP, SMTP)
    box = replace(MAILBOX, id=OTHERS, address="new@other.example", former=(OTHERS,), room=OTHER, ways=ways)
    async with house.step.database.write() as tx:
        await settings.change_alone(tx)
        await settings.add_mailbox(tx, box, house.clock.now(), goes_on=True)
    await house.close()
    return house


def _in_file(house: House, address: str, *former: str) -> None:
    named = replace(MAILBOX, id=OTHERS, address=address, former=former, room=RoomId("!three:localhost"))
    house.instance = replace(INSTANCE, mailboxes=(MAILBOX, named))


async def test_a_mailbox_of_the_file_swallows_none_of_the_house(tmp_path: Path) -> None:
    house = await _with_one_of_the_house(tmp_path)
    _in_file(house, OTHERS)
    with pytest.raises(MailboxTaken) as refused:
        await house.open()
    assert refused.value.keys == ("mailboxes[1].address",)
    assert house.database is not None
    await house.database.close()
    house.instance = INSTANCE
    await house.open()
    with pytest.raises(MailboxTaken):
        # As a file that is read again while the bot serves.
        await look_at_configuration(
            house.step, replace(INSTANCE, mailboxes=(replace(MAILBOX, id=OTHERS, address=OTHERS),))
        )
    every = [(one.id, one.address, one.room) for one in house.step.settings.known.mailboxes]
    assert every == [(MAILBOX.id, MAILBOX.address, MAILBOX.room), (OTHERS, "new@other.example", OTHER)]
    await house.close()


@pytest.mark.parametrize(
    ("address", "former"),
    [("new@other.example", (OTHERS,)), ("third@other.example", (OTHERS, "new@other.example"))],
)
async def test_one_of_the_house_that_is_written_into_the_file_is_the_same(
    tmp_path: Path, address: str, former: tuple[str, ...]
) -> None:
    house = await _with_one_of_the_house(tmp_path)
    _in_file(house, address, *former)
    await house.open()
    assert [(one.id, one.address) for one in house.step.settings.known.mailboxes][1:] == [(OTHERS, address)]
    await house.close()
