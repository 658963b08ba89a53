"""The servers of an address are looked for by a call like any other: over the outbox, again after a death."""

from bot.domain.calls import FindServers
from bot.domain.planned import plan
from bot.domain.servers import Security, Server, Servers, ServersFound, Source
from storage import outbox
from tests.fakes.house import House

ADDRESS = "contact@asso.example"
FOUND = ServersFound((Servers(Source.SRV, Server("imap.asso.example", 993, Security.TLS), None),))


async def _ask(house: House) -> None:
    async with house.step.database.write() as tx:
        await outbox.add(tx, plan(FindServers(ADDRESS)), house.clock.now())


async def _open(house: House) -> list[str]:
    async with house.step.database.read() as tx:
        return [one.kind for one in await outbox.listing(tx)]


async def test_the_address_is_looked_for_once(house: House) -> None:
    house.finder.found = FOUND
    await _ask(house)
    assert await _open(house) == ["FindServers"]
    await house.settle()
    assert house.finder.asked == [ADDRESS]
    assert await _open(house) == []


async def test_nothing_found_is_an_end_as_well(house: House) -> None:
    await _ask(house)
    await house.settle()
    assert house.finder.asked == [ADDRESS]
    assert await _open(house) == []


async def test_after_a_death_while_it_was_looked_for_it_is_looked_for_again(house: House) -> None:
    await _ask(house)
    await house.deliver.claim()
    await house.close()
    await house.open()
    await house.settle()
    assert house.finder.asked == [ADDRESS]
    assert await _open(house) == []
