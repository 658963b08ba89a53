"""An organisation's space (client-server API, "Spaces"): what is remembered of it, and the calls that keep it."""

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.ids import RoomId, UserId

PAUSE = timedelta(seconds=2)
"""The pause before a look at the space: people come and go several at a time."""


def space_timer(organisation: str) -> str:
    """The timer of the next look at the organisation's space."""
    return f"space:{organisation}"


def space_key(organisation: str) -> str:
    """The key of the call that makes the space: one at a time."""
    return f"space:{organisation}"


@dataclass(frozen=True, slots=True)
class SpacePerson:
    """Somebody whom we invited to the space."""

    user: UserId
    has_left: bool
    """The person declined, left, or was removed by somebody: they are not invited again."""


# --- changes --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SetSpace:
    """The organisation's space was made, or found."""

    organisation: str
    room: RoomId


@dataclass(frozen=True, slots=True)
class SetSpaceRoom:
    """Whether we put the room into the space."""

    organisation: str
    room: RoomId
    is_child: bool


@dataclass(frozen=True, slots=True)
class AddSpacePerson:
    """Note that we invited a person to the space."""

    organisation: str
    user: UserId


@dataclass(frozen=True, slots=True)
class DropSpacePerson:
    """Forget that we invited a person to the space."""

    organisation: str
    user: UserId


@dataclass(frozen=True, slots=True)
class MarkSpacePerson:
    """Note that a person left the space, or came back; nothing for people whom we never invited."""

    organisation: str
    user: UserId
    has_left: bool


SpaceChange = SetSpace | SetSpaceRoom | AddSpacePerson | DropSpacePerson | MarkSpacePerson


# --- calls ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MakeSpace:
    """Find the organisation's space among the rooms that the bot is in, or make it."""

    organisation: str


@dataclass(frozen=True, slots=True)
class LinkRoom:
    """Put a room into the space, or take it out: `m.space.child` there, and `m.space.parent` here where we may."""

    organisation: str
    space: RoomId
    room: RoomId
    is_child: bool


@dataclass(frozen=True, slots=True)
class InviteToSpace:
    """Invite a person to the space."""

    organisation: str
    space: RoomId
    user: UserId


@dataclass(frozen=True, slots=True)
class RemoveFromSpace:
    """Remove a member, or take an invitation back."""

    organisation: str
    space: RoomId
    user: UserId
    reason: str = ""
    """Read by the person."""


SpaceCall = MakeSpace | LinkRoom | InviteToSpace | RemoveFromSpace
