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
"""The tables that are read, each with the column that says what a row belongs to."""
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
