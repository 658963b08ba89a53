"""A configuration that is read again: which keys hold at once, and which need a restart."""

from __future__ import annotations

from collections.abc import Iterator

from bot.config.mailbox import MailboxSection
from bot.config.section import Section
from bot.config.to_domain import mailbox_id
from bot.config.types import Config
from bot.domain.ids import MailboxId

AT_ONCE = frozenset({"admins", "language", "timezone", "oauth", "secrets", "authorities"})
MATRIX_AT_ONCE = frozenset({"allowed_servers", "allow_insecure_secrets"})
MAILBOX_AT_ONCE = frozenset(
    {
        "name",
        "aliases",
        "organisation",
        "language",
        "undo_seconds",
        "reply_status",
        "reply_assignee",
        "quote",
        "signature",
        "from_name",
        "auto_bcc",
        "autoreply",
        "approval",
        "forwarders",
        "buttons",
        "provider_saves_sent",
        "trusted_authserv",
        "answer_by_mail",
        "answer_unproven",
        "plus_address",
        "max_recipients",
        "max_files_mb",
        "hourly_limit",
        "daily_limit",
        "fold_after",
        "new_after_days",
        "keep_originals_months",
        "keep_words_months",
        "keep_closed_months",
        "keep_spam_days",
        "reactions",
    }
)
"""Keys that only decisions read. After a change of any other key the mailbox is served anew. Another room needs a
restart, because its conversations move before anything else is decided."""


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


def ways(config: Config) -> dict[MailboxId, tuple[object, ...]]:
    """The way to each mailbox's servers; a mailbox whose way changes is served anew."""
    return {mailbox_id(one): _way(one) for one in config.mailboxes}


def _way(section: MailboxSection) -> tuple[object, ...]:
    return tuple(getattr(section, key) for key in MailboxSection.model_fields if key not in MAILBOX_AT_ONCE)


def _changed(before: Section, after: Section, but: frozenset[str]) -> Iterator[str]:
    return (key for key in type(before).model_fields if key not in but and getattr(before, key) != getattr(after, key))
