"""The board: one pinned message per room, edited in place, that is the to-do list."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.domain.conversation import Conversation, Status
from bot.domain.ids import ConversationId, UserId
from bot.domain.sentences import sentence
from bot.text.card import STATUS_MARK, assignee, shortened, subject_words
from bot.text.dates import span
from bot.text.lookalike import plain_name
from bot.text.shown import Shown, bold, in_words, joined, lines, link, plain

MAX_ROWS: Final = 30
MAX_SUBJECT: Final = 80


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One conversation in a list. `link` is the permalink of its card; empty where it is not posted yet."""

    conversation: ConversationId
    subject: str
    status: Status
    assignee: UserId | None
    since: datetime
    """When the correspondent began to wait."""
    link: str = ""


@dataclass(frozen=True, slots=True)
class BoardCounts:
    """Of the whole room, not only of the rows shown."""

    active: int
    unassigned: int
    """Active ones that nobody has."""
    pending: int


def board(
    rows: Sequence[BoardRow],
    counts: BoardCounts,
    *,
    language: str,
    names: Mapping[UserId, str],
    now: datetime,
    timezone: str,
) -> Shown:
    """A summary line (a client's banner shows just that), then what is open, oldest first, at most 30 rows."""
    summary = in_words(
        sentence("board.summary", active=counts.active, unassigned=counts.unassigned, pending=counts.pending),
        language=language,
    )
    ordered = sorted(rows, key=lambda row: (row.since, row.conversation))
    shown = ordered[:MAX_ROWS]
    # The counts know of rows that the caller did not load; what only waits is told by the summary alone.
    listed = sum(row.status is Status.ACTIVE for row in shown)
    more = max(len(ordered) - len(shown), counts.active - listed)
    if not shown:
        nothing = in_words(sentence("board.empty"), language=language)
        return lines((bold(summary), nothing))
    items = bulleted(row_line(row, language=language, names=names, now=now) for row in shown)
    rest = in_words(sentence("board.more", count=more), language=language) if more > 0 else plain("")
    return Shown(
        "\n".join(part for part in (summary.body, items.body, rest.body) if part),
        f"<b>{summary.html}</b> {items.html}{rest.html}",
    )


def row_of(conversation: Conversation, permalink: str) -> BoardRow:
    """The row of a conversation."""
    return BoardRow(
        conversation.id,
        conversation.subject,
        conversation.status,
        conversation.assignee,
        conversation.waiting_since,
        permalink,
    )


def row_line(row: BoardRow, *, language: str, names: Mapping[UserId, str], now: datetime) -> Shown:
    """`🟢 #142 Subject · Bob · 2 h`."""
    title = plain(f"#{row.conversation} ") + subject_words(shortened(plain_name(row.subject), MAX_SUBJECT), language)
    age, count = span(row.since, now=now)
    return plain(f"{STATUS_MARK[row.status]} ") + joined(
        (
            link(title, row.link),
            assignee(row.assignee, language, names),
            in_words(sentence(age, count=count), language=language),
        )
    )


def bulleted(items: Iterable[Shown]) -> Shown:
    """A list: points in the HTML, lines in the plain body."""
    kept = list(items)
    return Shown(
        "\n".join(item.body for item in kept), "<ul>" + " ".join(f"<li>{item.html}</li>" for item in kept) + "</ul>"
    )
