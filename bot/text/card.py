"""The card: the root message of a conversation's thread, edited in place."""

from collections.abc import Mapping
from typing import Final

from bot.domain.conversation import Conversation, Status, Verdict
from bot.domain.first_words import MOST_SHOWN, told
from bot.domain.mail import Address
from bot.domain.prepared import Prepared
from bot.domain.sentences import sentence
from bot.text.dates import coming
from bot.text.lookalike import plain_name, warnings_for
from bot.text.reader import Reader
from bot.text.shown import EMPTY, Shown, bold, foreign, handle, in_words, joined, lines, link, person, plain

STATUS_MARK: Final[Mapping[Status, str]] = {
    Status.ACTIVE: "🟢",
    Status.PENDING: "⏳",
    Status.CLOSED: "✅",
    Status.SPAM: "🚫",
    Status.DELETED: "🗑",
}
_NEEDS_NOBODY: Final = "🔕"
SNOOZED: Final = "💤"
MAX_SUBJECT: Final = 200
"""Characters of a subject that are shown."""
MAX_WORDS: Final = MOST_SHOWN
"""Characters of the newest words that are shown."""
MAX_NAME: Final = 80
MAX_NOTE: Final = 60


def card(
    conversation: Conversation,
    reader: Reader,
) -> Shown:
    """A card: two lines and the newest words; one line where nothing is to do. Its plain body, for a push, has two.

    A card shows no dates but that of a snoozed one, so that it does not grow stale.
    """
    title = handle(conversation.id, mark_of(conversation)) + subject_words(conversation.subject, reader)
    whose = person(conversation.assignee, reader) if conversation.assignee is not None else EMPTY
    tags = tags_of(conversation, len(conversation.tags))
    if conversation.status in (Status.CLOSED, Status.SPAM, Status.DELETED):
        whither = _goes_on(conversation, reader)
        return joined((bold(title), foreign(short_name(conversation.correspondent)), whose, tags, whither))
    standing = joined(
        (
            until(conversation, reader),
            joined((sender(conversation.correspondent), *_verdict(conversation, reader)), " "),
            whose,
            draft_of(conversation.open_draft, reader) if conversation.open_draft is not None else EMPTY,
            tags,
            in_words(sentence("status.needs_nobody"), reader) if conversation.needs_nobody else EMPTY,
            in_words(sentence("card.messages", count=conversation.mails), reader) if conversation.mails else EMPTY,
            _folded(conversation, reader),
            _earlier(conversation, reader),
            _note(conversation, reader),
        )
    )
    words = newest_words(conversation.words, reader)
    below = joined((standing, words))
    last = Shown(words.body, f"<i>{words.html}</i>") if words.body else EMPTY
    return Shown(lines((bold(title), below)).body, lines((bold(title), standing, last)).html)


def draft_of(draft: Prepared, reader: Reader) -> Shown:
    """Who has written at an answer that waits to be sent."""
    return in_words(sentence("card.draft", who=draft.by), reader)


def mark_of(conversation: Conversation) -> str:
    """The status of a conversation as one sign: green is what is to do."""
    if conversation.needs_nobody and conversation.status is Status.ACTIVE:
        return _NEEDS_NOBODY
    return SNOOZED if conversation.is_snoozed else STATUS_MARK[conversation.status]


def until(conversation: Conversation, reader: Reader) -> Shown:
    """When a snoozed one comes back."""
    if not conversation.is_snoozed or conversation.snoozed_until is None:
        return EMPTY
    return in_words(sentence("card.snoozed", at_time=coming(conversation.snoozed_until, reader)), reader)


def tags_of(conversation: Conversation, most: int) -> Shown:
    """The first tags, with `…` where there are more."""
    if not conversation.tags:
        return EMPTY
    more = "…" if len(conversation.tags) > most else ""
    return plain("🏷\u00a0") + foreign(", ".join(conversation.tags[:most]) + more)


def newest_words(words: str, reader: Reader) -> Shown:
    """The first words of a mail, cut, or what the mail holds instead of words."""
    what = told(words)
    if isinstance(what, str):
        return foreign(shortened(plain_name(what), MAX_WORDS))
    return in_words(what, reader)


def subject_words(subject: str, reader: Reader) -> Shown:
    """A subject on one line, made harmless, cut after `MAX_SUBJECT` characters."""
    words = shortened(plain_name(subject), MAX_SUBJECT)
    return foreign(words) if words else in_words(sentence("card.no_subject"), reader)


def sender(address: Address) -> Shown:
    """Name and address of a correspondent, without bidirectional and invisible characters."""
    shown_address = foreign(shortened(plain_name(address.address), 254))
    name = shortened(plain_name(address.name), MAX_NAME)
    if not name or name == address.address:
        return shown_address
    return foreign(name) + plain(" <") + shown_address + plain(">")


def short_name(address: Address) -> str:
    """The name of a correspondent, or else the address."""
    return shortened(plain_name(address.name) or plain_name(address.address), MAX_NAME)


def shortened(text: str, limit: int) -> str:
    """The text in at most `limit` characters, cut at a blank where there is one, with `…` for the rest."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    blank = cut.rfind(" ")
    return (cut[:blank] if blank > limit // 2 else cut).rstrip() + "…"


def _verdict(conversation: Conversation, reader: Reader) -> tuple[Shown, ...]:
    marks: list[Shown] = []
    match conversation.verdict:
        case Verdict.FAILED:
            marks.append(_coloured(in_words(sentence("card.not_verified"), reader), "#c62828"))
        case Verdict.VERIFIED | Verdict.UNKNOWN:
            pass
    correspondent = conversation.correspondent
    for warning in warnings_for(correspondent.name, correspondent.address):
        marks.append(_coloured(in_words(sentence(f"card.warning.{warning}"), reader), "#c62828"))
    return tuple(marks)


def _coloured(part: Shown, colour: str) -> Shown:
    # `data-mx-color` is what the Matrix specification asks for; Element Web shows `color` as well.
    return Shown(part.body, f'<font color="{colour}" data-mx-color="{colour}">{part.html}</font>')


def _folded(conversation: Conversation, reader: Reader) -> Shown:
    if not conversation.folded:
        return EMPTY
    return in_words(sentence("card.folded", count=conversation.folded), reader)


def _goes_on(conversation: Conversation, reader: Reader) -> Shown:
    number = conversation.goes_on_as
    if number is None:
        return EMPTY
    return in_words(sentence("card.goes_on"), reader, {"link": link(plain(f"#{number}"), reader.links.get(number, ""))})


def _note(conversation: Conversation, reader: Reader) -> Shown:
    """The newest note on the person, shortened."""
    words = shortened(plain_name(conversation.note), MAX_NOTE)
    return in_words(sentence("card.note"), reader, {"words": foreign(words)}) if words else EMPTY


def _earlier(conversation: Conversation, reader: Reader) -> Shown:
    if not conversation.earlier:
        return EMPTY
    numbers = joined((link(plain(f"#{number}"), reader.links.get(number, "")) for number in conversation.earlier), ", ")
    return in_words(sentence("card.earlier"), reader, {"list": numbers})
