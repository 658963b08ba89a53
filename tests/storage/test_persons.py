"""Addresses of a person are found by each of them, in their mailbox alone."""

from dataclasses import replace

from bot.domain.ids import EventId, MailboxId
from bot.domain.mail import Address
from bot.domain.needs import Listed
from bot.domain.persons import PersonsAddress
from storage import conversations, pages, persons
from storage.database import Database
from tests.storage.made import ALICE, MAILBOX, NOW, conversation

OTHER = MailboxId("info@example.org")
MARIE, PAUL, LEA = "marie@example.net", "paul@example.net", f"{'l' * 400}@example.net"


def made(address: str, mailbox: MailboxId = MAILBOX, event: str = "$one") -> PersonsAddress:
    return PersonsAddress(mailbox, address, "p", ALICE, EventId(event), NOW)


async def test_each_address_finds_the_others_in_its_mailbox_alone(database: Database) -> None:
    async with database.write() as tx:
        for number, (address, mailbox) in enumerate(
            ((MARIE, MAILBOX), (PAUL, MAILBOX), (LEA, MAILBOX), (PAUL, OTHER), (MARIE, OTHER), (MARIE, MAILBOX)), 1
        ):
            await conversations.save(tx, conversation(number, mailbox=mailbox, correspondent=Address("", address)))
        assert (await persons.known_of(tx, MAILBOX, MARIE))[0] == (6, 1)
        for one in (made(MARIE), made(PAUL, event="$two"), made(LEA, event="$two")):
            await persons.put(tx, one)
    async with database.write() as tx:
        for address in (MARIE.upper(), PAUL, LEA):
            assert (await persons.known_of(tx, MAILBOX, address))[0] == (6, 3, 2, 1)
            listed, total = await pages.listing(tx, Listed((MAILBOX,), correspondent=address))
            assert ([one.id for one in listed], total) == ([6, 3, 2, 1], 4)
        assert (await persons.known_of(tx, OTHER, MARIE))[0] == (5,)
        assert len((await pages.listing(tx, Listed((OTHER,), correspondent=MARIE)))[0]) == 1
        assert [one.address for one in await persons.by_event(tx, EventId("$two"))] == [PAUL, LEA]
        assert await persons.of(tx, (OTHER,), (MARIE,)) == ()
        assert {one.address for one in await persons.of(tx, (MAILBOX, OTHER), (PAUL,))} == {MARIE, PAUL, LEA}
        await persons.put(tx, replace(made(PAUL), person="q"))
        await persons.drop(tx, MAILBOX, LEA.upper())
        assert (await persons.known_of(tx, MAILBOX, MARIE))[0] == (6, 1)
