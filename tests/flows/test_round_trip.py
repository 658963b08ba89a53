"""An admin tests a mailbox: it sends a mail to itself, which is looked for, deleted, and becomes no conversation."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bot.domain.inputs.mail import FolderRole
from bot.domain.outcomes import Refused, TryLater, Unknown
from bot.flows.pump.census import Census
from tests.fakes.boundaries import Boundaries, Killed
from tests.fakes.chat import CONFIG
from tests.fakes.house import MAILBOX, House
from tests.fakes.looking import happens
from tests.fakes.mail import FakeInbox, Stored
from tests.fakes.passwords import WORD, secretly
from tests.fakes.upgrading import texts
from tests.fakes.writing import mail, says

TEST = f"!mailbox test {MAILBOX.address}"


@dataclass(slots=True)
class DiesAt(Boundaries):
    """Kills once, at the boundary of this name."""

    name: str = ""

    def __init__(self, name: str) -> None:
        Boundaries.__init__(self)
        self.name = name

    def cross(self, name: str) -> None:
        if name == self.name:
            self.name = ""
            raise Killed(name)


async def told(house: House, words: str = TEST) -> str:
    await happens(house, says(words, room=CONFIG))
    return texts(house)[-1]


def sent(house: House) -> list[bytes]:
    return [raw for _, _, raw in house.provider.delivered]


def conversations(house: House) -> int:
    """Those beside the one with which the house begins."""
    return len(house.homeserver.of_kind("conversation")) - 1


def lies_in(house: House, folder: str) -> list[Stored]:
    """The test mails there."""
    return [one for one in house.provider.folders[folder] if one.raw in sent(house)]


async def reads(house: House) -> None:
    """The ordinary pumps look."""
    for pump in house.pumps:
        await pump.catch_up(await pump.open())


async def test_it_arrives_and_is_deleted_again(house: House) -> None:
    house.provider.arrives_in = "INBOX"
    said = await told(house)
    assert "✅ A test mail to itself: arrived in INBOX after 1 second." in said
    assert "nothing needs to be done" in said
    ((sender, to, raw),) = house.provider.delivered
    assert (sender, to) == (MAILBOX.address, (MAILBOX.address,))
    assert b"Auto-Submitted: auto-generated" in raw
    assert b"Subject: Test of this mailbox" in raw
    assert lies_in(house, "INBOX") == []
    assert conversations(house) == 0
    assert [one for one in house.step.blobs.folder.rglob("*") if one.is_file() and one.read_bytes() == raw] == []


async def test_in_french_the_mail_is_french_too(house: House) -> None:
    house.provider.arrives_in = "INBOX"
    french = replace(MAILBOX, language="fr")
    house.step.settings.reload(replace(house.instance, language="fr", mailboxes=(french,)))
    said = await told(house, f"!boîte essayer {MAILBOX.address}")
    assert "arrivé dans INBOX après 1 seconde" in said
    assert b"Essai_de_cette" in sent(house)[0]


async def test_in_the_spam_folder_it_is_told_with_what_to_do(house: House) -> None:
    house.provider.arrives_in = "Junk"
    said = await told(house)
    assert "⚠️ A test mail to itself: arrived in the spam folder (Junk)" in said
    assert f"!check dns {MAILBOX.address}" in said
    assert "nothing needs to be done" not in said
    assert lies_in(house, "Junk") == []


async def test_in_a_folder_that_is_not_read_it_is_told_so(house: House) -> None:
    house.provider.arrives_in = "INBOX"
    house.step.settings.reload(replace(house.instance, mailboxes=(replace(MAILBOX, folders=("Junk",), junk="-"),)))
    house.provider.folders["-"] = []
    assert "that folder is not read" in await told(house)


async def test_where_it_does_not_arrive_within_a_minute_it_is_told_and_again_when_it_comes(house: House) -> None:
    said = await told(house)
    assert "did not arrive within a minute (INBOX, Junk)" in said
    assert len(sent(house)) == 1
    house.clock.forward(3600)
    for _ in range(2):
        # Somebody who has seen it can send it again, too: the line is told once.
        house.provider.deliver(sent(house)[0], at=house.clock.at)
        await house.settle()
    late = [p for p in house.homeserver.posted if "The test mail of" in str(p.content.get("body"))]
    assert [p.is_edit for p in late] == [False, True]
    assert "is in INBOX, 61 minutes after it left" in str(late[0].content["body"])
    assert conversations(house) == 0
    assert len(house.provider.delivered) == 1


async def test_the_pump_that_sees_it_first_makes_nothing_of_it(house: House) -> None:

    async def comes() -> None:
        if not lies_in(house, "INBOX"):
            house.provider.deliver(sent(house)[0], at=house.clock.at)
        await reads(house)

    house.meanwhile = comes
    said = await told(house)
    assert "arrived in INBOX" in said
    assert not [one for one in texts(house) if "The test mail of" in one]
    assert conversations(house) == 0


@pytest.mark.parametrize("folder", ["INBOX", "Junk", "Sent"])
async def test_at_once_it_is_silent_wherever_it_is_seen(house: House, folder: str) -> None:
    house.provider.arrives_in = "INBOX"
    house.provider.deletes = False
    said = await told(house)
    assert "lies in INBOX as read" in said
    (stored,) = lies_in(house, "INBOX")
    assert "\\Seen" in stored.flags
    house.provider.deliver(stored.raw, folder, at=house.clock.at)
    await reads(house)
    await house.settle((0.0,))
    assert conversations(house) == 0
    assert not [one for one in texts(house) if "The test mail of" in one]


async def test_what_the_server_keeps_is_not_counted_as_missing(house: House) -> None:
    house.provider.arrives_in = "INBOX"
    house.provider.deletes = False
    await told(house)
    pump = house.pumps[0]
    cursor = await pump.catch_up(await pump.open())
    census = Census(MAILBOX.id, "INBOX", FolderRole.INBOX, FakeInbox(house.provider), house.step)
    counted = await census._count(await census.inbox.uids(), cursor)
    assert (counted.on_server, counted.here, counted.missing) == (2, 1, 0)


async def test_a_refusal_is_told_in_the_servers_words_without_the_password(house: House) -> None:
    house.provider.answers.append(Refused("550", "not allowed to send as that, of the file"))
    said = await told(house)
    assert "the server refuses it. It says: “not allowed to send as that, …”" in said
    assert f"may send as {MAILBOX.address}" in said
    assert sent(house) == []


async def test_a_server_that_does_not_take_it_now_is_told_as_such_and_nothing_is_sent_later(house: House) -> None:
    house.provider.answers.append(TryLater("451", "greylisted"))
    assert "does not take it now (451). greylisted" in await told(house)
    await house.settle()
    assert sent(house) == []


async def test_where_nobody_knows_whether_it_left_it_is_looked_for(house: House) -> None:
    house.provider.arrives_in = "INBOX"
    house.provider.answers.append(Unknown("connection_lost"))
    assert "arrived in INBOX" in await told(house)
    house.provider.arrives_in = ""
    house.provider.answers.append(Unknown("connection_lost"))
    assert "did not say whether it took it (connection lost)" in await told(house)


async def test_a_mailbox_that_rests_sends_nothing(house: House) -> None:
    house.homeserver.encrypted.add(CONFIG)
    await happens(house, secretly(f"!mailbox pause {MAILBOX.address}"), secretly(TEST))
    assert "No test mail is sent" in texts(house)[-1]
    assert sent(house) == []


async def test_without_both_logins_nothing_is_sent(house: House) -> None:
    house.provider.imap_password = WORD
    assert "A test mail" not in await told(house)
    assert sent(house) == []


@pytest.mark.parametrize("boundary", ["submit in data", "submit after dot", "remove before", "remove after"])
async def test_a_crash_after_it_may_have_left_sends_no_second_one(house: House, boundary: str) -> None:
    house.provider.arrives_in = "INBOX"
    house.provider.boundaries = DiesAt(boundary)
    with pytest.raises(Killed):
        await told(house)
    await house.close()
    await house.open()
    await house.settle()
    assert len(sent(house)) == (0 if boundary == "submit in data" else 1)
    assert "I send no second one by myself" in texts(house)[-1]
    assert conversations(house) == 0


async def test_a_crash_before_it_can_have_left_begins_again(house: House) -> None:
    house.provider.arrives_in = "INBOX"
    house.provider.boundaries = DiesAt("submit before data")
    with pytest.raises(Killed):
        await told(house)
    await house.close()
    await house.open()
    await house.settle()
    assert len(sent(house)) == 1
    assert "arrived in INBOX" in texts(house)[-1]


async def test_a_house_that_knows_nothing_of_it_makes_nothing_of_it_either(house: House) -> None:
    """After the database was put back, or the mailbox is read anew: the id alone tells."""
    id = house.step.signer.trip_id(at=house.clock.at, token="0" * 12, domain="asso.example")
    house.provider.deliver(mail(id=id, sender=MAILBOX.address), at=house.clock.at)
    house.provider.deliver(mail(id=id.upper(), sender="asso@asso.example"), "Junk", at=house.clock.at)
    await house.settle((0.0,))
    assert conversations(house) == 0
    assert house.provider.delivered == []


async def test_forged_it_is_a_mail_like_others(house: House) -> None:
    await told(house)
    raw = sent(house)[0]
    await house.settle()
    before = conversations(house)
    id = raw.partition(b"Message-ID: <")[2].partition(b">")[0].decode()
    signed, _, domain = id.partition("@")
    forged = f"{signed[:-1]}{'0' if signed[-1] != '0' else '1'}@{domain}"
    house.provider.deliver(mail(id=forged, sender=f"Us <{MAILBOX.address}>"), at=house.clock.at)
    # A true id under somebody else's name, and a true mail long after.
    house.provider.deliver(mail(id=id, sender="Marie <marie@example.org>"), at=house.clock.at)
    await house.settle()
    assert conversations(house) == before + 2
    house.clock.forward(timedelta(days=8).total_seconds())
    house.provider.deliver(raw, at=house.clock.at)
    await house.settle()
    shown = [p for p in house.homeserver.of_kind("mail") if p.ours.get("message_id") == id]
    assert len(shown) == 2
