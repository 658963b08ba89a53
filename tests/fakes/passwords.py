"""A password that is told in the config room, and where it may be found afterwards."""

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from bot.domain.ids import EventId, UserId
from bot.domain.inputs.said import MessageEdited, TeamMessage
from storage.connecting import driver_url
from tests.fakes.chat import ALICE, CONFIG
from tests.fakes.house import House
from tests.fakes.writing import edits, says

WORD = "kR7-vieux_Chêne§42"
"""Nothing else in the tests says this."""
WRONG = "zQ9-faux_Hêtre§17"


def secretly(body: str, *, sender: UserId = ALICE, thread: EventId | None = None) -> TeamMessage:
    """Said in the config room, encrypted."""
    return says(body, room=CONFIG, sender=sender, thread=thread, encrypted=True, sealed=True)


def secretly_edits(target: EventId, body: str) -> MessageEdited:
    return replace(edits(target, body, room=CONFIG), room_encrypted=True, was_encrypted=True)


def begins(house: House) -> TeamMessage:
    """The command that asks for a new password of the one mailbox."""
    house.homeserver.encrypted.add(CONFIG)
    return secretly("!mailbox password contact@asso.example")


def in_files(folder: Path, word: str) -> list[str]:
    """The files in which the word stands, whatever the encoding."""
    wanted = {word.encode(), word.encode("utf-16-le"), ascii(word)[1:-1].encode(), _json(word), _base64(word)}
    return [str(path) for path in sorted(folder.rglob("*")) if path.is_file() and _has(path.read_bytes(), wanted)]


def _has(raw: bytes, wanted: set[bytes]) -> bool:
    return any(one in raw for one in wanted)


def _json(word: str) -> bytes:
    return "".join(c if c.isascii() else f"\\u{ord(c):04x}" for c in word).encode()


def _base64(word: str) -> bytes:
    """As a login sends it; without the last letters, which hang on what follows."""
    import base64

    return base64.b64encode(word.encode())[:-4]


@dataclass(frozen=True, slots=True)
class Dump:
    tables: int
    rows: str


async def dump(url: str) -> Dump:
    """Every row of every table of a PostgreSQL database, as text."""
    engine = create_async_engine(driver_url(url))
    try:
        async with engine.connect() as connection:
            found = await connection.execute(
                text("SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()")
            )
            names = [row.table_name for row in found.all()]
            rows = []
            for name in names:
                rows += [repr(tuple(row)) for row in (await connection.execute(text(f'SELECT * FROM "{name}"'))).all()]
    finally:
        await engine.dispose()
    return Dump(len(names), "\n".join(rows))


async def in_database(url: str, word: str) -> bool:
    found = await dump(url)
    assert found.tables > 20
    return await asyncio.to_thread(
        lambda: _has(found.rows.encode(), {word.encode(), _json(word), ascii(word)[1:-1].encode()})
    )
