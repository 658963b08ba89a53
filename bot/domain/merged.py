"""The instance as it is: what config.yaml says, and above it what was decided since."""

from collections.abc import Mapping
from dataclasses import replace

from bot.domain.ids import RoomId
from bot.domain.settings import Instance

Rows = Mapping[tuple[str, str], str]
"""Settings that are kept in the database: the value by scope (`room:!a:x`) and key."""
CONTINUES = "continues_as"
"""Of a room that was upgraded: the room that it goes on as. No room in a value has a row of its own."""


def room_scope(room: RoomId) -> str:
    return f"room:{room}"


def merged(file: Instance, rows: Rows) -> Instance:
    """The instance that holds: each room of the file is the one that it goes on as today.

    It is the same object where no row concerns it: it is asked for at every commit, with a thousand mailboxes.
    """

    def today(room: RoomId) -> RoomId:
        return RoomId(rows.get((room_scope(room), CONTINUES), room))

    mailboxes = tuple(m if (room := today(m.room)) == m.room else replace(m, room=room) for m in file.mailboxes)
    config_room = today(file.config_room)
    if config_room == file.config_room and all(a is b for a, b in zip(mailboxes, file.mailboxes, strict=True)):
        return file
    return replace(file, config_room=config_room, mailboxes=mailboxes)


def continued(rows: Rows, old: RoomId, new: RoomId) -> Rows:
    """The rows once `old` goes on as `new`: so does what had led to `old`, and `new` leads nowhere else."""
    kept = {key: str(new) if key[1] == CONTINUES and value == old else value for key, value in rows.items()}
    kept[room_scope(old), CONTINUES] = new
    kept.pop((room_scope(new), CONTINUES), None)
    return kept
