"""Loads the figures of some mailboxes, and sums them up by day."""

from bisect import bisect_right
from collections import Counter

from bot.domain.figures import Figures, Opened
from bot.domain.ids import UserId
from bot.domain.needs import FiguresOf
from storage import figures
from storage.database import Tx


async def load_figures(tx: Tx, need: FiguresOf) -> Figures:
    """The figures of all of these mailboxes together."""
    bounds = need.bounds
    begin, end, days = bounds[0], bounds[-1], len(bounds) - 1
    came, left, ages = [0] * days, [0] * days, [0, 0, 0, 0]
    writers: Counter[UserId | None] = Counter()
    opened: list[Opened] = []
    for mailbox in need.mailboxes:
        for at, count in await figures.came(tx, mailbox, begin, end):
            came[bisect_right(bounds, at) - 1] += count
        for at, author, count in await figures.left(tx, mailbox, begin, end):
            left[bisect_right(bounds, at) - 1] += count
            writers[author] += count
        opened += await figures.opened(tx, mailbox, begin, end)
        ages = [sum(both) for both in zip(ages, await figures.open_by_age(tx, mailbox, need.now), strict=True)]
    ordered = sorted(writers.items(), key=lambda item: (item[0] is None, -item[1], item[0] or ""))
    return Figures(tuple(came), tuple(left), tuple(ordered), tuple(opened), tuple(ages))
