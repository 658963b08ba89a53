"""Reads what a mailbox of another room has for a conversation that comes to it."""

from bot.domain.conversation import EventKind
from bot.domain.ground import Ground
from bot.domain.needs import GroundFor
from storage import events, mails, members, persons
from storage.database import Tx

MOST_KNOWN = 50
"""Mails of the conversation that are looked at: the newest."""


async def load_ground(tx: Tx, need: GroundFor) -> Ground:
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
