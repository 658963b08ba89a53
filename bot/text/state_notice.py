"""How an outgoing mail fares: the first lines of its event, edited in place until its end."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, assert_never

from bot.domain.conversation import OutState, Status
from bot.domain.ids import ConversationId
from bot.domain.mail import Address, Attachment
from bot.domain.outcomes import RecipientAnswer
from bot.domain.sentences import Sentence, sentence
from bot.text.card import short_name, shortened
from bot.text.dates import clock, to_the_second
from bot.text.files import file_lines
from bot.text.lookalike import plain_name
from bot.text.shown import EMPTY, Shown, bold, foreign, handle, in_words, joined, lines

STATE_MARK: Final[Mapping[OutState, str]] = {
    OutState.QUEUED: "⏳",
    OutState.RETRYING: "⏳",
    OutState.SENT: "✅",
    OutState.PARTLY: "⚠️",
    OutState.REFUSED: "❌",
    OutState.UNKNOWN: "❓",
    OutState.CANCELLED: "↩️",
    OutState.BOUNCED: "❌",
}
MAX_SERVER_WORDS: Final = 600
MAX_RECIPIENTS: Final = 10


def state_notice(
    *,
    number: ConversationId,
    state: OutState,
    to: Sequence[str],
    from_: Address,
    leaves: datetime | None,
    at: datetime,
    status: Status,
    server_words: str,
    files: Sequence[Attachment] = (),
    refused: Sequence[RecipientAnswer],
    failed: Sequence[str] = (),
    later: Sequence[str] = (),
    next_try: datetime | None,
    language: str,
    timezone: str,
) -> Shown:
    """What is said of a mail in this state.

    Args:
        number: the conversation.
        state: where the mail is.
        to: all its recipients.
        from_: whom it is from, as the correspondent will read it.
        leaves: when its undo window ends; None where it is over.
        at: when the mail came into this state; `next_try` is told relative to its day.
        status: that of the conversation now.
        server_words: what the server said last; empty where it said nothing.
        files: what goes with it.
        refused: recipients that were refused for good, with the server's words for each.
        failed: all recipients that did not get it for good; `later`: those whom their server put off.
        next_try: when the next attempt is due, for `RETRYING`.
    """

    def words(s: Sentence) -> Shown:
        return in_words(s, language=language, timezone=timezone, parts=parts)

    now_at = foreign(clock(at, now=at, language=language, timezone=timezone))
    parts: dict[str, Shown] = {
        "to": bold(_recipients(to)),
        "from": bold(foreign(short_name(from_))),
        "at": now_at,
        "status": words_of_status(status, language),
    }
    if next_try is not None:
        parts["next"] = foreign(clock(next_try, now=at, language=language, timezone=timezone))
    said = _server_words(server_words, language)
    standing = words(sentence("state.standing"))
    after = EMPTY
    match state:
        case OutState.QUEUED if leaves is not None:
            parts["leaves"] = foreign(to_the_second(leaves, language=language, timezone=timezone))
            told = words(sentence("state.queued"))
        case OutState.QUEUED:
            told = words(sentence("state.sending"))
            said = EMPTY
        case OutState.RETRYING:
            told = words(sentence("state.retrying" if next_try else "state.retrying_soon"))
        case OutState.SENT:
            told = joined((words(sentence("state.sent")), standing))
            said = EMPTY
        case OutState.PARTLY:
            lacking = {one.lower() for one in (*failed, *later, *(answer.address for answer in refused))}
            parts["to"] = bold(_recipients([a for a in to if a.lower() not in lacking] or to))
            told = joined((words(sentence("state.partly")), standing))
            waiting = [a for a in to if a.lower() in {one.lower() for one in later}]
            parts["later"] = bold(_recipients(waiting))
            after = words(sentence("state.partly_later")) if waiting else EMPTY
            said = _refusals(refused, language) or said
        case OutState.REFUSED:
            told = words(sentence("state.refused"))
            said = _refusals(refused, language) or said
        case OutState.UNKNOWN:
            told = words(sentence("state.unknown"))
            said = EMPTY
        case OutState.CANCELLED:
            told = words(sentence("state.cancelled"))
            said = EMPTY
        case OutState.BOUNCED:
            # Why is said by the mail that came back.
            told = words(sentence("state.bounced"))
            said = EMPTY
        case _:
            assert_never(state)
    # What to do about a refusal is told to its author, in a message of its own.
    if state in (OutState.UNKNOWN, OutState.BOUNCED):
        after = words(sentence(f"state.{state}.next"))
    return lines((handle(number, STATE_MARK[state]) + told, file_lines(files, language), said, after))


def words_of_status(status: Status, language: str) -> Shown:
    return in_words(sentence(f"status.{status}"), language=language)


def _recipients(to: Sequence[str]) -> Shown:
    shown = [foreign(plain_name(address)) for address in to[:MAX_RECIPIENTS]]
    if len(to) > MAX_RECIPIENTS:
        shown.append(foreign(f"+{len(to) - MAX_RECIPIENTS}"))
    return joined(shown, ", ")


def _server_words(text: str, language: str) -> Shown:
    said = foreign(shortened(plain_name(text), MAX_SERVER_WORDS))
    if not said.body:
        return EMPTY
    return in_words(
        sentence("state.server_words"), language=language, parts={"words": Shown(said.body, f"<i>{said.html}</i>")}
    )


def _refusals(refused: Sequence[RecipientAnswer], language: str) -> Shown | None:
    """One line for each recipient that was refused; None where there is none."""
    if not refused:
        return None
    return lines(
        in_words(
            sentence("state.refused_recipient", code=answer.code),
            language=language,
            parts={
                "who": bold(foreign(plain_name(answer.address))),
                "words": foreign(shortened(plain_name(answer.text), MAX_SERVER_WORDS)),
            },
        )
        for answer in refused[:MAX_RECIPIENTS]
    )
