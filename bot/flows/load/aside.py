"""Reads the rows for an input that could not be decided: who may be told of it, and the call that it was about."""

from bot.domain.ids import ConversationId
from bot.domain.inputs import Input
from bot.domain.inputs.inside import Receipt
from bot.domain.inputs.said import MessageEdited, Reaction, Redacted, TeamMessage
from bot.domain.settings import Instance
from bot.domain.snapshots import AsideSnapshot, CallAside
from bot.domain.upgrades import uses
from storage import conversations, events, mails, members, outbox
from storage.database import Tx


async def load_aside(tx: Tx, input: Input, instance: Instance, number: int) -> AsideSnapshot:
    """`number`: that under which it was put aside."""
    match input:
        case TeamMessage() | MessageEdited() | Reaction() | Redacted():
            is_member = uses(instance, input.room) and await members.is_joined(tx, input.room, input.sender)
            about = await _about(tx, input) if is_member else None
            return AsideSnapshot(instance, number, is_member=is_member, about=about)
        case Receipt():
            return AsideSnapshot(instance, number, call=await _call(tx, input))
        case _:
            return AsideSnapshot(instance, number)


async def _about(tx: Tx, input: TeamMessage | MessageEdited | Reaction | Redacted) -> ConversationId | None:
    """The conversation of its thread, or of the message that it is about."""
    if not isinstance(input, TeamMessage):
        known = await events.get(tx, input.room, input.target)
        return known.conversation if known is not None else None
    found = await conversations.by_root(tx, input.room, input.thread) if input.thread is not None else None
    return found.id if found is not None else None


async def _call(tx: Tx, input: Receipt) -> CallAside | None:
    """The call whose try has ended; None where that was settled before."""
    claimed = await outbox.get_alone(tx, input.effect)
    if claimed is None or claimed.state is not outbox.State.SENDING or claimed.attempt != input.attempt:
        return None
    record = await mails.get(tx, claimed.planned.mail) if claimed.planned.mail is not None else None
    conversation = await conversations.get(tx, record.conversation) if record is not None else None
    return CallAside(claimed.planned, claimed.failures, record, conversation)
