"""Reads the next conversations of a mailbox whose time to go has come, and what may keep them."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime

from bot.domain.due_snapshots import RetentionSnapshot
from bot.domain.ids import ConversationId, MailboxId
from bot.domain.inputs.mail import FolderRole, MailArrived, MailUnreadable
from bot.domain.retention import (
    FRESH,
    OVER,
    RETENTION,
    Limits,
    Old,
    Place,
    Step,
    forgets,
    limits,
    may_go,
    past_keys,
    place_in,
    step_of,
    told_key,
)
from bot.domain.sameness import id_to_find, of_mail
from bot.domain.settings import Instance
from bot.flows.load.leaving import passed_on
from storage import conversations, dropping, events, history, seen, timers
from storage.database import Tx

_LOOKED_AT = 100
_MOST = 10
_MOST_MAILS = 200
"""Mails of the conversations of a step. Of a single one that has more, so many go with each step."""
_COUNTED = 100_000


async def load_retention(tx: Tx, about: str, instance: Instance, now: datetime) -> RetentionSnapshot:
    """A step of a pass, or, before the first one, how much waits for it."""
    place = place_in(about)
    mailbox = instance.mailbox(place.mailbox)
    if mailbox is None or not forgets(mailbox):
        return RetentionSnapshot(instance, mailbox)
    ends = limits(mailbox, now)
    if not await seen.was_seen(tx, told_key(mailbox)):
        waiting = [await dropping.count(tx, mailbox.id, one, ends.first_of(one), _COUNTED) for one in OVER]
        return RetentionSnapshot(instance, mailbox, waiting=sum(waiting))
    begins = Place(mailbox.id)
    if place != begins and begins.timer in await timers.of_kind(tx, RETENTION):
        return RetentionSnapshot(instance, mailbox, is_put_off=True)
    places = await dropping.older(tx, place, ends.first_of(place.status), _LOOKED_AT)
    wanted = await _with_something_to_do(tx, places, ends)
    quoted = await passed_on(tx, instance, mailbox.room) if wanted else frozenset()
    taken = await _some(tx, wanted, ends, quoted)
    following = places[-1] if len(places) == _LOOKED_AT else place.next_status
    if taken and (len(taken) < len(wanted) or taken[-1].has_more):
        last = next(one for one in places if one.number == taken[-1].conversation.id)
        following = last.before if taken[-1].has_more else last
    return RetentionSnapshot(instance, mailbox, was_told=True, found=taken, following=following)


async def _with_something_to_do(tx: Tx, places: Sequence[Place], ends: Limits) -> tuple[ConversationId, ...]:
    """Those of which something is kept that is to go, in order."""
    numbers = [one.number for one in places]
    found = {one.id: one for one in await conversations.several(tx, numbers)}
    steps = {number: step_of(found[number], ends) for number in numbers if number in found}
    bytes_, words = await dropping.with_bytes(tx, numbers), await dropping.with_words(tx, numbers)
    kept = {Step.ORIGINALS: bytes_, Step.WORDS: bytes_ | words, Step.ROW: frozenset(numbers)}
    return tuple(number for number, step in steps.items() if step is not None and number in kept[step])


async def _some(
    tx: Tx, wanted: Sequence[ConversationId], ends: Limits, quoted: AbstractSet[ConversationId]
) -> tuple[Old, ...]:
    """As many of them as have not too many mails together; the first one in any case."""
    read = {one.id: one for one in await conversations.several(tx, wanted[:_MOST])}
    some: list[ConversationId] = []
    count = 0
    for number in wanted[:_MOST]:
        count += read[number].mails
        if some and count > _MOST_MAILS:
            break
        some.append(number)
    after = [read[one].goes_on_as for one in some if read[one].goes_on_as is not None]
    onwards = {one.id: one for one in await conversations.several(tx, [one for one in after if one is not None])}
    busy, merged = await dropping.busy(tx, some), await dropping.merged_into(tx, some)
    said, done = await events.last_said(tx, some), await history.last_acts(tx, some)
    lately = {number: max(at for at in (said.get(number), done.get(number)) if at) for number in said | done}
    taken: list[Old] = []
    for number in some:
        one = read[number]
        goes_on = onwards.get(one.goes_on_as) if one.goes_on_as is not None else None
        old = Old(one, (), number in busy or number in quoted, number in merged, goes_on, lately.get(number))
        step = may_go(old, ends)
        if step is not None and step is not Step.ROW:
            records = await dropping.unfaded(tx, number, step, _MOST_MAILS)
            old = replace(old, mails=records, has_more=len(records) == _MOST_MAILS)
        taken.append(old)
    return tuple(taken)


async def was_here(tx: Tx, mailbox: MailboxId, arrived: MailArrived | MailUnreadable, now: datetime) -> bool:
    """Whether a mail was here once, though nothing else is kept of it. Nobody asks that of one that is just coming."""
    mail = arrived.mail
    if min(arrived.received_at, mail.date or arrived.received_at) > now - FRESH:
        return False
    id, each = id_to_find(mail), (of_mail(mail), "")
    keys = past_keys(mailbox, id, each, is_junk=False)
    if arrived.place.role is FolderRole.JUNK:
        keys += past_keys(mailbox, id, each, is_junk=True)
    return any([await seen.was_seen(tx, key) for key in keys])
