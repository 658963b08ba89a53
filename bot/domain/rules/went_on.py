"""What a forgotten run took to another room: in the database that was put back it is where it was."""

from collections.abc import Iterable, Sequence

from bot.domain.conversation import Conversation, EventKind, KnownEvent
from bot.domain.decision import NOTHING, AddEvent, Decision
from bot.domain.effects import Say
from bot.domain.ids import EventId
from bot.domain.sentences import sentence
from bot.domain.settings import Instance
from bot.domain.traces import CardShown, OwnEvent, take_up
from bot.domain.upgrades import uses


def card_here(one: Conversation, own: Iterable[OwnEvent], instance: Instance) -> CardShown | None:
    """The newest words of its card in its room. What another team decided, and whom it writes to, is not this one's."""
    cards = take_up([each for each in own if each.conversation == one.id and _is_here(one, each, instance)]).cards
    return cards[0] if cards else None


def told_where(one: Conversation, own: Sequence[OwnEvent], instance: Instance) -> Decision:
    """Both rooms hear where it goes on, and the thread in the other one is known as one that it left."""
    cards = [each for each in own if each.kind == EventKind.CONVERSATION.value and each.conversation == one.id]
    away = {each.edits or each.event: each for each in cards if not _is_here(one, each, instance)}
    known = _known(one, away)
    last = cards[-1] if cards else None
    if last is None or _is_here(one, last, instance):
        return known
    here = Say(one.room, (sentence("restored.here_again"),), EventKind.NOTICE, one.id)
    if not uses(instance, last.room):
        return known + Decision((), (here,))
    mention = (last.assignee,) if last.assignee is not None else ()
    told = (sentence("restored.gone_again", number=int(one.id)),)
    root = last.edits or last.event
    there = Say(last.room, told, EventKind.NOTICE, in_thread=False, under=root, mention=mention)
    return known + Decision((), (here, there))


def _known(one: Conversation, away: dict[EventId, OwnEvent]) -> Decision:
    """Its cards in other rooms, for whoever writes under them."""
    if not away:
        return NOTHING
    cards = (
        KnownEvent(root, each.room, EventKind.CONVERSATION, one.id, None, None, each.at) for root, each in away.items()
    )
    return Decision(tuple(AddEvent(card) for card in cards))


def _is_here(one: Conversation, shown: OwnEvent, instance: Instance) -> bool:
    """Whether an event is of a mailbox of its room; the room itself may have been followed to another one since."""
    mailbox = instance.mailbox(shown.mailbox) if shown.mailbox is not None else None
    return shown.room == one.room if mailbox is None else mailbox.room == one.room
