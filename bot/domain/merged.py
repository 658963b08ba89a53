"""The instance that holds: config.yaml, and above it the settings decided since."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.adjusting import adjusted
from bot.domain.autoreply import read_kept
from bot.domain.choices import Choice
from bot.domain.credentials import from_row
from bot.domain.direct import Direct, OwnSetting
from bot.domain.folder_list import read_kept as read_changes
from bot.domain.grants import Grant
from bot.domain.ids import MailboxId, RoomId
from bot.domain.own_addresses import OwnAddress
from bot.domain.settings import Instance, MailboxSettings

Values = Mapping[tuple[str, str], str]
"""Settings that are kept in the database: the value by scope (`room:!a:x`, `mailbox:a@x`) and key."""
CONTINUES = "continues_as"
"""The key for an upgraded room: its value is the room that it goes on as. No room in a value has a row of its own."""
STANDING = "standing"
"""The key for a mailbox that is not served: its value is `PAUSED`, `ARCHIVED` or `REMOVED`."""
PASSWORD = "password"  # noqa: S105  a key, no password
"""Of a mailbox: the credential that was given in the house (`credentials.py`); without a row config.yaml has it."""
SET = "set:"
"""Of a mailbox, before the name of a key of `adjusting.py`: what an admin set, as it was written."""
AUTOREPLY = "autoreply"
"""Of a mailbox: its automatic answer, as `autoreply.kept` writes it."""
AUTOREPLY_SINCE = "autoreply_since"
"""Of a mailbox: since when its automatic answer is that of config.yaml, and on."""
FOLDERS = "folders"
"""Of a mailbox: what was changed of the folders that are read, as `folder_list.kept` writes it."""
PLUS = "plus"
"""Of a mailbox: a test mail to a sub-address has arrived. Its value is `yes`."""
NUMBER = "number"
"""Of a mailbox: its place, by which figures and logs name it; given once, and no other's ever after."""
CONFIG_ROOM = "config_room"
"""Of a mailbox: the room in which it alone is run."""
HOUSE = "house"
"""The scope of what belongs to no room and no mailbox."""
ADMINS = "admins"
"""Of the house: the admins of config.yaml when it was read last, so that it is seen who is none any more."""
GONE = "gone"
"""Of a mailbox that config.yaml named once: since when it names it no more."""
PASSWORD_KEPT = timedelta(days=7)
"""For so long a removed mailbox keeps the password that it was given: it may come back."""
PAUSED = "paused"
ARCHIVED = "archived"
REMOVED = "removed"


class Origin(StrEnum):
    """The place that a mailbox comes from."""

    FILE = "file"
    """config.yaml names the mailbox, or did once. Only that file changes its settings."""
    HOUSE = "house"
    """Somebody added the mailbox in the house."""


@dataclass(frozen=True, slots=True)
class KeptMailbox:
    """A mailbox in the database, with its settings."""

    origin: Origin
    settings: MailboxSettings


@dataclass(frozen=True, slots=True)
class Rows:
    """The settings in the database."""

    values: Values = field(default_factory=dict)
    mailboxes: Mapping[MailboxId, KeptMailbox] = field(default_factory=dict)
    grants: tuple[Grant, ...] = ()
    choices: tuple[Choice, ...] = ()
    directs: tuple[Direct, ...] = ()
    own: tuple[OwnSetting, ...] = ()
    addresses: tuple[OwnAddress, ...] = ()


def room_scope(room: RoomId) -> str:
    """The scope of a room's settings."""
    return f"room:{room}"


def mailbox_scope(mailbox: MailboxId) -> str:
    """The scope of a mailbox's settings."""
    return f"mailbox:{mailbox}"


def merged(file: Instance, rows: Rows) -> Instance:
    """The instance that holds: mailboxes of the file and of the house, each in the room that its room goes on as.

    A mailbox that the file no longer names is removed, like one that the house removed. A mailbox without a row stays
    the same object, because there may be a thousand.
    """

    def today(room: RoomId) -> RoomId:
        return RoomId(rows.values.get((room_scope(room), CONTINUES), room))

    here = _set_here(rows.values)
    mailboxes: list[MailboxSettings] = []
    removed: list[MailboxSettings] = []
    for mailbox, is_there in _every(file, rows):
        room, standing = today(mailbox.room), rows.values.get((mailbox_scope(mailbox.id), STANDING))
        given = rows.values.get((mailbox_scope(mailbox.id), PASSWORD))
        password = from_row(given) if given is not None else None
        is_paused, is_archived = standing == PAUSED, standing == ARCHIVED
        before = (mailbox.room, mailbox.is_paused, mailbox.is_archived, mailbox.password)
        if before != (room, is_paused, is_archived, password):
            mailbox = replace(mailbox, room=room, is_paused=is_paused, is_archived=is_archived, password=password)
        if (said := rows.values.get((mailbox_scope(mailbox.id), AUTOREPLY))) is not None:
            mailbox = replace(mailbox, autoreply=read_kept(said))
        elif (since := rows.values.get((mailbox_scope(mailbox.id), AUTOREPLY_SINCE))) is not None:
            said_there = replace(mailbox.autoreply, since=datetime.fromisoformat(since))
            mailbox = replace(mailbox, autoreply=said_there) if said_there.is_on else mailbox
        if (said := rows.values.get((mailbox_scope(mailbox.id), FOLDERS))) is not None:
            changes = read_changes(said)
            mailbox = replace(mailbox, folders=changes.of(mailbox.folders), folder_changes=changes)
        if (own_room := rows.values.get((mailbox_scope(mailbox.id), CONFIG_ROOM))) is not None:
            mailbox = replace(mailbox, config_room=RoomId(own_room))
        if rows.values.get((mailbox_scope(mailbox.id), PLUS)) == "yes":
            mailbox = replace(mailbox, plus_arrives=True)
        if (set_here := here.get(mailbox_scope(mailbox.id))) is not None:
            mailbox = adjusted(mailbox, set_here)
        (mailboxes if is_there and standing != REMOVED else removed).append(mailbox)
    config_room = today(file.config_room)
    is_same = len(mailboxes) == len(file.mailboxes) and all(
        a is b for a, b in zip(mailboxes, file.mailboxes, strict=True)
    )
    places = tuple(
        (MailboxId(scope.partition(":")[2]), int(value)) for (scope, key), value in rows.values.items() if key == NUMBER
    )
    if config_room == file.config_room and is_same and not removed and not places and not _of_people(rows):
        return file
    return replace(
        file,
        config_room=config_room,
        mailboxes=tuple(mailboxes),
        removed=tuple(removed),
        places=places,
        grants=rows.grants,
        choices=rows.choices,
        directs=rows.directs,
        own=rows.own,
        addresses=rows.addresses,
    )


def _of_people(rows: Rows) -> bool:
    return bool(rows.grants or rows.choices or rows.directs or rows.own or rows.addresses)


def _set_here(values: Values) -> Mapping[str, list[tuple[str, str]]]:
    """By scope, what admins set, in the order of the keys."""
    found: dict[str, list[tuple[str, str]]] = {}
    for (scope, key), value in sorted(values.items()):
        if key.startswith(SET):
            found.setdefault(scope, []).append((key.removeprefix(SET), value))
    return found


def _every(file: Instance, rows: Rows) -> Iterator[tuple[MailboxSettings, bool]]:
    """Each mailbox, and whether the file or the house names it today. The file's own have its settings."""
    for mailbox in file.mailboxes:
        yield mailbox, True
    named = {mailbox.id for mailbox in file.mailboxes}
    for id, kept in rows.mailboxes.items():
        if id not in named:
            yield kept.settings, kept.origin is Origin.HOUSE


def continued(values: Values, old: RoomId, new: RoomId) -> Values:
    """The values after `old` goes on as `new`. Rooms that went on as `old` go on as `new`, and `new` as no other."""
    kept = {key: str(new) if key[1] == CONTINUES and value == old else value for key, value in values.items()}
    kept[room_scope(old), CONTINUES] = new
    kept.pop((room_scope(new), CONTINUES), None)
    return kept
