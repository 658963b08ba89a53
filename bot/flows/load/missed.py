"""Reads what somebody has missed who comes to a room that took the place of another one after it did."""

from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.domain.choices import all_by_mail
from bot.domain.conversation import THROWN_AWAY, Conversation, Status
from bot.domain.ids import RoomId
from bot.domain.inputs.room import MemberChanged
from bot.domain.notices import DAY
from bot.domain.settings import Instance
from bot.domain.signing import Signer
from bot.domain.stories.notices import is_still_told
from bot.flows.load.notices import load_one
from storage import conversations, members, upgrades
from storage.database import Tx

_MOST: Final = 50
"""Conversations of each status that are looked at."""


async def load_missed(
    tx: Tx, input: MemberChanged, instance: Instance, signer: Signer, now: datetime, encrypted: AbstractSet[RoomId]
) -> tuple[Conversation, ...]:
    """The conversations of which they would have been told since, by whichever medium; nothing after a day."""
    here = instance.in_room(input.room)
    upgrade = await upgrades.followed(tx, input.room) if here and input.membership == "join" else None
    if upgrade is None or now - upgrade.at > DAY or await members.is_joined(tx, input.room, input.user):
        return ()
    told = all_by_mail(instance.choices_now, input.user, (one.id for one in here))
    found = list[Conversation]()
    for mailbox in here:
        for status in (one for one in Status if one not in THROWN_AWAY):
            for one in await conversations.changed_since(tx, mailbox.id, status, upgrade.at, _MOST):
                about = await load_one(tx, one.id, input.user, instance, signer, now, encrypted, is_coming=True)
                if is_still_told(replace(about, instance=replace(instance, choices=told)), upgrade.at, now, now):
                    found.append(one)
    return tuple(found)
