"""How often PostgreSQL is waited for: with 100 ms of way to it, each round trip is a tenth of a second.

Counted is what a proxy sees go to the server after an answer, from a transaction's BEGIN to the answer to its COMMIT, once
the server knows the statements.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest_asyncio
from sqlalchemy import make_url

from bot.demo.servers.proxy import TcpProxy
from storage.database import Database, Tx
from tests.fakes.house import House
from tests.fakes.looking import NOW, mails_in
from tests.fakes.writing import mail

MOST_FOR_A_MAIL = 13
MOST_FOR_A_RECEIPT = 9
MOST_FOR_A_CLAIM = 6
"""Beside one to look whether anything is due."""


class _Counting(Database):
    """The real database of a house; it notes how many round trips each transaction that writes took."""

    def __init__(self, real: Database, proxy: TcpProxy) -> None:
        self._real = real
        self._proxy = proxy
        self.is_sqlite = real.is_sqlite
        self.taken: list[int] = []

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Tx]:
        before = self._proxy.round_trips
        async with self._real.write() as tx:
            yield tx
        self.taken.append(self._proxy.round_trips - before)

    def read(self):  # type: ignore[no-untyped-def]
        return self._real.read()

    def glance(self):  # type: ignore[no-untyped-def]
        return self._real.glance()

    @contextmanager
    def counted(self, most: int) -> Iterator[None]:
        """No transaction within takes more round trips."""
        self.taken.clear()
        yield
        assert self.taken
        assert max(self.taken) <= most, self.taken


@pytest_asyncio.fixture
async def far(tmp_path: Path, own_postgres: str) -> AsyncIterator[tuple[House, _Counting]]:
    """A house far from its database that has worked for a while: its statements are known to the server."""
    target = make_url(own_postgres)
    async with TcpProxy.started(str(target.host), int(target.port or 5432)) as proxy:
        url = target.set(host=proxy.host, port=proxy.port)
        house = House(tmp_path, url=url.render_as_string(hide_password=False))
        await house.open()
        assert house.database is not None
        counting = _Counting(house.database, proxy)
        house.step.database = counting
        await _comes(house, mail(id="w1@example.org", sender="Paul <paul@example.org>"))
        await _comes(house, _answer("w2@example.org"))
        await _is_read(house, mail(id="w3@example.org", sender="Paul <paul@example.org>", subject="Other"))
        await _is_read(house, mail(id="w4@example.org", sender="File <file@example.org>", file=b"%PDF-1.4"))
        yield house, counting
        await house.close()


def _answer(id: str) -> bytes:
    to = "w1@example.org"
    return mail(id=id, sender="Paul <paul@example.org>", reply_to=to, references=to, text=f"Oui, {id}.")


async def _comes(house: House, raw: bytes) -> None:
    house.provider.deliver(raw)
    await house.settle(NOW)


async def _is_read(house: House, raw: bytes) -> None:
    house.provider.deliver(raw)
    inbox = house.pumps[0]
    await inbox.catch_up(await inbox.open())


async def test_a_mail_takes_thirteen_round_trips_at_most(far: tuple[House, _Counting]) -> None:
    house, counting = far
    with counting.counted(MOST_FOR_A_MAIL):
        await _is_read(house, mail(id="n1@example.org", sender="New <new@example.org>"))
        await _is_read(house, mail(id="n2@example.org", sender="Paul <paul@example.org>", subject="Third"))
        await _is_read(house, _answer("n3@example.org"))
        await _is_read(house, mail(id="n4@example.org", sender="Jane <jane@example.org>", file=b"%PDF-1.4"))
    assert len(counting.taken) == 4
    with counting.counted(MOST_FOR_A_CLAIM):
        claimed = await house.deliver.claim()
    assert claimed
    for one in claimed:
        await house.deliver.make(one)
        with counting.counted(MOST_FOR_A_RECEIPT):
            await house.deliver.settle()
    await house.settle(NOW)
    assert len(mails_in(house)) == 8
