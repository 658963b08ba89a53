"""Values as JSON and back, strictly: a value of another shape than its type is refused."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from pydantic import TypeAdapter
from pydantic_core import PydanticSerializationError
from sqlalchemy.engine import Row

from bot.domain.addresses import normal
from bot.domain.calls import Call
from bot.domain.conversation import Conversation, Direction, MailRecord, OutState, Status, Verdict
from bot.domain.files import Enclosure
from bot.domain.given import Given
from bot.domain.ids import BlobId, ConversationId, EventId, MailboxId, MessageRow, RoomId, UserId
from bot.domain.kinds import CALLS, kind_of
from bot.domain.mail import Address, Attachment
from bot.domain.prepared import Prepared
from bot.domain.wishes import Wishes

ADAPTERS: Mapping[str, TypeAdapter[Call]] = {name: TypeAdapter(kind) for kind, name in CALLS.items()}
"""By the name that stands in `outbox.kind`."""


def call_to_json(call: Call) -> str:
    return _to_json(ADAPTERS[kind_of(call)], call)


def call_from_json(kind: str, text: str) -> Call:
    """The call.

    Raises:
        KeyError: no such kind.
        pydantic.ValidationError: not of its shape.
    """
    return ADAPTERS[kind].validate_json(text, strict=True)


@dataclass(frozen=True, slots=True)
class Head:
    """The parts of a `MailRecord` that no query asks for."""

    message_id: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    from_: tuple[Address, ...]
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    attachments: tuple[Attachment, ...]
    recipients: tuple[str, ...]
    files: tuple[Enclosure, ...] = ()
    quotes: tuple[MessageRow, ...] = ()
    took_over: bool = False
    state_before: OutState | None = None
    has_left: bool = False
    failed: tuple[str, ...] = ()
    original_from: tuple[Address, ...] = ()
    heard: int = 0
    sameness: str = ""
    is_apart: bool = False
    under: EventId | None = None
    bcc: tuple[Address, ...] = ()
    leaves_at: datetime | None = None
    has_waited: bool = False
    approved_by: UserId | None = None
    given: Given | None = None
    doubt: Verdict | None = None
    unread: str = ""
    unread_bytes: int = 0
    linked: str = ""
    folded: str = ""


_HEAD = TypeAdapter(Head)
T = TypeVar("T")
FORGOTTEN = "forgotten"
"""In `mails.raw`, of a mail whose bytes went by themselves; empty where its server did not give them."""
_NUMBERS = TypeAdapter(tuple[ConversationId, ...])
_WORDS = TypeAdapter(tuple[str, ...])
_USERS = TypeAdapter(tuple[UserId, ...])
_WISHES = TypeAdapter(Wishes)
_DRAFT = TypeAdapter(Prepared)


def _to_json(adapter: TypeAdapter[T], value: T) -> str:
    try:
        return adapter.dump_json(value).decode()
    except PydanticSerializationError:
        # A lone surrogate somewhere, which is no Unicode: it becomes a question mark.
        return json.dumps(adapter.dump_python(value), ensure_ascii=False).encode("utf-8", "replace").decode()


def id_key(mailbox: MailboxId, message_id: str) -> bytes:
    """The key of an id: exact, case-sensitive and whole, however long the id is."""
    return hashlib.sha256(f"{mailbox}\0{message_id}".encode("utf-8", "surrogatepass")).digest()


def text_key(text: str, limit: int = 400) -> str:
    """`text` as a key; a hash instead where it is longer than an index of PostgreSQL takes."""
    if len(text) <= limit:
        return text
    return "sha256:" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def address_key(address: str) -> str:
    """The key of a correspondent, whatever the case and the form of the domain."""
    return text_key(normal(address))


def conversation_to_row(conversation: Conversation) -> dict[str, object]:
    c = conversation
    return {
        "id": c.id,
        "mailbox": c.mailbox,
        "room": c.room,
        "subject": c.subject,
        "correspondent_name": c.correspondent.name,
        "correspondent_address": c.correspondent.address,
        "correspondent_key": address_key(c.correspondent.address),
        "status": c.status.value,
        "status_before": c.status_before.value,
        "assignee": c.assignee,
        "followers": _to_json(_USERS, c.followers),
        "verdict": c.verdict.value,
        "words": c.words,
        "mails": c.mails,
        "earlier": _to_json(_NUMBERS, c.earlier),
        "created_at": c.created_at,
        "waiting_since": c.waiting_since,
        "changed_at": c.changed_at,
        "root": c.root,
        "version": c.version + 1,
        "needs_nobody": c.needs_nobody,
        "participants": _to_json(_WORDS, c.participants),
        "heard": c.heard,
        "folded": c.folded,
        "wishes": _to_json(_WISHES, c.wishes),
        "draft": None if c.draft is None else _to_json(_DRAFT, c.draft),
        "drafted_at": None if c.open_draft is None else c.open_draft.at,
        "tags": _to_json(_WORDS, c.tags),
        "mailed_subject": c.mailed_subject,
        "snoozed_until": c.snoozed_until,
        "snoozed_by": c.snoozed_by,
        "starred": _to_json(_USERS, c.starred),
        "goes_on_as": c.goes_on_as,
        "continues": c.continues,
        "note": c.note,
        "is_untold": c.is_untold,
    }


def tags_of(kept: str) -> tuple[str, ...]:
    """The tags in a conversation's row."""
    return _WORDS.validate_json(kept)


def conversation_from_row(row: Row[Any]) -> Conversation:
    return Conversation(
        id=ConversationId(row.id),
        mailbox=MailboxId(row.mailbox),
        room=RoomId(row.room),
        subject=row.subject,
        correspondent=Address(row.correspondent_name, row.correspondent_address),
        status=Status(row.status),
        status_before=Status(row.status_before),
        assignee=None if row.assignee is None else UserId(row.assignee),
        followers=_USERS.validate_json(row.followers),
        verdict=Verdict(row.verdict),
        words=row.words,
        mails=row.mails,
        earlier=_NUMBERS.validate_json(row.earlier),
        created_at=row.created_at,
        waiting_since=row.waiting_since,
        changed_at=row.changed_at,
        root=None if row.root is None else EventId(row.root),
        version=row.version,
        needs_nobody=row.needs_nobody,
        participants=_WORDS.validate_json(row.participants),
        heard=row.heard,
        folded=row.folded,
        wishes=_WISHES.validate_json(row.wishes),
        draft=None if row.draft is None else _DRAFT.validate_json(row.draft),
        tags=_WORDS.validate_json(row.tags),
        mailed_subject=row.mailed_subject,
        snoozed_until=row.snoozed_until,
        snoozed_by=None if row.snoozed_by is None else UserId(row.snoozed_by),
        starred=_USERS.validate_json(row.starred),
        goes_on_as=None if row.goes_on_as is None else ConversationId(row.goes_on_as),
        continues=None if row.continues is None else ConversationId(row.continues),
        note=row.note,
        is_untold=row.is_untold,
    )


def mail_to_row(record: MailRecord) -> dict[str, object]:
    r = record
    head = Head(
        message_id=r.message_id,
        in_reply_to=r.in_reply_to,
        references=r.references,
        from_=r.from_,
        reply_to=r.reply_to,
        to=r.to,
        cc=r.cc,
        attachments=r.attachments,
        recipients=r.recipients,
        files=r.files,
        quotes=r.quotes,
        took_over=r.took_over,
        state_before=r.state_before,
        has_left=r.has_left,
        failed=r.failed,
        original_from=r.original_from,
        heard=r.heard,
        sameness=r.sameness,
        is_apart=r.is_apart,
        under=r.under,
        bcc=r.bcc,
        leaves_at=r.leaves_at,
        has_waited=r.has_waited,
        approved_by=r.approved_by,
        given=r.given,
        doubt=r.doubt,
        unread=r.unread,
        unread_bytes=r.unread_bytes,
        linked=r.linked,
        folded=r.folded,
    )
    return {
        "row": r.row,
        "conversation": r.conversation,
        "mailbox": r.mailbox,
        "direction": r.direction.value,
        "id_key": id_key(r.mailbox, r.id_to_find),
        "head": _to_json(_HEAD, head),
        "subject": r.subject,
        "date": r.date,
        "text": r.text,
        "raw": FORGOTTEN if r.is_forgotten else r.raw,
        "folder": r.folder,
        "uidvalidity": r.uidvalidity,
        "uid": r.uid,
        "event": r.event,
        "is_automatic": r.is_automatic,
        "author": r.author,
        "source": r.source,
        "state": None if r.state is None else r.state.value,
        "detail": r.detail,
        "is_folded": r.is_folded,
        "waits_until": _waits_until(r),
    }


def _waits_until(record: MailRecord) -> datetime | None:
    """The time by which a mail is listed that waits for its time or for somebody's word; else None."""
    return (record.leaves_at or record.date) if record.is_scheduled or record.waits_for_word else None


def mail_from_row(row: Row[Any]) -> MailRecord:
    head = _HEAD.validate_json(row.head)
    return MailRecord(
        row=MessageRow(row.row),
        conversation=ConversationId(row.conversation),
        mailbox=MailboxId(row.mailbox),
        direction=Direction(row.direction),
        message_id=head.message_id,
        in_reply_to=head.in_reply_to,
        references=head.references,
        from_=head.from_,
        reply_to=head.reply_to,
        to=head.to,
        cc=head.cc,
        subject=row.subject,
        date=row.date,
        text=row.text,
        raw=BlobId("" if row.raw == FORGOTTEN else row.raw),
        is_forgotten=row.raw == FORGOTTEN,
        attachments=head.attachments,
        folder=row.folder,
        uidvalidity=row.uidvalidity,
        uid=row.uid,
        event=None if row.event is None else EventId(row.event),
        is_automatic=row.is_automatic,
        author=None if row.author is None else UserId(row.author),
        source=None if row.source is None else EventId(row.source),
        state=None if row.state is None else OutState(row.state),
        recipients=head.recipients,
        files=head.files,
        quotes=head.quotes,
        took_over=head.took_over,
        state_before=head.state_before,
        has_left=head.has_left,
        failed=head.failed,
        original_from=head.original_from,
        heard=head.heard,
        sameness=head.sameness,
        is_apart=head.is_apart,
        under=head.under,
        bcc=head.bcc,
        leaves_at=head.leaves_at,
        has_waited=head.has_waited,
        approved_by=head.approved_by,
        given=head.given,
        doubt=head.doubt,
        unread=head.unread,
        unread_bytes=head.unread_bytes,
        linked=head.linked,
        folded=head.folded,
        detail=row.detail,
        is_folded=row.is_folded,
    )


def files_in_head(head: str) -> tuple[BlobId, ...]:
    """The members' files that a mail goes out with, as its `head` names them."""
    # Most mails have none, and there are many mails.
    found = _HEAD.validate_json(head).files if '"files":[{' in head else ()
    return tuple(one.blob for one in found if one.is_here)
