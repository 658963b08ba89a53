"""Reactions that mean the same in every room; those whose meaning a mailbox sets are `settings.DEFAULT_REACTIONS`."""

from enum import StrEnum


class Hand(StrEnum):
    """A reaction on a question or on a page, without its variation selector."""

    YES = "✅"
    """On a question: do it. Elsewhere the mailbox says what it means."""
    NO = "❌"
    """On a question: drop it. Elsewhere the mailbox says what it means."""
    FORWARD = "➡"
    """On a page: the next one."""
    BACK = "⬅"
    """On a page: the one before."""
    AGAIN = "🔁"
    """On what was put aside: try it again. On a mail the mailbox says what it means."""

    @property
    def key(self) -> str:
        """Its name in the catalogues."""
        return self.name.lower()
