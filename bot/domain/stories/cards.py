"""One rule: where a decision says something in the thread of a conversation that has no card, the card is shown too.

After a move to another room a conversation has none until somebody needs it; calls into its thread wait for the card.
"""

from dataclasses import replace

from bot.domain.command import Asked
from bot.domain.conversation import Conversation
from bot.domain.decision import Decision, SaveConversation
from bot.domain.effects import Effect, PostMail, Say, SayLinked, ShowCard, ShowPage, ShowState
from bot.domain.ids import ConversationId
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


def with_cards(snapshot: Snapshot, decision: Decision) -> Decision:
    """The decision, with the cards that are missing. Showing a card that is on its way already changes nothing."""
    threads = {number for effect in decision.effects if (number := _thread_of(effect)) is not None}
    if not threads:
        return decision
    known = {c.id: c for c in _known(snapshot)}
    known.update({c.conversation.id: c.conversation for c in decision.changes if isinstance(c, SaveConversation)})
    shown = {effect.conversation.id for effect in decision.effects if isinstance(effect, ShowCard)}
    missing = [known[n] for n in sorted(threads - shown) if n in known and known[n].root is None]
    if not missing:
        return decision
    return replace(decision, effects=(*(ShowCard(c) for c in missing), *decision.effects))


def _thread_of(effect: Effect) -> ConversationId | None:
    match effect:
        case PostMail(conversation) | ShowState(conversation):
            return conversation.id
        case Say(conversation=number, in_thread=True) | SayLinked(conversation=number) | ShowPage(thread=number):
            return number
        case _:
            return None


def _known(snapshot: Snapshot) -> tuple[Conversation, ...]:
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
