"""`postroom gdpr erase`: shown, done, proved; others' mails stay, and a backup of before brings nobody back."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from email.message import EmailMessage
from typing import Any

import pytest

from bot.cli import erase as erasing_command
from bot.cli.erase import erase
from bot.cli.erased import LIST
from bot.domain.calls import RedactEvent, Submit, SubmitToMember
from bot.domain.conversation import Direction, EventKind, KnownEvent, OutState
from bot.domain.ids import ConversationId, EventId, MessageRow
from bot.domain.mail import Address, Attachment
from bot.domain.mailed import Mailed
from bot.domain.persons import PersonNote
from bot.domain.planned import plan
from bot.domain.returned import Returned
from bot.domain.searching import Query, Term
from bot.process.lock import FolderLock
from storage import conversations, erasing, events, mailed, mails, member_mails, outbox, person_notes, returned, search
from storage.database import Database
from storage.planning import add_all
from storage.schema.bookkeeping import shunted
from storage.schema.calls import outbox as calls
from tests.cli.test_export import CONTACT, MARIE, PAUL, House, house, raw, server
from tests.storage.made import ALICE, NOW, ROOM

__all__ = ["house", "server"]


async def fill(house: House) -> dict[str, Any]:
    """Marie's own conversation, one of Paul's in which she wrote too, and one of Paul's alone."""
    shared = Attachment("shared.pdf", "application/pdf", 6, False, "", await house.blobs.put(b"shared"))
    own = Attachment("own.pdf", "application/pdf", 3, False, "", await house.blobs.put(b"own"))
    hers = await house.mail(raw("hers"), from_=(MARIE,), text="whistle", attachments=(shared, own))
    ours = await house.mail(
        raw("to her"), from_=(Address("", CONTACT),), direction=Direction.OUT, author=ALICE, state=OutState.SENT
    )
    ours = replace(ours, to=(MARIE,))
    await house.has(1, hers, ours, notes="Marie is cross")
    pauls = await house.mail(raw("from Paul", PAUL), from_=(PAUL,), cc=(MARIE,), text="teapot", attachments=(shared,))
    in_his = await house.mail(raw("hers in his"), from_=(MARIE,), text="saucer")
    await house.has(2, pauls, in_his, of=PAUL)
    alone = await house.mail(raw("alone", PAUL), from_=(PAUL,), text="spoon")
    await house.has(3, alone, of=PAUL)
    database = await Database.open(house.config.database_url)
    async with database.write() as tx:
        for number, record in ((1, hers), (2, in_his), (2, pauls)):
            known = KnownEvent(EventId(f"$mail{record.row}"), ROOM, EventKind.MAIL, number, None, record.row, NOW)  # type: ignore[arg-type]
            await events.add(tx, known)
            await search.keep_mail(tx, replace(record, conversation=known.conversation), CONTACT)  # type: ignore[arg-type]
        await returned.put(tx, Returned(CONTACT, MARIE.address, 2, MessageRow(1), None, NOW), None)
        await person_notes.put(tx, PersonNote(CONTACT, MARIE.address, "Prefers mornings", ALICE, EventId("$p"), NOW))
    await database.close()
    return {"hers": hers, "pauls": pauls, "in_his": in_his, "alone": alone, "shared": shared, "own": own}


async def erases(house: House, address: str = MARIE.address, *, yes: bool = True) -> int:
    return await asyncio.to_thread(erase, house.config, address, yes=yes, language="en")


async def numbers(house: House) -> dict[int, list[int]]:
    """The conversations, each with the rows of its mails."""
    database = await Database.open(house.config.database_url)
    try:
        async with database.read() as tx:
            found = await conversations.several(tx, [1, 2, 3])  # type: ignore[list-item]
            of = await mails.of_conversations(tx, [one.id for one in found])
            return {one.id: [each.row for each in of.get(one.id, ())] for one in found}
    finally:
        await database.close()


async def finds(house: House, word: str) -> int:
    database = await Database.open(house.config.database_url)
    try:
        async with database.read() as tx:
            return len((await search.find(tx, [CONTACT], Query(terms=(Term((word,)),))))[0])
    finally:
        await database.close()


async def test_without_yes_it_shows_what_would_go_and_does_nothing(house: House, capsys: Any) -> None:
    await fill(house)
    before = await numbers(house)

    assert await erases(house, yes=False) == 0

    shown = capsys.readouterr().out
    assert (
        f"{CONTACT}: 1 conversations go whole; with them, and out of 1 conversations of others, 3 mails. 1 mails"
        in shown
    )
    assert "Nothing was changed" in shown
    assert await numbers(house) == before
    assert not (house.config.data_dir / LIST).exists()


async def test_what_they_wrote_goes_and_others_mails_stay_without_their_name(house: House, capsys: Any) -> None:
    there = await fill(house)

    assert await erases(house, "MARIE@example.net") == 0

    assert await numbers(house) == {2: [there["pauls"].row], 3: [there["alone"].row]}
    assert "finds nothing of them any more" in capsys.readouterr().out
    database = await Database.open(house.config.database_url)
    async with database.read() as tx:
        kept = await mails.get(tx, there["pauls"].row)
        assert kept is not None
        assert (kept.from_, kept.cc[0].address) == ((PAUL,), "erased@erased.invalid")
        assert not await erasing.left(tx, [MARIE.address])
        planned = [await outbox.get(tx, row.effect) for row in await outbox.listing(tx)]
    await database.close()
    redacted = {one.planned.call.event for one in planned if one and isinstance(one.planned.call, RedactEvent)}
    assert redacted == {"$n1", f"$mail{there['hers'].row}", f"$mail{there['in_his'].row}"}
    assert [await finds(house, word) for word in ("whistle", "saucer", "teapot")] == [0, 0, 1]


async def test_files_go_but_for_those_of_another_mail(house: House) -> None:
    there = await fill(house)

    await erases(house)

    gone = (there["hers"].raw, there["in_his"].raw, there["own"].sha256)
    kept = (there["pauls"].raw, there["alone"].raw, there["shared"].sha256)
    assert [house.blobs.exists(one) for one in gone] == [False] * 3
    assert [house.blobs.exists(one) for one in kept] == [True] * 3


async def test_second_copies_and_earlier_words_that_no_row_names_go_as_well(house: House) -> None:
    there = await fill(house)
    loose = [await house.blobs.put(one) for one in (b"her mail with another trace", b"words of before the edit")]
    database = await Database.open(house.config.database_url)
    aside = await house.blobs.put(b"of a mail put aside")
    draft = await house.blobs.put(b"of a call")
    async with database.write() as tx:
        values = {"id": 1, "key": "k", "kind": "MailArrived", "error": "x", "at": NOW}
        await tx.run(shunted.insert(), [{**values, "payload": json.dumps({"raw": aside})}])
        call = Submit(CONTACT, MessageRow(70), CONTACT, ("paul@example.net",), draft)
        await add_all(tx, [plan(call)], NOW)
    await database.close()

    assert await erases(house) == 0

    assert [house.blobs.exists(one) for one in loose] == [False, False]
    assert [house.blobs.exists(one) for one in (aside, draft, there["shared"].sha256)] == [True] * 3


async def mailed_to_alice(house: House, number: int, words: str, *, ended: bool = True) -> None:
    """A notification to a member about a conversation, as it lies in its call."""
    message = EmailMessage()
    message["To"], message["Subject"] = "alice@home.example", "[#2] é"
    message.set_content(f"é {words}", cte="base64")
    call = SubmitToMember(CONTACT, CONTACT, "alice@home.example", ALICE, message.as_string())
    database = await Database.open(house.config.database_url)
    async with database.write() as tx:
        (row,) = await add_all(tx, [plan(call, conversation=number)], NOW)  # type: ignore[arg-type]
        if ended:
            await tx.run(calls.update().where(calls.c.id == row).values(state="done", closed_at=NOW))
    await database.close()


@pytest.mark.parametrize(("number", "words"), [(2, "saucer"), (3, f"ask {MARIE.address}")])
async def test_what_was_mailed_to_members_of_their_words_goes(
    house: House, number: int, words: str, capsys: Any
) -> None:
    await fill(house)
    await mailed_to_alice(house, number, words)
    await mailed_to_alice(house, 3, "spoon")

    assert await erases(house) == 0

    assert "finds nothing of them any more" in capsys.readouterr().out
    database = await Database.open(house.config.database_url)
    async with database.read() as tx:
        assert len([one async for one in member_mails.every(tx)]) == 1
    await database.close()


async def test_the_proof_reads_what_is_encoded_in_mails_to_members(house: House, capsys: Any) -> None:
    await fill(house)
    await mailed_to_alice(house, 3, f"ask {MARIE.address}", ended=False)

    assert await erases(house) == 0

    assert "outbox_calls (1)" in capsys.readouterr().out


async def test_answers_by_mail_lose_their_words_and_are_not_taken_again(house: House) -> None:
    await fill(house)
    database = await Database.open(house.config.database_url)
    answers = [
        Mailed(MessageRow(71), ConversationId(1), ALICE, "whistle", NOW, NOW, line="!close"),
        Mailed(MessageRow(72), ConversationId(3), ALICE, f"ask {MARIE.address}", NOW, NOW, is_refused=True),
        Mailed(MessageRow(73), ConversationId(3), ALICE, "spoon", NOW, NOW, is_refused=True),
    ]
    async with database.write() as tx:
        for one in answers:
            await mailed.put(tx, one)
    await database.close()

    assert await erases(house) == 0

    database = await Database.open(house.config.database_url)
    async with database.read() as tx:
        left = {one.row: (one.text, one.line, one.is_done) for one in await mailed.every(tx)}
    await database.close()
    assert left == {71: ("", "", True), 72: ("", "", True), 73: ("spoon", "", False)}


async def test_a_second_time_there_is_nothing(house: House, capsys: Any) -> None:
    await fill(house)
    await erases(house)
    left = await numbers(house)
    capsys.readouterr()

    assert await erases(house) == 0

    assert "No mailbox has anything of them" in capsys.readouterr().out
    assert await numbers(house) == left


async def test_after_a_crash_between_rows_and_files_the_files_go_next_time(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = await fill(house)

    class _Killed(BaseException):
        pass

    async def killed(*_: object) -> None:
        raise _Killed

    with monkeypatch.context() as patched:
        real = erasing.erase

        async def once(*given: Any) -> int:
            done = await real(*given)
            patched.setattr(erasing_command, "_finish_files", killed)
            return done

        patched.setattr(erasing, "erase", once)
        with pytest.raises(_Killed):
            await erases(house)
    assert house.blobs.exists(there["own"].sha256)
    again = await house.blobs.put(b"own")
    await house.has(
        4, await house.mail(raw("new"), from_=(PAUL,), attachments=(replace(there["own"], sha256=again),)), of=PAUL
    )

    assert await erases(house) == 0

    assert not house.blobs.exists(there["hers"].raw)
    assert house.blobs.exists(again), "another mail has the same file by now"


async def test_what_a_killed_reader_or_sweep_left_of_them_goes_as_well(house: House) -> None:
    there = await fill(house)
    kept = house.blobs.path(there["hers"].raw)
    unfinished = kept.parent / ".new-123-1"
    incoming = house.blobs.folder / "incoming"
    unfinished.write_bytes(b"whistle")
    (incoming / "0f0f").write_bytes(b"whistle")
    kept.rename(incoming / f"removed-{there['hers'].raw}")

    assert await erases(house) == 0

    assert not unfinished.exists() and list(incoming.iterdir()) == []
    assert not kept.exists() and house.blobs.exists(there["pauls"].raw)


@pytest.mark.parametrize("state", [OutState.QUEUED, OutState.RETRYING, OutState.UNKNOWN, OutState.HELD])
async def test_while_an_answer_to_them_may_leave_nothing_is_done(house: House, state: OutState, capsys: Any) -> None:
    waiting = await house.mail(raw("soon"), from_=(Address("", CONTACT),), direction=Direction.OUT, state=state)
    await house.has(1, await house.mail(raw("x"), from_=(MARIE,)), replace(waiting, to=(MARIE,)))

    assert await erases(house) == 1

    assert "on their way" in capsys.readouterr().err
    assert 1 in await numbers(house)


async def test_while_a_message_about_them_waits_nothing_is_done(house: House, capsys: Any) -> None:
    await house.has(1, await house.mail(raw("x"), from_=(MARIE,)))
    database = await Database.open(house.config.database_url)
    async with database.write() as tx:
        await add_all(tx, [plan(RedactEvent(ROOM, EventId("$e")), conversation=1)], NOW)  # type: ignore[arg-type]
    await database.close()

    assert await erases(house) == 1
    assert "on their way" in capsys.readouterr().err


async def test_a_bot_that_runs_is_to_be_stopped_first(house: House, capsys: Any) -> None:
    await house.has(1, await house.mail(raw("x"), from_=(MARIE,)))

    with FolderLock(house.config.data_dir):
        assert await erases(house) == 69

    assert "stop it first" in capsys.readouterr().err


async def test_an_address_of_a_mailbox_is_never_erased(house: House, capsys: Any) -> None:
    await fill(house)
    before = await numbers(house)

    assert await erases(house, str(CONTACT)) == 1

    assert "is an address of a mailbox here" in capsys.readouterr().err
    assert await numbers(house) == before


async def test_what_was_put_aside_and_names_them_is_decided_first(house: House, capsys: Any) -> None:
    await fill(house)
    database = await Database.open(house.config.database_url)
    async with database.write() as tx:
        for number, address in ((1, "anne-marie@example.net"), (2, "marie@example.net")):
            values = {"id": number, "key": f"k{number}", "kind": "MailArrived", "error": "x", "at": NOW}
            await tx.run(shunted.insert(), [{**values, "payload": json.dumps({"cc": address})}])
    await database.close()
    before = await numbers(house)

    assert await erases(house, "marie@example.net") == 1

    told = capsys.readouterr().err
    assert "under 2 names them" in told
    assert await numbers(house) == before


async def test_whoever_wrote_through_a_web_form_is_erased(house: House) -> None:
    form = Address("Our site", "wordpress@asso.example")
    asked = await house.mail(raw("by a form", form), from_=(form,), reply_to=(MARIE,), text="kettle")
    await house.has(1, asked)

    assert await erases(house) == 0

    assert await numbers(house) == {}
    assert not house.blobs.exists(asked.raw)


async def test_in_french(house: House, capsys: Any) -> None:
    await fill(house)

    await asyncio.to_thread(erase, house.config, MARIE.address, yes=True, language="fr")

    assert "Effacés : 1 conversations entières" in capsys.readouterr().out.replace("\u00a0", " ")
