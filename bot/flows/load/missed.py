"""Reads what somebody has missed who comes to a room that took the place of another one after it did."""

from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.domain.choices import all_by_mail
from bot.domain.conversation import THROWN_AWAY, Conversation, Status
from bot.domain.ids import ConversationId, RoomId
from bot.domain.inputs.room import MemberChanged
from bot.domain.notices import DAY, TIMER, told_in
from bot.domain.room_snapshots import Missed
from bot.domain.settings import Instance
from bot.domain.signing import Signer
from bot.domain.stories.notices import is_still_told
from bot.flows.load.notices import load_one
from storage import conversations, directs, members, timers, upgrades
from storage.database import Tx

_MOST_TIMERS: Final = 1000
_A_MOMENT: Final = timedelta(milliseconds=1)
_MOST: Final = 50
"""Conversations of each status that are looked at."""


async def load_missed(
    tx: Tx, input: MemberChanged, instance: Instance, signer: Signer, now: datetime, encrypted: AbstractSet[RoomId]
) -> Missed | None:
    """The conversations of which they would have been told since, by whichever medium; None: they missed nothing, or a
    day has passed. What is held is told as such, and what waits to be mailed is mailed."""
    here = instance.in_room(input.room)
    upgrade = await upgrades.followed(tx, input.room) if here and input.membership == "join" else None
    if upgrade is None or now - upgrade.at > DAY or await members.is_joined(tx, input.room, input.user):
        return None
    told = all_by_mail(instance.choices_now, input.user, (one.id for one in here))
    held = {number for number, _ in await directs.held_news(tx, input.user)}
    begun = dict[ConversationId, datetime]()
    for timer, due in await timers.of_kind_ending(tx, TIMER, f":{input.user}", _MOST_TIMERS):
        number, _, since = told_in(timer, due)
        begun[number] = min(since, begun.get(number, since))
    found = list[Conversation]()
    for mailbox in here:
        for status in (one for one in Status if one not in THROWN_AWAY):
            for one in await conversations.changed_since(tx, mailbox.id, status, upgrade.at, _MOST):
                if one.id in held:
                    continue
                about = await load_one(tx, one.id, input.user, instance, signer, now, encrypted, is_coming=True)
                until = begun[one.id] - _A_MOMENT if one.id in begun else now
                if is_still_told(replace(about, instance=replace(instance, choices=told)), upgrade.at, until, now):
                    found.append(one)
    return Missed(tuple(found), has_held=bool(held))
