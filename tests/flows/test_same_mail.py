"""One mail is one, whatever ways it came; another one under its id is another."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot.domain.outcomes import TryLater
from tests.fakes.house import INSTANCE, House
from tests.fakes.looking import NOW, SENT, card_of, card_says, happens, mails_in, reply_state
from tests.fakes.mail import id_of
from tests.fakes.writing import case, mail, says

TRACES = b"Received: by mx2.asso.example id B\r\nDelivered-To: asso@asso.example\r\nX-Spam-Score: 0\r\n"


@pytest_asyncio.fixture
async def empty(tmp_path: Path) -> AsyncIterator[House]:
    """A house whose mailbox is that of the cases, without a mail."""
    mailbox = replace(INSTANCE.mailboxes[0], address="contact@monasso.example", aliases=("asso@monasso.example",))
    one = House(tmp_path, instance=replace(INSTANCE, mailboxes=(mailbox,)))
    await one.open()
    yield one
    await one.close()


async def _comes(house: House, raw: bytes, folder: str = "INBOX") -> None:
    house.provider.deliver(raw, folder)
    await house.settle(NOW)


async def _answered(house: House) -> tuple[str, bytes]:
    """The id and the bytes of our answer, sent."""
    await happens(house, says("!reply Bonjour **Marie**, voici", thread=card_of(house)), seconds=SENT)
    raw = house.provider.delivered[-1][2]
    return id_of(raw), raw


def _directions(house: House) -> list[object]:
    return [m.ours["direction"] for m in mails_in(house)]


async def test_a_mail_by_address_and_alias_is_one(empty: House) -> None:
    await _comes(empty, case("two_aliases_copy_1"))
    await _comes(empty, case("two_aliases_copy_2"))
    assert len(mails_in(empty)) == 1
    assert len(empty.homeserver.of_kind("conversation")) == 1


async def test_a_mail_without_an_id_by_address_and_alias_is_one(house: House) -> None:
    raw = mail(id="", subject="No id")
    await _comes(house, raw)
    await _comes(house, TRACES + raw)
    await _comes(house, TRACES + mail(id="", subject="No id", text="Other words"))
    assert len(house.homeserver.of_kind("conversation")) == 3


async def test_a_folder_that_was_numbered_anew_brings_nothing_again_though_headers_differ(house: House) -> None:
    (stored,) = house.provider.folders["INBOX"]
    stored.raw = TRACES + stored.raw
    house.provider.reset("INBOX")
    await house.settle(NOW)
    assert len(mails_in(house)) == 1


async def test_a_bounce_under_our_id_joins_and_reopens(house: House) -> None:
    ours, _ = await _answered(house)
    await happens(house, says("!close", thread=card_of(house)))
    bounce = case("bounce_under_our_message_id").replace(b"postroom.ours.1@monasso.example", ours.encode())
    await _comes(house, bounce)
    assert _directions(house)[-1] == "in"
    assert len(house.homeserver.of_kind("conversation")) == 1
    assert card_says(house)["status"] == "active"
    assert reply_state(house) == "bounced"


@pytest.mark.parametrize("sender", ["Eve <eve@x.org>", "Mon Asso <contact@asso.example>"])
async def test_our_id_on_other_words_is_a_mail_of_the_thread(house: House, sender: str) -> None:
    ours, _ = await _answered(house)
    await _comes(house, mail(id=ours, sender=sender, text="Other words than ours"))
    assert len(house.homeserver.of_kind("conversation")) == 1
    assert _directions(house)[-1] == "in"
    assert "Message-ID" in str(mails_in(house)[-1].content["body"])


async def test_our_mail_that_comes_back_by_a_list_is_not_shown_again(house: House) -> None:
    _, raw = await _answered(house)
    before = len(mails_in(house))
    await _comes(house, TRACES + raw)
    assert len(mails_in(house)) == before


# --- an answer from webmail


def _webmail(client: bytes = b"m1@example.org") -> bytes:
    raw = case("webmail_answer_bcc_to_ourselves").replace(b"monasso.example", b"asso.example")
    return raw.replace(b"customer.first.1@client.example", client).replace(
        b"client@client.example", b"marie@example.org"
    )


@pytest.mark.parametrize("folders", [("INBOX", "Sent"), ("Sent", "INBOX")])
async def test_an_answer_from_webmail_is_outgoing_and_once_whichever_folder_shows_it_first(
    house: House, folders: tuple[str, str]
) -> None:
    for folder in folders:
        await _comes(house, _webmail() if folder == "INBOX" else _webmail().replace(b"Delivered-To", b"X-Was"), folder)
        assert _directions(house) == ["in", "out"]
    shown = mails_in(house)[-1].content
    assert "⚠" not in str(shown["body"])
    assert shown["m.mentions"] == {}
    assert card_says(house)["status"] == "pending"


async def test_our_name_alone_in_the_inbox_takes_nothing_off_the_list_and_brings_nobody_in(house: House) -> None:
    forged = mail(
        id="f1@x.org", sender="contact@asso.example", to="marie@example.org", cc="eve@x.org", reply_to="m1@example.org"
    )
    await _comes(house, forged)
    assert _directions(house) == ["in", "out"]
    assert card_says(house)["status"] == "active"
    await _comes(house, mail(id="m2@x.org", sender="eve@x.org", reply_to="m1@example.org"))
    assert "⚠" in str(mails_in(house)[-1].content["body"])


async def test_our_name_with_a_failed_check_is_no_answer_of_ours(house: House) -> None:
    failed = (("Authentication-Results", "mx.asso.example; dmarc=fail header.from=asso.example"),)
    await _comes(
        house,
        mail(
            id="f1@x.org",
            sender="contact@asso.example",
            to="marie@example.org",
            reply_to="m1@example.org",
            headers=failed,
        ),
    )
    assert _directions(house) == ["in", "in"]


# --- what comes while an answer waits


async def test_a_mail_that_comes_while_an_answer_waits_stays_to_do(house: House) -> None:
    await happens(house, says("!reply Bonjour", thread=card_of(house)))
    await _comes(house, mail(id="m2@example.org", reply_to="m1@example.org", text="Wait, one more thing"))
    await house.settle(SENT)
    assert reply_state(house) == "sent"
    assert card_says(house)["status"] == "active"


@pytest.mark.parametrize("hours", [-48, 48])
async def test_the_clock_of_the_mail_server_does_not_matter(house: House, hours: int) -> None:
    when = house.clock.now() + timedelta(hours=hours)
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org"), at=when)
    await house.settle(NOW)
    await happens(house, says("!reply Bonjour", thread=card_of(house)), says("!reply Bonjour", thread=card_of(house)))
    await house.settle(SENT)
    assert card_says(house)["status"] == "pending"
    house.provider.answers.append(TryLater("451", "later"))
    await happens(house, says("!reply Encore", thread=card_of(house)), says("!reply Encore", thread=card_of(house)))
    await house.settle((25.0,))
    house.provider.deliver(mail(id="m3@example.org", reply_to="m1@example.org"), at=when)
    await house.settle((16.0, 120.0, 16.0))
    assert card_says(house)["status"] == "active"


async def test_an_answer_from_webmail_to_an_older_mail_leaves_the_newer_one_to_do(house: House) -> None:
    await _comes(house, mail(id="m2@example.org", reply_to="m1@example.org"))
    await _comes(house, _webmail(), "Sent")
    assert card_says(house)["status"] == "active"
    await _comes(house, _webmail(b"m2@example.org").replace(b"webmail.1", b"webmail.2"), "Sent")
    assert card_says(house)["status"] == "pending"
