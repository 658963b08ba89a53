"""The instance that holds: config.yaml, and above it the settings decided since."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from bot.domain.ids import MailboxId, RoomId, SecretId
from bot.domain.settings import Instance, MailboxSettings

Values = Mapping[tuple[str, str], str]
"""Settings that are kept in the database: the value by scope (`room:!a:x`, `mailbox:a@x`) and key."""
CONTINUES = "continues_as"
"""Of a room that was upgraded: the room that it goes on as. No room in a value has a row of its own."""
STANDING = "standing"
"""Of a mailbox: `PAUSED` or `REMOVED`; it is served where there is no row."""
PASSWORD = "password"  # noqa: S105  a key, no password
"""Of a mailbox: the `SecretId` of the one that was given in the house; without a row that of config.yaml holds."""
PAUSED = "paused"
REMOVED = "removed"


class Origin(StrEnum):
    FILE = "file"
    """config.yaml names it, or did once. It is shown, and edited there alone."""
    HOUSE = "house"
    """It was added in the house."""


@dataclass(frozen=True, slots=True)
class KeptMailbox:
    origin: Origin
    settings: MailboxSettings


@dataclass(frozen=True, slots=True)
class Rows:
    """The settings in the database."""

    values: Values = field(default_factory=dict)
    mailboxes: Mapping[MailboxId, KeptMailbox] = field(default_factory=dict)


def room_scope(room: RoomId) -> str:
    return f"room:{room}"


def mailbox_scope(mailbox: MailboxId) -> str:
    return f"mailbox:{mailbox}"


def merged(file: Instance, rows: Rows) -> Instance:
    """The instance that holds: mailboxes of the file and of the house, each in the room that its room goes on as.

    A mailbox that the file named once is a removed one, as is one that the house removed. It is the same object where
    no row concerns it: it is asked for with a thousand mailboxes.
    """

    def today(room: RoomId) -> RoomId:
        return RoomId(rows.values.get((room_scope(room), CONTINUES), room))

    mailboxes: list[MailboxSettings] = []
    removed: list[MailboxSettings] = []
    for mailbox, is_there in _every(file, rows):
        room, standing = today(mailbox.room), rows.values.get((mailbox_scope(mailbox.id), STANDING))
        is_paused, given = standing == PAUSED, rows.values.get((mailbox_scope(mailbox.id), PASSWORD))
        password = SecretId(given) if given is not None else None
        if (mailbox.room, mailbox.is_paused, mailbox.password) != (room, is_paused, password):
            mailbox = replace(mailbox, room=room, is_paused=is_paused, password=password)
        (mailboxes if is_there and standing != REMOVED else removed).append(mailbox)
    config_room = today(file.config_room)
    is_same = len(mailboxes) == len(file.mailboxes) and all(
        a is b for a, b in zip(mailboxes, file.mailboxes, strict=True)
    )
    if config_room == file.config_room and is_same and not removed:
        return file
    return replace(file, config_room=config_room, mailboxes=tuple(mailboxes), removed=tuple(removed))


def _every(file: Instance, rows: Rows) -> Iterator[tuple[MailboxSettings, bool]]:
    """Each mailbox, and whether the file or the house names it today. What the file says of its own stands."""
    for mailbox in file.mailboxes:
        yield mailbox, True
    named = {mailbox.id for mailbox in file.mailboxes}
    for id, kept in rows.mailboxes.items():
        if id not in named:
            yield kept.settings, kept.origin is Origin.HOUSE


def continued(values: Values, old: RoomId, new: RoomId) -> Values:
    """The values once `old` goes on as `new`: so does what had led to `old`, and `new` leads nowhere else."""
    kept = {key: str(new) if key[1] == CONTINUES and value == old else value for key, value in values.items()}
    kept[room_scope(old), CONTINUES] = new
    kept.pop((room_scope(new), CONTINUES), None)
    return kept
