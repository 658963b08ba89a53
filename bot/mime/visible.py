"""The new part of a mail: the writer's own words, apart from quoted history and signature."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.quote_lines import Line, Mark, text_lines
from bot.mime import signature
from bot.mime.quotes import History, history


@dataclass(frozen=True, slots=True)
class VisibleSplit:
    """A body in two parts. Together they hold everything; nothing is deleted."""

    visible: str
    """The new words as plain text. Empty only where the mail has no words of its own."""
    rest: str
    """The folded words, as plain text: quoted history, signature, disclaimer."""
    visible_html: str = ""
    """The HTML body without what was folded, as hostile as the body itself; empty where the mail has no HTML."""
    rest_html: str = ""
    """The folded part of the HTML body, as hostile as the body itself; empty where nothing of it was folded."""
    shown: str = ""
    """The unfolded words, as plain text: `visible`, below the header block of a mail that is only passed on."""
    signed: str = ""
    """The folded lines of an HTML body that its program marks as the writer's signature."""


def split_visible(*, text: str, html: str, is_reply: bool, is_forward: bool = False) -> VisibleSplit:
    """Split a body.

    Args:
        text: the plain-text body, empty where there is none.
        html: the HTML body as sent, empty where there is none.
        is_reply: the mail names a parent (In-Reply-To or References). A "Re:" alone does not count: in a mail that
            starts a conversation the signature tells who is writing, so it is not folded.
        is_forward: the subject says that it passes another mail on: what follows the words is not history then.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    body = _of_html(html, is_reply=is_reply, is_forward=is_forward)
    if not text.strip() or (body is not None and _is_stub(text, body.words)):
        return body.split if body is not None else VisibleSplit(text.strip(), "")
    raw = text.split("\n")
    lines = text_lines(raw[:MAX_LINES])
    quoted, _ = _folded(lines, is_reply=is_reply, is_forward=is_forward)
    folded = quoted.folded
    # What is so long is a log or an attack: only its beginning is looked at.
    folded.extend([folded[-1]] * (len(raw) - len(folded)))
    if body is None:
        visible_html, rest_html = "", ""
    else:
        visible_html, rest_html = body.split.visible_html, body.split.rest_html
        if body.has_history and True not in folded and _begin_alike(text, body.split.visible):
            # Only the HTML says where the history begins.
            return VisibleSplit(body.split.visible, body.split.rest, visible_html, rest_html, body.split.shown)
    shown = _join(raw, folded, wanted=False)
    return VisibleSplit(
        visible=_passed_on(raw, quoted) or shown,
        rest=_join(raw, folded, wanted=True),
        visible_html=visible_html,
        rest_html=rest_html,
        shown=shown,
    )


@dataclass(frozen=True, slots=True)
class _HtmlBody:
    split: VisibleSplit
    words: int
    """Characters of text in the whole body."""
    has_history: bool
    """Whether the folded part has quoted history, not only a footer."""


def _of_html(html: str, *, is_reply: bool, is_forward: bool) -> _HtmlBody | None:
    if not html.strip():
        return None
    # lxml costs 15 ms at the start; many mails have no HTML.
    from bot.mime.quotes_html import html_lines

    body = html_lines(html)
    if body is None:
        return None
    words = sum(len(line.text) for line in body.lines)
    quoted, has_history = _folded(body.lines[:MAX_LINES], is_reply=is_reply, is_forward=is_forward)
    folded = quoted.folded
    folded.extend([folded[-1]] * (len(body.lines) - len(folded)))
    shown = body.text(folded, wanted=False)
    if not shown and True in folded and any(line.has_object for line in body.lines):
        # A picture is an answer too.
        shown = "[image]"
    if True not in folded:
        return _HtmlBody(VisibleSplit(shown, "", html, "", shown), words, False)
    split = VisibleSplit(
        visible=shown,
        rest=body.text(folded, wanted=True),
        visible_html=body.html(folded, wanted=False),
        rest_html=body.html(folded, wanted=True),
        shown=shown,
        signed="\n".join(
            line.text
            for line, away in zip(body.lines, folded, strict=True)
            if away and line.mark is Mark.SIGNATURE and not line.depth
        ),
    )
    return _HtmlBody(split, words, has_history)


_SAME_CHARS: Final = 30
MAX_LINES: Final = 4000


def _begin_alike(text: str, words: str) -> bool:
    """Whether the text part and the new words of the HTML part begin with the same words."""
    ours, theirs = (re.sub(r"\W+", "", one[:600]).casefold()[:_SAME_CHARS] for one in (text, words))
    return bool(theirs) and ours.startswith(theirs)


def _is_stub(text: str, html_words: int) -> bool:
    """A text part that only says that there is an HTML part."""
    return len(text) * 10 < html_words


def _passed_on(raw: Sequence[str], quoted: History) -> str:
    if quoted.passed_on is None or True in quoted.folded:
        return ""
    return "\n".join(raw[quoted.passed_on :]).strip()


def _folded(lines: Sequence[Line], *, is_reply: bool, is_forward: bool) -> tuple[History, bool]:
    """The folded lines, footers too, and whether quoted history is among them."""
    if is_forward:
        return History([False] * len(lines), forwards=True), False
    quoted = history(lines, signature.below_quotes(lines), is_reply=is_reply)
    has_history = True in quoted.folded
    shown = [i for i, away in enumerate(quoted.folded) if not away]
    for index in signature.footers(lines, shown, with_signature=is_reply and not quoted.forwards):
        quoted.folded[index] = True
    return quoted, has_history


def _join(raw: Sequence[str], folded: Sequence[bool], *, wanted: bool) -> str:
    return "\n".join(line for line, away in zip(raw, folded, strict=True) if away is wanted).strip("\n \t\u00a0")
