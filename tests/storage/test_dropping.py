"""What goes of conversations, on both databases: whole, or their words, and nothing of others."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot.domain.calls import Submit
from bot.domain.conversation import EventKind, HistoryEntry, Status
from bot.domain.ids import BlobId, ConversationId, EventId, MessageRow
from bot.domain.mail import Attachment
from bot.domain.mailed import Mailed
from bot.domain.planned import plan
from bot.domain.retention import Drop, Fade, Place, Step, past_key_of, without
from bot.domain.searching import Query, Term
from storage import conversations, dropping, events, history, mailed, mails, naming, people, search, seen
from storage.blobs import Blobs
from storage.database import Conflict, Database
from storage.planning import add_all
from storage.schema import metadata
from storage.schema.calls import outbox as calls
from storage.schema.search import sought
from storage.schema.threads import media
from tests.fakes.boundaries import Killed
from tests.storage.made import ALICE, BOB, MAILBOX, NOW, ROOM, conversation, event, later, mail

_OLD = NOW - timedelta(days=400)


async def fill(database: Database, numbers: tuple[int, ...] = (1, 2)) -> None:
    """Closed conversations with a mail, talk, a note, history and a star each."""
    async with database.write() as tx:
        for number in numbers:
            one = conversation(
                number, status=Status.CLOSED, changed_at=_OLD, followers=(BOB,), tags=("urgent",), words="kettle"
            )
            await conversations.save(tx, one)
            await mails.add(tx, mail(number, number, references=("a@b",), sameness="s"))
            await search.keep_mail(tx, mail(number, number, text="whistle"), MAILBOX)
            await history.add(tx, HistoryEntry(one.id, NOW, ALICE, "history.assigned", "Bob"))
            talk = event(f"$n{number}", number, kind=EventKind.NOTE, sender=ALICE, body="saucer")
            await events.add(tx, talk)
            await search.keep_note(tx, talk, "saucer")
            await events.add(tx, event(f"$e{number}", number, kind=EventKind.EDIT, sender=ALICE))
            await events.add(tx, event(f"$m{number}", number, kind=EventKind.MAIL, mail=MessageRow(number)))


async def rows(database: Database, number: int) -> dict[str, int]:
    """By table, the rows that belong to a conversation."""
    found: dict[str, int] = {}
    async with database.read() as tx:
        for table in metadata.sorted_tables:
            for name in ("conversation", "mail") if table.name != "conversations" else ("id",):
                if name in table.c:
                    count = len(await tx.all(select(table.c[name]).where(table.c[name] == number)))
                    if count:
                        found[table.name] = count
    return found


async def finds(database: Database, word: str) -> int:
    async with database.read() as tx:
        return len((await search.find(tx, [MAILBOX], Query(terms=(Term((word,)),))))[0])


async def the(database: Database, number: int) -> object:
    async with database.read() as tx:
        return await conversations.get(tx, ConversationId(number))


async def apply(database: Database, change: Drop | Fade) -> None:
    async with database.write() as tx:
        await dropping.apply(tx, change, NOW)


async def read(database: Database, number: int = 1) -> tuple[Drop, tuple[object, ...]]:
    async with database.read() as tx:
        one = await conversations.get(tx, ConversationId(number))
        assert one is not None
        return Drop(one, ("INBOX",)), (await mails.of_conversations(tx, [one.id]))[one.id]


async def test_nothing_of_it_is_left_but_that_its_mails_were_here(database: Database) -> None:
    await fill(database)
    before = await rows(database, 2)
    drop, (record,) = await read(database)

    await apply(database, drop)

    assert await rows(database, 1) == {}
    assert await rows(database, 2) == before
    assert (await finds(database, "whistle"), await finds(database, "saucer")) == (1, 1)
    async with database.read() as tx:
        assert await seen.was_seen(tx, past_key_of(record, ("INBOX",)))  # type: ignore[arg-type]
        assert [one.address for one in await people.named(tx, MAILBOX, "Marie")] == ["marie@example.net"]
        assert await conversations.next_number(tx) == 3


async def test_the_last_one_of_somebody_takes_their_name_along(database: Database) -> None:
    await fill(database, (1,))
    await apply(database, (await read(database))[0])
    async with database.read() as tx:
        assert await people.named(tx, MAILBOX, "Marie") == ()


async def test_what_its_mails_are_known_by_is_never_forgotten(database: Database) -> None:
    await fill(database, (1,))
    drop, (record,) = await read(database)
    await apply(database, drop)
    async with database.write() as tx:
        await seen.forget_before(tx, NOW + timedelta(days=10_000))
        assert await seen.was_seen(tx, past_key_of(record, ("INBOX",)))  # type: ignore[arg-type]


@pytest.mark.parametrize("whole", [True, False])
async def test_one_that_changed_since_it_was_read_stays(database: Database, whole: bool) -> None:
    await fill(database, (1,))
    drop, _ = await read(database)
    async with database.write() as tx:
        await conversations.save(tx, replace(drop.conversation, status=Status.ACTIVE))
    with pytest.raises(Conflict):
        await apply(database, drop if whole else Fade(drop.conversation, (), words=True))
    assert await rows(database, 1) != {}


async def test_the_words_go_and_who_wrote_stays(database: Database) -> None:
    await fill(database)
    async with database.write() as tx:
        noted = HistoryEntry(ConversationId(1), NOW, ALICE, "history.noted_before", "she called")
        await history.add(tx, noted)
    drop, (record,) = await read(database)
    await apply(database, Fade(drop.conversation, (without(record, Step.WORDS),), words=True))  # type: ignore[arg-type]

    assert (await finds(database, "whistle"), await finds(database, "saucer"), await finds(database, "marie")) == (
        1,
        1,
        2,
    )
    async with database.read() as tx:
        kept = await mails.get(tx, MessageRow(1))
        one = await conversations.get(tx, ConversationId(1))
        talk = await events.get(tx, ROOM, EventId("$n1"))
        assert kept is not None and one is not None and talk is not None
        assert (kept.text, kept.raw, kept.is_forgotten, kept.message_id) == ("", "", True, "mail-1@example.net")
        assert await mails.without_bytes(tx, MAILBOX, kept.folder, kept.uidvalidity, 20) == ()
        assert (one.words, one.subject, one.changed_at, talk.body) == ("", "A broken kettle", _OLD, "")
        numbers = [ConversationId(1), ConversationId(2)]
        assert await dropping.with_words(tx, numbers) == {2}
        assert await dropping.with_bytes(tx, numbers) == {2}
        told = [(each.action, each.detail) for each in await history.of(tx, one.id)]
        assert told == [("history.assigned", "Bob"), ("history.noted_before", "")]
        assert (await mails.by_message_id(tx, MAILBOX, ["mail-1@example.net"]))[0].row == 1


async def test_without_their_originals_words_are_there_and_found(database: Database) -> None:
    await fill(database, (1,))
    drop, (record,) = await read(database)
    await apply(database, Fade(drop.conversation, (without(record, Step.ORIGINALS),), words=False))  # type: ignore[arg-type]
    assert (await finds(database, "whistle"), await finds(database, "saucer")) == (1, 1)
    async with database.read() as tx:
        assert await dropping.with_bytes(tx, [ConversationId(1)]) == frozenset()
        assert await dropping.with_words(tx, [ConversationId(1)]) == {1}


async def test_a_pass_goes_from_the_oldest_on_and_sees_each_once(database: Database) -> None:
    async with database.write() as tx:
        for number, at in ((1, later(5)), (2, later(1)), (3, later(1)), (4, later(9)), (5, later(1))):
            status = Status.SPAM if number == 5 else Status.CLOSED
            await conversations.save(tx, conversation(number, status=status, changed_at=at))
        before = datetime(1960, 1, 1, tzinfo=UTC)
        await conversations.save(tx, conversation(6, status=Status.CLOSED, changed_at=before))
    found, place = [], Place(MAILBOX)
    async with database.read() as tx:
        while some := await dropping.older(tx, place, later(9), 2):
            place = some[-1]
            found += [one.number for one in some]
        assert found == [6, 2, 3, 1]
        assert await dropping.count(tx, MAILBOX, Status.CLOSED, later(9), 100) == 4
        assert await dropping.count(tx, MAILBOX, Status.CLOSED, later(9), 2) == 2


async def test_what_is_still_to_be_made_or_merged_is_known(database: Database) -> None:
    await fill(database)
    async with database.write() as tx:
        call = Submit(MAILBOX, MessageRow(1), MAILBOX, ("a@b.example",), BlobId("e" * 64))
        await add_all(tx, [plan(call, conversation=ConversationId(1))], NOW)
        await conversations.save(tx, conversation(3, goes_on_as=ConversationId(2), status=Status.CLOSED))
    numbers = [ConversationId(n) for n in (1, 2, 3)]
    async with database.write() as tx:
        assert await dropping.busy(tx, numbers) == frozenset({1})
        assert await dropping.merged_into(tx, numbers) == frozenset({2})
        await tx.run(update(calls).values(state="done", closed_at=NOW))
        assert await dropping.busy(tx, numbers) == frozenset()


# --- files without a row --------------------------------------------------------------------------------------------


async def test_a_file_goes_that_no_row_of_any_table_names(database: Database, tmp_path: object) -> None:
    blobs = Blobs(tmp_path / "blobs")  # type: ignore[operator]
    raw, attached, called, answered, loose, young = [
        await blobs.put(name) for name in (b"raw", b"attached", b"called", b"answered", b"loose", b"young")
    ]
    async with database.write() as tx:
        part = Attachment("a.pdf", "application/pdf", 3, False, "", attached)
        await conversations.save(tx, conversation())
        await mails.add(tx, mail(raw=raw, attachments=(part,)))
        await add_all(tx, [plan(Submit(MAILBOX, MessageRow(1), MAILBOX, ("a@b.example",), called))], NOW)
        await mailed.put(tx, Mailed(MessageRow(7), ConversationId(1), ALICE, f"x {answered} y", NOW, NOW))
        for blob in (raw, loose):
            await tx.run(media.insert(), {"blob": blob, "is_encrypted": False, "url": "mxc://a/b", "encryption": ""})
    kept = {raw, attached, called, answered}

    assert await naming.sweep(database, blobs, timedelta(days=7)) == 0, "all are young"
    assert await naming.sweep(database, blobs, timedelta(0), among=[loose]) == 1
    assert {*blobs.every()} == {*kept, young}
    assert await naming.sweep(database, blobs, timedelta(0)) == 1
    assert {*blobs.every()} == kept
    async with database.read() as tx:
        assert [row.blob for row in await tx.all(select(media.c.blob))] == [raw]


async def test_a_sweep_that_is_killed_leaves_no_upload_of_a_file_that_is_gone(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blobs = Blobs(tmp_path / "blobs")
    loose = await blobs.put(b"loose")
    async with database.write() as tx:
        await tx.run(media.insert(), {"blob": loose, "is_encrypted": False, "url": "mxc://a/b", "encryption": ""})
    real = Blobs.remove

    def killed(self: Blobs, blob: BlobId, unused_for: float) -> bool:
        real(self, blob, unused_for)
        raise Killed

    monkeypatch.setattr(Blobs, "remove", killed)
    with pytest.raises(Killed):
        await naming.sweep(database, blobs, timedelta(0))
    assert not blobs.exists(loose)
    async with database.read() as tx:
        assert await tx.all(select(media.c.blob)) == []


async def test_all_names_are_found_however_many_rows_there_are(database: Database) -> None:
    async with database.write() as tx:
        await conversations.save(tx, conversation())
        for number in range(1, 1202):
            await mails.add(tx, mail(number))
        assert len(await naming.named(tx)) == 1201
        assert len(await tx.all(select(sought.c.id))) == 0
