"""Makes the calls that keep a space. Each looks first, so that making it again changes nothing."""

import json
from dataclasses import dataclass
from typing import assert_never

from bot.domain.ids import RoomId
from bot.domain.outcomes import Accepted, Made, MakeOutcome, Outcome, Refused, TryLater
from bot.domain.rights import server_of
from bot.domain.settings import Instance
from bot.domain.spaces import InviteToSpace, LinkRoom, MakeSpace, RemoveFromSpace, SpaceCall
from bot.domain.stories.spaces import GONE
from bot.flows.deliver.inviting import invite, remove
from bot.flows.keep.room_state import state_of
from bot.flows.keep.spaces import NEEDED_POWER
from bot.ports import Chat, Unavailable

ADMIN_POWER = 100
NOT_TAKEN = "NOT_TAKEN"
"""The code of a refusal although we have the power: the person is banned, or takes no invitations."""


@dataclass(slots=True)
class SpaceCaller:
    """Makes the calls that keep a space."""

    chat: Chat
    instance: Instance

    async def call(self, call: SpaceCall) -> Outcome | Made:
        """Make one call; a homeserver that is away is a `TryLater`."""
        try:
            match call:
                case MakeSpace():
                    return await self._make(call)
                case LinkRoom():
                    return await self._link(call)
                case InviteToSpace():
                    return await self._invite(call)
                case RemoveFromSpace():
                    return await self._remove(call)
                case _ as unreachable:
                    assert_never(unreachable)
        except Unavailable as away:
            return TryLater(away.reason, is_outage=True)

    async def _make(self, call: MakeSpace) -> MakeOutcome:
        """Make the space, unless one with our mark is found: a second call must not make a second room."""
        if call.organisation not in self.instance.organisations:
            return Refused(GONE, "")
        space = await self.chat.find_space(call.organisation)
        if space is None:
            made = await self.chat.create_space(call.organisation)
            if not isinstance(made, Made):
                return made
            space = made.room
        given = await self._give_power(space)
        return given if isinstance(given, TryLater) else Made(space)

    async def _give_power(self, space: RoomId) -> Outcome:
        """Give the admins the bot's own power in the space, so that the space outlives the bot."""
        levels = await state_of(self.chat, space, "m.room.power_levels")
        given = levels.get("users")
        users = dict(given) if isinstance(given, dict) else {}
        admins = {admin: ADMIN_POWER for admin in self.instance.admins if admin not in users}
        if not levels or not admins:
            return Accepted()
        content = json.dumps({**levels, "users": {**users, **admins}})
        return await self.chat.put_state(space, "m.room.power_levels", "", content)

    async def _link(self, call: LinkRoom) -> Outcome:
        child = await state_of(self.chat, call.space, "m.space.child", call.room)
        via = {"via": [server_of(self.instance.bot)]}
        if bool(child.get("via")) != call.is_child:
            content = json.dumps({**via, "suggested": True} if call.is_child else {})
            linked = await self.chat.put_state(call.space, "m.space.child", call.room, content)
            if not isinstance(linked, Accepted):
                return await self._explained(linked, call.space)
        parent = await state_of(self.chat, call.room, "m.space.parent", call.space)
        if bool(parent.get("via")) != call.is_child:
            content = json.dumps({**via, "canonical": True} if call.is_child else {})
            named = await self.chat.put_state(call.room, "m.space.parent", call.space, content)
            # Where we may not say so in the room, the space alone says it.
            return Accepted() if isinstance(named, Refused) else named
        return Accepted()

    async def _invite(self, call: InviteToSpace) -> Outcome:
        outcome = await invite(self.chat, call.space, call.user)
        return await self._explained(outcome, call.space)

    async def _remove(self, call: RemoveFromSpace) -> Outcome:
        outcome = await remove(self.chat, call.space, call.user, call.reason)
        return await self._explained(outcome, call.space)

    async def _explained(self, outcome: Outcome, space: RoomId) -> Outcome:
        """The outcome, where `M_FORBIDDEN` stays only if we lack the power: that can be mended. Else `NOT_TAKEN`."""
        if not isinstance(outcome, Refused) or outcome.code != "M_FORBIDDEN":
            return outcome
        power = await self.chat.power_of_bot(space)
        return outcome if (power or 0) < NEEDED_POWER else Refused(NOT_TAKEN, outcome.text)
