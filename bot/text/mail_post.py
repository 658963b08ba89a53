"""A mail, in or out, as one message of its thread."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.domain.conversation import Direction, Status
from bot.domain.effects import PostMail
from bot.domain.first_words import bounce_said, whom_it_names
from bot.domain.mail import RECEIPTS, Address, Attachment, Bounce, Nature
from bot.domain.rules.missing import sender_doubted
from bot.domain.sentences import Sentence, sentence
from bot.text.card import sender, short_name, shortened, subject_words
from bot.text.chat_html import cut_to_budget, json_size
from bot.text.files import file_lines, files_shown
from bot.text.inert import inert_html, inert_text
from bot.text.invitation import invitation_lines
from bot.text.lookalike import plain_name
from bot.text.reader import Reader
from bot.text.shown import EMPTY, Shown, bold, foreign, handle, in_words, joined, lines
from bot.text.shown import plain as _plain

DIRECTION_MARK: Final = {Direction.IN: "✉️", Direction.OUT: "📤"}
QUIET_LINES: Final = RECEIPTS | {Nature.REACTION}
"""Natures of mails that one line says whole."""
MAX_RECIPIENTS: Final = 10
_PLAIN_SHARE: Final = 0.35
"""Of the budget: the HTML needs more room for the same words."""
_STARTS_BLOCK: Final = re.compile(r"\s*<(?:p|div|h[1-6]|ul|ol|blockquote|table|pre|hr|details)[\s>]")
_UNNAMED_FOLD: Final = "<summary>…</summary>"
_LINE_END: Final = re.compile(r"<(?:br|/p|/li|/tr|/h[1-6]|/pre)[\s/>]")


@dataclass(frozen=True, slots=True)
class Body:
    """The part of a mail that is shown in this room."""

    to: Sequence[Address]
    """Recipients that are worth showing; empty shows none."""
    html: str
    """Safe Matrix HTML of the whole body."""
    plain: str
    """The new words as plain text."""
    files: Sequence[Attachment] = ()
    """The files that the message names; inline ones are not listed."""


def mail_post(effect: PostMail, body: Body, reader: Reader, budget: int = 40_000) -> tuple[Shown, bool]:
    """The message of a mail, and whether some of the mail was left out (the caller then attaches the whole).

    Args:
        reader: the room's; its zone is for the times of an invitation.
        budget: bytes that both forms together may take in an event's JSON.
    """
    mail, head = effect.mail, _first_line(effect, body.to, reader)
    if mail.nature in QUIET_LINES and not _is_loud(effect):
        what = sentence(f"mail.{mail.nature}", emoji=mail.reaction or "❤️")
        return head + in_words(what, reader), False
    notes = _notes(effect, reader)
    if mail.invitation is not None:
        notes.append(invitation_lines(mail.invitation, reader))
        if body.plain.strip() == mail.invitation.line:
            # Such a mail has no other words.
            body = replace(body, plain="", html="")
    noted = lines(notes)
    foot = file_lines(files_shown(body.files), reader, "file.more_eml" if effect.record.raw else "file.more")

    fixed = json_size(head.body + head.html + noted.body + noted.html + foot.body + foot.html)
    room = max(1_000, budget - fixed - 600)
    text = inert_text(body.plain).strip()
    if not text and not body.html and not notes:
        noted = in_words(sentence("mail.empty"), reader)
    words, words_cut = cut_text(text, int(room * _PLAIN_SHARE))
    html, html_cut = _folded(effect, body, text, room - json_size(words), reader)
    was_cut = words_cut or html_cut
    cut_note = in_words(sentence("mail.cut"), reader) if was_cut else EMPTY
    return (
        Shown(
            "\n".join(p for p in (head.body, noted.body, words, foot.body, cut_note.body) if p),
            _above(head.html, noted.html, html) + _paragraphs(foot.html, cut_note.html),
        ),
        was_cut,
    )


def writer_of(effect: PostMail) -> Address:
    """Who wrote the mail, as its From says."""
    return effect.mail.from_[0] if effect.mail.from_ else effect.conversation.correspondent


def _is_spam(effect: PostMail) -> bool:
    """Whether the mail is spam in a conversation that is none."""
    return effect.is_spam and effect.conversation.status is not Status.SPAM


def _bounce(effect: PostMail) -> Bounce | None:
    return effect.mail.bounce if effect.mail.is_bounce else None


def _is_loud(effect: PostMail) -> bool:
    """Whether a mail says more than its nature, so that a quiet line would hide the rest."""
    return _bounce(effect) is not None or effect.mail.is_feedback_report or _is_spam(effect)


def _notes(effect: PostMail, reader: Reader) -> list[Shown]:
    """The lines before the words of a mail that say what is unusual about it."""
    mail, bounce, writer = effect.mail, _bounce(effect), writer_of(effect)
    notes: list[Shown] = []
    told: list[Sentence] = []
    if effect.in_our_name:
        notes.append(in_words(sentence("mail.in_our_name"), reader, {"who": sender(writer)}))
    if people := [sender(one) for one in effect.newcomers if not (effect.in_our_name and one == writer)]:
        announced = sentence("mail.newcomer", count=len(people))
        notes.append(in_words(announced, reader, {"who": joined(people, ", ")}))
    is_report = bounce is not None or mail.is_feedback_report
    # Reports and machines write subjects of their own; the conversation's has not changed by them.
    if effect.changed_subject and not is_report:
        subject = bold(subject_words(mail.subject, reader))
        notes.append(in_words(sentence("mail.new_subject"), reader, {"subject": subject}))
    if mail.is_feedback_report:
        told.append(sentence("mail.complaint"))
    if _is_spam(effect):
        told.append(sentence("mail.blocked" if effect.is_blocked else "mail.marked_spam"))
    if mail.nature is Nature.ABSENCE and not is_report:
        told.append(sentence("mail.absence"))
    elif mail.is_auto_reply and not is_report:
        told.append(sentence("mail.automatic"))
    if (doubted := sender_doubted(effect.record)) is not None:
        told.append(doubted)
    if effect.same_id:
        told.append(sentence("mail.same_id"))
    if effect.note is not None:
        told.append(effect.note)
    notes += [in_words(one, reader) for one in told]
    if bounce is not None:
        notes.append(bounce_line(bounce, reader))
    return notes


def _folded(effect: PostMail, body: Body, text: str, room: int, reader: Reader) -> tuple[str, bool]:
    """The body in HTML within `room` bytes of JSON, folded where only some want it, and whether it was cut."""
    html = _named_fold(inert_html(body.html), reader)
    mail, bounce = effect.mail, _bounce(effect)
    if bounce is not None:
        # The bounce itself is for those who want to know; the line above says what matters.
        key, above = "mail.server_words", _diagnostic(bounce, reader).html
    elif mail.nature is Nature.ABSENCE or _is_spam(effect):
        # One line says the mail; its words are folded for who wants them.
        key, above = "mail.its_words", ""
    else:
        return _cut_html(html, text, room)
    summary = in_words(sentence(key), reader).html
    inner, was_cut = _cut_html(html, text, room - json_size(summary) - json_size(above) - 80)
    said = (f"<p>{above}</p>" if above else "") + inner
    return (f"<details><summary>{summary}</summary>{said}</details>" if said else ""), was_cut


def bounce_line(bounce: Bounce, reader: Reader) -> Shown:
    """A bounce in one line: whom the mail did not reach, why, and what to do."""
    who = bold(foreign(plain_name(whom_it_names(bounce)))) if bounce.recipient else EMPTY
    what = bounce_said(bounce)
    told = in_words(what, reader, {"who": who})
    delayed = what.key.startswith("mail.delayed")
    status = f" ({bounce.status})" if bounce.status else ""
    said = _plain("⏳ " if delayed else "❌ ") + told + foreign(status)
    diagnostic = _diagnostic(bounce, reader)
    # In the room the server's words are folded away with the bounce itself.
    return Shown(lines((said, diagnostic)).body, said.html)


def _diagnostic(bounce: Bounce, reader: Reader) -> Shown:
    said = foreign(shortened(plain_name(bounce.diagnostic), 500))
    if not said.body:
        return EMPTY
    quoted = Shown(said.body, f"<i>{said.html}</i>")
    return in_words(sentence("state.server_words"), reader, {"words": quoted})


def cut_text(text: str, budget: int) -> tuple[str, bool]:
    """A text of at most `budget` bytes of JSON, cut at the end of a line or of a word, and whether it was cut."""
    if json_size(text) <= budget:
        return text, False
    low, high = 0, min(len(text), budget)
    while low < high:
        middle = (low + high + 1) // 2
        if json_size(text[:middle]) <= budget - 4:
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


def _cut_html(html: str, words: str, budget: int) -> tuple[str, bool]:
    """The HTML within the budget, or the plain words where none of the HTML fits; and whether it was cut."""
    html, was_cut = cut_to_budget(html, max(budget, 0))
    if json_size(html) <= budget and (html or not was_cut):
        return html, was_cut
    short, _ = cut_text(words, budget // 2)
    fitting = inert_text(short)
    escaped = f"<p>{foreign(fitting).html}</p>"
    return (escaped, True) if json_size(escaped) <= budget else ("", True)


def _first_line(effect: PostMail, to: Sequence[Address], reader: Reader) -> Shown:
    name = bold(foreign(short_name(writer_of(effect))))
    shown = handle(effect.conversation.id, DIRECTION_MARK[effect.record.direction]) + name
    if to:
        recipients = [foreign(plain_name(address.address)) for address in to[:MAX_RECIPIENTS]]
        if len(to) > MAX_RECIPIENTS:
            recipients.append(_plain(f"+{len(to) - MAX_RECIPIENTS}"))
        shown += _plain(" → ") + joined(recipients, ", ")
    # A client's summary of the thread is this text without its blocks: colon and blank keep name and words apart.
    colon = in_words(sentence("mail.colon"), reader)
    return shown + Shown(colon.body, f"{colon.html} ")


def _named_fold(html: str, reader: Reader) -> str:
    """The HTML with a name on the fold of the quoted history: the number of its lines."""
    before, fold, inside = html.partition(_UNNAMED_FOLD)
    if not fold:
        return html
    count = max(1, len(_LINE_END.findall(inside)))
    name = in_words(sentence("mail.quoted_lines", count=count), reader)
    return f"{before}<summary>{name.html}</summary>{inside}"


def _above(head: str, notes: str, html: str) -> str:
    top = head + (f"<br>{notes} " if notes else "")
    return top + ("<br>" if html and not _STARTS_BLOCK.match(html) else "") + html


def _paragraphs(*parts: str) -> str:
    return "".join(f"<p>{part}</p>" for part in parts if part)
