"""What is new in a mail: the writer's own words, apart from quoted history and signature."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class VisibleSplit:
    """A body in two parts. Together they hold everything; nothing is deleted."""

    visible: str
    """The new words as plain text. Empty only where the mail has no words of its own."""
    rest: str
    """What was folded: quoted history, signature, disclaimer. Plain text."""
    visible_html: str = ""
    """The HTML body without what was folded, as hostile as the body itself; empty where the mail has no HTML."""
    rest_html: str = ""
    """The folded part of the HTML body, as hostile as the body itself; empty where nothing of it was folded."""


def split_visible(*, text: str, html: str, is_reply: bool) -> VisibleSplit:
    """Split a body.

    Args:
        text: the plain-text body, empty where there is none.
        html: the HTML body as sent, empty where there is none.
        is_reply: the mail names a parent (In-Reply-To or References). A "Re:" alone does not count: in a mail that
            starts a conversation the signature tells who is writing, so it is not folded.
    """
    return VisibleSplit(visible=text.strip(), rest="", visible_html=html)
