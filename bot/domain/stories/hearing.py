"""One rule: who has a conversation, or follows it, hears what a colleague did there; once, and never of an own act.

What the correspondent writes is told by its mail; here it is answers, notes, the status, and who has it.
"""

from dataclasses import replace

from bot.domain.command import Asked
from bot.domain.conversation import Conversation, EventKind, HistoryEntry
from bot.domain.decision import AddHistory, AddMail, Decision, SaveConversation
from bot.domain.effects import Say
from bot.domain.ids import ConversationId, UserId
from bot.domain.inputs import Input
from bot.domain.inputs.said import TeamMessage
from bot.domain.sentences import Sentence, sentence
from bot.domain.snapshots import DeletedSnapshot, EditedSnapshot, Reacted, ReceiptSnapshot, Snapshot, TakenAway

TOLD = frozenset(
    {
        "history.replied",
        "history.noted",
        "history.active",
        "history.pending",
        "history.closed",
        "history.spam",
        "history.assigned",
        "history.unassigned",
    }
)


def with_hearing(snapshot: Snapshot, input: Input, decision: Decision) -> Decision:
    """The decision, with one message for those whom it concerns, in the thread of each conversation."""
    before = {c.id: c for c in _known(snapshot)}
    after = {c.conversation.id: c.conversation for c in decision.changes if isinstance(c, SaveConversation)}
    said: dict[ConversationId, list[HistoryEntry]] = {}
    # Who answers takes the conversation by that: the answer is told when it has left.
    is_answer = any(isinstance(change, AddMail) for change in decision.changes)
    for change in decision.changes:
        if isinstance(change, AddHistory) and change.entry.action in TOLD and change.entry.actor is not None:
            if not is_answer and change.entry.conversation in before:
                said.setdefault(change.entry.conversation, []).append(change.entry)
    told = []
    for number, entries in said.items():
        people = _hearers(before[number], after.get(number, before[number]), entries, input, decision)
        if people:
            words = tuple(_sentence(entry) for entry in entries)
            told.append(Say(before[number].room, words, EventKind.NOTICE, number, mention=people))
    return replace(decision, effects=(*decision.effects, *told)) if told else decision


def _hearers(
    before: Conversation, after: Conversation, entries: list[HistoryEntry], input: Input, decision: Decision
) -> tuple[UserId, ...]:
    people = dict.fromkeys(
        one for one in (before.assignee, after.assignee, *before.followers, *after.followers) if one is not None
    )
    done = {entry.actor for entry in entries}
    # Their own client rings whom a note names; and who is told something of this already is told once.
    done.update(input.mentions if isinstance(input, TeamMessage) else ())
    for effect in decision.effects:
        if isinstance(effect, Say) and effect.conversation == before.id:
            done.update(effect.mention)
    return tuple(one for one in people if one not in done)


def _sentence(entry: HistoryEntry) -> Sentence:
    is_own = entry.action == "history.assigned" and entry.detail == entry.actor
    key = "history.taken" if is_own else entry.action
    return sentence(key, who=entry.actor or "", detail=entry.detail)


def _known(snapshot: Snapshot) -> tuple[Conversation, ...]:
    match snapshot:
        case Asked(about=about) | Reacted(asked=Asked(about=about)):
            return about
        case EditedSnapshot(work=work):
            return tuple(one.conversation for one in work)
        case DeletedSnapshot(about=about):
            return about
        case TakenAway(conversation=one) if one is not None:
            return (one,)
        case ReceiptSnapshot(conversation=conversation) if conversation is not None:
            return (conversation,)
        case _:
            return ()
