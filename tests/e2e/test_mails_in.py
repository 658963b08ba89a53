"""Mails as they really come, through a real IMAP server into a real room."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime, timedelta

import pytest

from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.synapse import Synapse
from tests.e2e.house import Case, Desk, House, housed, words
from tests.e2e.letters import MARIE, addresses, id_of, letter, new_id, read


async def _new_mail(house: House, desk: Desk, raw: bytes, what: str) -> Case:
    """Deliver a mail whose id is not known to us, and find it by being the next one."""
    await house.alice.sync()
    before = len(house.posted(desk.room, "mail"))
    await house.deliver(desk, raw)
    event = (await house.mail_count(desk, before + 1))[before]
    assert event.thread is not None, what
    return Case(house, desk, event.thread, event, str(event.postroom.get("message_id")))


async def test_malformed_bytes_become_a_thread_with_the_original(house: House, own_desk: Desk) -> None:
    raw = b"Subject: \xff\xfe broken\r\nContent-Type: multipart/mixed; boundary\r\n\r\n\xe9\xe9 --\r\n\x80\x81"

    case = await _new_mail(house, own_desk, raw, "malformed bytes")

    event = await case.answer(await case.say("!original"), "the original")
    assert await house.alice.download(str(event.content["url"])) == raw


async def test_a_mail_without_from_and_without_id_becomes_a_thread(house: House, own_desk: Desk) -> None:
    raw = f"To: {own_desk.address}\r\nSubject: no sender\r\n\r\nwords without a sender\r\n".encode()

    case = await _new_mail(house, own_desk, raw, "no From")

    assert "words without a sender" in case.mail.body
    refusal = await case.answer(await case.reply("hello?"))
    assert words("error.nobody_to_answer") in refusal.body


async def test_one_message_id_on_two_different_mails_makes_both_seen(house: House, desk: Desk) -> None:
    id = new_id("twice")
    first = await house.case(desk, letter(to=desk.address, id=id, text="the first words"))

    second = await _new_mail(house, desk, letter(to=desk.address, id=id, text="other words"), "the second mail")

    assert "the first words" in first.mail.body
    assert "other words" in second.mail.body
    assert words("mail.same_id") in second.mail.body


async def test_the_same_bytes_twice_are_one_mail(house: House, own_desk: Desk) -> None:
    raw = letter(to=own_desk.address, id=new_id("again"))
    await house.case(own_desk, raw)

    await house.deliver(own_desk, raw)
    await house.quiet(own_desk)

    assert len(house.posted(own_desk.room, "mail")) == 2
    assert len(house.posted(own_desk.room, "conversation")) == 2


async def test_the_same_bytes_without_an_id_twice_are_one_mail(house: House, own_desk: Desk) -> None:
    raw = f"From: {MARIE}\r\nTo: {own_desk.address}\r\nSubject: no id\r\n\r\nhello\r\n".encode()
    await _new_mail(house, own_desk, raw, "no Message-ID")

    await house.deliver(own_desk, raw)
    await house.quiet(own_desk)

    assert len(house.posted(own_desk.room, "mail")) == 2


async def test_ids_that_differ_in_case_only_are_two_mails(house: House, desk: Desk) -> None:
    id = new_id("Case")
    upper = await house.case(desk, letter(to=desk.address, id=id, text="upper"))
    lower = await house.case(desk, letter(to=desk.address, id=id.lower(), text="lower"))

    assert upper.thread != lower.thread
    answer = letter(to=desk.address, id=new_id(), answers=id.lower(), text="to the lower one")
    await house.deliver(desk, answer)
    assert (await house.mail_event(desk, id_of(answer))).thread == lower.thread


async def test_ids_of_three_hundred_characters_that_differ_at_the_end_are_kept_apart(house: House, desk: Desk) -> None:
    stem = "x" * 280 + new_id()
    one = await house.case(desk, letter(to=desk.address, id=f"1{stem}a", text="one"))
    two = await house.case(desk, letter(to=desk.address, id=f"1{stem}b", text="two"))
    assert one.thread != two.thread

    answer = letter(to=desk.address, id=new_id(), answers=f"1{stem}b")
    await house.deliver(desk, answer)
    assert (await house.mail_event(desk, id_of(answer))).thread == two.thread


async def test_eight_thousand_references_take_no_time_and_find_the_newest(house: House, desk: Desk) -> None:
    case = await house.case(desk)
    references = " ".join(f"<reference-{n}@example.org>" for n in range(8000)) + f" <{case.message_id}>"
    raw = letter(to=desk.address, id=new_id("many"))
    raw = raw.replace(b"\r\n\r\n", f"\r\nReferences: {references}\r\n\r\n".encode(), 1)

    start = time.monotonic()
    await house.deliver(desk, raw)
    event = await house.mail_event(desk, id_of(raw))

    assert event.thread == case.thread
    assert time.monotonic() - start < 9.0


async def test_an_attachment_of_ten_megabytes_comes_whole(house: House, desk: Desk) -> None:
    data = random.Random(1).randbytes(10 * 1024 * 1024)
    mail = read(letter(to=desk.address, id=new_id("big")))
    mail.add_attachment(data, maintype="application", subtype="zip", filename="photos.zip")
    case = await house.case(desk, mail.as_bytes())

    file = await house.wait(desk.room, lambda e: e.kind == "attachment" and e.thread == case.thread, "the 10 MB file")

    assert file.content["filename"] == "photos.zip"
    assert await house.alice.download(str(file.content["url"])) == data


async def test_an_answer_that_comes_before_its_parent_is_joined_by_it(house: House, desk: Desk) -> None:
    parent = letter(to=desk.address, id=new_id("parent"))
    answer = await house.case(desk, letter(to=desk.address, id=new_id("child"), answers=id_of(parent)))

    await house.deliver(desk, parent)

    assert (await house.mail_event(desk, id_of(parent))).thread == answer.thread


async def test_two_torn_answers_are_joined_by_the_reference_they_share(house: House, desk: Desk) -> None:
    root = new_id("root")
    first = await house.case(desk, letter(to=desk.address, id=new_id("first"), answers=root))

    raw = letter(to=desk.address, id=new_id("second"), answers=first.message_id, references=f"<{root}>")
    await house.deliver(desk, raw)

    assert (await house.mail_event(desk, id_of(raw))).thread == first.thread


async def test_a_mail_that_is_five_days_old_is_fetched(house: House, desk: Desk) -> None:
    raw = letter(to=desk.address, id=new_id("old"), at=datetime.now(UTC) - timedelta(days=5))
    await house.imap.deliver(desk.address, raw, at=datetime.now(UTC) - timedelta(days=5))

    await house.mail_event(desk, id_of(raw))


async def test_a_mail_that_somebody_has_read_elsewhere_is_fetched(house: House, desk: Desk) -> None:
    raw = letter(to=desk.address, id=new_id("seen"))
    await house.imap.deliver(desk.address, raw, flags=("\\Seen",))

    await house.mail_event(desk, id_of(raw))


async def test_a_mail_in_two_folders_is_shown_once(synapse: Synapse, dovecot: Dovecot) -> None:
    async with housed(synapse, dovecot, desks=[{"folders": ["INBOX", "Drafts"]}]) as own:
        (desk,) = own.desks
        raw = letter(to=desk.address, id=new_id("folders"))
        await own.case(desk, raw)
        await own.deliver(desk, raw, "Drafts")
        other = letter(to=desk.address, id=new_id("drafts"))
        await own.deliver(desk, other, "Drafts")
        await own.mail_event(desk, id_of(other))

        assert len(own.posted(desk.room, "mail")) == 2
        assert len(own.posted(desk.room, "conversation")) == 2


@pytest.mark.parametrize("version", ["11", "12"])
async def test_the_loop_works_in_rooms_of_this_version(synapse: Synapse, dovecot: Dovecot, version: str) -> None:
    async with housed(synapse, dovecot, room_version=version) as own:
        (desk,) = own.desks
        created = await own.alice.state(desk.room, "m.room.create")
        assert created["room_version"] == version
        case = await own.case(desk)
        await case.order("!assign me")
        await case.card("assignee", own.alice.user_id)
        reply = await case.reply("Version of the room.")
        await case.state(reply, "sent")
        await case.card("status", "pending")
        await case.order("!close")
        await case.card("status", "closed")


# --- from whom and to whom


async def test_an_answer_leaves_from_the_alias_that_was_written_to(house: House, desk: Desk) -> None:
    case = await house.case(desk, letter(to=f"The Asso <{desk.alias.upper()}>", id=new_id()))

    await case.reply("From the alias.")

    mail = await case.sent("From the alias.")
    assert read(mail.raw)["From"] == f"Mon Asso <{desk.alias}>"
    assert mail.sender == desk.alias


async def test_an_answer_leaves_from_the_mailbox_where_both_were_written_to(house: House, desk: Desk) -> None:
    case = await house.case(desk, letter(to=f"{desk.address}, {desk.alias}", id=new_id()))

    await case.reply("From the mailbox.")

    mail = await case.sent("From the mailbox.")
    assert read(mail.raw)["From"] == f"Mon Asso <{desk.address}>"
    assert mail.recipients == (MARIE,)


async def test_cc_is_kept_and_our_own_addresses_are_removed(house: House, desk: Desk) -> None:
    cc = f"Paul <paul@example.net>, {desk.alias.title()}, {desk.address}, {MARIE.upper()}"
    case = await house.case(desk, letter(to=f"{desk.address}, zoe@example.net", cc=cc, id=new_id()))

    await case.reply("To all of you.")

    mail = await case.sent("To all of you.")
    head = read(mail.raw)
    assert addresses(head["To"]) == [MARIE]
    assert addresses(head["Cc"]) == ["zoe@example.net", "paul@example.net"]
    assert sorted(mail.recipients) == sorted([MARIE, "zoe@example.net", "paul@example.net"])


async def test_reply_to_is_honoured(house: House, desk: Desk) -> None:
    case = await house.case(desk, letter(to=desk.address, reply_to="office@example.com", id=new_id()))

    await case.reply("To the office.")

    mail = await case.sent("To the office.")
    assert mail.recipients == ("office@example.com",)
    head = read(mail.raw)
    assert head["In-Reply-To"] == f"<{case.message_id}>"
    assert head["Subject"] == "Re: Une question"
