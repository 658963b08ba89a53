"""What of a configuration that is read again holds at once, and what needs a restart."""

from __future__ import annotations

from collections.abc import Iterator

from bot.config.to_domain import mailbox_id
from bot.config.types import Config, MailboxSection, Section

AT_ONCE = frozenset({"admins", "language", "timezone"})
MATRIX_AT_ONCE = frozenset({"allowed_servers"})
MAILBOX_AT_ONCE = frozenset(
    {
        "name",
        "aliases",
        "organisation",
        "language",
        "undo_seconds",
        "reply_status",
        "quote",
        "signature",
        "auto_bcc",
        "provider_saves_sent",
        "trusted_authserv",
        "max_recipients",
        "max_files_mb",
        "hourly_limit",
        "daily_limit",
        "fold_after",
        "reactions",
    }
)
"""What decisions alone read. With anything else changed the mailbox is served anew; another room takes its
conversations along before anything else is decided, which is done at a start."""


def needs_restart(before: Config, after: Config) -> tuple[str, ...]:
    """The keys that changed and do not hold before the next start, as config.yaml names them."""
    return tuple(_needs_restart(before, after))


def _needs_restart(before: Config, after: Config) -> Iterator[str]:
    yield from _changed(before, after, AT_ONCE | {"matrix", "mailboxes"})
    for key in _changed(before.matrix, after.matrix, MATRIX_AT_ONCE):
        yield f"matrix.{key}"
    known = {mailbox_id(one): one for one in before.mailboxes}
    for number, section in enumerate(after.mailboxes):
        one = known.get(mailbox_id(section))
        if one is not None and one.room != section.room:
            yield f"mailboxes[{number}].room"


def served_anew(before: Config, after: Config) -> tuple[tuple[MailboxSection, ...], tuple[MailboxSection, ...]]:
    """The mailboxes that are no longer served as they were, and those that are to be served."""
    old, new = ({mailbox_id(one): one for one in config.mailboxes} for config in (before, after))
    same = {id for id in old.keys() & new.keys() if not any(_changed(old[id], new[id], MAILBOX_AT_ONCE))}
    gone = tuple(section for id, section in old.items() if id not in same)
    return gone, tuple(section for id, section in new.items() if id not in same)


def _changed(before: Section, after: Section, but: frozenset[str]) -> Iterator[str]:
    return (key for key in type(before).model_fields if key not in but and getattr(before, key) != getattr(after, key))
