"""What a mailbox remembers of an address is compared and set: nothing that two calls hear of it at once is lost."""

from dataclasses import replace

import pytest

from bot.domain.ids import MailboxId, MessageRow
from bot.domain.returned import Returned
from storage import returned
from storage.database import Database
from tests.storage.made import NOW, later

MAILBOX = MailboxId("contact@asso.example")
ONCE = Returned(MAILBOX, "gone@x.example", 1, MessageRow(4), None, NOW)


@pytest.mark.parametrize(
    "meanwhile",
    [
        ONCE.again(MessageRow(5), later(1)),
        ONCE.taken(MessageRow(5), later(1)),
        replace(ONCE, times=0, last=MessageRow(9)),
    ],
)
async def test_it_is_kept_only_where_it_is_still_what_was_known(database: Database, meanwhile: Returned) -> None:
    async with database.write() as tx:
        assert await returned.put(tx, ONCE, None)
        assert not await returned.put(tx, ONCE, None), "somebody else heard of it first"
        assert await returned.put(tx, meanwhile, ONCE)
        assert not await returned.put(tx, ONCE.again(MessageRow(6), later(2)), ONCE)
        after = meanwhile.again(MessageRow(6), later(2))
        assert await returned.put(tx, after, meanwhile)
        assert await returned.of(tx, MAILBOX, [ONCE.address]) == (after,)
