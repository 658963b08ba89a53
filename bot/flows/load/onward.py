"""Reads what stands in the conversations as which another one goes on."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.conversation import Conversation, Direction, MailRecord
from bot.domain.ids import UserId
from bot.domain.rules.whole import passes_on
from bot.domain.settings import Instance
from bot.domain.work import Onward, Source
from bot.flows.load.sight import seen_in
from storage import conversations, events, mails
from storage.database import Tx

_LOOKED_AT = 60
"""The newest mails of each."""
_MOST_OURS = 5


async def load_onward(tx: Tx, one: Conversation, instance: Instance, person: UserId) -> tuple[Onward, ...]:
    """Those after it, with what this person has seen there."""
    if one.goes_on_as is None:
        return ()
    return tuple([await _of(tx, each, instance, person) for each in (await conversations.those_after(tx, one))[1:]])


async def load_sources(
    tx: Tx, outgoing: Sequence[MailRecord], quoted: Sequence[MailRecord], instance: Instance, person: UserId
) -> tuple[Source, ...]:
    """Where the mails are from that those of these which wait pass on."""
    rows = {row for r in outgoing if passes_on(r) and (r.is_scheduled or r.waits_for_word) for row in r.quotes}
    found: list[Source] = []
    for mail in quoted:
        one = await conversations.get(tx, mail.conversation) if mail.row in rows else None
        if one is not None:
            there = await conversations.those_after(tx, one)
            found.append(Source(mail, tuple([await _of(tx, each, instance, person) for each in there])))
    return tuple(found)


async def _of(tx: Tx, one: Conversation, instance: Instance, person: UserId) -> Onward:
    newest = await mails.newest_of_person(tx, one.id)
    recent = await mails.recent(tx, one.id, _LOOKED_AT)
    ours = [each for each in recent if each.direction is Direction.OUT and not each.is_auto_answer][-_MOST_OURS:]
    looked_at = ours if newest is None else [newest, *ours]
    seen = await seen_in(tx, one, person, instance.bot)
    shown = [(each, await _shown_at(tx, each)) for each in looked_at]
    return Onward(one, tuple(shown), seen.at)


async def _shown_at(tx: Tx, record: MailRecord) -> datetime:
    posted = await events.posted_at(tx, record.event) if record.event is not None else None
    return posted or record.date
