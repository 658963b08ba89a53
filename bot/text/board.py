"""The board: one pinned message per room, edited in place, that is the to-do list."""

from collections.abc import Sequence

from bot.domain.board import BoardListing
from bot.domain.conversation import Conversation
from bot.domain.sentences import Sentence, sentence
from bot.text.reader import Reader
from bot.text.rows import bulleted, row_line
from bot.text.shown import Shown, bold, in_words, lines, person, plain


def board(
    listing: BoardListing,
    reader: Reader,
) -> Shown:
    """The board's message: figures (a client's banner shows only these), the conversations of nobody, of each person,
    those that wait longest, and a line of help."""

    def words(what: Sentence) -> Shown:
        return in_words(what, reader)

    def group(title: Shown, rows: Sequence[Conversation], rest: int, more: str) -> Shown:
        shown = bulleted(row_line(row, reader) for row in rows)
        left = words(sentence(more, count=rest)) if rest > 0 else plain("")
        body = "\n".join(part for part in (title.body, shown.body, left.body) if part)
        return Shown(body, f"<p><b>{title.html}</b></p> {shown.html} {left.html}")

    groups = listing.groups()
    parts = []
    if groups.nobodys:
        left = listing.unassigned - len(groups.nobodys)
        parts.append(group(words(sentence("board.nobodys")), groups.nobodys, left, "board.more.unassigned"))
    for user, rows in groups.by_person:
        parts.append(group(person(user, reader), rows, 0, "board.more"))
    if groups.oldest:
        parts.append(group(words(sentence("board.oldest")), groups.oldest, 0, "board.more"))
    if listing.coming:
        left = listing.snoozed - len(listing.coming)
        parts.append(group(words(sentence("board.coming")), listing.coming, left, "board.more.snoozed"))
    left = listing.active - listing.unassigned - sum(len(rows) for _, rows in groups.by_person)
    left -= sum(row.assignee is not None for row in groups.oldest)
    foot = []
    if left > 0:
        foot.append(words(sentence("board.more", count=left)))
    if not listing.active:
        foot.append(words(sentence("board.empty")))
    if listing.pending:
        foot.append(words(sentence("board.pending", count=listing.pending)))
    if listing.unapproved:
        foot.append(words(sentence("board.unapproved", count=listing.unapproved)))
    if listing.quiet:
        foot.append(words(sentence("board.quiet", count=listing.quiet)))
    foot.append(words(sentence("board.help")))
    figures = sentence("board.summary", active=listing.active, unassigned=listing.unassigned, pending=listing.pending)
    below = lines(foot)
    return Shown(
        "\n".join((words(figures).body, *(part.body for part in parts), below.body)),
        f"{bold(words(figures)).html} {''.join(part.html for part in parts)}<p>{below.html}</p>",
    )
