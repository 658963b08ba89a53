"""Mail that needs nobody: one quiet line in its thread, a list of its own, and no bell."""

from pathlib import Path

import pytest

from tests.fakes.house import House
from tests.fakes.looking import NOW, SENT, card_of, card_says, happens, mails_in, reply_state
from tests.fakes.mail import id_of
from tests.fakes.writing import mail, says

MET = Path(__file__).parent.parent / "mime" / "met"


def met(name: str, ours: str) -> bytes:
    """A mail that people met, as an answer to ours."""
    return (MET / f"{name}.eml").read_bytes().replace(b"postroom.ours.1@monasso.example", ours.encode())


def said(house: House) -> str:
    return str(house.homeserver.of_kind("answer")[-1].content["body"])


async def answered(house: House) -> str:
    """A conversation that we answered and closed; the id of our answer."""
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=SENT)
    await happens(house, says("!close", thread=card_of(house)))
    return id_of(house.provider.delivered[0][2])


@pytest.mark.parametrize("name", ["mdn_not_read", "gmail_reaction"])
async def test_a_receipt_and_a_reaction_are_one_quiet_line(house: House, name: str) -> None:
    ours = await answered(house)
    house.provider.deliver(met(name, ours))
    await house.settle(NOW)
    assert card_says(house)["status"] == "closed"
    line = mails_in(house)[-1]
    assert line.content["msgtype"] == "m.notice"
    assert line.content["m.mentions"] == {}
    assert "\n" not in str(line.content["body"])
    assert not house.homeserver.of_kind("attachment")
    assert reply_state(house) == "sent"


async def test_an_answer_of_a_helpdesk_wakes_and_tells_whom_it_concerns(house: House) -> None:
    ours = await answered(house)
    house.provider.deliver(met("helpdesk_agent_auto_generated", ours))
    await house.settle(NOW)
    assert card_says(house)["status"] == "active"


async def test_an_absence_note_stays_quiet(house: House) -> None:
    ours = await answered(house)
    house.provider.deliver(
        mail(id="m2@example.org", reply_to=ours, subject="Absence", headers=(("Auto-Submitted", "auto-replied"),))
    )
    await house.settle(NOW)
    assert card_says(house)["status"] == "closed"
    assert mails_in(house)[-1].content["msgtype"] == "m.notice"


async def test_spam_in_a_thread_wakes_rings_and_steers_nothing(house: House) -> None:
    ours = await answered(house)
    house.provider.deliver(
        mail(id="m2@evil.example", sender="Evil <evil@evil.example>", reply_to=ours, headers=(("X-Spam-Flag", "YES"),))
    )
    await house.settle(NOW)
    assert card_says(house)["status"] == "closed"
    assert mails_in(house)[-1].content["msgtype"] == "m.notice"
    await happens(house, says("!reply Encore", thread=card_of(house)), seconds=SENT)
    assert house.provider.delivered[-1][1] == ("marie@example.org",)


async def test_a_newsletter_is_listed_apart_until_somebody_acts_on_it(house: House) -> None:
    house.provider.deliver(
        mail(id="n1@shop.example", sender="Shop <news@shop.example>", subject="Soldes",
             headers=(("List-Unsubscribe", "<mailto:u@shop.example>"),))
    )  # fmt: skip
    await house.settle(NOW)
    await happens(house, says("!list noanswer"))
    assert "Soldes" in said(house)
    await happens(house, says("!list"))
    assert "Soldes" not in said(house)
    await happens(house, says("!assign #2 me"))
    await happens(house, says("!list"))
    assert "Soldes" in said(house)


async def test_a_bounce_that_comes_twice_rings_once(house: House) -> None:
    ours = await answered(house)
    for number in (1, 2):
        house.provider.deliver(bounce(ours, number))
        await house.settle(NOW)
        assert reply_state(house) == "bounced"
        if number == 1:
            assert card_says(house)["status"] == "active"
            await happens(house, says("!close", thread=card_of(house)))
    assert card_says(house)["status"] == "closed"
    assert mails_in(house)[-1].content["msgtype"] == "m.notice"


def bounce(ours: str, number: int) -> bytes:
    return (
        "From: MAILER-DAEMON@mx.example\r\nTo: contact@asso.example\r\nSubject: Undelivered\r\n"
        f"Message-ID: <b{number}@mx.example>\r\nAuto-Submitted: auto-replied\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        "Final-Recipient: rfc822; marie@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{ours}>\r\n\r\n--b--\r\n"
    ).encode()


async def test_mail_in_junk_is_listed_as_spam_without_a_bell(house: House) -> None:
    house.provider.deliver(mail(id="j1@evil.example", sender="Eve <eve@evil.example>", subject="Win"), "Junk")
    await house.settle(NOW)
    posted = [*house.homeserver.of_kind("conversation"), *house.homeserver.of_kind("mail")]
    assert all(event.content["msgtype"] == "m.notice" for event in posted if event.ours["conversation"] == 2)
    await happens(house, says("!list spam"))
    assert "Win" in said(house)


async def test_mail_that_is_taken_out_of_junk_elsewhere_is_no_spam(house: House) -> None:
    raw = mail(id="j1@good.example", sender="Ann <ann@good.example>", subject="Devis")
    house.provider.deliver(raw, "Junk")
    await house.settle(NOW)
    house.provider.folders["Junk"].clear()
    house.provider.deliver(raw)
    await house.settle(NOW)
    await happens(house, says("!list"))
    assert "Devis" in said(house)


async def test_what_a_member_called_spam_stays_it_when_it_is_seen_in_junk(house: House) -> None:
    await happens(house, says("!spam", thread=card_of(house)))
    assert card_says(house)["status"] == "spam"
    await happens(house, says("!notspam", thread=card_of(house)))
    assert card_says(house)["status"] == "active"
    assert len(mails_in(house)) == 1


async def test_a_receipt_that_names_our_mail_only_in_its_report_joins_its_thread(house: House) -> None:
    ours = await answered(house)
    head, body = met("mdn_not_read", ours).split(b"MIME-Version", 1)
    kept = b"\n".join(line for line in head.split(b"\n") if not line.startswith((b"In-Reply-To", b"References")))
    house.provider.deliver(kept + b"MIME-Version" + body)
    await house.settle(NOW)
    assert len(house.homeserver.of_kind("conversation")) == 1
    assert card_says(house)["status"] == "closed"
