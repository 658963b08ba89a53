"""A bot that is started on the database of an older one goes on where that one stood."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.domain.ids import EventId
from storage import mails
from storage.blobs import Blobs
from storage.database import Database
from storage.schema.threads import dialogues
from tests.fakes.chat import BOB
from tests.fakes.house import House
from tests.fakes.writing import mail, says
from tests.storage.stored.databases import VERSIONS, restore, waiting
from tests.storage.test_older_databases import FIRST


@pytest.mark.parametrize("version", VERSIONS)
async def test_what_waited_is_sent_and_an_answer_finds_its_conversation(version: str, tmp_path: Path) -> None:
    file = tmp_path / "postroom.db"
    restore(version, file)
    await (await Database.open(f"sqlite:///{file}")).close()
    await Blobs(tmp_path / "blobs").put(waiting(version))
    house = House(tmp_path)
    for id, subject in (("a1@example.org", "Adhésion"), ("b1@example.org", "Facture")):
        house.provider.deliver(mail(id=id, subject=subject))
    house.clock.forward(3600)
    await house.open()

    house.provider.deliver(mail(id="a2@example.org", subject="Re: Adhésion", reply_to="a1@example.org"))
    await house.settle()

    async with house.step.database.read() as tx:
        assert len((await mails.of_conversations(tx, (FIRST,)))[FIRST]) == 3
    assert [raw for _, _, raw in house.provider.delivered] == [waiting(version)]
    assert await house.open_calls() == 0
    await house.close()


@pytest.mark.parametrize("version", [version for version in VERSIONS if version >= "0010"])
async def test_a_question_that_waited_is_answered(version: str, tmp_path: Path) -> None:
    file = tmp_path / "postroom.db"
    restore(version, file)
    database = await Database.open(f"sqlite:///{file}")
    async with database.read() as tx:
        (put,) = await tx.all(select(dialogues).where(dialogues.c.kind == "confirm_send"), {})
    await database.close()
    await Blobs(tmp_path / "blobs").put(waiting(version))
    house = House(tmp_path)
    house.clock.at = put.expires_at - timedelta(minutes=10)
    await house.open()
    # Somebody else's answer has just left: without the question these words would only be asked about.
    await house.step.take(says("!reply #2 Merci aussi", sender=BOB, event=EventId("$again")))
    await house.settle()
    assert len(house.provider.delivered) == 2
    await house.close()
