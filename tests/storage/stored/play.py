"""Plays what a kept database holds, and keeps it: `python -m tests.storage.stored.play`, before a migration is added."""

import asyncio
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bot.domain.ids import ConversationId
from storage import mails
from storage.migrations import newest
from storage.schema.search import FTS5
from tests.fakes.chat import BOB
from tests.fakes.house import House
from tests.fakes.looking import NOW, SENT, card_of, happens
from tests.fakes.passwords import WORD, begins, secretly
from tests.fakes.writing import mail, reacts, says
from tests.storage.stored.databases import FOLDER


async def play(folder: Path) -> bytes:
    """Two mails, a password, an answer that left and one that waits, of which the bytes are given."""
    house = House(folder)
    await house.open()
    for id, subject in (("a1@example.org", "Adhésion"), ("b1@example.org", "Facture")):
        house.provider.deliver(mail(id=id, subject=subject))
        await house.settle(NOW)
    house.provider.imap_password = house.provider.smtp_password = WORD
    await happens(house, begins(house), secretly(WORD))
    first, second = card_of(house, 1), card_of(house, 2)
    await happens(house, reacts("✋", first), says("!note Un ancien adhérent.", thread=first))
    await happens(house, says("!reply Bonjour !", thread=first), seconds=SENT)
    await happens(house, begins(house), reacts("👀", second))
    await happens(house, says("!reply Merci.", thread=second), seconds=(0.0,))
    await happens(house, says("!reply #2 Merci aussi", sender=BOB), seconds=(0.0,))
    async with house.step.database.read() as tx:
        (waits,) = await mails.open_out(tx, ConversationId(2))
    raw = house.step.blobs.read(waits.raw)
    await house.close()
    return raw


def dumped(connection: sqlite3.Connection) -> Iterator[str]:
    """As statements. FTS5 makes the tables that it keeps for itself anew from the words."""
    index = [FTS5 + ";"]
    for rowid, words in connection.execute("SELECT rowid, words FROM sought_words"):
        assert "'" not in words
        index.append(f"INSERT INTO sought_words (rowid, words) VALUES ({rowid},'{words}');")
    for one in connection.iterdump():
        if "writable_schema" in one or "sought_words" in one:
            continue
        if one == "COMMIT;":
            yield from index
        yield one


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        raw = asyncio.run(play(Path(name)))
        with sqlite3.connect(Path(name) / "postroom.db") as connection:
            lines = "\n".join(dumped(connection))
        connection.close()
    FOLDER.joinpath(f"{newest()}.sql").write_text(lines + "\n", encoding="utf-8")
    FOLDER.joinpath(f"{newest()}.eml").write_bytes(raw)


if __name__ == "__main__":
    main()
