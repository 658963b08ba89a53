"""Mails: kept whole, and found by every name they have."""

from dataclasses import replace

import pytest

from bot.domain.conversation import KEPT_BACK, Direction, MailRecord, OutState
from bot.domain.ids import BlobId, ConversationId, EventId, MailboxId, MessageRow
from bot.domain.mail import Address, Attachment
from storage import mails
from storage.database import Conflict, Database
from tests.storage.made import ALICE, MAILBOX, later, mail

OTHER = MailboxId("other@example.org")
FIRST, SECOND = ConversationId(1), ConversationId(2)


async def added(database: Database, *made: MailRecord) -> None:
    async with database.write() as tx:
        for one in made:
            await mails.add(tx, one)


async def test_what_is_added_is_read_back(database: Database) -> None:
    made = mail(
        3,
        direction=Direction.OUT,
        in_reply_to=("a@x", "b@x"),
        references=("a@x", "c@x"),
        reply_to=(Address("R", "r@x"),),
        cc=(Address("Ç", "c@x"), Address("", "d@x")),
        attachments=(Attachment("bill.pdf", "application/pdf", 12, False, "", "ab" * 32),),
        folder="Boîte",
        uidvalidity=2**32 - 1,
        uid=2**32 - 1,
        event=EventId("$e"),
        is_automatic=True,
        author=ALICE,
        source=EventId("$s"),
        state=OutState.QUEUED,
        recipients=("r@x",),
        detail="250 ok",
    )
    await added(database, made)
    async with database.read() as tx:
        assert await mails.get(tx, made.row) == made
        assert await mails.get(tx, MessageRow(4)) is None


async def test_a_row_is_taken_once(database: Database) -> None:
    await added(database, mail(1))
    with pytest.raises(Conflict):
        await added(database, mail(1))


async def test_an_update_replaces_the_record(database: Database) -> None:
    await added(database, mail(1))
    changed = mail(1, of=2, subject="Other", state=OutState.SENT, recipients=(), detail="250", message_id="new@x")
    async with database.write() as tx:
        await mails.update(tx, changed)
        assert await mails.get(tx, changed.row) == changed
        assert await mails.by_message_id(tx, MAILBOX, ["new@x"]) == (changed,)


async def test_an_update_leaves_a_mail_where_it_was_found_meanwhile(database: Database) -> None:
    sent = mail(1, state=OutState.QUEUED)
    await added(database, sent)
    async with database.write() as tx:
        await mails.place(tx, sent.row, "Sent", 5, 77)
        await mails.update(tx, replace(sent, state=OutState.SENT))
        found = await mails.at_place(tx, MAILBOX, "Sent", 5, 77)
    assert found is not None and found.state is OutState.SENT


async def test_ids_are_compared_exactly_whole_and_within_the_mailbox(database: Database) -> None:
    long = "x" * 3000
    ids = ["abc@x", "ABC@x", long + "1@x", long + "2@x", "abc@x"]
    await added(database, *(mail(row, message_id=one) for row, one in enumerate(ids, 1)))
    await added(database, mail(6, message_id="abc@x", mailbox=OTHER))
    async with database.read() as tx:

        async def rows(*asked: str) -> list[int]:
            return [int(one.row) for one in await mails.by_message_id(tx, MAILBOX, asked)]

        assert await rows("abc@x") == [1, 5]
        assert await rows("ABC@x") == [2]
        assert await rows(long + "2@x") == [4]
        assert await rows("Abc@x", "", long) == []
        assert await rows("ABC@x", "abc@x", "ABC@x") == [1, 2, 5]
        assert await rows() == []


async def test_mails_without_an_id_are_not_each_other(database: Database) -> None:
    await added(database, mail(1, message_id=""))
    async with database.read() as tx:
        assert await mails.by_message_id(tx, MAILBOX, [""]) == ()
        assert await mails.referring_to(tx, MAILBOX, "") == ()


async def test_the_same_bytes_are_found_within_the_mailbox(database: Database) -> None:
    raw = BlobId("cd" * 32)
    await added(database, mail(1, raw=raw, mailbox=OTHER), mail(2, raw=raw), mail(3))
    async with database.read() as tx:
        found = await mails.by_raw(tx, MAILBOX, raw)
        assert found is not None
        assert found.row == 2
        assert await mails.by_raw(tx, MAILBOX, BlobId("ef" * 32)) is None


async def test_mails_that_name_one_of_some_ids_are_found_within_the_mailbox(database: Database) -> None:
    await added(
        database,
        mail(1, of=1, in_reply_to=("parent@x",)),
        mail(2, of=2, references=("first@x", "parent@x")),
        mail(3, of=3, references=("other@x",)),
        mail(4, of=4, references=("parent@x",), mailbox=OTHER),
    )
    async with database.read() as tx:
        assert {one.row for one in await mails.naming(tx, MAILBOX, ("parent@x", "first@x", ""))} == {1, 2}
        assert await mails.naming(tx, MAILBOX, ()) == ()


async def test_a_parent_that_comes_later_finds_those_that_named_it(database: Database) -> None:
    await added(
        database,
        mail(1, of=1, in_reply_to=("parent@x",)),
        mail(2, of=2, references=("first@x", "parent@x")),
        mail(3, of=1, references=("parent@x", "parent@x")),
        mail(4, of=3, references=("Parent@x",)),
        mail(5, of=4, references=("parent@x",), mailbox=OTHER),
    )
    async with database.write() as tx:
        assert await mails.referring_to(tx, MAILBOX, "parent@x") == (1, 2)
        assert await mails.referring_to(tx, MAILBOX, "first@x") == (2,)
        moved = await mails.get(tx, MessageRow(2))
        assert moved is not None
        await mails.update(tx, replace(moved, conversation=ConversationId(9)))
        assert await mails.referring_to(tx, MAILBOX, "first@x") == (9,)


async def test_the_mails_of_a_conversation_come_by_date(database: Database) -> None:
    await added(
        database,
        mail(1, date=later(30)),
        mail(2, date=later(10)),
        mail(3, date=later(20), direction=Direction.OUT),
        mail(4, of=2),
    )
    async with database.read() as tx:
        assert [one.row for one in (await mails.of_conversations(tx, [FIRST]))[FIRST]] == [2, 3, 1]
        newest = await mails.newest(tx, FIRST, Direction.IN)
        assert newest is not None
        assert newest.row == 1


async def test_mails_of_one_second_come_in_the_order_of_their_folder(database: Database) -> None:
    await added(database, *(mail(row, date=later(10), uid=uid) for row, uid in ((1, 7), (2, 5), (3, 6))))
    async with database.read() as tx:
        assert [one.row for one in (await mails.of_conversations(tx, [FIRST]))[FIRST]] == [2, 3, 1]
        newest = await mails.newest(tx, FIRST, Direction.IN)
        assert newest is not None
        assert newest.row == 1
        assert await mails.newest(tx, SECOND, Direction.OUT) is None


async def test_outgoing_mails_are_found_by_their_event_and_while_unsettled(database: Database) -> None:
    out = mail(1, direction=Direction.OUT)
    states = (*OutState, None)
    await added(
        database,
        *(replace(out, row=MessageRow(row), state=state) for row, state in enumerate(states, 1)),
        mail(20, direction=Direction.OUT, source=EventId("$said"), state=OutState.QUEUED, of=2),
    )
    async with database.read() as tx:
        unsettled = {one.state for one in await mails.open_out(tx, FIRST)}
        assert unsettled == {*KEPT_BACK, OutState.RETRYING, OutState.UNKNOWN, OutState.REFUSED}
        found = await mails.by_source(tx, EventId("$said"))
        assert found is not None
        assert found.row == 20
        assert await mails.by_source(tx, EventId("$other")) is None


async def test_limits_count_what_leaves_from_here(database: Database) -> None:
    out = mail(1, direction=Direction.OUT, state=OutState.SENT)
    await added(
        database,
        replace(out, row=MessageRow(1), date=later(0)),
        replace(out, row=MessageRow(2), date=later(10)),
        replace(out, row=MessageRow(3), date=later(10), state=OutState.QUEUED),
        replace(out, row=MessageRow(4), date=later(10), state=OutState.CANCELLED),
        replace(out, row=MessageRow(5), date=later(10), state=OutState.REFUSED),
        replace(out, row=MessageRow(6), date=later(10), state=None),
        replace(out, row=MessageRow(7), date=later(10), mailbox=OTHER),
        mail(8, date=later(10)),
    )
    async with database.read() as tx:
        assert await mails.sent_since(tx, MAILBOX, later(5)) == 2
        assert await mails.sent_since(tx, MAILBOX, later(0)) == 3


async def test_a_place_is_found_until_the_folder_is_reset(database: Database) -> None:
    await added(database, mail(1), mail(2), mail(3, mailbox=OTHER))
    async with database.write() as tx:
        for row in (1, 2):
            await mails.place(tx, MessageRow(row), "INBOX", 7, row)
        await mails.place(tx, MessageRow(3), "INBOX", 7, 1)
        found = await mails.at_place(tx, MAILBOX, "INBOX", 7, 2)
        assert found is not None
        assert (found.row, found.folder, found.uidvalidity, found.uid) == (2, "INBOX", 7, 2)
        assert await mails.at_place(tx, MAILBOX, "INBOX", 8, 2) is None

        assert await mails.forget_places(tx, MAILBOX, "INBOX") == 2
        assert await mails.at_place(tx, MAILBOX, "INBOX", 7, 2) is None
        assert await mails.at_place(tx, MAILBOX, "INBOX", 0, 0) is None
        assert await mails.at_place(tx, OTHER, "INBOX", 7, 1) is not None


async def test_a_mail_remembers_its_event(database: Database) -> None:
    await added(database, mail(1))
    async with database.write() as tx:
        await mails.set_event(tx, MessageRow(1), EventId("$posted"))
        assert await mails.get(tx, MessageRow(1)) == mail(1, event=EventId("$posted"))
