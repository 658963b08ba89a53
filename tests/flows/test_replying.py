"""Answers to the correspondent: the undo window, the questions before, and how sending ends."""

from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from bot.domain.outcomes import MailAccepted, RecipientAnswer, Refused, TryLater, Unknown
from bot.domain.settings import QuoteMode
from storage import events
from tests.fakes.chat import ALICE, BOB, ROOM
from tests.fakes.house import INSTANCE, House
from tests.fakes.looking import NOW, SENT, answers_in, card_of, card_says, happens, mails_in, outgoing, reply_state
from tests.fakes.mail import id_of
from tests.fakes.writing import edits, mail, posts, reacts, reads, redacts, says


async def test_a_reply_leaves_after_its_undo_window(house: House) -> None:
    await happens(house, says("!reply Bonjour **Marie**", thread=card_of(house)))
    assert house.provider.delivered == []
    assert reply_state(house) == "queued"
    await house.settle(SENT)
    ((sender, recipients, raw),) = house.provider.delivered
    assert (sender, recipients) == ("contact@asso.example", ("marie@example.org",))
    assert b"In-Reply-To: <m1@example.org>" in raw
    assert b"alice" not in raw.lower()
    assert reply_state(house) == "sent"
    assert (card_says(house)["status"], card_says(house)["assignee"]) == ("pending", ALICE)
    (copy,) = house.provider.folders["Sent"]
    assert copy.raw == raw
    assert "\\Answered" in house.provider.folders["INBOX"][0].flags
    assert [(m.ours["direction"], m.ours["message_id"]) for m in mails_in(house)][-1] == ("out", id_of(raw))


async def test_plain_talk_never_leaves(house: House) -> None:
    await happens(house, says("I will answer her tonight", thread=card_of(house)), seconds=SENT)
    assert house.provider.delivered == []
    assert outgoing(house) == []


@pytest.mark.parametrize("body", [" !reply hello", "！reply hello", "!repyl hello"])
async def test_a_mistyped_reply_is_an_error_and_goes_to_nobody(house: House, body: str) -> None:
    await happens(house, says(body, thread=card_of(house)), seconds=SENT)
    assert house.provider.delivered == []
    assert len(answers_in(house)) == 1


@pytest.mark.parametrize("way", ["undo", "redact"])
async def test_a_reply_is_taken_back_within_its_window(house: House, way: str) -> None:
    written = says("!reply Trop tôt", thread=card_of(house))
    await happens(house, written)
    back = says("!undo", thread=card_of(house)) if way == "undo" else redacts(written.event)
    await happens(house, back, seconds=SENT)
    assert house.provider.delivered == []
    assert reply_state(house) == "cancelled"


async def test_undo_after_the_window_says_that_it_is_too_late(house: House) -> None:
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=SENT)
    await happens(house, says("!undo", thread=card_of(house)))
    assert len(answers_in(house)) == 1
    assert reply_state(house) == "sent"


async def test_an_edit_within_the_window_edits_the_mail(house: House) -> None:
    written = says("!reply Bonjour Mari", thread=card_of(house))
    await happens(house, written)
    await happens(house, edits(written.event, "!reply Bonjour Marie, voici"), seconds=SENT)
    ((_, _, raw),) = house.provider.delivered
    assert b"Bonjour Marie, voici" in raw


async def test_an_edit_is_never_a_command(house: House) -> None:
    talk = says("hello", thread=card_of(house))
    await happens(house, talk, edits(talk.event, "!close"))
    assert card_says(house)["status"] == "active"


async def test_an_edit_after_the_mail_left_is_answered(house: House) -> None:
    written = says("!reply Bonjour", thread=card_of(house))
    await happens(house, written, seconds=SENT)
    await happens(house, edits(written.event, "!reply Autre chose"), seconds=SENT)
    assert len(house.provider.delivered) == 1
    assert len(answers_in(house)) == 1


async def test_the_outbox_reaction_sends_ones_own_message(house: House) -> None:
    talk = says("Bonjour, c'est noté.", thread=card_of(house))
    await happens(house, talk)
    await happens(house, reacts("📤", talk.event), seconds=SENT)
    assert len(house.provider.delivered) == 1


async def test_the_outbox_reaction_on_a_colleagues_message_sends_nothing(house: House) -> None:
    talk = says("Between us", thread=card_of(house), sender=BOB)
    await happens(house, talk)
    await happens(house, reacts("📤", talk.event), seconds=SENT)
    assert house.provider.delivered == []
    assert len(answers_in(house)) == 1


async def test_the_outbox_reaction_sends_nothing_in_an_encrypted_room(house: House) -> None:
    talk = says("Bonjour", thread=card_of(house), encrypted=True, sealed=True)
    await happens(house, talk)
    await happens(house, reacts("📤", talk.event, encrypted=True), seconds=SENT)
    assert house.provider.delivered == []


async def test_taking_the_outbox_reaction_away_cancels(house: House) -> None:
    talk = says("Bonjour", thread=card_of(house))
    given = reacts("📤", talk.event)
    await happens(house, talk, given)
    await happens(house, redacts(given.event), seconds=SENT)
    assert house.provider.delivered == []
    again = reacts("📤", talk.event)
    await happens(house, again, seconds=SENT)
    assert len(house.provider.delivered) == 1


async def test_a_message_that_was_edited_before_it_is_sent_goes_as_it_reads_now(house: House) -> None:
    talk = says("Bonjour Mari", thread=card_of(house))
    await happens(house, talk, edits(talk.event, "Bonjour Marie"), reacts("📤", talk.event), seconds=SENT)
    ((_, _, raw),) = house.provider.delivered
    assert b"Bonjour Marie" in raw


@pytest.mark.parametrize("way", ["a note", "talk that became a note", "a note that became talk"])
@pytest.mark.parametrize("has_file", [False, True])
async def test_what_its_writer_called_a_note_is_not_sent_and_they_are_told(
    house: House, way: str, has_file: bool
) -> None:
    body = "Bonjour Marie" if way == "talk that became a note" else "!note Bonjour Marie"
    thread = card_of(house)
    note = posts("list.pdf", 3, thread=thread, caption=body) if has_file else says(body, thread=thread)
    await happens(house, note)
    if way == "talk that became a note":
        await happens(house, edits(note.event, "!note Bonjour Marie"))
    elif way == "a note that became talk" and not has_file:
        await happens(house, edits(note.event, "Bonjour Marie"))
    await happens(house, reacts("📤", note.event), seconds=SENT)
    await happens(house, says("!send", thread=thread, reply_to=note.event), seconds=SENT)
    assert house.provider.delivered == []
    assert len([told for told in answers_in(house) if "note" in told]) == 2


async def test_a_bare_attach_leaves_the_file_of_a_note_inside(house: House) -> None:
    await happens(house, posts("salaries.pdf", 3, thread=card_of(house), caption="!note for us alone"))
    await happens(house, says("!attach", thread=card_of(house)), says("!reply Bonjour", thread=card_of(house)))
    await house.settle(SENT)
    ((_, _, raw),) = house.provider.delivered
    assert b"salaries" not in raw


@pytest.mark.parametrize("caption", ["!close", "！note x"])
async def test_a_file_whose_caption_is_a_command_is_sent_without_its_caption(house: House, caption: str) -> None:
    file = posts("list.pdf", 3, thread=card_of(house), caption=caption)
    await happens(house, file)
    async with house.step.database.read() as tx:
        kept = await events.get(tx, ROOM, file.event)
    assert kept is not None and kept.file is not None
    assert kept.body == ""


async def test_a_deleted_message_is_forgotten(house: House) -> None:
    talk = says("A secret", thread=card_of(house))
    await happens(house, talk, redacts(talk.event), reacts("📤", talk.event), seconds=SENT)
    assert house.provider.delivered == []
    async with house.step.database.read() as tx:
        kept = await events.get(tx, ROOM, talk.event)
    assert kept is not None
    assert kept.body == ""


async def test_a_command_that_was_deleted_before_it_reached_us_is_not_carried_out(house: House) -> None:
    """Its key came late, or the server tells the deletion first."""
    written = says("!reply Bonjour", thread=card_of(house))
    await happens(house, redacts(written.event), written, seconds=SENT)
    assert house.provider.delivered == []
    assert outgoing(house) == []


async def test_the_same_message_is_not_sent_twice(house: House) -> None:
    talk = says("Bonjour", thread=card_of(house))
    await happens(house, talk, reacts("📤", talk.event), seconds=SENT)
    await happens(house, says("!send", thread=card_of(house), reply_to=talk.event), seconds=SENT)
    assert len(house.provider.delivered) == 1
    assert "already" in answers_in(house)[-1]


async def _second_mail(house: House) -> None:
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", subject="Re: Question"))
    await house.settle(NOW)


async def test_a_newer_mail_that_was_not_seen_is_asked_about_first(house: House) -> None:
    await happens(house, reads(mails_in(house)[0].event))
    await _second_mail(house)
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=SENT)
    assert house.provider.delivered == []
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=SENT)
    assert len(house.provider.delivered) == 1


async def test_a_question_is_confirmed_by_a_reaction(house: House) -> None:
    await _second_mail(house)
    await happens(house, says("!reply Bonjour Marie", thread=card_of(house)))
    (question,) = house.homeserver.of_kind("receipt")
    await happens(house, reacts("✅", question.event), seconds=SENT)
    ((_, _, raw),) = house.provider.delivered
    assert b"Bonjour Marie" in raw
    assert card_says(house)["status"] == "pending"


async def test_a_question_before_ones_own_message_is_sent_is_confirmed_by_a_reaction(house: House) -> None:
    talk = says("Bonjour Marie", thread=card_of(house))
    await happens(house, talk)
    house.clock.forward(60)
    await _second_mail(house)
    await happens(house, reacts("📤", talk.event), seconds=SENT)
    (question,) = house.homeserver.of_kind("receipt")
    assert house.provider.delivered == []
    await happens(house, reacts("✅", question.event), seconds=SENT)
    ((_, _, raw),) = house.provider.delivered
    assert b"Bonjour Marie" in raw


async def test_who_has_read_the_newest_mail_is_not_asked(house: House) -> None:
    await _second_mail(house)
    await happens(house, reads(mails_in(house)[-1].event))
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=SENT)
    assert len(house.provider.delivered) == 1


async def test_a_colleague_who_has_just_replied_is_asked_about(house: House) -> None:
    await happens(house, says("!reply Un", thread=card_of(house), sender=BOB), seconds=SENT)
    await happens(house, says("!reply Deux", thread=card_of(house)), seconds=SENT)
    assert len(house.provider.delivered) == 1
    assert len(answers_in(house)) == 1


async def test_the_alias_that_was_written_to_answers(tmp_path: Path) -> None:
    house = House(tmp_path)
    await house.open()
    house.provider.deliver(
        mail(
            to="asso@asso.example",
            cc="Paul <paul@example.org>, contact@asso.example",
            headers=(("Reply-To", "m@x.org"),),
        )
    )
    await house.settle(NOW)
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=SENT)
    ((sender, recipients, raw),) = house.provider.delivered
    assert sender == "asso@asso.example"
    assert recipients == ("m@x.org", "paul@example.org")
    assert b"From: Mon Asso <asso@asso.example>" in raw
    await house.close()


async def test_more_recipients_than_allowed_are_refused(tmp_path: Path) -> None:
    house = House(tmp_path)
    await house.open()
    house.provider.deliver(mail(cc=", ".join(f"p{n}@example.org" for n in range(11))))
    await house.settle(NOW)
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=SENT)
    assert house.provider.delivered == []
    assert "12" in answers_in(house)[-1]
    await house.close()


# --- how sending ends


async def test_a_refused_mail_is_told_to_its_author_with_the_servers_words(house: House) -> None:
    house.provider.answers.append(Refused("550", "5.1.1 no such user"))
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=SENT)
    assert reply_state(house) == "refused"
    told = [p for p in house.homeserver.of_kind("receipt") if "no such user" in str(p.content["body"])]
    assert [p.content["m.mentions"] for p in told] == [{"user_ids": [ALICE]}]
    assert house.provider.folders["Sent"] == []


async def test_a_mail_that_was_put_off_is_tried_again_with_the_same_bytes(house: House) -> None:
    house.provider.answers.append(TryLater("450", "4.7.1 greylisted"))
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=SENT)
    assert (reply_state(house), house.provider.delivered) == ("retrying", [])
    await house.settle((180.0,))
    assert (reply_state(house), len(house.provider.delivered)) == ("sent", 1)


async def test_an_uncertain_mail_is_never_sent_again_by_itself(house: House) -> None:
    house.provider.answers.append(Unknown("connection_lost"))
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=SENT)
    await house.settle((3600.0, 3600.0, 90000.0))
    assert len(house.provider.delivered) == 1
    assert reply_state(house) == "unknown"
    said = " ".join(str(p.content.get("body")) for p in house.homeserver.posted)
    assert "resend" in said
    assert "🔁" in said


@pytest.mark.parametrize("way", ["!resend", "🔁"])
async def test_an_uncertain_mail_is_resent_by_a_person_with_the_same_bytes(house: House, way: str) -> None:
    house.provider.answers.append(Unknown("connection_lost"))
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=SENT)
    (shown,) = outgoing(house)
    again = says("!resend", thread=card_of(house)) if way == "!resend" else reacts("🔁", shown.event)
    await happens(house, again, seconds=SENT)
    (_, _, first), (_, _, second) = house.provider.delivered
    assert first == second
    assert reply_state(house) == "sent"


async def test_an_uncertain_mail_that_turns_up_in_sent_did_leave(house: House) -> None:
    house.provider.answers.append(Unknown("connection_lost"))
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=SENT)
    house.provider.deliver(house.provider.delivered[0][2], "Sent")
    await house.settle(NOW)
    assert reply_state(house) == "sent"


async def test_recipients_that_were_put_off_are_tried_again_alone(tmp_path: Path) -> None:
    house = House(tmp_path)
    await house.open()
    house.provider.deliver(mail(cc="paul@example.org"))
    await house.settle(NOW)
    house.provider.answers.append(
        MailAccepted("ok", ("marie@example.org",), (), (RecipientAnswer("paul@example.org", 450, "later"),))
    )
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=SENT)
    assert reply_state(house) == "partly"
    await house.settle((120.0,))
    assert [r for _, r, _ in house.provider.delivered] == [
        ("marie@example.org", "paul@example.org"),
        ("paul@example.org",),
    ]
    assert reply_state(house) == "sent"
    assert len(house.provider.folders["Sent"]) == 1
    await house.close()


@pytest.mark.parametrize(("quote", "quoted"), [(QuoteMode.NONE, 0), (QuoteMode.LAST, 1), (QuoteMode.FULL, 3)])
async def test_a_reply_quotes_what_the_mailbox_wants(tmp_path: Path, quote: QuoteMode, quoted: int) -> None:
    mailbox = replace(INSTANCE.mailboxes[0], quote=quote)
    one = House(tmp_path, instance=replace(INSTANCE, mailboxes=(mailbox,)))
    await one.open()
    try:
        one.provider.deliver(mail())
        await one.settle(NOW)
        await happens(one, says("!reply First answer", thread=card_of(one)), seconds=SENT)
        one.provider.deliver(mail(id="m2@example.org", reply_to=id_of(one.provider.delivered[0][2])))
        await one.settle(NOW)
        await happens(one, reads(mails_in(one)[-1].event))
        await happens(one, says("!reply Second answer", thread=card_of(one)), seconds=SENT)
        raw = one.provider.delivered[1][2]
        text = message_from_bytes(raw, policy=policy.default).get_body(("plain",))
        assert text is not None
        words = text.get_content()
        assert words.startswith("Second answer")
        assert sum(line.endswith(" wrote:") for line in words.splitlines()) == quoted
        assert ("> First answer" in words) == (quote is QuoteMode.FULL)
    finally:
        await one.close()


async def test_a_question_in_an_encrypted_room_is_confirmed_by_the_command_alone(house: House) -> None:
    await _second_mail(house)
    asked = says("!reply Bonjour", thread=card_of(house), encrypted=True, sealed=True)
    await happens(house, asked)
    (question,) = house.homeserver.of_kind("receipt")
    assert "✅" not in str(question.content["body"])
    await happens(house, reacts("✅", question.event, encrypted=True), seconds=SENT)
    assert house.provider.delivered == []
    again = says("!reply Bonjour", thread=card_of(house), encrypted=True, sealed=True)
    await happens(house, again, seconds=SENT)
    assert len(house.provider.delivered) == 1


async def test_a_signature_names_who_writes_and_what_it_is_about_as_text(house: House) -> None:
    await house.close()
    signed = replace(house.instance.mailboxes[0], signature="**{me}** · {mailbox} · {objet} · {nom}")
    house.instance = replace(house.instance, mailboxes=(signed,))
    await house.open()
    house.provider.deliver(mail(id="s1@example.org", sender='"_x_ https://evil.example" <s@example.org>', subject="Ça"))
    await house.settle()
    await happens(house, says("!reply Bonjour", thread=card_of(house, 2), sender=BOB), seconds=SENT)
    parts = message_from_bytes(house.provider.delivered[0][2], policy=policy.default)
    text, html = (parts.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None and "Bob · Mon Asso · Ça · _x_ evil.example" in text.get_content()
    assert html is not None and ">Bob</strong> · Mon Asso" in html.get_content() and "href" not in html.get_content()


@pytest.mark.parametrize(
    ("template", "sender"),
    [
        ("", "Mon Asso <contact@asso.example>"),
        ("{moi}, {boîte}", "Bob, Mon Asso <contact@asso.example>"),
        ("{name}", "x (me) eve@evil.example <contact@asso.example>"),
    ],
)
async def test_the_sender_is_named_as_the_mailbox_says(house: House, template: str, sender: str) -> None:
    await house.close()
    named = replace(house.instance.mailboxes[0], from_name=template)
    house.instance = replace(house.instance, mailboxes=(named,))
    await house.open()
    hostile = '"x {me} eve@evil.example" <s@example.org>'
    house.provider.deliver(mail(id="s1@example.org", sender=hostile))
    await house.settle()
    await happens(house, says("!reply Bonjour", thread=card_of(house, 2), sender=BOB), seconds=SENT)
    ((_, recipients, raw),) = house.provider.delivered
    read = message_from_bytes(raw, policy=policy.default)
    (shown,) = read["From"].addresses
    assert f"{shown.display_name} <{shown.addr_spec}>" == sender
    assert recipients == ("s@example.org",)
