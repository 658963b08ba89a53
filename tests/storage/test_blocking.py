"""What a mailbox blocks is found by any of many keys, and only in this mailbox."""

from bot.domain.blocking import Blocked
from bot.domain.ids import EventId, MailboxId
from storage import blocking, house_rules
from storage.database import Database
from tests.storage.made import ALICE, MAILBOX, later

OTHER = MailboxId("info@example.org")


def made(key: str, mailbox: MailboxId = MAILBOX, event: str = "$one", seconds: int = 0) -> Blocked:
    return Blocked(mailbox, key, ALICE, EventId(event), later(seconds))


async def test_it_is_found_listed_and_dropped_in_its_mailbox_alone(database: Database) -> None:
    long = f"{'a' * 500}@example.org"
    async with database.write() as tx:
        for one in (
            made("@b.example", seconds=2),
            made("a@a.example"),
            made(long, seconds=1),
            made("a@a.example", OTHER),
        ):
            await blocking.put(tx, one)
        await blocking.put(tx, made("a@a.example", event="$again", seconds=9))
    async with database.write() as tx:
        assert [one.key for one in await blocking.of(tx, (MAILBOX,))] == ["a@a.example", long, "@b.example"]
        assert (await house_rules.standing(tx, MAILBOX, ("x@b.example", "@b.example")))[0]
        assert (await house_rules.standing(tx, MAILBOX, (long,)))[0]
        assert not (await house_rules.standing(tx, OTHER, ("@b.example",)))[0]
        assert not (await house_rules.standing(tx, MAILBOX, ()))[0]
        assert {one.mailbox for one in await blocking.by_event(tx, EventId("$one"))} == {MAILBOX, OTHER}
        assert await blocking.by_event(tx, EventId("$again")) == (), "who blocked it first is who did"
        await blocking.drop(tx, MAILBOX, "a@a.example")
        assert not (await house_rules.standing(tx, MAILBOX, ("a@a.example",)))[0]
        assert await blocking.of(tx, (OTHER,)) == (made("a@a.example", OTHER),)
