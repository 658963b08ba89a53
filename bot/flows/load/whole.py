"""Loads a page of all words of a conversation's mails: the lengths of all, then the mails of the page alone."""

from bot.domain.needs import WholeOf
from bot.domain.whole import MOST_MAILS, Whole, Words, pages_of
from storage import mails
from storage.database import Tx


async def load_whole(tx: Tx, need: WholeOf) -> Whole:
    """The page; the last one where there are fewer."""
    lengths = await mails.lengths_of(tx, need.conversation, MOST_MAILS)
    pages = pages_of(lengths)
    parts = pages[min(need.page, len(pages)) - 1] if pages else []
    known = {one.row: one for one in await mails.several(tx, [part.row for part in parts])}
    words = tuple(Words(part, known[part.row]) for part in parts if part.row in known)
    return Whole(words, len(pages), len(lengths))
