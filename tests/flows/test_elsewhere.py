"""A mailbox that another process serves is reached by the login that holds, and by no other."""

from dataclasses import dataclass, field

from bot.domain.ids import MailboxId
from bot.flows.serve.elsewhere import Elsewhere
from bot.ports import Folders
from tests.fakes.house import House
from tests.fakes.mail import FakeFolders

MAILBOX = MailboxId("contact@asso.example")


@dataclass
class Ways:
    house: House
    way: object | None = "first"
    made: list[object] = field(default_factory=list)
    closed: list[object] = field(default_factory=list)

    async def make(self, mailbox: MailboxId) -> Folders:
        way, ways = self.way, self
        ways.made.append(way)

        class Closing(FakeFolders):
            async def close(self) -> None:
                ways.closed.append(way)

        return Closing(self.house.provider)


async def test_a_login_that_was_replaced_or_removed_is_closed_and_forgotten(house: House) -> None:
    ways = Ways(house)
    elsewhere = Elsewhere(lambda mailbox: ways.way, ways.make)
    first = await elsewhere.folders(MAILBOX)
    assert await elsewhere.folders(MAILBOX) is first
    ways.way = "second"
    assert await elsewhere.folders(MAILBOX) is not first
    assert (ways.made, ways.closed) == (["first", "second"], ["first"])
    ways.way = None
    assert await elsewhere.folders(MAILBOX) is None
    assert ways.closed == ["first", "second"]
    ways.way = "third"
    await elsewhere.folders(MAILBOX)
    await elsewhere.close()
    assert ways.closed == ["first", "second", "third"]
