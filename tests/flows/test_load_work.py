"""What a command loads of its conversation is the same for ten mails and for ten thousand."""

from dataclasses import replace

import pytest

from bot.domain.conversation import Conversation, Direction, MailRecord, OutState
from bot.domain.ids import EventId
from bot.domain.work import Work
from bot.flows.load.work import MOST_LOOKED_AT, MOST_QUOTED, load_work
from storage import codec, conversations, mails
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.storage.made import ALICE, conversation, later, mail

FIRST, HUMAN, SENT = 1, 2, 3


async def worked(house: House, records: list[MailRecord]) -> Work:
    assert house.database is not None
    one: Conversation = conversation(900, mailbox=MAILBOX.id, room=MAILBOX.room, root=EventId("$root"))
    async with house.database.write() as tx:
        await conversations.save(tx, one)
        for record in records:
            await mails.add(tx, replace(record, mailbox=MAILBOX.id))
        return await load_work(tx, one, INSTANCE, ALICE, later(0))


def thread(filling: int) -> list[MailRecord]:
    first = mail(FIRST, 900, event=EventId("$first"))
    human = mail(HUMAN, 900)
    refused = mail(SENT, 900, direction=Direction.OUT, author=ALICE, state=OutState.REFUSED)
    return [first, human, refused, *(mail(row, 900, is_automatic=True) for row in range(10, 10 + filling))]


@pytest.mark.parametrize("filling", [0, 5, 57, 58, 400])
async def test_the_newest_words_and_what_is_not_settled_are_found_under_any_number_of_mails(
    house: House, filling: int
) -> None:
    work = await worked(house, thread(filling))
    assert work.newest_in is not None and work.newest_in.row == HUMAN
    assert work.newest_out is not None and work.newest_out.row == SENT
    assert [one.row for one in work.outgoing] == [SENT]


async def test_the_recent_ones_are_quoted_and_no_more_are_read(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []

    def counted(row: object) -> MailRecord:
        read.append(1)
        return codec.mail_from_row(row)  # type: ignore[arg-type]

    monkeypatch.setattr("storage.mails.mail_from_row", counted)
    work = await worked(house, [mail(row, 900) for row in range(1, 2_001)])
    assert [one.row for one in work.history] == list(range(2_000, 2_000 - MOST_QUOTED, -1))
    assert len(read) <= MOST_LOOKED_AT + 5
