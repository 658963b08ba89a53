"""FreeScout's tables, and what stands in their columns."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from bot.cli.old_mail import OldParts, is_address, written
from bot.domain.mail import Address

Row = Mapping[str, str | None]

NAME: Final = "FreeScout"
PARENT: Final[Mapping[str, str]] = {
    "conversations": "mailbox_id",
    "threads": "conversation_id",
    "attachments": "thread_id",
    "conversation_tag": "conversation_id",
    "followers": "conversation_id",
    "tags": "",
    "customers": "",
    "emails": "customer_id",
    "users": "",
    "mailboxes": "",
    "saved_replies": "mailbox_id",
}
"""Of each table that is read the column that says what a row belongs to."""
COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "conversations": (
        *("id", "number", "mailbox_id", "customer_id", "customer_email", "state", "status", "user_id", "subject"),
        "created_at",
    ),
    "threads": (
        *("id", "conversation_id", "created_at", "type", "state", "status", "action_type", "body", "headers", "from"),
        *("to", "cc", "message_id", "customer_id", "user_id", "created_by_user_id", "created_by_customer_id"),
    ),
    "attachments": ("id", "thread_id", "file_dir", "file_name", "mime_type", "embedded"),
    "conversation_tag": ("id", "conversation_id", "tag_id"),
    "followers": ("id", "conversation_id", "user_id"),
    "tags": ("id", "name"),
    "customers": ("id", "first_name", "last_name"),
    "emails": ("id", "customer_id", "email"),
    "users": ("id", "first_name", "last_name", "email"),
    "mailboxes": ("id", "email", "name"),
    "saved_replies": ("id", "mailbox_id", "name", "text"),
}
"""What is read of each table: no password, and nothing that has no place."""
NEEDED: Final = frozenset({"conversations", "threads", "mailboxes", "users"})
"""The tables that are never empty."""


@dataclass(slots=True)
class Lack:
    """What has no place, counted by kind; people and mailboxes by their address."""

    counts: Counter[str] = field(default_factory=Counter)
    people: Counter[str] = field(default_factory=Counter)
    """Users of FreeScout whom nobody here is."""
    mailboxes: Counter[str] = field(default_factory=Counter)
    """Conversations of mailboxes that were not chosen."""
    places: list[str] = field(default_factory=list)
    """Numbers of conversations with a file that is not there, at most a hundred."""


def number_in(row: Row, name: str) -> int:
    """A number of a row; 0 where there is none."""
    text = row.get(name) or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 15 else 0


def addresses_in(listed: str | None) -> Iterator[Address]:
    """A column of addresses: JSON, of texts alone or with names as keys."""
    try:
        found = json.loads(listed or "[]")
    except (ValueError, RecursionError):
        return
    for one in (found if isinstance(found, list) else [])[:200]:
        if isinstance(one, str) and is_address(one.strip("<> ")):
            yield Address("", one.strip("<> "))


def alone(html: str, own: Address) -> bytes:
    """Words as a mail that holds nothing else, for the reader."""
    return written(OldParts(own, (own,), (), "", datetime(1970, 1, 1, tzinfo=UTC), "", (), html))
