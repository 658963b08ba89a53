"""The database was put back: what a run that it forgot has done is taken up, and nothing that sends is repeated."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.condition import KeepStatus, StatusShown
from bot.domain.conversation import Conversation, EventKind, KnownEvent
from bot.domain.decision import (
    NOTHING,
    AddEvent,
    CancelCall,
    Change,
    Decision,
    EndReaction,
    FillSlot,
    NeverTake,
    SaveConversation,
    SaveDialogue,
    TakeUp,
    together,
)
from bot.domain.deeds import standing
from bot.domain.effects import Say, ShowCard
from bot.domain.happening import Happening, What
from bot.domain.ids import ConversationId, EventId, RoomId
from bot.domain.inputs import Input
from bot.domain.inputs.inside import DatabasePutBack
from bot.domain.inputs.said import MessageEdited, Reaction, Redacted, TeamMessage, event_key
from bot.domain.room_snapshots import RestoredSnapshot, SplitBefore
from bot.domain.rules.condition_said import status_slot
from bot.domain.rules.held import held, sends
from bot.domain.rules.left_behind import left_behind
from bot.domain.rules.moves import timer_of, with_status
from bot.domain.rules.split_before import led_home, with_mails_back
from bot.domain.rules.went_on import card_here, told_where
from bot.domain.sentences import sentence
from bot.domain.settings import Instance
from bot.domain.subjects import subject_of_mails, with_subject
from bot.domain.traces import CardShown, OwnEvent, take_up


def decide_put_back(snapshot: RestoredSnapshot, input: DatabasePutBack, now: datetime) -> Decision:
    """Take up everything that the events of a forgotten run show, and tell the config room."""
    behind = left_behind(input.own, {one.id for one in snapshot.conversations}, snapshot.mails, now)
    taken = take_up([one for one in input.own if one.event not in behind.gone])
    # The number of a card that is deleted is given to no other conversation.
    taken = replace(taken, highest=take_up(input.own).highest)
    changes: list[Change] = [TakeUp(taken, input.at)]
    for heard in input.heard:
        changes.append(NeverTake(heard_key(heard.room, heard.event)))
        if heard.precedes_ours:
            changes.append(NeverTake(shown_key(heard.room, heard.event)))
    # What waits for its time is decided again from its message: this database may have forgotten it.
    still = behind.again
    done = dict.fromkeys((one.room, one.answers) for one in input.own if one.answers not in (None, *still))
    changes += [NeverTake(event_key(room, event)) for room, event in done if event is not None]
    sent = [one.answers for one in input.own if one.answers and one.message_id and one.answers not in still]
    changes += [NeverTake(sent_key(event)) for event in sent]
    changes += _pinned(input)
    shown = {card.conversation: card for card in taken.cards}
    split = tuple(one for one in snapshot.split if one.card.conversation in shown)
    of = _by_conversation(input.own)
    shown_now = together(
        _taken_up(one, of.get(one.id, ()), snapshot.instance, split, now) for one in snapshot.conversations
    )
    shown_now += led_home(split, snapshot.instance, now)
    told = [sentence("restored.put_back", commands=len(taken.answered), posts=len(taken.posts))]
    if taken.answered:
        # No card tells what they changed of a mailbox.
        told.append(sentence("restored.mailboxes"))
    room, mention = snapshot.instance.config_room, snapshot.instance.admins
    say = Say(room, tuple(told), kind=EventKind.NOTICE, mention=mention, in_thread=False)
    return Decision(tuple(changes)) + shown_now + behind.decision + Decision((), (say,))


def _by_conversation(own: Sequence[OwnEvent]) -> dict[ConversationId, list[OwnEvent]]:
    """In their order. A run of days has tens of thousands."""
    found: dict[ConversationId, list[OwnEvent]] = {}
    for one in own:
        if one.conversation is not None:
            found.setdefault(one.conversation, []).append(one)
    return found


def _pinned(input: DatabasePutBack) -> list[Change]:
    """The pinned messages of mailboxes that the forgotten run posted: each is edited from now on, none is posted twice.

    What it says is not known: it is written once more.
    """
    changes: list[Change] = []
    for one in input.own:
        if one.kind != EventKind.MAILBOX.value or one.mailbox is None:
            continue
        changes.append(KeepStatus(StatusShown(one.mailbox, one.room, "", "", None, one.at)))
        if one.edits is None:
            changes.append(FillSlot(status_slot(one.mailbox, one.room), one.room, one.event))
            changes.append(AddEvent(KnownEvent(one.event, one.room, EventKind.MAILBOX, None, None, None, one.at)))
    return changes


def _taken_up(
    before: Conversation, own: Sequence[OwnEvent], instance: Instance, split: Sequence[SplitBefore], now: datetime
) -> Decision:
    """What commands change of it, as the newest card in its room says; both rooms hear of it where it was elsewhere.

    Args:
        own: what the forgotten run posted of it.
    """
    card = card_here(before, own, instance)
    after = _as_shown(before, card, instance) if card is not None else before
    back = with_mails_back(after, split)
    told = told_where(before, own, instance)
    # Its card shows what it was without those mails, or that it went elsewhere.
    seen = Decision((), (ShowCard(back),)) if back != after or told.effects else NOTHING
    if standing(back) == standing(before):
        return seen + told
    after = replace(back, changed_at=now)
    saved = Decision((SaveConversation(after),), happened=(Happening(What.RESTORED, after, None, now),))
    return saved + timer_of(after) + seen + told


def _as_shown(before: Conversation, card: CardShown, instance: Instance) -> Conversation:
    alone = replace(before, goes_on_as=None)
    moved = instance.mailbox(card.mailbox) if card.mailbox else None
    after = replace(
        with_status(alone, card.status),
        goes_on_as=card.goes_on_as,
        assignee=card.assignee,
        tags=card.tags,
        wishes=card.wishes,
        mailbox=moved.id if moved is not None else before.mailbox,
    )
    after = replace(after, correspondent=card.wishes.customer or before.correspondent)
    after = with_subject(after, card.subject or subject_of_mails(before))
    if card.snoozed_until != before.snoozed_until:
        return replace(after, snoozed_until=card.snoozed_until, snoozed_by=None)
    return replace(after, snoozed_until=before.snoozed_until, snoozed_by=before.snoozed_by)


def sent_key(message: EventId) -> str:
    """The key that counts as seen once a forgotten run has made mail of this message, whatever asked for it."""
    return f"sent_of:{message}"


def heard_key(room: RoomId, event: EventId) -> str:
    """The key that counts as seen where the event was in the room before the start that noticed the restore."""
    return f"heard:{room}:{event}"


def shown_key(room: RoomId, event: EventId) -> str:
    """The key that counts as seen where an event of ours stands after such an event."""
    return f"shown:{room}:{event}"


@dataclass(frozen=True, slots=True)
class Before:
    """The traces that a forgotten run may have left of an act from before the restore of the database."""

    is_shown: bool
    """Whether something that we posted stands after the act: its effect on a card is on the card."""
    was_sent: bool
    """Whether a mail was made of the message that the act is about."""


def ruled(decision: Decision, input: Input, instance: Instance, before: Before) -> Decision:
    """The part of a decision that may be done for a member's act on which a forgotten run may have worked.

    What would send mail is not done: nobody can tell whether it was. What a reaction made of its conversation stands
    on the card, which was taken up.
    """
    if not isinstance(input, TeamMessage | MessageEdited | Reaction | Redacted):
        return decision
    if sends(decision):
        if before.was_sent:
            return NOTHING
        act = "reaction" if isinstance(input, Reaction | Redacted) else "command"
        listed = sentence(f"restored.held_{act}", who=input.sender, room=input.room, at=input.at)
        return held(decision, input, instance, told=sentence("restored.held"), listed=listed)
    if isinstance(input, Reaction | Redacted) and before.is_shown and _moves(decision):
        # A question that it answered is answered.
        kept = tuple(change for change in decision.changes if isinstance(change, EndReaction | SaveDialogue))
        return Decision(kept)
    return decision


def _moves(decision: Decision) -> bool:
    saves = any(isinstance(change, SaveConversation) for change in decision.changes)
    return saves and not any(isinstance(change, CancelCall) for change in decision.changes)
