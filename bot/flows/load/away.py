"""Reads whether a conversation went where somebody is not, who may see it again: it comes back, or they come there."""

from datetime import datetime

from bot.domain.conversation import Conversation
from bot.domain.ids import MailboxId, RoomId, UserId
from bot.domain.notices import DAY
from bot.domain.rules.still_told import moved_out_of
from bot.domain.settings import Instance
from storage import history, members, upgrades
from storage.database import Tx

_MOST_ACTS, _MOST_UPGRADES = 200, 5


async def gone_at(tx: Tx, one: Conversation, person: UserId, instance: Instance, now: datetime) -> datetime | None:
    """When it was moved out of a room where the person is, or its room upgraded, to one where they are not."""
    done = await history.of(tx, one.id, _MOST_ACTS)
    moved = moved_out_of(await mailboxes_of(tx, person, instance), done, instance)
    return await upgraded_at(tx, one.room, person, now) if moved is None else moved.at


async def mailboxes_of(tx: Tx, person: UserId, instance: Instance) -> frozenset[MailboxId]:
    """Those in whose rooms the person is, also of those that were removed."""
    read = (*instance.mailboxes, *instance.removed)
    theirs = await members.joined_among(tx, sorted({each.room for each in read}), person)
    return frozenset(each.id for each in read if each.room in theirs)


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
