"""After the story: what follows from what happened, the same for all stories; one chain of pure functions."""

from dataclasses import replace
from enum import Flag, auto

from bot.domain.command import Asked
from bot.domain.conversation import Conversation, EventKind, HistoryEntry
from bot.domain.decision import AddHistory, Decision
from bot.domain.effects import Say
from bot.domain.happening import Happening, What
from bot.domain.ids import ConversationId, UserId
from bot.domain.inputs import Input
from bot.domain.inputs.said import TeamMessage
from bot.domain.sentences import Sentence, sentence
from bot.domain.snapshots import (
    DeletedSnapshot,
    EditedSnapshot,
    MailSnapshot,
    Reacted,
    ReceiptSnapshot,
    RoomSnapshot,
    Snapshot,
    TakenAway,
)


class Follows(Flag):
    """The places in which a happening is seen."""

    NOTHING = 0
    HISTORY = auto()
    HEARD = auto()
    """A message to those whom the conversation concerns, where a person did it."""


_NOTHING, _HISTORY = Follows.NOTHING, Follows.HISTORY
_HEARD = Follows.HISTORY | Follows.HEARD
FOLLOWS = {
    What.OPENED: _HISTORY,
    What.REOPENED: _HISTORY,
    What.CAME: _NOTHING,
    What.FOLDED: _NOTHING,
    What.UNFOLDED: _NOTHING,
    What.GIVEN_LATE: _NOTHING,
    What.WRITTEN: _NOTHING,
    What.REPLIED: _HEARD,
    What.REPLIED_ELSEWHERE: _HISTORY,
    What.ANSWERED: _NOTHING,
    What.REPLY_REFUSED: _HISTORY,
    What.TO_DO_AGAIN: _NOTHING,
    What.REPLY_UNCERTAIN: _HISTORY,
    What.REPLY_CANCELLED: _HISTORY,
    What.RESENT: _HISTORY,
    What.RESEND_CANCELLED: _HISTORY,
    What.ACTIVE: _HEARD,
    What.PENDING: _HEARD,
    What.CLOSED: _HEARD,
    What.SPAM: _HEARD,
    What.ASSIGNED: _HEARD,
    What.UNASSIGNED: _HEARD,
    What.FOLLOWED: _HISTORY,
    What.UNFOLLOWED: _HISTORY,
    What.NOTED: _HEARD,
    What.COMMAND_UNDONE: _HISTORY,
    What.RESTORED: _HISTORY,
}


def _all(decision: Decision, place: Follows) -> list[Happening]:
    return [one for one in decision.happened if place in FOLLOWS[one.what]]


def with_history(decision: Decision) -> Decision:
    """The decision, with a line of history for each thing that happened."""
    lines = [
        AddHistory(HistoryEntry(one.conversation.id, one.at, one.actor, one.what.key, one.detail))
        for one in _all(decision, Follows.HISTORY)
    ]
    return replace(decision, changes=(*decision.changes, *lines)) if lines else decision


def with_hearing(snapshot: Snapshot, input: Input, decision: Decision) -> Decision:
    """The decision, with one message for those whom it concerns, in the thread of each conversation.

    Who has a conversation, or follows it, hears what a colleague did there; once, and never of an own act. What the
    correspondent writes is told by its mail.
    """
    before = {c.id: c for c in _known(snapshot)}
    # Who answers takes the conversation by that: the answer is told when it has left.
    answered = {one.conversation.id for one in decision.happened if one.what is What.WRITTEN}
    acts: dict[ConversationId, list[Happening]] = {}
    for one in _all(decision, Follows.HEARD):
        number = one.conversation.id
        if one.actor is not None and number in before and number not in answered:
            acts.setdefault(number, []).append(one)
    told = []
    for number, done in acts.items():
        people = _hearers(before[number], done, input, decision)
        if people:
            words = tuple(_sentence(one) for one in done)
            told.append(Say(before[number].room, words, EventKind.NOTICE, number, mention=people))
    return replace(decision, effects=(*decision.effects, *told)) if told else decision


def _hearers(before: Conversation, done: list[Happening], input: Input, decision: Decision) -> tuple[UserId, ...]:
    after = done[-1].conversation
    people = dict.fromkeys(
        one for one in (before.assignee, after.assignee, *before.followers, *after.followers) if one is not None
    )
    told = {one.actor for one in done}
    # Their own client rings whom a note names; and who is told something of this already is told once.
    told.update(input.mentions if isinstance(input, TeamMessage) else ())
    for effect in decision.effects:
        if isinstance(effect, Say) and effect.conversation == before.id:
            told.update(effect.mention)
    return tuple(one for one in people if one not in told)


def _sentence(one: Happening) -> Sentence:
    is_own = one.what is What.ASSIGNED and one.detail == one.actor
    return sentence("history.taken" if is_own else one.what.key, who=one.actor or "", detail=one.detail)


def _known(snapshot: Snapshot) -> tuple[Conversation, ...]:
    """The conversations as they were read."""
    match snapshot:
        case MailSnapshot(conversation=one) | ReceiptSnapshot(conversation=one):
            return (one,) if one is not None else ()
        case Asked(about=about, here=here) | Reacted(asked=Asked(about=about, here=here)):
            return (*about, *((here,) if here is not None else ()))
        case EditedSnapshot(work=work):
            return tuple(w.conversation for w in work)
        case DeletedSnapshot(about=about, card_of=card_of):
            return (*about, *((card_of,) if card_of is not None else ()))
        case TakenAway(conversation=one):
            return (one,) if one is not None else ()
        case RoomSnapshot(assigned=assigned):
            return assigned
        case _:
            return ()
