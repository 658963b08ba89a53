"""A question to the full-text index, in the language of each database: of words of letters and digits alone."""

from collections.abc import Sequence

from bot.domain.ids import MailboxId
from bot.domain.searching import HAS_FILE, Query, mailbox_token, number_token, taken_back_token


def _needed(query: Query) -> list[str]:
    tokens = [HAS_FILE] if query.has_file else []
    return [*tokens, *([number_token(query.number)] if query.number is not None else [])]


def for_sqlite(mailboxes: Sequence[MailboxId], query: Query) -> str:
    """The question in FTS5's language: quoted phrases, which hold letters and digits alone."""
    parts = []
    for term in query.terms:
        start = "*" if term.is_start else ""
        phrases = [f'"{" ".join(tokens)}"{start}' for tokens in term.choices]
        parts.append(phrases[0] if len(phrases) == 1 else f"({' OR '.join(phrases)})")
    parts += [f'"{token}"' for token in _needed(query)]
    quoted = (f'"{token}"' for token in _of(mailboxes, query))
    return " AND ".join((f"({' OR '.join(quoted)})", *parts))


def _of(mailboxes: Sequence[MailboxId], query: Query) -> list[str]:
    tokens = [mailbox_token(one) for one in mailboxes]
    return [*tokens, *(taken_back_token(one) for one in mailboxes)] if query.with_taken_back else tokens


def for_postgresql(mailboxes: Sequence[MailboxId], query: Query) -> str:
    """The question in PostgreSQL's language (12.3.2, 8.11.2)."""
    parts = []
    for term in query.terms:
        phrases = []
        for *whole, last in term.choices:
            words = [f"'{token}'" for token in whole] + [f"'{last}'" + (":*" if term.is_start else "")]
            phrases.append(f"({' <-> '.join(words)})")
        parts.append(f"({' | '.join(phrases)})")
    parts += [f"'{token}'" for token in _needed(query)]
    of = " | ".join(f"'{token}'" for token in _of(mailboxes, query))
    return " & ".join((f"({of})", *parts))
