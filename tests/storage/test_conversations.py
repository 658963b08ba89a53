"""Conversations: compare and set, and every way they are found."""

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.conversation import Conversation, Status, Verdict
from bot.domain.ids import ConversationId, EventId, MailboxId, RoomId, UserId
from bot.domain.mail import Address
from bot.domain.needs import Listed
from storage import conversations, pages
from storage.codec import conversation_from_row
from storage.database import Conflict, Database
from tests.storage.made import ALICE, BOB, MAILBOX, NOW, ROOM, conversation, later

OTHER = MailboxId("other@example.org")


async def saved(database: Database, *made: Conversation) -> None:
    async with database.write() as tx:
        for one in made:
            await conversations.save(tx, one)


async def test_what_is_saved_is_read_back_one_version_on(database: Database) -> None:
    made = conversation(
        7,
        subject="Ünïcode \U0001f4ee",
        assignee=ALICE,
        followers=(BOB, ALICE),
        tags=("urgent", "été"),
        mailed_subject="Question",
        snoozed_until=later(9),
        snoozed_by=BOB,
        starred=(BOB,),
        note="Mornings",
        status=Status.PENDING,
        status_before=Status.CLOSED,
        verdict=Verdict.VERIFIED,
        earlier=(ConversationId(3), ConversationId(2)),
        waiting_since=later(0.000001),
        root=EventId("$root"),
    )
    await saved(database, made)
    async with database.read() as tx:
        assert await conversations.get(tx, made.id) == replace(made, version=1)
        assert await conversations.get(tx, ConversationId(8)) is None


async def test_text_that_no_database_takes_is_mended(database: Database) -> None:
    await saved(database, conversation(1, subject="a\0b\ud800c", correspondent=Address("\udfff", "\0@example.net")))
    async with database.read() as tx:
        read = await conversations.get(tx, ConversationId(1))
    assert read is not None
    assert (read.subject, read.correspondent) == ("a\ufffdb?c", Address("?", "\ufffd@example.net"))


async def test_numbers_go_up_and_are_never_given_again(database: Database) -> None:
    async with database.write() as tx:
        assert await conversations.next_number(tx) == 1
        await conversations.save(tx, conversation(1))
        assert await conversations.next_number(tx) == 2
        await conversations.save(tx, conversation(9))
        assert await conversations.next_number(tx) == 10
        await conversations.save(tx, conversation(5))
        assert await conversations.next_number(tx) == 10


async def test_a_number_is_taken_once(database: Database) -> None:
    await saved(database, conversation(1))
    with pytest.raises(Conflict):
        await saved(database, conversation(1))


async def test_only_the_version_that_was_read_is_replaced(database: Database) -> None:
    await saved(database, conversation(1))
    first = replace(conversation(1), version=1, mails=2)
    await saved(database, first)
    with pytest.raises(Conflict):
        await saved(database, replace(first, mails=3))
    with pytest.raises(Conflict):
        await saved(database, replace(conversation(2), version=1))
    async with database.read() as tx:
        assert await conversations.get(tx, ConversationId(1)) == replace(first, version=2)


async def test_a_card_posted_meanwhile_is_kept_by_a_save_that_does_not_know_it(database: Database) -> None:
    await saved(database, conversation(1))
    async with database.write() as tx:
        await conversations.set_root(tx, ConversationId(1), EventId("$root"))
    await saved(database, replace(conversation(1), version=1, mails=2))
    async with database.read() as tx:
        read = await conversations.get(tx, ConversationId(1))
        assert read is not None
        assert (read.root, read.mails, read.version) == ("$root", 2, 2)


async def test_earlier_conversations_are_found_whatever_the_case_of_the_address(database: Database) -> None:
    long = "x" * 5000 + "@example.net"
    for number, address in enumerate(
        ("Marie@Example.net", "marie@example.net", "paul@example.net", long, long + "x"), 1
    ):
        await saved(database, conversation(number, correspondent=Address("", address)))
    await saved(database, conversation(6, mailbox=OTHER))
    async with database.read() as tx:
        assert await conversations.earlier_of(tx, MAILBOX, "MARIE@example.net") == (2, 1)
        assert await conversations.earlier_of(tx, MAILBOX, "marie@example.net", limit=1) == (2,)
        assert await conversations.earlier_of(tx, MAILBOX, long.upper()) == (4,)
        assert await conversations.earlier_of(tx, MAILBOX, "nobody@example.net") == ()


async def test_the_board_has_the_newest_and_the_longest_waiting_and_counts_all(database: Database) -> None:
    await saved(
        database,
        conversation(1, waiting_since=later(30)),
        conversation(2, waiting_since=later(10), assignee=ALICE),
        conversation(3, waiting_since=later(20), mailbox=OTHER),
        conversation(4, waiting_since=later(0), status=Status.PENDING),
        conversation(5, waiting_since=later(0), status=Status.CLOSED),
        conversation(6, waiting_since=later(0), mailbox=MailboxId("third@example.org")),
    )
    async with database.read() as tx:
        board = await pages.open_board(tx, (MAILBOX, OTHER), 2)
        assert [one.id for one in board.oldest] == [2, 3]
        assert [[one.id for one in rows] for rows in (board.nobodys, board.assigned)] == [[1, 3], [2]]
        assert (board.active, board.unassigned, board.pending) == (3, 2, 1)
        nothing = await pages.open_board(tx, (), 2)
        assert (nothing.oldest, nothing.active) == ((), 0)


async def test_the_counts_follow_every_change(database: Database) -> None:
    await saved(database, conversation(1), conversation(2))
    await saved(database, replace(conversation(1), version=1, assignee=ALICE))
    await saved(database, replace(conversation(1), version=2, assignee=BOB, status=Status.PENDING))
    await saved(database, replace(conversation(2), version=1, mailbox=OTHER))
    with pytest.raises(Conflict):
        await saved(database, replace(conversation(1), version=1, status=Status.CLOSED))
    async with database.read() as tx:
        board = await pages.open_board(tx, (MAILBOX,), 5)
        assert (board.active, board.unassigned, board.pending) == (0, 0, 1)
        board = await pages.open_board(tx, (OTHER,), 5)
        assert (board.active, board.unassigned, board.pending) == (1, 1, 0)


async def test_lists_are_filtered_and_counted_beyond_their_limit(database: Database) -> None:
    await saved(
        database,
        conversation(1, waiting_since=later(9), followers=(BOB,)),
        conversation(2, waiting_since=later(5), assignee=ALICE),
        conversation(3, status=Status.PENDING, waiting_since=later(1), assignee=ALICE),
        conversation(4, status=Status.CLOSED, changed_at=later(1), followers=(BOB, ALICE)),
        conversation(5, status=Status.CLOSED, changed_at=later(2)),
        conversation(6, mailbox=OTHER),
    )

    async def found(limit: int = 10, **asked: object) -> tuple[list[int], int]:
        async with database.read() as tx:
            rows, total = await pages.listing(tx, Listed((MAILBOX,), **asked, size=limit))  # type: ignore[arg-type]
        return [int(one.id) for one in rows], total

    assert await found() == ([1, 2, 3, 5, 4], 5)
    assert await found(limit=2) == ([1, 2], 5)
    assert await found(limit=2, page=2) == ([3, 5], 5)
    assert await found(status=(Status.CLOSED,)) == ([5, 4], 2)
    assert await found(status=(Status.ACTIVE, Status.PENDING)) == ([1, 2, 3], 3)
    assert await found(assignee=ALICE, limit=1) == ([2], 2)
    assert await found(status=(Status.ACTIVE,), unassigned=True) == ([1], 1)
    assert await found(unassigned=True, limit=1) == ([1], 3)
    assert await found(follower=BOB) == ([1, 4], 2)
    assert await found(status=(Status.SPAM,)) == ([], 0)


@pytest.mark.parametrize("follower", [None, BOB])
async def test_of_a_page_far_down_only_what_it_shows_is_read_whole(
    database: Database, follower: UserId | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    several = [conversation(n, status=Status.CLOSED, changed_at=later(n), followers=(BOB,)) for n in range(1, 41)]
    await saved(database, *several)
    read: list[int] = []

    def counted(row: Any) -> Conversation:
        read.append(row.id)
        return conversation_from_row(row)

    monkeypatch.setattr("storage.conversations.conversation_from_row", counted)
    async with database.read() as tx:
        rows, total = await pages.listing(tx, Listed((MAILBOX,), follower=follower, size=3, page=11))
    assert ([one.id for one in rows], total) == ([10, 9, 8], 40)
    assert sorted(read) == [8, 9, 10]


async def test_what_somebody_follows_is_listed_as_it_stands_now(database: Database) -> None:
    await saved(
        database,
        conversation(1, waiting_since=later(1), followers=(BOB,)),
        conversation(2, waiting_since=later(2), followers=(BOB,)),
        conversation(3, waiting_since=later(3), followers=(BOB,)),
    )
    await saved(
        database,
        replace(conversation(1), version=1, followers=(BOB,), status=Status.CLOSED, changed_at=later(50)),
        replace(conversation(2), version=1, followers=(BOB,), waiting_since=later(9)),
    )
    async with database.read() as tx:
        for limit, wanted in ((5, [2, 3, 1]), (1, [2])):
            rows, total = await pages.listing(tx, Listed((MAILBOX,), follower=BOB, size=limit))
            assert ([row.id for row in rows], total) == (wanted, 3)


async def test_all_with_a_person_are_listed_whatever_the_case_of_the_address(database: Database) -> None:
    await saved(
        database,
        conversation(1),
        conversation(2, status=Status.CLOSED),
        conversation(3, correspondent=Address("Paul", "paul@example.net")),
        conversation(4, mailbox=OTHER),
    )
    address = conversation(1).correspondent.address.upper()

    async def found(*mailboxes: MailboxId, limit: int = 5, page: int = 1) -> tuple[list[int], int]:
        async with database.read() as tx:
            rows, total = await pages.listing(tx, Listed(mailboxes, size=limit, page=page, correspondent=address))
        return [row.id for row in rows], total

    assert (await found(MAILBOX), await found(MAILBOX, OTHER)) == (([2, 1], 2), ([4, 2, 1], 3))
    assert (await found(MAILBOX, limit=1), await found(MAILBOX, limit=1, page=2)) == (([2], 2), ([1], 2))


async def test_snoozed_ones_are_counted_apart_and_listed_by_when_they_come_back(database: Database) -> None:
    pending = {"status": Status.PENDING}
    await saved(
        database,
        conversation(1, **pending, snoozed_until=later(9)),
        conversation(2, **pending, snoozed_until=later(5)),
        conversation(3, **pending),
        conversation(4, status=Status.CLOSED, snoozed_until=later(1)),
        conversation(5, mailbox=OTHER, **pending, snoozed_until=later(1)),
    )

    async def found(snoozed: bool | None, page: int = 1) -> tuple[list[int], int]:
        async with database.read() as tx:
            rows, total = await pages.listing(
                tx, Listed((MAILBOX,), status=(Status.PENDING,), size=1, page=page, snoozed=snoozed)
            )
        return [row.id for row in rows], total

    assert (await found(True), await found(True, 2), await found(False)) == (([2], 2), ([1], 2), ([3], 1))
    assert (await found(None))[1] == 3
    async with database.read() as tx:
        board = await pages.open_board(tx, (MAILBOX,), 5)
        assert ([one.id for one in board.coming], board.snoozed, board.pending) == ([2, 1], 2, 1)
    await saved(database, replace(conversation(1), version=1, status=Status.ACTIVE))
    async with database.read() as tx:
        board = await pages.open_board(tx, (MAILBOX,), 5)
        assert ([one.id for one in board.coming], board.snoozed, board.active) == ([2], 1, 1)


async def test_a_tag_is_listed_as_its_conversations_stand_now_whatever_its_accents(database: Database) -> None:
    await saved(
        database,
        conversation(1, waiting_since=later(1), tags=("été", "b")),
        conversation(2, waiting_since=later(2), tags=("ete",)),
        conversation(3, waiting_since=later(3), tags=("b",)),
        conversation(4, mailbox=OTHER, tags=("été",)),
    )
    await saved(
        database,
        replace(conversation(1), version=1, tags=("b", "été"), status=Status.CLOSED, changed_at=later(50)),
        replace(conversation(3), version=1, tags=("c",)),
    )

    async def found(tag: str, limit: int = 5, status: tuple[Status, ...] | None = None) -> tuple[list[int], int]:
        async with database.read() as tx:
            rows, total = await pages.listing(tx, Listed((MAILBOX,), status=status, size=limit, tag=tag))
        return [row.id for row in rows], total

    assert await found("Ete") == ([2, 1], 2)
    assert await found("été", limit=1) == ([2], 2)
    assert await found("été", status=(Status.CLOSED,)) == ([1], 1)
    assert (await found("b"), await found("c"), await found("d")) == (([1], 1), ([3], 1), ([], 0))


async def test_followers_who_leave_no_longer_find_it(database: Database) -> None:
    await saved(database, conversation(1, followers=(ALICE, BOB)))
    await saved(database, replace(conversation(1), version=1, followers=(BOB,)))
    async with database.read() as tx:
        for user, count in ((ALICE, 0), (BOB, 1)):
            _, total = await pages.listing(tx, Listed((MAILBOX,), follower=user, size=5))
            assert total == count


async def test_a_card_leads_to_its_conversation_in_its_room_only(database: Database) -> None:
    await saved(database, conversation(1, root=EventId("$root")), conversation(2))
    async with database.read() as tx:
        found = await conversations.by_root(tx, ROOM, EventId("$root"))
        assert found is not None
        assert found.id == 1
        assert await conversations.by_root(tx, RoomId("!elsewhere"), EventId("$root")) is None
        assert await conversations.roots(tx, (ConversationId(1), ConversationId(2))) == ((1, ROOM, "$root"),)
        assert await conversations.roots(tx, ()) == ()


async def test_what_a_member_has_in_hand_is_found_by_room(database: Database) -> None:
    await saved(
        database,
        conversation(1, assignee=ALICE),
        conversation(2, assignee=ALICE, status=Status.PENDING),
        conversation(3, assignee=ALICE, status=Status.CLOSED),
        conversation(4, assignee=ALICE, room=RoomId("!elsewhere")),
        conversation(5, assignee=BOB),
    )
    async with database.read() as tx:
        assert [one.id for one in await conversations.assigned_to(tx, ROOM, ALICE)] == [1, 2]


async def test_times_keep_their_microseconds(database: Database) -> None:
    await saved(database, conversation(1, created_at=NOW))
    async with database.read() as tx:
        read = await conversations.get(tx, ConversationId(1))
    assert read is not None
    assert (read.created_at, read.created_at.microsecond) == (NOW, 123456)


async def test_what_needs_nobody_is_no_work_and_is_listed_apart(database: Database) -> None:
    await saved(database, conversation(1), conversation(2, needs_nobody=True), conversation(3, needs_nobody=True))

    async def numbers(needs_nobody: bool | None) -> tuple[list[int], int]:
        async with database.read() as tx:
            rows, total = await pages.listing(
                tx, Listed((MAILBOX,), status=(Status.ACTIVE,), size=10, needs_nobody=needs_nobody)
            )
        return [int(row.id) for row in rows], total

    async with database.read() as tx:
        board = await pages.open_board(tx, (MAILBOX,), 10)
        assert (board.active, board.unassigned) == (1, 1)
        assert [row.id for row in await conversations.to_do_in(tx, ROOM, (MAILBOX,), 10)] == [1]
    assert await numbers(True) == ([3, 2], 2)
    assert await numbers(False) == ([1], 1)
    assert await numbers(None) == ([3, 2, 1], 3)
    await saved(database, conversation(2, version=1))
    assert await numbers(True) == ([3], 1)
    assert await numbers(False) == ([2, 1], 2)


async def test_of_many_that_go_on_as_one_the_newest_are_named(database: Database) -> None:
    numbers = (7, 3, 9, 4, 8, 2, 6)
    await saved(database, conversation(1), *(conversation(n, goes_on_as=ConversationId(1)) for n in numbers))
    async with database.read() as tx:
        assert await conversations.merged_into(tx, ConversationId(1), 3) == (7, 8, 9)
