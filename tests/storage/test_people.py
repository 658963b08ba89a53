"""A name finds the addresses of correspondents."""

from dataclasses import replace

import pytest

from bot.domain.conversation import Status
from bot.domain.ids import MailboxId
from bot.domain.mail import Address
from storage import conversations, people
from storage.database import Database
from tests.storage.made import MAILBOX, conversation

HELENE = Address("Dupont, Hélène", "helene@example.net")
PAUL = Address("Paul Dupont", "paul@example.net")


async def saved(database: Database) -> None:
    async with database.write() as tx:
        await conversations.save(tx, conversation(1, correspondent=HELENE))
        await conversations.save(tx, conversation(2, correspondent=PAUL))
        await conversations.save(tx, conversation(3, correspondent=replace(HELENE, address="HELENE@example.net")))
        await conversations.save(tx, conversation(4, correspondent=Address("Win", "w@x.example"), status=Status.SPAM))
        await conversations.save(tx, conversation(5, correspondent=Address("", "nameless@example.net")))


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Hélène", ["HELENE@example.net"]),
        ("helene dupont", ["HELENE@example.net"]),
        ("DUPONT", ["HELENE@example.net", "paul@example.net"]),
        ("Dup", []),
        ("Paul Hélène", []),
        ("Win", []),
        ("", []),
        ("!", []),
    ],
)
async def test_whoever_has_all_words_of_a_name_is_found_once(database: Database, name: str, found: list[str]) -> None:
    await saved(database)
    async with database.read() as tx:
        assert sorted(one.address for one in await people.named(tx, MAILBOX, name)) == found
        assert await people.named(tx, MailboxId("other@example.org"), name) == ()


async def test_a_name_that_came_later_finds_as_well(database: Database) -> None:
    await saved(database)
    async with database.write() as tx:
        (nameless,) = await conversations.several(tx, [conversation(5).id])
        await conversations.save(tx, replace(nameless, correspondent=Address("Zoé", "nameless@example.net")))
    async with database.read() as tx:
        assert [one.address for one in await people.named(tx, MAILBOX, "zoe")] == ["nameless@example.net"]
