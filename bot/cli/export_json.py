"""The JSON of an export (docs/export.md): its names last, whatever ours become."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from bot.domain.addresses import normal
from bot.domain.concerning import Addresses
from bot.domain.conversation import Conversation, Direction, HistoryEntry, MailRecord
from bot.domain.ids import BlobId
from bot.domain.mail import Address
from storage.exporting import Note, Whole

FORMAT = 1
File = Callable[[BlobId], str | None]
"""The path of a kept file within the export; None where its bytes are not here."""
Json = Mapping[str, object]


def conversation_line(whole: Whole, files: File, places: Mapping[BlobId, int]) -> bytes:
    """A conversation, in a line of its own."""
    shown = {
        **_head(whole.conversation),
        "mails": [_mail(one, files, places) for one in whole.mails],
        "notes": [_note(one) for one in whole.notes],
        "history": [_act(one) for one in whole.history],
    }
    return as_line(shown)


def as_line(shown: Json) -> bytes:
    """In UTF-8; a lone surrogate, which is no Unicode, becomes a question mark."""
    return json.dumps(shown, ensure_ascii=False, default=_plain).encode("utf-8", "replace") + b"\n"


def as_page(shown: Json) -> bytes:
    return json.dumps(shown, ensure_ascii=False, default=_plain, indent=1).encode("utf-8", "replace")


def beside(found: Mapping[str, Sequence[Json]], person: Addresses) -> Json:
    """What belongs to a mailbox and to no conversation; of a person, what is known of them."""
    if person:
        about = ("persons", "notes_on_persons")
        return {name: [row for row in found[name] if normal(str(row["address"])) in person] for name in about}
    shown: dict[str, object] = {name: list(rows) for name, rows in found.items()}
    shown["saved_replies"] = [row for row in found["saved_replies"] if row["text"]]
    shown["signatures"] = [row for row in found["signatures"] if row["text"]]
    teams = [{**row, "people": json.loads(str(row["people"] or "[]"))} for row in found["teams"]]
    shown["teams"] = [row for row in teams if row["people"]]
    return shown


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _head(one: Conversation) -> Json:
    draft = one.open_draft
    return {
        "number": one.id,
        "subject": one.subject,
        "subject_of_first_mail": one.mailed_subject if one.mailed_subject is not None else one.subject,
        "correspondent": _address(one.correspondent),
        "status": one.status.value,
        "assignee": one.assignee,
        "followers": one.followers,
        "tags": one.tags,
        "created_at": one.created_at,
        "changed_at": one.changed_at,
        "waiting_since": one.waiting_since,
        "snoozed_until": one.snoozed_until,
        "goes_on_as": one.goes_on_as,
        "continues": one.continues,
        "draft": None if draft is None else {"text": draft.text, "author": draft.author, "at": draft.at},
    }


def _mail(one: MailRecord, files: File, places: Mapping[BlobId, int]) -> Json:
    return {
        "direction": one.direction.value,
        "message_id": one.message_id,
        "in_reply_to": one.in_reply_to,
        "references": one.references,
        "from": _addresses(one.original_from or one.from_),
        "reply_to": _addresses(one.reply_to),
        "to": _addresses(one.to),
        "cc": _addresses(one.cc),
        "bcc": _addresses(one.bcc),
        "subject": one.subject,
        "date": one.date,
        "text": one.text,
        "is_automatic": one.is_automatic,
        "author": one.author,
        "approved_by": one.approved_by,
        "state": None if one.state is None else one.state.value,
        "server_said": one.detail if one.direction is Direction.OUT else "",
        "original": {"mbox": places.get(one.raw), "sha256": one.raw} if one.raw else None,
        "attachments": [
            {
                "filename": part.filename,
                "content_type": part.content_type,
                "size": part.size,
                "inline": part.inline,
                "sha256": part.sha256,
                "file": files(BlobId(part.sha256)),
            }
            for part in (*one.attachments, *(file.as_attachment for file in one.files))
        ],
    }


def _note(one: Note) -> Json:
    return {"at": one.at, "author": one.author, "text": one.text, "filename": one.filename or None}


def _act(one: HistoryEntry) -> Json:
    return {"at": one.at, "actor": one.actor, "action": one.action.removeprefix("history."), "detail": one.detail}


def _address(one: Address) -> Json:
    return {"name": one.name, "address": one.address}


def _addresses(several: Iterable[Address]) -> list[Json]:
    return [_address(one) for one in several]
