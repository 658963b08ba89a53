"""The state of an outgoing mail: the first lines of its event, edited in place until its end."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final, assert_never

from bot.domain.conversation import OutState, Status
from bot.domain.effects import ShowState
from bot.domain.outcomes import RecipientAnswer
from bot.domain.sentences import sentence
from bot.text.card import short_name, shortened
from bot.text.dates import clock, in_full, to_the_second
from bot.text.files import file_lines
from bot.text.lookalike import plain_name
from bot.text.reader import Reader
from bot.text.shown import EMPTY, Shown, bold, foreign, handle, in_words, joined, lines, link, plain

STATE_MARK: Final[Mapping[OutState, str]] = {
    OutState.QUEUED: "⏳",
    OutState.HELD: "✋",
    OutState.UNAPPROVED: "⏳",
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


def state_notice(effect: ShowState, reader: Reader) -> Shown:
    """The lines on the present state of an outgoing mail; times are shorter on the reader's own day."""
    record, state = effect.record, effect.record.state
    assert state is not None, "only outgoing mails have a state to show"
    to = [one.address for one in (*record.to, *record.cc)]
    unseen = [one.address for one in record.bcc]
    later = {one.lower() for one in record.recipients} if state is OutState.PARTLY else set()
    lacking = later | {one.lower() for one in (*record.failed, *(answer.address for answer in effect.refused))}
    reached = [one for one in to if one.lower() not in lacking] or to if state is OutState.PARTLY else to
    if state is OutState.BOUNCED:
        # The other recipients have the mail.
        reached = [one for one in (*to, *unseen) if one.lower() in lacking] or to
    waiting = [one for one in (*to, *unseen) if one.lower() in later]
    next_try = reader.now + timedelta(minutes=effect.next_try_minutes)
    leaves = to_the_second(reader.now + timedelta(seconds=effect.seconds), reader)
    if record.leaves_at is not None and (record.is_scheduled or state is OutState.UNAPPROVED):
        leaves = in_full(record.leaves_at, language=reader.language, timezone=reader.timezone)
    parts: dict[str, Shown] = {
        "to": bold(_recipients(reached)),
        "from": bold(foreign(short_name(record.from_[0]))),
        "at": foreign(clock(reader.now, reader)),
        "status": words_of_status(effect.conversation.status, reader),
        "next": foreign(clock(next_try, reader)),
        "leaves": foreign(leaves),
        "hand": plain(effect.hand),
        "later": bold(_recipients(waiting)),
        "bcc": bold(_recipients(unseen)),
        "number": plain(str(effect.conversation.id)),
    }

    parts["again"] = in_words(sentence("resend.offer"), reader)

    def words(key: str) -> Shown:
        return in_words(sentence(key), reader, parts=parts)

    told = words(_key(effect, state))
    if state in (OutState.SENT, OutState.PARTLY) and not record.is_auto_answer:
        told = joined((told, words("state.standing")))
    # What to do about a refusal is told to its author, in a message of its own.
    after = words("state.partly_later") if waiting else EMPTY
    if state in (OutState.UNKNOWN, OutState.BOUNCED) and not record.is_auto_answer:
        after = words(f"state.{state}.next")
    if state is OutState.UNAPPROVED and record.leaves_at is not None:
        after = words("state.unapproved_until")
    approved = EMPTY
    if record.approved_by is not None and state is not OutState.CANCELLED:
        approved = in_words(sentence("state.approved", who=record.approved_by), reader)
    files = file_lines([one.as_attachment for one in record.files], reader)
    number = handle(effect.conversation.id, STATE_MARK[state])
    head = link(number, reader.links.get(effect.conversation.id, "")) + told
    blind = words("state.bcc") if unseen else EMPTY
    return lines((head, blind, approved, files, _said(effect, state, reader), after))


_BY_ITSELF: Final = frozenset({OutState.QUEUED, OutState.RETRYING, OutState.SENT, OutState.REFUSED, OutState.UNKNOWN})
"""States of an automatic answer, each with a line of its own."""


def _key(effect: ShowState, state: OutState) -> str:
    if effect.record.is_auto_answer and state in _BY_ITSELF:
        return f"state.by_itself.{state}"
    match state:
        case OutState.QUEUED:
            if effect.record.is_scheduled:
                return "state.scheduled_apart" if effect.record.is_apart else "state.scheduled"
            if not effect.seconds:
                return "state.sending"
            if effect.is_by_mail:
                return "state.queued_by_mail"
            return "state.queued_apart" if effect.record.is_apart else "state.queued"
        case OutState.UNAPPROVED:
            words = "state.unapproved" if effect.hand else "state.unapproved_in_words"
            return f"{words}_apart" if effect.record.is_apart else words
        case OutState.HELD if effect.record.is_apart:
            return "state.held_apart"
        case OutState.RETRYING:
            return "state.retrying" if effect.next_try_minutes else "state.retrying_soon"
        case (
            OutState.SENT
            | OutState.PARTLY
            | OutState.HELD
            | OutState.REFUSED
            | OutState.UNKNOWN
            | OutState.CANCELLED
            | OutState.BOUNCED
        ):
            return f"state.{state}"
        case _:
            assert_never(state)


def _said(effect: ShowState, state: OutState, reader: Reader) -> Shown:
    """The server's words where they matter; why a mail came back is said by the bounce itself."""
    said = _server_words(effect.record.detail, reader)
    if state in (OutState.PARTLY, OutState.REFUSED):
        return _refusals(effect.refused, reader) or said
    is_on_its_way = state is OutState.RETRYING or (state is OutState.QUEUED and effect.seconds)
    return said if is_on_its_way else EMPTY


def words_of_status(status: Status, reader: Reader) -> Shown:
    """The status in the reader's language."""
    return in_words(sentence(f"status.{status}"), reader)


def _recipients(to: Sequence[str]) -> Shown:
    shown = [foreign(plain_name(address)) for address in to[:MAX_RECIPIENTS]]
    if len(to) > MAX_RECIPIENTS:
        shown.append(foreign(f"+{len(to) - MAX_RECIPIENTS}"))
    return joined(shown, ", ")


def _server_words(text: str, reader: Reader) -> Shown:
    said = foreign(shortened(plain_name(text), MAX_SERVER_WORDS))
    if not said.body:
        return EMPTY
    return in_words(sentence("state.server_words"), reader, {"words": Shown(said.body, f"<i>{said.html}</i>")})


def _refusals(refused: Sequence[RecipientAnswer], reader: Reader) -> Shown | None:
    """One line for each refused recipient; None where there is none."""
    if not refused:
        return None
    return lines(
        in_words(
            sentence("state.refused_recipient", code=answer.code),
            reader,
            parts={
                "who": bold(foreign(plain_name(answer.address))),
                "words": foreign(shortened(plain_name(answer.text), MAX_SERVER_WORDS)),
            },
        )
        for answer in refused[:MAX_RECIPIENTS]
    )
