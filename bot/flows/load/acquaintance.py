"""Reads what writing a first mail to somebody looks at: who is meant, what was written before, what may leave still."""

from dataclasses import replace
from datetime import datetime

from bot.domain.addresses import normal
from bot.domain.conversation import Direction
from bot.domain.mail import Address
from bot.domain.needs import AcquaintanceWith
from bot.domain.work import Acquaintance
from storage import conversations, mails, people, persons, returned
from storage.database import Tx


async def load_acquaintance(tx: Tx, asked: AcquaintanceWith, now: datetime) -> Acquaintance:
    """The people of that name; and what is known of the one that is meant, where that is one."""
    mailbox = asked.mailbox
    found = () if asked.address else await people.named(tx, mailbox, asked.name)
    hour, day = await mails.sent_lately(tx, mailbox, now)
    known = Acquaintance(
        number=await conversations.next_number(tx),
        people=found,
        sent_last_hour=hour,
        sent_last_day=day,
    )
    addresses = [asked.address] if asked.address else [one.address for one in found]
    joined = await persons.of(tx, (mailbox,), addresses)
    every = dict.fromkeys((*addresses, *(one.address for one in joined)))
    numbers = {number for one in every for number in await conversations.earlier_of(tx, mailbox, one)}
    earlier = tuple(reversed(await conversations.several(tx, sorted(numbers))))
    # Of another address of theirs nothing that was written is looked at.
    own = [one for one in earlier if not asked.address or normal(one.correspondent.address) == normal(asked.address)]
    written = [await mails.newest(tx, one.id, Direction.OUT) for one in own]
    if asked.address:
        name = next((one.correspondent.name for one in own if one.correspondent.name), "")
        known = replace(known, people=(Address(name, asked.address),))
    return replace(
        known,
        earlier=earlier,
        written=tuple(r for r in written if r is not None),
        joined=joined,
        returned=await returned.of(tx, mailbox, addresses),
    )
