"""An edit could not be decrypted: what would leave in the old words is held, and its writer is told each time."""

from datetime import datetime

from bot.domain.conversation import OutState
from bot.domain.decision import NOTHING, Decision, NeverTake
from bot.domain.effects import Mark, Say
from bot.domain.ids import EventId
from bot.domain.inputs.trust import Undecryptable
from bot.domain.room_snapshots import RoomSnapshot
from bot.domain.rules.taking_back import WAITING
from bot.domain.rules.telling import beside, to_author
from bot.domain.rules.unread_edits import held_unread, leaves_by_itself, names_last, names_unread
from bot.domain.sentences import Sentence, sentence
from bot.domain.unread import Unread

MOST_ANSWERED = 20
"""Messages of one person in one room in an hour: whoever lies chooses how many there are, and of how many sessions."""
NOT_READ = "🔒"
_REASONS = ("blacklisted", "unverified", "unauthorised", "unavailable", "no_olm")


def decide_unread_edit(snapshot: RoomSnapshot, input: Undecryptable, target: EventId, now: datetime) -> Decision:
    """A mail that would leave by itself is held as soon as the edit comes. When its key comes after all, the edit is
    decided as one: unlike a command it is not repeated by its being told.
    """
    changes = snapshot.changes or Unread()
    if snapshot.is_settled or changes.is_earlier:
        return NOTHING
    noted = names_last(input.room, target, input.event, now) if changes.is_own else NOTHING
    return noted + _decided(snapshot, input, changes, target, now)


def _decided(snapshot: RoomSnapshot, input: Undecryptable, changes: Unread, target: EventId, now: datetime) -> Decision:
    if changes.record is not None and changes.outgoing is not None:
        if leaves_by_itself(changes.outgoing, changes.record):
            return held_unread(changes.outgoing, changes.record, input.event, _why_held(input), now)
    if snapshot.turn >= MOST_ANSWERED:
        return NOTHING
    turn = Decision((NeverTake(input.turn_key(snapshot.turn, now)),))
    told = _told_of_what_waits(changes, input, now)
    if told is not None:
        return turn + told
    if input.is_awaited:
        return NOTHING
    if snapshot.is_explained:
        # Clients show no reaction on an edit.
        return turn + Decision((), (Mark(input.room, target, NOT_READ),))
    say = Say(input.room, (sentence("unread.nothing"), _cause(input)), reply_to=target, mention=(input.sender,))
    return turn + Decision((NeverTake(input.session_key),), (say,))


def _told_of_what_waits(changes: Unread, input: Undecryptable, now: datetime) -> Decision | None:
    """The words that wait, and are as they were, told to who wrote them; None where nothing waits."""
    record, outgoing, question, draft = changes.record, changes.outgoing, changes.question, changes.draft
    if question is not None:
        what = _as_it_was(input, "dialogue.not_asked_anew")
        return Decision((), (beside(question, input.room, *what, mention=input.sender),))
    if record is not None and outgoing is not None and record.state in WAITING:
        if record.state is not OutState.HELD or changes.awaited is None:
            what = _as_it_was(input, "error.not_rewritten")
            return Decision((), (beside(record, input.room, *what, mention=input.sender),))
        named = names_unread(record.row, outgoing.conversation.room, input.event, now)
        what = (*_why_held(input), sentence("scheduled.how"))
        return named + Decision((), (to_author(outgoing.conversation, record, *what),))
    if draft is not None:
        what = _as_it_was(input, "draft.not_rewritten")
        return Decision((), (Say(input.room, what, conversation=draft.id, mention=(input.sender,)),))
    return None


def _why_held(input: Undecryptable) -> tuple[Sentence, ...]:
    return (sentence("unread.awaited"),) if input.is_awaited else (sentence("unread.held"), _cause(input))


def _as_it_was(input: Undecryptable, what: str) -> tuple[Sentence, ...]:
    return (sentence("unread.waits"),) if input.is_awaited else (sentence(what), _cause(input))


def _cause(input: Undecryptable) -> Sentence:
    """As for a message (`undecryptable._why`), for an edit, which is made once more."""
    code = input.reason.removeprefix("m.")
    return sentence(f"unread.cause.{code if input.reason.startswith('m.') and code in _REASONS else 'unknown'}")
