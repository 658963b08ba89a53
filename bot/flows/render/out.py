"""Renders an outgoing mail: its one event in the thread, and its state where it was asked for elsewhere."""

from dataclasses import replace

from bot.domain.calls import Priority, SendEvent
from bot.domain.conversation import Conversation, EventKind, OutState
from bot.domain.effects import ShowState
from bot.domain.planned import PlannedCall, post
from bot.domain.rules.moves import mail_slot, told_slot
from bot.domain.settings import Meaning
from bot.domain.traces import SCHEDULED
from bot.flows.render import contents
from bot.flows.render.scene import Scene
from bot.text.out_post import out_post
from bot.text.state_notice import state_notice


def _approving_hand(conversation: Conversation, scene: Scene) -> str:
    """The reaction that approves a mail there; empty where none does."""
    mailbox = scene.instance.mailbox(conversation.mailbox)
    if mailbox is None or conversation.room in scene.encrypted:
        return ""
    return next((emoji for emoji, meaning in mailbox.reactions if meaning is Meaning.APPROVE), "")


def render_state(effect: ShowState, scene: Scene) -> tuple[PlannedCall, ...]:
    """The mail's event, edited in place; and what answers a command that was given outside of the thread."""
    record, conversation = effect.record, effect.conversation
    effect = replace(effect, hand=_approving_hand(conversation, scene))
    assert record.state is not None, "only outgoing mails have a state to show"
    reader = scene.reader(conversation.room)
    standing = state_notice(effect, reader)
    shown = standing
    if record.state is not OutState.CANCELLED and not record.is_auto_answer:
        # Who takes a message back wants its words gone.
        shown, _ = out_post(
            standing,
            record.text,
            reader,
            is_markdown=record.author is not None,
            is_folded=record.source is not None and not record.is_apart,
        )
    state = record.state.value
    if record.is_scheduled:
        state = SCHEDULED
    elif record.state is OutState.QUEUED and not effect.seconds:
        state = "sending"
    facts: dict[str, contents.Json] = {"message_id": record.message_id, "direction": "out", "state": state}
    if record.leaves_at is not None:
        facts["leaves_at"] = round(record.leaves_at.timestamp() * 1000)
    event = SendEvent(
        conversation.room,
        "m.room.message",
        contents.message(shown, contents.ours(EventKind.MAIL, conversation.id, **facts), is_notice=True),
        thread_of=conversation.id,
        reply_to=record.source,
        is_falling_back=True,
        slot=mail_slot(record.row),
    )
    calls = [_planned(event, effect, EventKind.MAIL)]
    if record.is_apart and record.source is not None:
        about = contents.ours(EventKind.RECEIPT, conversation.id, **facts)
        # Told elsewhere, with a link to its thread once that has its card.
        links = scene.links(conversation.room, (conversation.id,))
        standing = state_notice(effect, scene.reader(conversation.room, links))
        there = SendEvent(
            conversation.room,
            "m.room.message",
            contents.message(standing, about, is_notice=True),
            reply_to=record.source,
            under=record.under,
            slot=told_slot(record.row),
        )
        calls.append(_planned(there, effect, EventKind.RECEIPT))
    return tuple(calls)


def _planned(event: SendEvent, effect: ShowState, kind: EventKind) -> PlannedCall:
    return post(
        event,
        Priority.CONFIRMATION,
        conversation=effect.conversation.id,
        mail=effect.record.row,
        event_kind=kind,
    )
