"""Values to store, complete but for what a test is about."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.calls import AppendSent, Call, Priority, SendEvent, Submit
from bot.domain.conversation import Conversation, Direction, EventKind, KnownEvent, MailRecord, Status, Verdict
from bot.domain.ids import BlobId, ConversationId, EventId, MailboxId, MessageRow, RoomId, UserId
from bot.domain.mail import Address
from bot.domain.planned import PlannedCall

NOW = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
MAILBOX = MailboxId("contact@example.org")
ROOM = RoomId("!room:example.org")
ALICE = UserId("@alice:example.org")
BOB = UserId("@bob:example.org")


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def conversation(number: int = 1, **changes: Any) -> Conversation:
    made = Conversation(
        id=ConversationId(number),
        mailbox=MAILBOX,
        room=ROOM,
        subject="A broken kettle",
        correspondent=Address("Marie", "marie@example.net"),
        status=Status.ACTIVE,
        status_before=Status.ACTIVE,
        assignee=None,
        followers=(),
        verdict=Verdict.UNKNOWN,
        words="It does not boil.",
        mails=1,
        earlier=(),
        created_at=NOW,
        waiting_since=NOW,
        changed_at=NOW,
    )
    return replace(made, **changes)


def mail(row: int = 1, of: int = 1, **changes: Any) -> MailRecord:
    made = MailRecord(
        row=MessageRow(row),
        conversation=ConversationId(of),
        mailbox=MAILBOX,
        direction=Direction.IN,
        message_id=f"mail-{row}@example.net",
        in_reply_to=(),
        references=(),
        from_=(Address("Marie", "marie@example.net"),),
        reply_to=(),
        to=(Address("", MAILBOX),),
        cc=(),
        subject="A broken kettle",
        date=later(row),
        text="It does not boil.",
        raw=BlobId(f"{row:064x}"),
    )
    return replace(made, **changes)


def event(name: str, of: int | None = 1, **changes: Any) -> KnownEvent:
    made = KnownEvent(
        event=EventId(name),
        room=ROOM,
        kind=EventKind.MAIL,
        conversation=None if of is None else ConversationId(of),
        sender=None,
        mail=None,
        at=NOW,
    )
    return replace(made, **changes)


def posted(content: str = "{}", *, thread_of: int | None = None, slot: str = "") -> SendEvent:
    return SendEvent(
        room=ROOM,
        event_type="m.room.message",
        content=content,
        thread_of=None if thread_of is None else ConversationId(thread_of),
        slot=slot,
    )


def submission(row: int = 1) -> Submit:
    return Submit(MAILBOX, MessageRow(row), MAILBOX, ("marie@example.net",), BlobId("ab" * 32))


def copy_to_sent(row: int = 1) -> AppendSent:
    return AppendSent(MAILBOX, MessageRow(row), BlobId("ab" * 32), "2026-03-01T12:00:00+00:00")


def planned(call: Call | None = None, **changes: Any) -> PlannedCall:
    made = PlannedCall(call=call or posted(), channel="chat", lane="", priority=Priority.MAIL)
    return replace(made, **changes)
