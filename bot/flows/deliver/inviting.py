"""Invites a person to a room, unless they are there or invited; removes one who is."""

from typing import Final

from bot.domain.ids import RoomId, UserId
from bot.domain.outcomes import Accepted, Outcome, Refused, TryLater
from bot.domain.rules.config_room import UNWANTED
from bot.domain.stories.spaces import UNREACHED
from bot.flows.keep.room_state import state_of
from bot.ports import Chat


async def membership(chat: Chat, room: RoomId, user: UserId) -> str:
    """The membership of a person, as in their `m.room.member`; `leave` where there is none. Raises: Unavailable."""
    return str((await state_of(chat, room, "m.room.member", user)).get("membership") or "leave")


async def invite(chat: Chat, room: RoomId, user: UserId) -> Outcome:
    """Homeservers refuse to invite a member: who is there already is looked up first. Raises: Unavailable."""
    if await membership(chat, room, user) in ("join", "invite"):
        return Accepted()
    outcome = await chat.invite(room, user)
    if isinstance(outcome, TryLater) and outcome.is_outage and outcome.reason.startswith("http 5"):
        # Our homeserver cannot reach the person's own: no reason to hold up all other calls.
        return TryLater(UNREACHED)
    if isinstance(outcome, TryLater) and outcome.reason == "429":
        # Invitations have a limit of their own: messages need not wait for it.
        return TryLater("invitations limited", outcome.text, outcome.after)
    return outcome


_MODERATOR: Final = 50
"""The power that it takes to put somebody out of a room, where it says nothing else (`kick`)."""


async def remove(chat: Chat, room: RoomId, user: UserId, reason: str, *, spares_moderators: bool = False) -> Outcome:
    """Remove a member, or take an invitation back; nobody who is neither.

    Args:
        spares_moderators: whoever may put others out there stays.

    Raises:
        Unavailable
    """
    if await membership(chat, room, user) not in ("join", "invite", "knock"):
        return Accepted()
    if spares_moderators and (await chat.power_level(room, user) or 0) >= _MODERATOR:
        return Refused(UNWANTED, "")
    return await chat.remove(room, user, reason)
