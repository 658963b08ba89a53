"""A page among others: what is left after it, and the commands of those beside it."""

from collections.abc import Callable

from bot.domain.page import More, Page, Paragraph
from bot.domain.sentences import Sentence, sentence


def beside(
    command: Callable[[int], str], *, page: int, size: int, total: int, shown: int
) -> tuple[tuple[More, ...], str]:
    """What leads on from a page, and the command of the one before; empty where there is none.

    Args:
        command: gives the command of a page, counted from 1.
        size: rows of a full page.
        total: rows of all pages.
        shown: rows of this one.
    """
    rest = total - size * (page - 1) - shown
    return ((More(rest, command(page + 1)),) if rest > 0 else (), command(page - 1) if page > 1 else "")


def past_the_last(
    title: Sentence, command: Callable[[int], str], *, page: int, size: int, total: int, shown: int
) -> Page | None:
    """What is said in place of a page behind the last one, which leads back to that; None where the page is there."""
    if shown or not total or page == 1:
        return None
    last = -(-total // size)
    return Page(title, (Paragraph((sentence("paging.no_page", count=last),)),), back=command(last))
