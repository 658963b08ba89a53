"""Bounces and complaints that have a form of their own, and mails that only look like them."""

import base64
import json

import pytest

from bot.domain.mail import BounceReason, Mail, Nature
from bot.mime.notification import read_notification
from bot.mime.parts import read_message
from bot.reader.whole import read_bytes

OURS = "ours@asso.example"
RETURNED = f"Content-Type: message/rfc822\n\nMessage-ID: <{OURS}>\nFrom: us@asso.example\nTo: ann@x.example\n\nx\n"


def read(raw: str) -> Mail:
    return read_bytes(raw.encode()).mail


def mixed(head: str, *parts: str, kind: str = "multipart/mixed") -> str:
    inside = "".join(f"--b\n{part}\n" for part in parts)
    return f'{head}\nMIME-Version: 1.0\nContent-Type: {kind}; boundary="b"\n\n{inside}--b--\n'


BOUNCE = {
    "notificationType": "Bounce",
    "bounce": {
        "bounceType": "Permanent",
        "bouncedRecipients": [
            {"emailAddress": "ann@x.example", "status": "5.1.1", "diagnosticCode": "smtp; 550 5.1.1 user unknown"}
        ],
    },
    "mail": {"messageId": "0000", "headers": [{"name": "Message-ID", "value": f"<{OURS}>"}]},
}


def ses(payload: object, *, is_wrapped: bool = False, fold: int = 0, sender: str = "no-reply@sns.amazonaws.com") -> str:
    text = json.dumps({"Type": "Notification", "Message": json.dumps(payload)} if is_wrapped else payload)
    if fold:
        text = "!\n ".join(text[at : at + fold] for at in range(0, len(text), fold))
    return f"From: AWS <{sender}>\nSubject: AWS Notification Message\n\n{text}\n\n--\nTo stop receiving, click here\n"


@pytest.mark.parametrize("fold", [0, 100])
@pytest.mark.parametrize("is_wrapped", [False, True])
@pytest.mark.parametrize("key", ["notificationType", "eventType"])
def test_a_bounce_that_amazon_tells_in_json_is_one(is_wrapped: bool, fold: int, key: str) -> None:
    payload = {(key if name == "notificationType" else name): value for name, value in BOUNCE.items()}
    mail = read(ses(payload, is_wrapped=is_wrapped, fold=fold))
    assert mail.is_bounce
    assert mail.bounce is not None
    assert (mail.bounce.recipient, mail.bounce.status, mail.bounce.permanent) == ("ann@x.example", "5.1.1", True)
    assert (mail.bounce.reason, mail.bounce.original_message_id) == (BounceReason.USER_UNKNOWN, OURS)


def test_a_passing_trouble_that_amazon_tells_is_a_delay() -> None:
    bounce = {"bounceType": "Transient", "bouncedRecipients": [{"emailAddress": "ann@x.example"}]}
    mail = read(ses({**BOUNCE, "bounce": bounce}))
    assert mail.bounce is not None
    assert not mail.bounce.permanent


def test_complaints_and_deliveries_that_amazon_tells_are_no_bounces() -> None:
    complaint = {"complainedRecipients": [{"emailAddress": "ann@x.example"}]}
    mail = read(ses({"notificationType": "Complaint", "complaint": complaint, "mail": BOUNCE["mail"]}))
    assert mail.is_feedback_report
    assert mail.bounce is not None
    assert mail.bounce.recipient == "ann@x.example"
    mail = read(ses({"notificationType": "Delivery", "delivery": {}, "mail": BOUNCE["mail"]}))
    assert (mail.nature, mail.is_bounce, mail.is_auto_reply) == (Nature.DELIVERED, False, True)


@pytest.mark.parametrize(
    "text",
    [
        "{", "{}", "[]", '{"notificationType":"Bounce"}', '{"notificationType":5}', '{"Message":"{"}', "{" * 100_000,
        '{"notificationType":"Bounce","bounce":{"bouncedRecipients":"x"},"mail":[]}', '{"a":' * 50_000,
        '{"notificationType":"Bounce","bounce":{"bouncedRecipients":[5,{"emailAddress":7}]},"mail":{"headers":{}}}',
    ],
)  # fmt: skip
def test_json_that_is_no_notification_harms_nothing(text: str) -> None:
    mail = read(f"From: AWS <no-reply@sns.amazonaws.com>\nSubject: x\n\n{text}\n")
    assert mail.bounce is None or not mail.bounce.recipient


def test_json_of_somebody_else_is_words() -> None:
    assert not read(ses(BOUNCE, sender="eve@x.example")).is_bounce
    root = read_message(b"From: a@x.example\n\n")
    assert read_notification(root.headers, "eve@notamazonaws.com", json.dumps(BOUNCE)) is None


@pytest.mark.parametrize("sender", ["no-reply@dion.example", "noreply@au.example", "Postmaster@ezweb.example"])
@pytest.mark.parametrize(
    ("why", "reason"),
    [
        ("As their mailbox is full.", BounceReason.MAILBOX_FULL),
        ("As the remote domain doesnt exist.", BounceReason.HOST_UNKNOWN),
    ],
)
def test_an_address_without_ears_that_gives_our_mail_back_is_a_bounce(
    sender: str, why: str, reason: BounceReason
) -> None:
    notice = (
        f"Content-Type: text/plain\n\nYour mail sent on: Thu\n  Could not be delivered to: <ann@x.example>\n  {why}\n"
    )
    mail = read(mixed(f"From: {sender}\nSubject: Mail", notice, RETURNED))
    assert mail.is_bounce
    assert mail.bounce is not None
    assert (mail.bounce.recipient, mail.bounce.reason) == ("ann@x.example", reason)
    assert mail.bounce.original_message_id == OURS


def test_a_shop_that_writes_of_a_parcel_is_no_bounce() -> None:
    words = "Your parcel could not be delivered to: ann@x.example, 3 Main Street. Error 550?"
    assert not read(f"From: no-reply@shop.example\nSubject: Your parcel\n\n{words}\n").is_bounce


def test_a_short_message_gateway_that_names_the_recipient_among_fields_is_a_bounce() -> None:
    mail = read(
        "From: post_master@vtext.example\nSubject: Re:Test message\nIn-Reply-To: <x@qmail.example>\n\n"
        "Error: Invalid user address\n\nError message below:\n550 - Requested action not taken: no such user here\n\n"
        "Message details:\n  Subject: Test message\n  Sent date: Wed Jun 12 02:21:53 GMT 2013\n"
        "  MAIL FROM: us@asso.example\n  RCPT TO: 5551234@vtext.example\n  From: us@asso.example\n  CC: list;\n"
    )
    assert mail.bounce is not None
    assert (mail.bounce.recipient, mail.bounce.reason) == ("5551234@vtext.example", BounceReason.USER_UNKNOWN)


def test_a_report_of_several_recipients_names_all_whom_it_gives_up() -> None:
    status = (
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
        "Final-Recipient: rfc822; ann@x.example\nAction: failed\nStatus: 5.1.1\n\n"
        "Final-Recipient: rfc822; eve@x.example\nAction: delivered\nStatus: 2.0.0\n\n"
        "Final-Recipient: rfc822; led@there.example\nOriginal-Recipient: rfc822; bob@x.example\n"
        "Action: failed\nStatus: 5.2.2\n"
    )
    bounce = read(
        mixed("From: MAILER-DAEMON@mx.example\nSubject: Returned", status, RETURNED, kind="multipart/report")
    ).bounce
    assert bounce is not None
    assert bounce.named == ("ann@x.example", "led@there.example", "bob@x.example")
    exim = "From: MAILER-DAEMON@mx.example\nSubject: Mail delivery failed\nX-Failed-Recipients: ann@x.example,\n bob@x.example\n\n"
    words = "A message that you sent could not be delivered to one or more of its recipients.\n\n  550 no such user\n"
    bounce = read(exim + words).bounce
    assert bounce is not None
    assert bounce.named == ("ann@x.example", "bob@x.example")


@pytest.mark.parametrize("wrappings", [1, 2])
def test_a_report_wrapped_into_other_mails_is_found(wrappings: int) -> None:
    status = (
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
        "Final-Recipient: rfc822; ann@x.example\nAction: failed\nStatus: 5.1.1\n"
    )
    raw = mixed("From: MAILER-DAEMON@mx.example\nSubject: Returned", status, RETURNED, kind="multipart/report")
    name = base64.b64encode(b"Mail Delivery Subsystem").decode()
    for number in range(wrappings):
        bound = f"w{number}"
        raw = (
            f"From: =?iso-2022-jp?B?{name}?= <mds@x.example>\nTo: NotificationRecipients <us@asso.example>\n"
            f'Message-ID: <w{number}@x>\nContent-Type: multipart/mixed; boundary="{bound}"\n\n'
            f"--{bound}\nContent-Type: message/rfc822\n\n{raw}\n--{bound}--\n"
        )
    mail = read(raw)
    assert mail.bounce is not None
    assert (mail.bounce.recipient, mail.bounce.original_message_id) == ("ann@x.example", OURS)


FIELDS = "Feedback-Type: abuse\nUser-Agent: x/1\nVersion: 0.1\nOriginal-Rcpt-To: ann@x.example\n"


@pytest.mark.parametrize(
    ("head", "parts"),
    [
        ("From: staff@hotmail.com\nSubject: complaint about message from 192.0.2.1", (RETURNED,)),
        ("From: fbl@isp.example\nSubject: Abuse", (f"Content-Type: text/plain\n\n{FIELDS}", RETURNED)),
        ("From: fbl@isp.example\nSubject: Abuse", (f"Content-Type: application/octet-stream\n\n{FIELDS}", RETURNED)),
    ],
)
def test_a_complaint_without_the_right_type_is_one(head: str, parts: tuple[str, ...]) -> None:
    mail = read(mixed(head, *parts))
    assert (mail.is_feedback_report, mail.is_bounce) == (True, False)
    assert mail.bounce is not None
    assert (mail.bounce.recipient, mail.bounce.original_message_id) == ("ann@x.example", OURS)


def test_words_about_a_complaint_are_words() -> None:
    words = f"Content-Type: text/plain\n\nHello, what is this?\n\n{FIELDS}"
    assert not read(mixed("From: ann@x.example\nSubject: complaint about message from us", words, RETURNED)).is_bounce
    assert not read(f"From: ann@x.example\nSubject: x\n\n{FIELDS}").is_feedback_report
