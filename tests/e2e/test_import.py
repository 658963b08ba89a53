"""An archive is brought in beside a bot that runs, killed on the way, and wakes by an answer, on real servers."""

from __future__ import annotations

import asyncio
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.synapse import Synapse
from tests.e2e.house import Desk, House, housed
from tests.e2e.letters import id_of, letter, new_id

THEN = datetime(2024, 3, 5, 10, 0, tzinfo=UTC)
SEPARATOR = b"From x Tue Mar  5 10:00:00 2024\n"


def _archive(desk: Desk, file: Path, others: int) -> bytes:
    """A question and our answer, among others; the answer's bytes."""
    asked = letter(to=desk.address, id=new_id(), subject="Il y a longtemps", at=THEN)
    sender = f"Asso <{desk.alias or desk.address}>"
    answered = letter(to="marie@example.org", sender=sender, id=new_id(), answers=id_of(asked), at=THEN, text="Oui.\n")
    more = [letter(to=desk.address, id=new_id(), subject=f"Autre {n}", at=THEN) for n in range(others)]
    raws = [one.replace(b"\r\n", b"\n") for one in (asked, *more, answered)]
    file.write_bytes(b"".join(SEPARATOR + raw + b"\n" for raw in raws))
    return answered


async def _import(house: House, desk: Desk, file: Path, *, killed_after: float | None = None) -> str:
    words = ["import", "-c", str(house.config), desk.address, str(file)]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *words,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, **(house.bot.environment or {}), "LC_ALL": "C.UTF-8"},
    )
    if killed_after is not None:
        await asyncio.sleep(killed_after)
        process.kill()
    said, _ = await process.communicate()
    if killed_after is None:
        assert process.returncode == 0, said.decode()
    return said.decode()


async def test_it_comes_in_quietly_and_an_answer_gives_its_conversation_a_card(
    synapse: Synapse, dovecot: Dovecot, tmp_path: Path
) -> None:
    async with housed(synapse, dovecot, desks=({"undo_seconds": 2},)) as own:
        (desk,) = own.desks
        answered = _archive(desk, tmp_path / "old.mbox", 60)
        await _import(own, desk, tmp_path / "old.mbox", killed_after=2.0)
        await _import(own, desk, tmp_path / "old.mbox")
        again = await _import(own, desk, tmp_path / "old.mbox")
        assert "62" in again and own.posted(desk.room, "conversation") == []

        case = await own.case(desk, letter(to=desk.address, id=new_id(), answers=id_of(answered), text="Encore !\n"))
        assert len(own.posted(desk.room, "conversation")) == 1
        await case.card("status", "active")
        card = own.alice.current(desk.room, case.thread)
        assert card is not None and "Il y a longtemps" in card.body and card.content["msgtype"] == "m.text"
        await case.say("!unfold")
        await own.mail_event(desk, id_of(answered))
        await case.reply("Merci encore")
        left = await case.sent("Merci encore")
        assert left.recipients == ("marie@example.org",) and id_of(answered).encode() in left.raw
