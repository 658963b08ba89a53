"""The database was put back: what a run that it forgot has done is taken up, and nothing that sends is repeated."""

from dataclasses import replace
from datetime import datetime

from bot.domain.conversation import Conversation, EventKind, HistoryEntry
from bot.domain.decision import (
    NOTHING,
    AddHistory,
    CancelCall,
    Change,
    Decision,
    EndReaction,
    NeverTake,
    SaveConversation,
    TakeUp,
)
from bot.domain.effects import Say
from bot.domain.ids import EventId
from bot.domain.inputs import DatabasePutBack, Input, MessageEdited, Reaction, Redacted, TeamMessage, event_key
from bot.domain.rules.held import held, sends
from bot.domain.rules.moves import refresh_board, with_status
from bot.domain.sentences import sentence
from bot.domain.settings import Instance
from bot.domain.snapshots import RestoredSnapshot
from bot.domain.traces import CardShown, PutBack, take_up


def decide_put_back(snapshot: RestoredSnapshot, input: DatabasePutBack, now: datetime) -> Decision:
    """Take up everything that the events of a forgotten run show, and tell the config room."""
    taken = take_up(input.own)
    last = max((one.at for one in input.own), default=input.noted_at)
    changes: list[Change] = [TakeUp(taken, PutBack(input.at, last))]
    done = dict.fromkeys((one.room, one.answers) for one in input.own if one.answers is not None)
    changes += [NeverTake(event_key(room, event)) for room, event in done]
    changes += [NeverTake(sent_key(one.answers)) for one in input.own if one.answers and one.message_id]
    shown = {card.conversation: card for card in taken.cards}
    for conversation in snapshot.conversations:
        changes += _as_shown(conversation, shown[conversation.id], now)
    told = sentence("restored.put_back", commands=len(taken.answered), posts=len(taken.posts))
    room, mention = snapshot.instance.config_room, snapshot.instance.admins
    return Decision(tuple(changes), (Say(room, (told,), kind=EventKind.NOTICE, mention=mention, in_thread=False),))


def _as_shown(before: Conversation, card: CardShown, now: datetime) -> list[Change]:
    """Status and assignee as the newest card says."""
    after = replace(with_status(before, card.status), assignee=card.assignee)
    if (after.status, after.assignee) == (before.status, before.assignee):
        return []
    after = replace(after, changed_at=now)
    history = HistoryEntry(after.id, now, None, "history.restored")
    return [SaveConversation(after), AddHistory(history), refresh_board(after.room, now)]


def sent_key(message: EventId) -> str:
    """The key that counts as seen once a forgotten run has made mail of this message, whatever asked for it."""
    return f"sent_of:{message}"


def ruled(
    decision: Decision, input: Input, put_back: PutBack, instance: Instance, *, was_sent: bool = False
) -> Decision:
    """The part of a decision that may be done for a member's act on which a forgotten run may have worked.

    What would send mail is not done: nobody can tell whether it was. What a reaction made of its conversation stands
    on the card, which was taken up.
    """
    if not isinstance(input, TeamMessage | MessageEdited | Reaction | Redacted) or input.at >= put_back.until:
        return decision
    if sends(decision):
        if was_sent:
            return NOTHING
        act = "reaction" if isinstance(input, Reaction | Redacted) else "command"
        listed = sentence(f"restored.held_{act}", who=input.sender, room=input.room, at=input.at)
        return held(decision, input, instance, told=sentence("restored.held"), listed=listed)
    if isinstance(input, Reaction | Redacted) and input.at <= put_back.last and _moves(decision):
        return Decision(tuple(change for change in decision.changes if isinstance(change, EndReaction)))
    return decision


def _moves(decision: Decision) -> bool:
    saves = any(isinstance(change, SaveConversation) for change in decision.changes)
    return saves and not any(isinstance(change, CancelCall) for change in decision.changes)
