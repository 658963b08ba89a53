"""A mail, in or out, as one message of its thread."""

import re
from collections.abc import Sequence
from typing import Final

from bot.domain.conversation import Direction, Verdict
from bot.domain.first_words import bounce_said
from bot.domain.ids import ConversationId
from bot.domain.mail import RECEIPTS, Address, Attachment, Bounce, Invitation, Nature
from bot.domain.sentences import Sentence, sentence
from bot.text.card import sender, short_name, shortened, subject_words
from bot.text.chat_html import cut_to_budget, json_size
from bot.text.files import file_lines, files_shown
from bot.text.inert import inert_html, inert_text
from bot.text.invitation import invitation_lines
from bot.text.lookalike import plain_name
from bot.text.shown import EMPTY, Shown, bold, foreign, handle, in_words, joined, lines
from bot.text.shown import plain as _plain

DIRECTION_MARK: Final = {Direction.IN: "✉️", Direction.OUT: "📤"}
QUIET_LINES: Final = RECEIPTS | {Nature.REACTION}
"""One line says all of them."""
MAX_RECIPIENTS: Final = 10
_PLAIN_SHARE: Final = 0.35
"""Of the budget: the HTML needs more room for the same words."""
_STARTS_BLOCK: Final = re.compile(r"\s*<(?:p|div|h[1-6]|ul|ol|blockquote|table|pre|hr|details)[\s>]")
_UNNAMED_FOLD: Final = "<summary>…</summary>"
_LINE_END: Final = re.compile(r"<(?:br|/p|/li|/tr|/h[1-6]|/pre)[\s/>]")


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
    newcomers: Sequence[Address] = (),
    in_our_name: bool = False,
    budget: int = 40_000,
    language: str,
    same_id: bool = False,
    note: Sentence | None = None,
    is_complaint: bool = False,
    nature: Nature = Nature.MESSAGE,
    reaction: str = "",
    is_spam: bool = False,
    worse: Verdict | None = None,
    invitation: Invitation | None = None,
    timezone: str = "UTC",
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
        is_automatic: a program made it.
        bounce: what came back, where the mail is a bounce.
        files: its attachments; inline ones are not listed.
        newcomers: who was never in the conversation, and whom the mail would have us answer.
        in_our_name: From is an address of ours, though the mail is none of ours as far as we know.
        budget: bytes that both forms together may take in an event's JSON.
        language: the reader's.
        same_id: another mail with the same Message-ID is known.
        note: why it is not shown whole, and where it lies; None where it is.
        is_complaint: a provider reports that its user calls our mail spam (RFC 5965).
        nature: receipts, reactions and absence notes are one line; what words the last ones have is folded.
        reaction: the emoji of a reaction.
        worse: what the mailbox's server says of the sender, where it said better of the first mail's.
        invitation: a calendar object in it, told above its words.
        timezone: the room's, for the times of an invitation.
        is_spam: the server marked it as spam, in a conversation that is none: its words are folded.
    """

    def words(s: Sentence) -> Shown:
        return in_words(s, language=language)

    writer = Address(from_name, from_address)
    if nature in QUIET_LINES and bounce is None and not is_complaint and not is_spam:
        what = words(sentence(f"mail.{nature}", emoji=reaction or "❤️"))
        return _first_line(number, direction, writer, to, language) + what, False
    notes: list[Shown] = []
    if in_our_name:
        notes.append(in_words(sentence("mail.in_our_name"), language=language, parts={"who": sender(writer)}))
    if people := [sender(one) for one in newcomers if not (in_our_name and one == writer)]:
        announced = sentence("mail.newcomer", count=len(people))
        notes.append(in_words(announced, language=language, parts={"who": joined(people, ", ")}))
    # What reports and machines put there is their own words for it, and no change of what is talked about.
    if subject_changed is not None and bounce is None and not is_complaint:
        subject = bold(subject_words(subject_changed, language))
        notes.append(in_words(sentence("mail.new_subject"), language=language, parts={"subject": subject}))
    if is_complaint:
        notes.append(words(sentence("mail.complaint")))
    if is_spam:
        notes.append(words(sentence("mail.marked_spam")))
    if bounce is None and not is_complaint:
        if nature is Nature.ABSENCE:
            notes.append(words(sentence("mail.absence")))
        elif is_automatic:
            notes.append(words(sentence("mail.automatic")))
    if worse is not None:
        notes.append(words(sentence(f"mail.sender_{worse}")))
    if same_id:
        notes.append(words(sentence("mail.same_id")))
    if note is not None:
        notes.append(words(note))
    if bounce is not None:
        notes.append(bounce_line(bounce, language))
    if invitation is not None:
        notes.append(invitation_lines(invitation, language=language, timezone=timezone))
        if plain.strip() == invitation.line:
            # It has no other words.
            plain = chat_html = ""
    head = _first_line(number, direction, writer, to, language)
    noted = lines(notes)
    listed = files_shown(files)
    foot = file_lines(listed, language)

    fixed = json_size(head.body + head.html + noted.body + noted.html + foot.body + foot.html)
    room = max(1_000, budget - fixed - 600)
    text = inert_text(plain).strip()
    if not text and not chat_html and not notes:
        noted = words(sentence("mail.empty"))
    body, body_cut = cut_text(text, int(room * _PLAIN_SHARE))
    html = _named_fold(inert_html(chat_html), language)
    if bounce is not None:
        # The bounce itself is for those who want to know; the line above says what matters.
        summary, diagnostic = words(sentence("mail.server_words")).html, _diagnostic(bounce, language).html
        taken = json_size(body) + json_size(summary) + json_size(diagnostic) + 80
        inner, html_cut = _cut_html(html, text, room - taken)
        said = (f"<p>{diagnostic}</p>" if diagnostic else "") + inner
        html = f"<details><summary>{summary}</summary>{said}</details>" if said else ""
    elif nature is Nature.ABSENCE or is_spam:
        # One line; the words are there for who wants them.
        summary = words(sentence("mail.its_words")).html
        inner, html_cut = _cut_html(html, text, room - json_size(body) - json_size(summary) - 80)
        html = f"<details><summary>{summary}</summary>{inner}</details>" if inner else ""
    else:
        html, html_cut = _cut_html(html, text, room - json_size(body))
    was_cut = body_cut or html_cut
    cut_note = words(sentence("mail.cut")) if was_cut else EMPTY
    return (
        Shown(
            "\n".join(p for p in (head.body, noted.body, body, foot.body, cut_note.body) if p),
            _above(head.html, noted.html, html) + _paragraphs(foot.html, cut_note.html),
        ),
        was_cut,
    )


def bounce_line(bounce: Bounce, language: str) -> Shown:
    """What a bounce means, in one line: whom it did not reach, why, and what to do."""
    who = bold(foreign(plain_name(bounce.recipient))) if bounce.recipient else EMPTY
    what = bounce_said(bounce)
    told = in_words(what, language=language, parts={"who": who})
    delayed = what.key.startswith("mail.delayed")
    status = f" ({bounce.status})" if bounce.status else ""
    said = _plain("⏳ " if delayed else "❌ ") + told + foreign(status)
    diagnostic = _diagnostic(bounce, language)
    # In the room the server's words are folded away with the bounce itself.
    return Shown(lines((said, diagnostic)).body, said.html)


def _diagnostic(bounce: Bounce, language: str) -> Shown:
    said = foreign(shortened(plain_name(bounce.diagnostic), 500))
    if not said.body:
        return EMPTY
    quoted = Shown(said.body, f"<i>{said.html}</i>")
    return in_words(sentence("state.server_words"), language=language, parts={"words": quoted})


def cut_text(text: str, budget: int) -> tuple[str, bool]:
    """The text cut at the end of a line, or of a word, so that it takes at most `budget` bytes of JSON."""
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
    """The HTML within the budget; where nothing of it fits, the plain words."""
    html, was_cut = cut_to_budget(html, max(budget, 0))
    if json_size(html) <= budget and (html or not was_cut):
        return html, was_cut
    short, _ = cut_text(words, budget // 2)
    fitting = inert_text(short)
    escaped = f"<p>{foreign(fitting).html}</p>"
    return (escaped, True) if json_size(escaped) <= budget else ("", True)


def _first_line(
    number: ConversationId, direction: Direction, writer: Address, to: Sequence[Address], language: str
) -> Shown:
    name = bold(foreign(short_name(writer)))
    shown = handle(number, DIRECTION_MARK[direction]) + name
    if to:
        recipients = [foreign(plain_name(address.address)) for address in to[:MAX_RECIPIENTS]]
        if len(to) > MAX_RECIPIENTS:
            recipients.append(_plain(f"+{len(to) - MAX_RECIPIENTS}"))
        shown += _plain(" → ") + joined(recipients, ", ")
    # A client's summary of the thread is this text without its blocks: colon and blank keep name and words apart.
    colon = in_words(sentence("mail.colon"), language=language)
    return shown + Shown(colon.body, f"{colon.html} ")


def _named_fold(html: str, language: str) -> str:
    """The quoted history's fold named, with the number of its lines."""
    before, fold, inside = html.partition(_UNNAMED_FOLD)
    if not fold:
        return html
    count = max(1, len(_LINE_END.findall(inside)))
    name = in_words(sentence("mail.quoted_lines", count=count), language=language)
    return f"{before}<summary>{name.html}</summary>{inside}"


def _above(head: str, notes: str, html: str) -> str:
    top = head + (f"<br>{notes} " if notes else "")
    return top + ("<br>" if html and not _STARTS_BLOCK.match(html) else "") + html


def _paragraphs(*parts: str) -> str:
    return "".join(f"<p>{part}</p>" for part in parts if part)
