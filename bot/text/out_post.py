"""An outgoing mail as one message of its thread: how it fares, then its words."""

from bot.domain.sentences import sentence
from bot.text.chat_html import cut_to_budget, json_size
from bot.text.inert import inert_html, inert_text
from bot.text.mail_post import cut_text
from bot.text.markdown_mail import to_mail_text, to_plain_text, to_room_html
from bot.text.reader import Reader
from bot.text.shown import Shown, foreign, in_words

BUDGET = 40_000
"""Bytes of JSON for both forms together."""
_PLAIN_SHARE = 0.3


def out_post(standing: Shown, text: str, reader: Reader, *, is_markdown: bool, is_folded: bool) -> tuple[Shown, bool]:
    """The message of an outgoing mail, and whether some of its words were left out.

    Args:
        standing: how the mail fares (`state_notice`).
        text: the new words of the mail.
        is_markdown: a member wrote the words here; else they are plain text from the Sent folder.
        is_folded: the member's own message shows the words in the same thread.
    """
    # As the mail says them: a value that was filled in has its marks escaped.
    words = (to_plain_text(text) if is_markdown else to_mail_text(text)).strip()
    if not words:
        return standing, False
    budget = BUDGET - json_size(standing.body + standing.html) - 400
    body, body_cut = cut_text(inert_text(words), int(budget * _PLAIN_SHARE))
    html = inert_html(to_room_html(text)) if is_markdown else f"<p>{foreign(words).html}</p>"
    html, html_cut = cut_to_budget(html, max(0, budget - json_size(body)))
    if is_folded:
        name = in_words(sentence("mail.own_words"), reader)
        html = f"<details><summary>{name.html}</summary>{html}</details>"
    was_cut = body_cut or html_cut
    if was_cut:
        note = in_words(sentence("mail.cut_out"), reader)
        body, html = f"{body}\n{note.body}", f"{html}<p>{note.html}</p>"
    return Shown(f"{standing.body}\n\n{body}", f"{standing.html} {html}"), was_cut
