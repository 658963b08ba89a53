"""Rooms that were replaced by others (`m.room.tombstone`), and how the binding of mailboxes to rooms follows them."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.conversation import Conversation
from bot.domain.ids import RoomId, UserId
from bot.domain.settings import Instance

CONFIG_WORD = "config"
"""The name of the config room for `!upgrade`, where no mailbox's address names it."""
NO_PREDECESSOR = "NO_PREDECESSOR"
ENCRYPTION_LOST = "ENCRYPTION_LOST"
OPEN_TO_ALL = "OPEN_TO_ALL"
UNFIT = frozenset({NO_PREDECESSOR, ENCRYPTION_LOST, OPEN_TO_ALL})
"""Codes of our own look at the new room: an admin confirms again once the fault is mended. Others are the server's."""

_ROOM_ID = re.compile(r"![^\s\x00-\x1f\x7f]{1,254}\Z")


class UpgradeState(StrEnum):
    """The progress of an upgrade."""

    ASKED = "asked"
    """An admin was asked whether to go on there."""
    CONFIRMED = "confirmed"
    """An admin confirmed; tried again whenever somebody invites us there."""
    FOLLOWED = "followed"


@dataclass(frozen=True, slots=True)
class RoomUpgrade:
    """A room of ours that another one replaces."""

    room: RoomId
    replacement: RoomId
    by: UserId | None
    """The person who upgraded the room, if we saw it happen."""
    state: UpgradeState
    at: datetime


def is_room_id(text: str) -> bool:
    """Room versions 1 to 12 (Matrix specification, appendices 4.2.2)."""
    return _ROOM_ID.match(text) is not None and len(text.encode("utf-8", "replace")) <= 255


def uses(instance: Instance, room: RoomId) -> bool:
    """A mailbox's room, or a config room."""
    return room == instance.config_room or any(room in (one.room, one.config_room) for one in instance.mailboxes)


def hears(instance: Instance, room: RoomId) -> bool:
    """A room that is used, or the one of a mailbox that was removed: who asks there is answered."""
    is_config = room == instance.config_room or instance.run_in(room) is not None
    return is_config or instance.shows_mail_in(room)


def is_read_in(conversation: Conversation, room: RoomId, instance: Instance) -> bool:
    """Whether a conversation can be read in this room: as `belongs`, also of a mailbox that was removed."""
    mailbox = instance.also_removed(conversation.mailbox)
    return mailbox is not None and mailbox.room == room == conversation.room


def belongs(conversation: Conversation, room: RoomId, instance: Instance) -> bool:
    """Whether a conversation is one of this room today: of a mailbox that uses it, and posted there.

    Whoever was in the room that a mailbox used before has no rights in what went on elsewhere.
    """
    return instance.mailbox(conversation.mailbox) is not None and is_read_in(conversation, room, instance)


def call_name(instance: Instance, room: RoomId) -> str:
    """The word after `!upgrade` that names this room."""
    mailboxes = instance.in_room(room)
    return mailboxes[0].address if mailboxes else CONFIG_WORD
