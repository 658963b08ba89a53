"""Reads what a mailbox of another room has for a conversation that comes to it."""

from dataclasses import replace

from bot.domain.conversation import EventKind
from bot.domain.ground import Companion, Ground
from bot.domain.needs import GroundFor
from bot.domain.settings import Instance
from bot.flows.load.work import load_outgoing
from storage import conversations, events, mails, members, persons
from storage.database import Tx

MOST_KNOWN = 50
"""Mails of the conversation that are looked at: the newest."""
MOST_ALONG = 20
"""Conversations that were merged into one, which go along with it."""


async def load_ground(tx: Tx, need: GroundFor, instance: Instance) -> Ground:
    """What is there for the conversation, and for what was merged into it."""
    ground, one = await load_ground_alone(tx, need), need.conversation
    merged = await conversations.several(tx, await conversations.merged_into(tx, one.id, MOST_ALONG))
    along = [
        Companion(
            each, await load_outgoing(tx, each, instance), await load_ground_alone(tx, replace(need, conversation=each))
        )
        for each in merged
        if each.room == one.room and instance.mailbox(each.mailbox) is not None
    ]
    return replace(ground, along=tuple(along))


async def load_ground_alone(tx: Tx, need: GroundFor) -> Ground:
    one = need.conversation
    newest = await mails.recent(tx, one.id, MOST_KNOWN)
    card = await events.last_of_kind_in(tx, one.id, EventKind.CONVERSATION, need.room)
    shown = await events.mails_in(tx, one.id, need.room, [record.row for record in newest]) if card is not None else ()
    address = one.correspondent.address
    earlier, note = await persons.known_of(tx, need.mailbox, address) if address else ((), "")
    return Ground(
        members=await members.people(tx, need.room),
        newest=newest,
        card=card.event if card is not None else None,
        shown=shown,
        earlier=earlier,
        note=note,
    )
