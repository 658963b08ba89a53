"""The card: the root message of a conversation's thread, edited in place."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from bot.domain.conversation import Conversation, Status, Verdict
from bot.domain.ids import ConversationId, UserId
from bot.domain.mail import Address
from bot.domain.sentences import Sentence, sentence
from bot.text.lookalike import plain_name, warnings_for
from bot.text.shown import EMPTY, Shown, bold, foreign, handle, in_words, joined, lines, link, person, plain

STATUS_MARK: Final[Mapping[Status, str]] = {
    Status.ACTIVE: "🟢",
    Status.PENDING: "⏳",
    Status.CLOSED: "✅",
    Status.SPAM: "🚫",
}
MAX_SUBJECT: Final = 200
"""Characters of a subject that are shown."""
MAX_WORDS: Final = 300
"""Characters of the newest words that are shown: about two lines."""
MAX_NAME: Final = 80


def card(
    conversation: Conversation,
    *,
    language: str,
    names: Mapping[UserId, str],
    links: Mapping[ConversationId, str],
    now: datetime,
    timezone: str,
) -> Shown:
    """Four lines: what it is about, who writes, how it stands, the newest words.

    `names` are the display names of members, `links` the permalinks of earlier conversations. `now` and `timezone`
    are there for dates; a card shows none yet, so that it does not grow stale.
    """
    title = handle(conversation.id, STATUS_MARK[conversation.status]) + subject_words(conversation.subject, language)
    who = joined((sender(conversation.correspondent), *_verdict(conversation, language)), " ")
    standing = joined(
        (
            in_words(_standing(conversation), language=language),
            assignee(conversation.assignee, language, names),
            in_words(sentence("card.messages", count=conversation.mails), language=language),
            _folded(conversation, language),
            _earlier(conversation, language, links),
        )
    )
    words = lines(foreign(line) for line in two_lines(conversation.words))
    top = lines((bold(title), who, standing))
    if not words.body:
        return top
    return Shown(f"{top.body}\n{words.body}", f"{top.html}<blockquote>{words.html}</blockquote>")


def _standing(conversation: Conversation) -> Sentence:
    if conversation.needs_nobody:
        return sentence("status.needs_nobody")
    return sentence(f"status.{conversation.status}")


def subject_words(subject: str, language: str) -> Shown:
    """A subject on one line, harmless, cut where it is endless."""
    words = shortened(plain_name(subject), MAX_SUBJECT)
    return foreign(words) if words else in_words(sentence("card.no_subject"), language=language)


def sender(address: Address) -> Shown:
    """Name and address; tricks of bidirectional and invisible characters are taken out."""
    shown_address = foreign(shortened(plain_name(address.address), 254))
    name = shortened(plain_name(address.name), MAX_NAME)
    if not name or name == address.address:
        return shown_address
    return foreign(name) + plain(" <") + shown_address + plain(">")


def short_name(address: Address) -> str:
    """What to call a correspondent: the name, or else the address."""
    return shortened(plain_name(address.name) or plain_name(address.address), MAX_NAME)


def assignee(user: UserId | None, language: str, names: Mapping[UserId, str]) -> Shown:
    if user is not None:
        return person(user, names)
    nobody = in_words(sentence("card.unassigned"), language=language)
    return Shown(nobody.body, f"<i>{nobody.html}</i>")


def shortened(text: str, limit: int) -> str:
    """At most `limit` characters, cut at a blank where there is one, with `…` for the rest."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    blank = cut.rfind(" ")
    return (cut[:blank] if blank > limit // 2 else cut).rstrip() + "…"


def two_lines(words: str) -> tuple[str, ...]:
    """The first two lines that say something, short enough for a card."""
    found = [line for line in (plain_name(line) for line in words.splitlines()) if line]
    if not found:
        return ()
    first = shortened(found[0], MAX_WORDS)
    left = MAX_WORDS - len(first)
    if len(found) == 1 or left < 20:
        return (first if len(found) == 1 or first.endswith("…") else f"{first} …",)
    second = shortened(found[1], left)
    return (first, second if len(found) == 2 or second.endswith("…") else f"{second} …")


def _verdict(conversation: Conversation, language: str) -> tuple[Shown, ...]:
    marks: list[Shown] = []
    match conversation.verdict:
        case Verdict.VERIFIED:
            marks.append(_coloured(in_words(sentence("card.verified"), language=language), "#2e7d32"))
        case Verdict.FAILED:
            marks.append(_coloured(in_words(sentence("card.not_verified"), language=language), "#c62828"))
        case Verdict.UNKNOWN:
            pass
    correspondent = conversation.correspondent
    for warning in warnings_for(correspondent.name, correspondent.address):
        marks.append(_coloured(in_words(sentence(f"card.warning.{warning}"), language=language), "#c62828"))
    return tuple(marks)


def _coloured(part: Shown, colour: str) -> Shown:
    # `data-mx-color` is what the Matrix specification asks for; Element Web shows `color` as well.
    return Shown(part.body, f'<font color="{colour}" data-mx-color="{colour}">{part.html}</font>')


def _folded(conversation: Conversation, language: str) -> Shown:
    if not conversation.folded:
        return EMPTY
    return in_words(sentence("card.folded", count=conversation.folded), language=language)


def _earlier(conversation: Conversation, language: str, links: Mapping[ConversationId, str]) -> Shown:
    if not conversation.earlier:
        return EMPTY
    numbers = joined((link(plain(f"#{number}"), links.get(number, "")) for number in conversation.earlier), ", ")
    return in_words(sentence("card.earlier"), language=language, parts={"list": numbers})
