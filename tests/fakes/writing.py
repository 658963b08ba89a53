"""Small mails and room events for the tests."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from itertools import count
from pathlib import Path

from bot.domain.files import SharedFile
from bot.domain.ids import EventId, RoomId, UserId
from bot.domain.inputs.said import MessageEdited, Reaction, ReadUpTo, Redacted, TeamMessage
from tests.fakes.chat import ALICE, ROOM

_numbers = count(1)


def mail(
    *,
    id: str = "m1@example.org",
    subject: str = "Question",
    sender: str = "Marie <marie@example.org>",
    to: str = "contact@asso.example",
    text: str = "Bonjour,\n\nune question.\n",
    reply_to: str = "",
    references: str = "",
    cc: str = "",
    file: bytes = b"",
    headers: tuple[tuple[str, str], ...] = (),
) -> bytes:
    message = EmailMessage()
    for name, value in headers:
        message[name] = value
    message["From"], message["To"], message["Subject"] = sender, to, subject
    if cc:
        message["Cc"] = cc
    if id:
        message["Message-ID"] = f"<{id}>"
    if reply_to:
        message["In-Reply-To"] = f"<{reply_to}>"
    if references:
        message["References"] = references
    message["Date"] = "Mon, 23 Nov 2026 09:00:00 +0000"
    message.set_content(text)
    if file:
        message.add_attachment(file, maintype="application", subtype="pdf", filename="paper.pdf")
    return message.as_bytes()


def bounce(original: str, recipient: str, number: int = 1) -> bytes:
    """A mail of ours comes back, for good."""
    report = (
        "From: MAILER-DAEMON@example.org\r\nTo: contact@asso.example\r\nSubject: Undelivered\r\n"
        f"Message-ID: <bounce{number}@example.org>\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nIt did not arrive.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{original}>\r\n\r\n--b--\r\n"
    )
    return report.encode()


def case(name: str) -> bytes:
    """A mail as people met it; `contact@monasso.example` is the mailbox."""
    return (Path(__file__).parent.parent / "mime" / "met" / f"{name}.eml").read_bytes()


def _now() -> datetime:
    """Each later than the one before."""
    return datetime(2026, 11, 23, 9, tzinfo=UTC) + timedelta(milliseconds=next(_numbers))


def event_id() -> EventId:
    return EventId(f"$team{next(_numbers)}")


def says(
    body: str,
    *,
    thread: EventId | None = None,
    sender: UserId = ALICE,
    room: RoomId = ROOM,
    mentions: tuple[UserId, ...] = (),
    reply_to: EventId | None = None,
    event: EventId | None = None,
    encrypted: bool = False,
    sealed: bool = False,
    ratchet: str = "",
) -> TeamMessage:
    return TeamMessage(
        room,
        event or event_id(),
        sender,
        "m.text",
        body,
        "",
        mentions,
        thread,
        reply_to,
        _now(),
        room_encrypted=encrypted,
        was_encrypted=sealed,
        ratchet=ratchet,
    )


def posts(
    filename: str,
    size: int,
    *,
    thread: EventId | None = None,
    caption: str = "",
    sender: UserId = ALICE,
    url: str = "",
    encrypted: bool = False,
) -> TeamMessage:
    """A file, its media at `mxc://localhost/FILENAME` where nothing else is said."""
    file = SharedFile(url or f"mxc://localhost/{filename}", filename, "application/pdf", size)
    said = says(caption, thread=thread, sender=sender, encrypted=encrypted, sealed=encrypted)
    return replace(said, msgtype="m.file", file=file)


def reacts(
    emoji: str, target: EventId, *, sender: UserId = ALICE, encrypted: bool = False, room: RoomId = ROOM
) -> Reaction:
    return Reaction(room, event_id(), sender, target, emoji, _now(), encrypted)


def redacts(target: EventId, *, sender: UserId = ALICE, room: RoomId = ROOM) -> Redacted:
    return Redacted(room, event_id(), target, sender, _now())


def edits(target: EventId, body: str, *, sender: UserId = ALICE, room: RoomId = ROOM) -> MessageEdited:
    return MessageEdited(room, event_id(), target, sender, body, _now())


def reads(event: EventId, *, sender: UserId = ALICE) -> ReadUpTo:
    return ReadUpTo(ROOM, sender, event, _now())
