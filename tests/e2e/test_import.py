"""An archive is brought in beside a bot that runs, killed on the way, and wakes by an answer, on real servers."""

from __future__ import annotations

import asyncio
import hashlib
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

import yaml

from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.synapse import Synapse
from tests.cli.freescout_dump import ACTIVE, APP_KEY, CUSTOMER, MESSAGE, NOTE, Team
from tests.e2e.house import Desk, House, answer, housed
from tests.e2e.letters import id_of, letter, new_id

THEN = datetime(2024, 3, 5, 10, 0, tzinfo=UTC)
SEPARATOR = b"From x Tue Mar  5 10:00:00 2024\n"


def _letters(desk: Desk, others: int) -> list[bytes]:
    """A question, others, and our answer to it."""
    asked = letter(to=desk.address, id=new_id(), subject="Il y a longtemps", at=THEN)
    sender = f"Asso <{desk.alias or desk.address}>"
    answered = letter(to="marie@example.org", sender=sender, id=new_id(), answers=id_of(asked), at=THEN, text="Oui.\n")
    more = [letter(to=desk.address, id=new_id(), subject=f"Autre {n}", at=THEN) for n in range(others)]
    return [asked, *more, answered]


def _archive(desk: Desk, file: Path, others: int) -> bytes:
    """The same in an mbox; the answer's bytes."""
    raws = _letters(desk, others)
    file.write_bytes(b"".join(SEPARATOR + raw.replace(b"\r\n", b"\n") + b"\n" for raw in raws))
    return raws[-1]


async def _import(house: House, desk: Desk, file: Path, *, killed_at: int = 0) -> str:
    return await _run(house, "import", "-c", str(house.config), desk.address, str(file), killed_at=killed_at)


async def _run(house: House, *words: str, killed_at: int = 0) -> str:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *words,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, **(house.bot.environment or {}), "LC_ALL": "C.UTF-8"},
    )
    if killed_at:
        blobs = Path(yaml.safe_load(house.config.read_text())["data_dir"]) / "blobs"
        while process.returncode is None and sum(1 for _ in blobs.glob("??/*")) < killed_at:
            await asyncio.sleep(0.01)
        process.kill()
    said, _ = await process.communicate()
    assert process.returncode == (-signal.SIGKILL if killed_at else 0), said.decode()
    return said.decode()


async def test_it_comes_in_quietly_and_an_answer_gives_its_conversation_a_card(
    synapse: Synapse, dovecot: Dovecot, tmp_path: Path
) -> None:
    async with housed(synapse, dovecot, desks=({"undo_seconds": 2},)) as own:
        (desk,) = own.desks
        answered = _archive(desk, tmp_path / "old.mbox", 200)
        await _import(own, desk, tmp_path / "old.mbox", killed_at=20)
        await _import(own, desk, tmp_path / "old.mbox")
        again = await _import(own, desk, tmp_path / "old.mbox")
        assert "202" in again and own.posted(desk.room, "conversation") == []

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


def _freescout(desk: Desk, folder: Path) -> str:
    """A FreeScout with one conversation, on disk; the id of our answer in it."""
    team = Team()
    team.rows["mailboxes"][0]["email"] = desk.address
    marie = team.customer("Marie", "Dupont", "marie@example.org")
    id = team.conversation(142, "Une adh\u00e9sion", marie, "marie@example.org", status=ACTIVE, user_id=1)
    team.thread(id, CUSTOMER, "<p>Bonjour</p>", message_id=new_id(), **{"from": "marie@example.org"})
    team.thread(id, NOTE, "<p>Elle a appel\u00e9 hier</p>", created_by_user_id=1)
    answer = team.thread(id, MESSAGE, "<p>Voici</p>", to=["marie@example.org"], created_by_user_id=1)
    with (folder / "dump.sql").open("w", encoding="utf-8", newline="") as out:
        team.mysql(out)
    (folder / ".env").write_text(f"APP_KEY={APP_KEY}\n")
    digest = hashlib.md5(f"{answer}{APP_KEY}".encode()).hexdigest()[:16]
    return f"reply-{answer}-{digest}@{desk.address.partition('@')[2]}"


async def test_a_conversation_of_freescout_keeps_its_number_and_is_found_by_a_later_answer(
    synapse: Synapse, dovecot: Dovecot, tmp_path: Path
) -> None:
    async with housed(synapse, dovecot, desks=({"undo_seconds": 2},), language="fr") as own:
        (desk,) = own.desks
        ours = _freescout(desk, tmp_path)
        (tmp_path / "people").write_text(f"alice@monasso.org {own.alice.user_id}\n")
        more = ("--people", str(tmp_path / "people"), "--env", str(tmp_path / ".env"))
        await _run(own, "import-freescout", "-c", str(own.config), *more, str(tmp_path / "dump.sql"))
        listed = await answer(own, desk.room, await own.alice.say(desk.room, "!liste"), "the list")
        assert "#142" in listed.body and own.posted(desk.room, "conversation") == []

        case = await own.case(desk, letter(to=desk.address, id=new_id(), answers=ours, text="Encore\n"))
        assert case.number == 142
        await case.card("assignee", own.alice.user_id)
        told = await case.answer(await case.say("!historique"))
        assert "FreeScout #142" in told.body and "appel\u00e9 hier" in told.body
        found = await answer(own, desk.room, await own.alice.say(desk.room, "!chercher appel\u00e9"), "what is found")
        assert "#142" in found.body
        await case.reply("Merci encore")
        assert ours.encode() in (await case.sent("Merci encore")).raw


async def test_a_folder_of_another_server_comes_in_beside_the_bot_and_goes_on_after_a_kill(
    synapse: Synapse, dovecot: Dovecot, tmp_path: Path
) -> None:
    async with housed(synapse, dovecot, desks=({"undo_seconds": 2},)) as own:
        (desk,) = own.desks
        raws = _letters(desk, 200)
        old = dovecot.add_account()
        await dovecot.deliver_many(old.user, raws, "Sent")
        before = await dovecot.folder_contents(old.user, "Sent")
        (tmp_path / "word").write_text(old.password)
        words = ("import", "-c", str(own.config), "--password", f"file:{tmp_path / 'word'}", desk.address)
        url = f"imap://{old.user}@{dovecot.host}:{dovecot.port}/Sent?tls=off"
        await _run(own, *words, url, killed_at=20)
        await _run(own, *words, url)
        again = await _run(own, *words, url)
        assert "202" in again and own.posted(desk.room, "conversation") == []
        assert await dovecot.folder_contents(old.user, "Sent") == before

        await own.case(desk, letter(to=desk.address, id=new_id(), answers=id_of(raws[-1]), text="Encore !\n"))
        assert len(own.posted(desk.room, "conversation")) == 1
