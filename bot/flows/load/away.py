"""Reads whether a conversation went where somebody is not, who may see it again: it comes back, or they come there."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.domain.conversation import Conversation, HistoryEntry
from bot.domain.ids import RoomId, UserId
from bot.domain.notices import DAY
from bot.domain.rules.still_told import as_arrived, moved_out_of, was_moved
from bot.domain.settings import Instance, MailboxSettings
from storage import members, upgrades
from storage.database import Tx

_MOST_UPGRADES = 5


async def gone_at(
    tx: Tx, one: Conversation, done: Sequence[HistoryEntry], person: UserId, instance: Instance, now: datetime
) -> datetime | None:
    """When it was moved out of a room where the person is, or its room upgraded, to one where they are not."""
    theirs = await mailboxes_of(tx, person, instance) if was_moved(done, instance) else ()
    moved = moved_out_of({each.id for each in theirs}, done, instance)
    return await upgraded_at(tx, one.room, person, now) if moved is None else moved.at


async def as_it_came(
    tx: Tx, done: tuple[HistoryEntry, ...], person: UserId, instance: Instance
) -> tuple[HistoryEntry, ...]:
    """The history for somebody who may not have been where it was before."""
    if not was_moved(done, instance):
        return done
    return as_arrived(done, {each.id for each in await mailboxes_of(tx, person, instance)}, instance)


async def mailboxes_of(tx: Tx, person: UserId, instance: Instance) -> tuple[MailboxSettings, ...]:
    """Those in whose rooms the person is, also of those that were removed."""
    every = (*instance.mailboxes, *instance.removed)
    theirs = await rooms_of(tx, every, person)
    return tuple(each for each in every if each.room in theirs)


async def rooms_of(tx: Tx, mailboxes: Iterable[MailboxSettings], person: UserId) -> frozenset[RoomId]:
    """The rooms of these mailboxes in which the person is."""
    return await members.joined_among(tx, sorted({one.room for one in mailboxes}), person)


async def upgraded_at(tx: Tx, room: RoomId, person: UserId, now: datetime) -> datetime | None:
    """When a room where the person is was upgraded to this one, where they are not; None: it was not within a day."""
    for _ in range(_MOST_UPGRADES):
        upgrade = await upgrades.followed(tx, room)
        if upgrade is None or now - upgrade.at >= DAY:
            return None
        if await members.is_joined(tx, upgrade.room, person):
            return upgrade.at
        room = upgrade.room
    return None
