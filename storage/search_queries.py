"""A question to the full-text index, in the language of each database: of words of letters and digits alone."""

from collections.abc import Iterator, Sequence

from bot.domain.ids import MailboxId
from bot.domain.searching import HAS_FILE, Query, mailbox_token, number_token


def _needed(query: Query) -> list[str]:
    tokens = [HAS_FILE] if query.has_file else []
    return [*tokens, *([number_token(query.number)] if query.number is not None else [])]


def for_sqlite(mailboxes: Sequence[MailboxId], query: Query) -> str:
    """The question in FTS5's language: quoted phrases, which hold letters and digits alone."""
    parts = [f'"{" ".join(term.tokens)}"' + ("*" if term.is_start else "") for term in query.terms]
    parts += [f'"{token}"' for token in _needed(query)]
    return " AND ".join((f"({' OR '.join(_quoted(mailboxes))})", *parts))


def _quoted(mailboxes: Sequence[MailboxId]) -> Iterator[str]:
    return (f'"{mailbox_token(one)}"' for one in mailboxes)


def for_postgresql(mailboxes: Sequence[MailboxId], query: Query) -> str:
    """The question in PostgreSQL's language (12.3.2, 8.11.2)."""
    parts = []
    for term in query.terms:
        *whole, last = term.tokens
        words = [f"'{token}'" for token in whole] + [f"'{last}'" + (":*" if term.is_start else "")]
        parts.append(f"({' <-> '.join(words)})")
    parts += [f"'{token}'" for token in _needed(query)]
    of = " | ".join(f"'{mailbox_token(one)}'" for one in mailboxes)
    return " & ".join((f"({of})", *parts))
