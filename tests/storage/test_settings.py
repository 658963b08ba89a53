"""Settings hold for whole transactions: who changes them is alone, and who comes after knows of it."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.autoreply import AutoReply, Standing
from bot.domain.ids import MailboxId, RoomId
from bot.domain.merged import (
    AUTOREPLY_SINCE,
    NUMBER,
    PASSWORD,
    PAUSED,
    REMOVED,
    STANDING,
    KeptMailbox,
    Origin,
    Rows,
    mailbox_scope,
)
from bot.domain.settings import MailboxSettings
from storage import claiming, migrations, seen, settings
from storage.database import Conflict, Database
from tests.storage.made import NOW, ROOM

ASSO = MailboxSettings(MailboxId("a@x"), "A@x", "Été 🌻", ROOM, aliases=("b@x",))
NEW, NEWER = RoomId("!new:localhost"), RoomId("!newer:localhost")


async def change(database: Database, old: RoomId, new: RoomId) -> None:
    async with database.write() as tx:
        await settings.change_alone(tx)
        await settings.continue_as(tx, old, new, NOW)


async def test_a_change_is_read_under_a_higher_version(database: Database) -> None:
    async with database.write() as tx:
        before = await settings.version(tx)
        assert await settings.every(tx) == Rows()
    await change(database, ROOM, NEW)
    await change(database, NEW, NEWER)
    for block in (database.read, database.write):
        async with block() as tx:
            assert await settings.version(tx) == before + 2
            rows = await settings.every(tx)
    assert rows.values == {(f"room:{ROOM}", "continues_as"): NEWER, (f"room:{NEW}", "continues_as"): NEWER}


async def test_a_change_that_was_not_committed_is_none(database: Database) -> None:
    async with database.read() as tx:
        before = await settings.version(tx)

    async def dies() -> None:
        async with database.write() as tx:
            await settings.change_alone(tx)
            await settings.continue_as(tx, ROOM, NEW, NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await dies()
    async with database.write() as tx:
        assert await settings.version(tx) == before
        assert await settings.every(tx) == Rows()


async def test_nobody_decides_on_old_settings_once_they_change(database: Database) -> None:
    """Another transaction is under way: the change waits for it, and who comes after the change waits, and reads it."""
    order: list[str] = []
    first_is_in, change_asked = asyncio.Event(), asyncio.Event()

    async def first() -> None:
        async with database.write() as tx:
            await settings.version(tx)
            first_is_in.set()
            await asyncio.sleep(0.3)
            await seen.mark_seen(tx, "first", NOW)
            order.append("first")

    async def changing() -> None:
        await first_is_in.wait()
        async with database.write() as tx:
            await settings.version(tx)
            change_asked.set()
            await settings.change_alone(tx)
            assert await seen.was_seen(tx, "first")
            await settings.continue_as(tx, ROOM, NEW, NOW)
            await asyncio.sleep(0.2)
            order.append("changed")

    async def second() -> None:
        await change_asked.wait()
        await asyncio.sleep(0.1)
        async with database.write() as tx:
            told = await settings.version(tx)
            assert await settings.every(tx) != Rows()
            order.append("second")
        async with database.read() as tx:
            assert await settings.version(tx) == told

    if database.is_sqlite:
        # One writer at a time, whatever it does.
        change_asked.set()
    await asyncio.gather(first(), changing(), second())
    assert order == ["first", "changed", "second"]


async def test_of_two_changes_at_once_each_is_made_or_told_to_be_decided_again(database: Database) -> None:
    others = (RoomId("!one:localhost"), RoomId("!two:localhost"))
    are_in = asyncio.Barrier(2)

    async def one(old: RoomId) -> None:
        async with database.write() as tx:
            await settings.version(tx)
            if not database.is_sqlite:
                await are_in.wait()
            await settings.change_alone(tx)
            await settings.continue_as(tx, old, NEW, NOW)

    ended = await asyncio.gather(*(one(old) for old in others), return_exceptions=True)
    failed = [old for old, how in zip(others, ended, strict=True) if isinstance(how, Conflict)]
    assert [how for how in ended if how is not None and not isinstance(how, Conflict)] == []
    assert len(failed) <= 1
    for old in failed:
        await change(database, old, NEW)
    async with database.write() as tx:
        assert len((await settings.every(tx)).values) == 2


async def test_the_mailboxes_of_the_file_are_noted_once_and_stay_when_they_go(database: Database) -> None:
    other = replace(ASSO, id=MailboxId("b@x"), reactions=())

    async def noted(*named: MailboxSettings) -> int:
        async with database.write() as tx:
            await settings.keep_file(tx, named, NOW)
        async with database.read() as tx:
            return await settings.version(tx)

    first = await noted(ASSO, other)
    assert await noted(ASSO, other) == first == await noted(other)
    assert await noted(replace(ASSO, name="Renamed")) == first + 1
    async with database.write() as tx:
        rows = await settings.every(tx)
    assert rows.mailboxes == {one.id: KeptMailbox(Origin.FILE, one) for one in (replace(ASSO, name="Renamed"), other)}


async def test_each_mailbox_has_a_number_that_stays_its_own(database: Database) -> None:
    second, third = (replace(ASSO, id=MailboxId(id), address=id) for id in ("m@x", "z@x"))

    async def numbers() -> dict[str, str]:
        async with database.read() as tx:
            values = (await settings.every(tx)).values
        return {scope.removeprefix("mailbox:"): value for (scope, key), value in values.items() if key == NUMBER}

    async def adds(*, file: tuple[MailboxSettings, ...] = (), house: tuple[MailboxSettings, ...] = ()) -> None:
        async with database.write() as tx:
            for one in house:
                await settings.add_mailbox(tx, one, NOW, goes_on=False)
            if file:
                await settings.keep_file(tx, file, NOW)

    await adds(file=(third,))
    await adds(house=(second,))
    assert await numbers() == {"z@x": "0", "m@x": "1"}
    await adds(file=(ASSO, third))
    await adds(house=(second,))
    first = {"z@x": "0", "m@x": "1", "a@x": "2"}
    assert await numbers() == first, "whatever is added, named first or comes back"
    await adds(file=(replace(ASSO, id=MailboxId("b@x")),))
    await adds(file=(ASSO, third))
    assert await numbers() == {**first, "b@x": "3"}, "nobody's is given to another"


async def test_it_is_noted_since_when_the_file_has_a_mailbox_answer_by_itself(database: Database) -> None:
    on = replace(ASSO, autoreply=AutoReply(Standing.ON, None, "", "Bonjour"))

    async def since(*named: MailboxSettings, at: datetime) -> str | None:
        async with database.write() as tx:
            await settings.keep_file(tx, named, at)
        async with database.read() as tx:
            return (await settings.every(tx)).values.get((mailbox_scope(ASSO.id), AUTOREPLY_SINCE))

    day = timedelta(days=1)
    assert await since(ASSO, at=NOW) is None
    assert await since(on, at=NOW + day) == (NOW + day).isoformat()
    assert await since(on, at=NOW + 2 * day) == (NOW + day).isoformat(), "it was on"
    await since(ASSO, at=NOW + 3 * day)
    assert await since(on, at=NOW + 4 * day) == (NOW + 4 * day).isoformat()
    await since(at=NOW + 5 * day)
    assert await since(on, at=NOW + 6 * day) == (NOW + 6 * day).isoformat(), "the file did not name it"


async def test_a_value_is_put_over_another_and_taken_away(database: Database) -> None:
    scope = mailbox_scope(ASSO.id)
    for value in (PAUSED, "other", None):
        async with database.write() as tx:
            await settings.put(tx, scope, STANDING, value, None, NOW)
        async with database.read() as tx:
            assert (await settings.every(tx)).values.get((scope, STANDING)) == value


async def test_who_was_removed_is_known_by_when_and_whether_a_password_is_left(database: Database) -> None:
    later, scope = NOW + timedelta(days=1), mailbox_scope(ASSO.id)

    async def removed(when: datetime) -> tuple[MailboxId, ...]:
        async with database.read() as tx:
            return await settings.removed_before(tx, when)

    async with database.write() as tx:
        await settings.keep_file(tx, (ASSO,), NOW)
        await settings.keep_file(tx, (), NOW)
    assert await removed(later) == (), "it has none"
    async with database.write() as tx:
        await settings.put(tx, scope, PASSWORD, "secret", None, NOW)
        await settings.keep_file(tx, (), later)
    assert (await removed(NOW), await removed(later)) == ((), (ASSO.id,))
    async with database.write() as tx:
        await settings.keep_file(tx, (ASSO,), later)
    assert await removed(later) == ()
    async with database.write() as tx:
        await settings.put(tx, scope, STANDING, REMOVED, None, NOW)
    assert await removed(later) == (ASSO.id,)


def test_each_lock_of_postgresql_has_a_number_of_its_own() -> None:
    assert len({migrations.LOCK, claiming.LOCK, settings.LOCK}) == 3
