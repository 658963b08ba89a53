"""What became of each mail of a folder is counted: one that was decided is nowhere missing, whatever was decided."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.domain.condition import FolderCount
from bot.domain.inputs.mail import FolderRole
from bot.domain.rules.condition_said import folder_said
from bot.flows.pump.census import Census
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import NOW
from tests.fakes.mail import FakeInbox
from tests.fakes.writing import mail
from tests.flows.test_answer_by_mail import answer, comes, opened
from tests.flows.test_retention import KEEPS, days_pass


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    made = House(tmp_path, instance=replace(INSTANCE, mailboxes=(KEEPS,)))
    await opened(made)
    yield made
    await made.close()


async def counted(house: House) -> FolderCount:
    pump = house.pumps[0]
    cursor = await pump.catch_up(await pump.open())
    census = Census(MAILBOX.id, "INBOX", FolderRole.INBOX, FakeInbox(house.provider), house.step)
    return await census._count(await census.inbox.uids(), cursor)


async def test_an_answer_by_mail_is_in_no_thread_and_not_missing(house: House) -> None:
    await comes(house, answer(house, "Bonjour"))
    found = await counted(house)
    assert (found.on_server, found.here, found.elsewhere, found.missing) == (2, 1, 1, 0)
    counts = str(folder_said(found))
    assert "condition.decided" in counts and "condition.complete" in counts


async def test_a_program_s_answer_to_a_notification_is_not_missing(house: House) -> None:
    away = (("Auto-Submitted", "auto-replied"),)
    await comes(house, answer(house, "I am away", headers=away))
    found = await counted(house)
    assert (found.elsewhere, found.missing) == (1, 0)


async def test_a_conversation_that_has_gone_leaves_no_mail_missing(house: House) -> None:
    async with house.database.write() as tx:  # type: ignore[union-attr]
        await tx.run(text("UPDATE conversations SET status = 'closed'"))
    for _ in range(8):
        await days_pass(house, 30)
        await house.settle(NOW)
    found = await counted(house)
    assert (found.on_server, found.here, found.elsewhere, found.missing) == (1, 0, 1, 0)


async def test_a_mail_that_was_passed_over_is_missing(house: House) -> None:
    house.provider.deliver(mail(id="lost@example.org"), at=house.clock.now())
    async with house.database.write() as tx:  # type: ignore[union-attr]
        await tx.run(text("UPDATE folder_cursors SET uid = uid + 1"))
    found = await counted(house)
    assert (found.on_server, found.here, found.elsewhere, found.missing) == (2, 1, 0, 1)
