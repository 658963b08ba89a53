"""What a mail that arrives does to its conversation."""

from tests.fakes.house import House
from tests.fakes.looking import NOW, SENT, card_of, card_says, happens, mails_in, reply_state
from tests.fakes.mail import id_of
from tests.fakes.writing import mail, says


async def test_an_answer_makes_the_conversation_active_again(house: House) -> None:
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=SENT)
    ours = id_of(house.provider.delivered[0][2])
    house.provider.deliver(mail(id="m2@example.org", subject="Re: Question", reply_to=ours))
    await house.settle(NOW)
    assert card_says(house)["status"] == "active"
    assert len(house.homeserver.of_kind("conversation")) == 1


async def test_spam_stays_spam_when_the_spammer_writes_again(house: House) -> None:
    await happens(house, says("!spam", thread=card_of(house)))
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org"))
    await house.settle(NOW)
    assert card_says(house)["status"] == "spam"


async def test_an_automatic_answer_does_not_reopen(house: House) -> None:
    await happens(house, says("!close", thread=card_of(house)))
    house.provider.deliver(
        mail(id="m2@example.org", reply_to="m1@example.org", headers=(("Auto-Submitted", "auto-replied"),))
    )
    await house.settle(NOW)
    assert card_says(house)["status"] == "closed"
    assert len(mails_in(house)) == 2


async def test_the_same_bytes_again_are_one_mail(house: House) -> None:
    house.provider.deliver(mail())
    await house.settle(NOW)
    assert len(mails_in(house)) == 1


async def test_two_mails_with_one_message_id_are_two(house: House) -> None:
    house.provider.deliver(mail(text="Something else\n"))
    await house.settle(NOW)
    assert len(mails_in(house)) == 2


async def test_ids_that_differ_in_case_or_late_are_two_mails(house: House) -> None:
    long = "x" * 250
    for id in ("M1@example.org", f"{long}1@example.org", f"{long}2@example.org"):
        house.provider.deliver(mail(id=id))
    await house.settle(NOW)
    assert len(mails_in(house)) == 4


async def test_mail_without_id_or_sender_becomes_a_thread(house: House) -> None:
    house.provider.deliver(b"Subject: alone\r\n\r\nhello\r\n")
    house.provider.deliver(b"\x00\xff\xfe not a mail at all")
    house.provider.deliver(b"")
    await house.settle(NOW)
    assert len(house.homeserver.of_kind("conversation")) == 4


async def test_a_parent_that_comes_after_its_reply_joins_it(house: House) -> None:
    house.provider.deliver(mail(id="child@x.org", reply_to="parent@x.org", subject="Re: Late"))
    await house.settle(NOW)
    house.provider.deliver(mail(id="parent@x.org", subject="Late"))
    await house.settle(NOW)
    assert len(house.homeserver.of_kind("conversation")) == 2


async def test_two_answers_that_come_before_their_parent_are_one_thread(house: House) -> None:
    for number in (1, 2):
        house.provider.deliver(mail(id=f"child{number}@x.org", reply_to="parent@x.org", subject="Re: Late"))
        await house.settle(NOW)
    house.provider.deliver(mail(id="parent@x.org", subject="Late"))
    await house.settle(NOW)
    assert len(house.homeserver.of_kind("conversation")) == 2


async def test_a_new_uidvalidity_posts_nothing_again(house: House) -> None:
    house.provider.reset("INBOX")
    house.provider.deliver(mail(id="m2@example.org", subject="New"))
    await house.settle(NOW)
    assert len(mails_in(house)) == 2


async def test_a_reply_written_elsewhere_appears_in_the_thread(house: House) -> None:
    written = mail(
        id="web@asso.example", sender="contact@asso.example", to="marie@example.org", reply_to="m1@example.org"
    )
    house.provider.deliver(written, "Sent")
    await house.settle(NOW)
    assert [(m.ours["direction"], m.ours["message_id"]) for m in mails_in(house)][-1] == ("out", "web@asso.example")
    assert card_says(house)["status"] == "pending"


async def test_a_bounce_is_told_on_the_reply_that_bounced(house: House) -> None:
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=SENT)
    ours = id_of(house.provider.delivered[0][2])
    bounce = (
        "From: MAILER-DAEMON@mx.example\r\nTo: contact@asso.example\r\nSubject: Undelivered\r\n"
        "Message-ID: <b1@mx.example>\r\nAuto-Submitted: auto-replied\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        "Final-Recipient: rfc822; marie@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{ours}>\r\n\r\n--b--\r\n"
    )
    house.provider.deliver(bounce.encode())
    await house.settle(NOW)
    assert reply_state(house) == "bounced"
    assert card_says(house)["status"] == "active"
    assert len(house.homeserver.of_kind("conversation")) == 1


async def test_mail_text_can_neither_ping_nor_link_into_matrix(house: House) -> None:
    text = "@room hello @alice:localhost see https://matrix.to/#/@alice:localhost\n"
    house.provider.deliver(mail(id="m2@example.org", subject="@room", text=text))
    await house.settle(NOW)
    shown = mails_in(house)[-1]
    assert shown.content["m.mentions"] == {}
    assert "@room" not in str(shown.content["body"])
    assert 'href="https://matrix.to' not in str(shown.content["formatted_body"])
