"""Mails that stand in a room without their bytes are found by their folder."""

from bot.domain.ids import BlobId
from storage import conversations, mails
from storage.database import Database
from tests.storage.made import MAILBOX, conversation, mail


async def test_only_those_of_the_folder_that_have_a_place_and_no_bytes(database: Database) -> None:
    async with database.write() as tx:
        await conversations.save(tx, conversation(1))
        for row, folder, validity, uid, raw in (
            (1, "INBOX", 7, 4, ""),
            (2, "INBOX", 7, 5, "ab" * 32),
            (3, "INBOX", 8, 6, ""),
            (4, "Sent", 7, 7, ""),
            (5, "INBOX", 7, 0, ""),
        ):
            await mails.add(tx, mail(row, folder=folder, uidvalidity=validity, uid=uid, raw=BlobId(raw)))
    async with database.read() as tx:
        assert await mails.without_bytes(tx, MAILBOX, "INBOX", 7, 20) == (4,)
