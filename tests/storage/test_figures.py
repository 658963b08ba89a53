"""Figures count what came and left, in their mailbox and their time alone."""

from datetime import timedelta
from typing import Any

from bot.domain.conversation import Direction, OutState, Status
from bot.domain.figures import Opened
from bot.domain.ids import MailboxId
from storage import conversations, figures, mails
from storage.database import Database
from tests.storage.made import ALICE, MAILBOX, NOW, conversation, later, mail

DAY = 86_400.0
OUT: dict[str, Any] = {"direction": Direction.OUT, "author": ALICE}


async def test_mails_and_first_answers_are_counted(database: Database) -> None:
    async with database.write() as tx:
        await conversations.save(tx, conversation(1, tags=("été",)))
        await conversations.save(tx, conversation(2))
        await conversations.save(tx, conversation(3))
        await conversations.save(tx, conversation(4, status=Status.SPAM))
        await conversations.save(tx, conversation(5, created_at=later(-9 * DAY), waiting_since=later(-9 * DAY)))
        await conversations.save(tx, conversation(6, mailbox=MailboxId("other@example.org")))
        await mails.add(tx, mail(1, date=NOW))
        await mails.add(tx, mail(2, date=later(60), state=OutState.CANCELLED, **OUT))
        await mails.add(tx, mail(3, date=later(600), state=OutState.SENT, **OUT))
        await mails.add(tx, mail(4, date=later(7200), state=OutState.BOUNCED, **{**OUT, "author": None}))
        await mails.add(tx, mail(5, of=2, date=later(30)))
        await mails.add(tx, mail(6, of=3, date=later(30), state=OutState.SENT, **OUT))
        await mails.add(tx, mail(7, of=3, date=later(90)))
        await mails.add(tx, mail(8, of=2, date=later(40), is_automatic=True))
        await mails.add(tx, mail(9, of=2, date=later(2 * DAY)))
    async with database.read() as tx:
        span = (NOW, later(DAY))
        assert sum(n for _, n in await figures.came(tx, MAILBOX, *span)) == 3
        left = await figures.left(tx, MAILBOX, *span)
        assert sorted((author or "", n) for _, author, n in left) == [("", 1), (ALICE, 2)]
        assert all(at <= NOW + timedelta(hours=2) < at + timedelta(days=1) for at, _, _ in left)
        opened = await figures.opened(tx, MAILBOX, *span)
        waited, waiting = Opened(("été",), timedelta(seconds=600)), Opened((), None, is_waiting=True)
        assert sorted(opened, key=repr) == sorted([waited, waiting, Opened((), None)], key=repr)
        assert await figures.open_by_age(tx, MAILBOX, later(60)) == (3, 0, 0, 1)
        assert await figures.open_by_age(tx, MailboxId("none@example.org"), NOW) == (0, 0, 0, 0)
