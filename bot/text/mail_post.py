"""A mail, in or out, as one message of its thread."""

import json
from collections.abc import Sequence
from typing import Final

from bot.domain.conversation import Direction
from bot.domain.ids import ConversationId
from bot.domain.mail import Address, Attachment, Bounce, BounceReason
from bot.domain.sentences import Sentence, sentence
from bot.text.card import sender, short_name, shortened, subject_words
from bot.text.chat_html import cut_to_budget
from bot.text.inert import inert_html, inert_text
from bot.text.lookalike import plain_name
from bot.text.shown import EMPTY, Shown, bold, foreign, handle, in_words, joined, lines, plain

DIRECTION_MARK: Final = {Direction.IN: "✉️", Direction.OUT: "📤"}
MAX_FILES: Final = 20
MAX_RECIPIENTS: Final = 10
_PLAIN_SHARE: Final = 0.35
"""Of the budget: the HTML needs more room for the same words."""
_HEAD_LIMIT: Final = 8_000
"""Bytes that head and foot may take at most, by the limits of their parts."""
_UNNAMED_FOLD: Final = "<summary>…</summary>"


def mail_post(
    *,
    number: ConversationId,
    direction: Direction,
    from_name: str,
    from_address: str,
    to: Sequence[Address],
    subject_changed: str | None,
    chat_html: str,
    plain: str,
    is_automatic: bool,
    bounce: Bounce | None,
    files: Sequence[Attachment],
    other_sender: bool,
    budget: int = 40_000,
    language: str,
    same_id: bool = False,
    unreadable: str = "",
) -> tuple[Shown, bool]:
    """The message, and whether something of the mail had to be left out (the whole is then attached by the caller).

    Args:
        number: the conversation.
        direction: in or out.
        from_name: the sender's decoded name, may be empty.
        from_address: the sender's address.
        to: recipients that are worth showing; empty shows none.
        subject_changed: the new subject, where it is another than before.
        chat_html: safe Matrix HTML of the whole body.
        plain: the new words as plain text.
        is_automatic: an out-of-office answer and the like.
        bounce: what came back, where the mail is a bounce.
        files: its attachments; inline ones are not listed.
        other_sender: somebody else than the conversation's correspondent wrote.
        budget: bytes that both forms together may take in an event's JSON.
        language: the reader's.
        same_id: another mail with the same Message-ID is known.
        unreadable: why it could not be read whole (`too_big`, `timeout` …); empty where it could.
    """

    def words(s: Sentence) -> Shown:
        return in_words(s, language=language)

    writer = Address(from_name, from_address)
    notes: list[Shown] = []
    if other_sender:
        notes.append(in_words(sentence("mail.other_sender"), language=language, parts={"who": sender(writer)}))
    if subject_changed is not None:
        subject = bold(subject_words(subject_changed, language))
        notes.append(in_words(sentence("mail.new_subject"), language=language, parts={"subject": subject}))
    if is_automatic and bounce is None:
        notes.append(words(sentence("mail.automatic")))
    if same_id:
        notes.append(words(sentence("mail.same_id")))
    if unreadable:
        notes.append(words(sentence("mail.unreadable", cause=unreadable)))
    if bounce is not None:
        notes.append(bounce_line(bounce, language))
    head = _first_line(number, direction, writer, to)
    noted = lines(notes)
    foot = lines(_file_line(file, language) for file in files_shown(files))

    fixed = json_bytes(head.body + head.html + noted.body + noted.html + foot.body + foot.html)
    room = max(1_000, budget - fixed - 600)
    text = inert_text(plain).strip()
    body, body_cut = cut_text(text, int(room * _PLAIN_SHARE))
    fold = words(sentence("mail.quoted")).html
    html = inert_html(chat_html).replace(_UNNAMED_FOLD, f"<summary>{fold}</summary>")
    if bounce is not None and html:
        # The bounce itself is for those who want to know; the line above says what matters.
        summary = words(sentence("mail.server_words")).html
        inner, html_cut = _cut_html(html, room - json_bytes(body) - len(summary) - 60)
        html = f"<details><summary>{summary}</summary>{inner}</details>"
    else:
        html, html_cut = _cut_html(html, room - json_bytes(body))
    was_cut = body_cut or html_cut
    cut_note = words(sentence("mail.cut")) if was_cut else EMPTY
    return (
        Shown(
            "\n".join(p for p in (head.body, noted.body, body, foot.body, cut_note.body) if p),
            _blocks(head.html, noted.html) + html + _paragraphs(foot.html, cut_note.html),
        ),
        was_cut,
    )


def bounce_line(bounce: Bounce, language: str) -> Shown:
    """What a bounce means, in one line: whom it did not reach, why, and what to do."""
    who = bold(foreign(plain_name(bounce.recipient))) if bounce.recipient else EMPTY
    delayed = bounce.reason is BounceReason.DELAYED or (bounce.status_class == "4" and not bounce.permanent)
    key = "mail.delayed" if delayed else "mail.bounced"
    if not who.body:
        key += "_somebody"
    told = in_words(sentence(key, bounce=str(bounce.reason)), language=language, parts={"who": who})
    status = f" ({bounce.status})" if bounce.status else ""
    said = plain("⏳ " if delayed else "❌ ") + told + foreign(status)
    diagnostic = shortened(plain_name(bounce.diagnostic), 500)
    if not diagnostic:
        return said
    quoted = in_words(
        sentence("state.server_words"),
        language=language,
        parts={"words": Shown(inert_text(diagnostic), f"<i>{foreign(diagnostic).html}</i>")},
    )
    return lines((said, quoted))


def files_shown(files: Sequence[Attachment]) -> tuple[Attachment, ...]:
    """The files that a mail lists: what stands in its text is shown there."""
    return tuple(file for file in files if not file.inline)[:MAX_FILES]


def file_size(size: int, language: str) -> str:
    """`84 kB`, in French `84 ko`."""
    for unit, divisor in (("gb", 1_000_000_000), ("mb", 1_000_000), ("kb", 1_000)):
        if size >= divisor:
            number = size / divisor
            figure = f"{number:.1f}" if number < 10 and unit != "kb" else str(round(number))
            if language.startswith("fr"):
                figure = figure.replace(".", ",")
            return in_words(sentence(f"size.{unit}", figure=figure), language=language).body
    return in_words(sentence("size.bytes", count=size), language=language).body


def json_bytes(text: str) -> int:
    """The bytes that a text takes in an event (canonical JSON: UTF-8, quotes and control characters escaped)."""
    return len(json.dumps(text, ensure_ascii=False).encode("utf-8", "replace")) - 2


def cut_text(text: str, budget: int) -> tuple[str, bool]:
    """The text cut at the end of a line, or of a word, so that it takes at most `budget` bytes of JSON."""
    if json_bytes(text) <= budget:
        return text, False
    low, high = 0, min(len(text), budget)
    while low < high:
        middle = (low + high + 1) // 2
        if json_bytes(text[:middle]) <= budget - 4:
            low = middle
        else:
            high = middle - 1
    kept = text[:low]
    for between in ("\n", " "):
        end = kept.rfind(between)
        if end > low * 2 // 3:
            kept = kept[:end]
            break
    return kept.rstrip() + " …", True


def _cut_html(html: str, budget: int) -> tuple[str, bool]:
    """`cut_to_budget` counts UTF-8; an event also escapes quotes and backslashes."""
    limit, was_cut = budget, False
    for _ in range(8):
        html, cut = cut_to_budget(html, max(limit, 0))
        was_cut = was_cut or cut
        size = json_bytes(html)
        if size <= budget or limit <= 0:
            break
        limit = min(limit, len(html.encode("utf-8", "replace"))) * budget // size - 16
    return html, was_cut


def _first_line(number: ConversationId, direction: Direction, writer: Address, to: Sequence[Address]) -> Shown:
    name = bold(foreign(short_name(writer)))
    shown = handle(number, DIRECTION_MARK[direction]) + name
    if to:
        recipients = [foreign(plain_name(address.address)) for address in to[:MAX_RECIPIENTS]]
        if len(to) > MAX_RECIPIENTS:
            recipients.append(plain(f"+{len(to) - MAX_RECIPIENTS}"))
        shown += plain(" → ") + joined(recipients, ", ")
    # A client's summary of the thread is this text without its blocks: the colon keeps name and words apart.
    return shown + plain(" :")


def _file_line(file: Attachment, language: str) -> Shown:
    size = f" ({file_size(file.size, language)})" if file.size else ""
    return plain("📎 ") + foreign(plain_name(file.filename)) + plain(size)


def _blocks(head: str, notes: str) -> str:
    return head + (f"<br>{notes}" if notes else "")


def _paragraphs(*parts: str) -> str:
    return "".join(f"<p>{part}</p>" for part in parts if part)
