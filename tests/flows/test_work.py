"""What the team does in the room, through the whole flow on a real database."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path

import pytest
import pytest_asyncio

from bot.domain.ids import EventId
from bot.domain.outcomes import MailAccepted, RecipientAnswer, Refused, TryLater, Unknown
from bot.domain.settings import QuoteMode
from tests.fakes.chat import ALICE, BOB, ROOM, Posted
from tests.fakes.house import INSTANCE, House
from tests.fakes.mail import id_of
from tests.fakes.writing import edits, event_id, mail, reacts, reads, redacts, says

NOW = (0.0, 16.0)
"""The clock goes past the board's pause, but not past an undo window."""
SENT = (0.0, 25.0, 16.0)


@pytest_asyncio.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    one = House(tmp_path)
    await one.open()
    one.provider.deliver(mail())
    await one.settle(NOW)
    yield one
    await one.close()


def _card(house: House, number: int = 1) -> EventId:
    return next(p.event for p in house.homeserver.of_kind("conversation") if p.ours["conversation"] == number)


def _about(house: House, number: int = 1) -> dict[str, object]:
    about = house.homeserver.current(_card(house, number))["org.postroom"]
    assert isinstance(about, dict)
    return about


def _mails(house: House) -> list[Posted]:
    return house.homeserver.of_kind("mail")


def _state(house: House) -> str:
    (receipt,) = house.homeserver.of_kind("receipt")
    about = house.homeserver.current(receipt.event)["org.postroom"]
    assert isinstance(about, dict)
    return str(about["state"])


def _answers(house: House) -> list[str]:
    return [str(p.content["body"]) for p in house.homeserver.of_kind("answer")]


async def _happens(house: House, *inputs: object, seconds: tuple[float, ...] = NOW) -> None:
    for input in inputs:
        house.homeserver.happens(input)  # type: ignore[arg-type]
    await house.settle(seconds)


# --- what is shown


async def test_a_mail_becomes_a_card_and_one_event_in_its_thread(house: House) -> None:
    about = _about(house)
    assert (about["status"], about["assignee"], about["mailbox"]) == ("active", None, "contact@asso.example")
    (shown,) = _mails(house)
    assert shown.relation["event_id"] == _card(house)
    assert (shown.ours["direction"], shown.ours["message_id"]) == ("in", "m1@example.org")
    assert shown.content["m.mentions"] == {}


async def test_every_message_in_a_thread_starts_with_its_handle(house: House) -> None:
    await _happens(house, says("!reply Bonjour", thread=_card(house)), seconds=SENT)
    for posted in house.homeserver.posted:
        if posted.type == "m.room.message" and posted.ours.get("conversation") and not posted.is_edit:
            body = str(posted.content["body"])
            assert body.lstrip("🟢⏳✅🚫💤✉️📤 ").startswith("#1"), body


async def test_the_board_is_pinned_and_edited_at_most_every_fifteen_seconds(house: House) -> None:
    (board,) = house.homeserver.of_kind("board")
    pinned = json.loads(house.homeserver.state[ROOM, "m.room.pinned_events", ""])
    assert pinned == {"pinned": [board.event]}
    assert board.content["msgtype"] == "m.notice"
    for emoji in ("✋", "👀", "⏳"):
        house.homeserver.happens(reacts(emoji, _card(house)))
    await house.settle((0.0, 5.0, 5.0))
    assert not [p for p in house.homeserver.posted if p.relation.get("event_id") == board.event]
    await house.settle((16.0,))
    assert len([p for p in house.homeserver.posted if p.relation.get("event_id") == board.event]) == 1


# --- status and assignment


@pytest.mark.parametrize(
    ("command", "status"), [("!close", "closed"), ("/pending", "pending"), ("//active", "active"), ("!spam", "spam")]
)
async def test_a_command_changes_the_status_and_is_marked(house: House, command: str, status: str) -> None:
    written = says(command, thread=_card(house))
    await _happens(house, written)
    assert _about(house)["status"] == status
    marks = [p for p in house.homeserver.posted if p.type == "m.reaction"]
    assert [m.relation["event_id"] for m in marks] == [written.event]


async def test_a_command_outside_of_a_thread_takes_a_number(house: House) -> None:
    await _happens(house, says("!close #1"))
    assert _about(house)["status"] == "closed"


async def test_a_command_without_a_conversation_is_answered_with_an_example(house: House) -> None:
    await _happens(house, says("!close"))
    assert _about(house)["status"] == "active"
    assert "!close #" in _answers(house)[-1]


async def test_a_number_that_does_not_exist_is_said(house: House) -> None:
    await _happens(house, says("!close #99"))
    assert "#99" in _answers(house)[-1]


async def test_a_command_is_executed_once_even_if_it_is_seen_twice(house: House) -> None:
    once = says("!note x", thread=_card(house))
    await _happens(house, once, once)
    assert len([p for p in house.homeserver.posted if p.type == "m.reaction"]) == 1


async def test_assigning_to_a_colleague_tells_that_colleague(house: House) -> None:
    await _happens(house, says("!assign Bob ", thread=_card(house), mentions=(BOB,)))
    assert _about(house)["assignee"] == BOB
    told = [p for p in house.homeserver.of_kind("notice") if p.content["m.mentions"] == {"user_ids": [BOB]}]
    assert len(told) == 1


async def test_a_name_that_nobody_in_the_room_has_is_not_assigned(house: House) -> None:
    await _happens(house, says("!assign @carol", thread=_card(house)))
    assert _about(house)["assignee"] is None
    assert "@carol" in _answers(house)[-1]


async def test_who_is_not_in_the_room_commands_nothing(house: House) -> None:
    await _happens(house, says("!close", thread=_card(house), sender="@eve:localhost"))  # type: ignore[arg-type]
    await _happens(house, says("!close", thread=_card(house), sender="@alice:evil.example"))  # type: ignore[arg-type]
    assert _about(house)["status"] == "active"


async def test_plain_text_in_an_encrypted_room_is_no_command(house: House) -> None:
    await _happens(house, says("!close", thread=_card(house), encrypted=True, sealed=False))
    assert _about(house)["status"] == "active"
    await _happens(house, says("!close", thread=_card(house), encrypted=True, sealed=True))
    assert _about(house)["status"] == "closed"


@pytest.mark.parametrize(
    ("emoji", "key", "during", "after"),
    [
        ("✋", "assignee", ALICE, None),
        ("✅\ufe0f", "status", "closed", "active"),
        ("⏳", "status", "pending", "active"),
        ("🚫", "status", "spam", "active"),
    ],
)
async def test_a_reaction_works_and_its_removal_goes_back(
    house: House, emoji: str, key: str, during: object, after: object
) -> None:
    given = reacts(emoji, _card(house))
    await _happens(house, given)
    assert _about(house)[key] == during
    await _happens(house, redacts(given.event))
    assert _about(house)[key] == after


async def test_the_meaning_ends_when_the_last_of_two_reactions_is_taken_away(house: House) -> None:
    first, second = reacts("✅", _card(house)), reacts("✅", _card(house), sender=BOB)
    await _happens(house, first, second)
    await _happens(house, redacts(first.event))
    assert _about(house)["status"] == "closed"
    await _happens(house, redacts(second.event, sender=BOB))
    assert _about(house)["status"] == "active"


async def test_a_reaction_without_meaning_is_ignored(house: House) -> None:
    before = len(house.homeserver.posted)
    await _happens(house, reacts("🎉", _card(house)))
    assert len(house.homeserver.posted) == before


async def test_spam_goes_to_junk_and_back(house: House) -> None:
    await _happens(house, says("!spam", thread=_card(house)))
    assert [id_of(s.raw) for s in house.provider.folders["Junk"]] == ["m1@example.org"]
    await _happens(house, says("!notspam", thread=_card(house)))
    assert house.provider.folders["Junk"] == []
    assert [id_of(s.raw) for s in house.provider.folders["INBOX"]] == ["m1@example.org"]
    assert len(_mails(house)) == 1


async def test_a_follower_is_mentioned_when_the_correspondent_writes(house: House) -> None:
    await _happens(house, reacts("👀", _card(house), sender=BOB))
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", subject="Re: Question"))
    await house.settle(NOW)
    assert _mails(house)[-1].content["m.mentions"] == {"user_ids": [BOB]}


# --- replying


async def test_a_reply_leaves_after_its_undo_window(house: House) -> None:
    await _happens(house, says("!reply Bonjour **Marie**", thread=_card(house)))
    assert house.provider.delivered == []
    assert _state(house) == "queued"
    await house.settle(SENT)
    ((sender, recipients, raw),) = house.provider.delivered
    assert (sender, recipients) == ("contact@asso.example", ("marie@example.org",))
    assert b"In-Reply-To: <m1@example.org>" in raw
    assert b"alice" not in raw.lower()
    assert _state(house) == "sent"
    assert (_about(house)["status"], _about(house)["assignee"]) == ("pending", ALICE)
    (copy,) = house.provider.folders["Sent"]
    assert copy.raw == raw
    assert "\\Answered" in house.provider.folders["INBOX"][0].flags
    assert [(m.ours["direction"], m.ours["message_id"]) for m in _mails(house)][-1] == ("out", id_of(raw))


async def test_plain_talk_never_leaves(house: House) -> None:
    await _happens(house, says("I will answer her tonight", thread=_card(house)), seconds=SENT)
    assert house.provider.delivered == []
    assert house.homeserver.of_kind("receipt") == []


@pytest.mark.parametrize("body", [" !reply hello", "！reply hello", "!repyl hello"])
async def test_a_mistyped_reply_is_an_error_and_goes_to_nobody(house: House, body: str) -> None:
    await _happens(house, says(body, thread=_card(house)), seconds=SENT)
    assert house.provider.delivered == []
    assert len(_answers(house)) == 1


@pytest.mark.parametrize("way", ["undo", "redact"])
async def test_a_reply_is_taken_back_within_its_window(house: House, way: str) -> None:
    written = says("!reply Trop tôt", thread=_card(house))
    await _happens(house, written)
    back = says("!undo", thread=_card(house)) if way == "undo" else redacts(written.event)
    await _happens(house, back, seconds=SENT)
    assert house.provider.delivered == []
    assert _state(house) == "cancelled"


async def test_undo_after_the_window_says_that_it_is_too_late(house: House) -> None:
    await _happens(house, says("!reply Bonjour", thread=_card(house)), seconds=SENT)
    await _happens(house, says("!undo", thread=_card(house)))
    assert len(_answers(house)) == 1
    assert _state(house) == "sent"


async def test_an_edit_within_the_window_edits_the_mail(house: House) -> None:
    written = says("!reply Bonjour Mari", thread=_card(house))
    await _happens(house, written)
    await _happens(house, edits(written.event, "!reply Bonjour Marie, voici"), seconds=SENT)
    ((_, _, raw),) = house.provider.delivered
    assert b"Bonjour Marie, voici" in raw


async def test_an_edit_is_never_a_command(house: House) -> None:
    talk = says("hello", thread=_card(house))
    await _happens(house, talk, edits(talk.event, "!close"))
    assert _about(house)["status"] == "active"


async def test_an_edit_after_the_mail_left_is_answered(house: House) -> None:
    written = says("!reply Bonjour", thread=_card(house))
    await _happens(house, written, seconds=SENT)
    await _happens(house, edits(written.event, "!reply Autre chose"), seconds=SENT)
    assert len(house.provider.delivered) == 1
    assert len(_answers(house)) == 1


async def test_the_outbox_reaction_sends_ones_own_message(house: House) -> None:
    talk = says("Bonjour, c'est noté.", thread=_card(house))
    await _happens(house, talk)
    await _happens(house, reacts("📤", talk.event), seconds=SENT)
    assert len(house.provider.delivered) == 1


async def test_the_outbox_reaction_on_a_colleagues_message_sends_nothing(house: House) -> None:
    talk = says("Between us", thread=_card(house), sender=BOB)
    await _happens(house, talk)
    await _happens(house, reacts("📤", talk.event), seconds=SENT)
    assert house.provider.delivered == []
    assert len(_answers(house)) == 1


async def test_the_outbox_reaction_sends_nothing_in_an_encrypted_room(house: House) -> None:
    talk = says("Bonjour", thread=_card(house), encrypted=True, sealed=True)
    await _happens(house, talk)
    await _happens(house, reacts("📤", talk.event, encrypted=True), seconds=SENT)
    assert house.provider.delivered == []


async def test_taking_the_outbox_reaction_away_cancels(house: House) -> None:
    talk = says("Bonjour", thread=_card(house))
    given = reacts("📤", talk.event)
    await _happens(house, talk, given)
    await _happens(house, redacts(given.event), seconds=SENT)
    assert house.provider.delivered == []
    again = reacts("📤", talk.event)
    await _happens(house, again, seconds=SENT)
    assert len(house.provider.delivered) == 1


async def _second_mail(house: House) -> None:
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", subject="Re: Question"))
    await house.settle(NOW)


async def test_a_newer_mail_that_was_not_seen_is_asked_about_first(house: House) -> None:
    await _happens(house, reads(_mails(house)[0].event))
    await _second_mail(house)
    await _happens(house, says("!reply Bonjour", thread=_card(house)), seconds=SENT)
    assert house.provider.delivered == []
    await _happens(house, says("!reply Bonjour", thread=_card(house)), seconds=SENT)
    assert len(house.provider.delivered) == 1


async def test_a_question_is_confirmed_by_a_reaction(house: House) -> None:
    await _second_mail(house)
    await _happens(house, says("!reply Bonjour Marie", thread=_card(house)))
    (question,) = house.homeserver.of_kind("answer")
    await _happens(house, reacts("✅", question.event), seconds=SENT)
    ((_, _, raw),) = house.provider.delivered
    assert b"Bonjour Marie" in raw
    assert _about(house)["status"] == "pending"


async def test_who_has_read_the_newest_mail_is_not_asked(house: House) -> None:
    await _second_mail(house)
    await _happens(house, reads(_mails(house)[-1].event))
    await _happens(house, says("!reply Bonjour", thread=_card(house)), seconds=SENT)
    assert len(house.provider.delivered) == 1


async def test_a_colleague_who_has_just_replied_is_asked_about(house: House) -> None:
    await _happens(house, says("!reply Un", thread=_card(house), sender=BOB), seconds=SENT)
    await _happens(house, says("!reply Deux", thread=_card(house)), seconds=SENT)
    assert len(house.provider.delivered) == 1
    assert len(_answers(house)) == 1


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
    await _happens(house, says("!reply Bonjour", thread=_card(house)), seconds=SENT)
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
    await _happens(house, says("!reply Bonjour", thread=_card(house)), seconds=SENT)
    assert house.provider.delivered == []
    assert "12" in _answers(house)[-1]
    await house.close()


# --- how sending ends


async def test_a_refused_mail_is_told_to_its_author_with_the_servers_words(house: House) -> None:
    house.provider.answers.append(Refused("550", "5.1.1 no such user"))
    await _happens(house, says("!reply Bonjour", thread=_card(house)), seconds=SENT)
    assert _state(house) == "refused"
    told = [p for p in house.homeserver.of_kind("notice") if "no such user" in str(p.content["body"])]
    assert [p.content["m.mentions"] for p in told] == [{"user_ids": [ALICE]}]
    assert house.provider.folders["Sent"] == []


async def test_a_mail_that_was_put_off_is_tried_again_with_the_same_bytes(house: House) -> None:
    house.provider.answers.append(TryLater("450", "4.7.1 greylisted"))
    await _happens(house, says("!reply Bonjour", thread=_card(house)), seconds=SENT)
    assert (_state(house), house.provider.delivered) == ("retrying", [])
    await house.settle((180.0,))
    assert (_state(house), len(house.provider.delivered)) == ("sent", 1)


async def test_an_uncertain_mail_is_never_sent_again_by_itself(house: House) -> None:
    house.provider.answers.append(Unknown("connection_lost"))
    await _happens(house, says("!reply Bonjour", thread=_card(house)), seconds=SENT)
    await house.settle((3600.0, 3600.0, 90000.0))
    assert len(house.provider.delivered) == 1
    assert _state(house) == "unknown"
    said = " ".join(str(p.content.get("body")) for p in house.homeserver.posted)
    assert "resend" in said
    assert "🔁" in said


@pytest.mark.parametrize("way", ["!resend", "🔁"])
async def test_an_uncertain_mail_is_resent_by_a_person_with_the_same_bytes(house: House, way: str) -> None:
    house.provider.answers.append(Unknown("connection_lost"))
    await _happens(house, says("!reply Bonjour", thread=_card(house)), seconds=SENT)
    (receipt,) = house.homeserver.of_kind("receipt")
    again = says("!resend", thread=_card(house)) if way == "!resend" else reacts("🔁", receipt.event)
    await _happens(house, again, seconds=SENT)
    (_, _, first), (_, _, second) = house.provider.delivered
    assert first == second
    assert _state(house) == "sent"


async def test_an_uncertain_mail_that_turns_up_in_sent_did_leave(house: House) -> None:
    house.provider.answers.append(Unknown("connection_lost"))
    await _happens(house, says("!reply Bonjour", thread=_card(house)), seconds=SENT)
    house.provider.deliver(house.provider.delivered[0][2], "Sent")
    await house.settle(NOW)
    assert _state(house) == "sent"


async def test_recipients_that_were_put_off_are_tried_again_alone(tmp_path: Path) -> None:
    house = House(tmp_path)
    await house.open()
    house.provider.deliver(mail(cc="paul@example.org"))
    await house.settle(NOW)
    house.provider.answers.append(
        MailAccepted("ok", ("marie@example.org",), (), (RecipientAnswer("paul@example.org", 450, "later"),))
    )
    await _happens(house, says("!reply Bonjour", thread=_card(house)), seconds=SENT)
    assert _state(house) == "partly"
    await house.settle((120.0,))
    assert [r for _, r, _ in house.provider.delivered] == [
        ("marie@example.org", "paul@example.org"),
        ("paul@example.org",),
    ]
    assert _state(house) == "sent"
    assert len(house.provider.folders["Sent"]) == 1
    await house.close()


# --- mail in


async def test_an_answer_makes_the_conversation_active_again(house: House) -> None:
    await _happens(house, says("!reply Bonjour", thread=_card(house)), seconds=SENT)
    ours = id_of(house.provider.delivered[0][2])
    house.provider.deliver(mail(id="m2@example.org", subject="Re: Question", reply_to=ours))
    await house.settle(NOW)
    assert _about(house)["status"] == "active"
    assert len(house.homeserver.of_kind("conversation")) == 1


async def test_spam_stays_spam_when_the_spammer_writes_again(house: House) -> None:
    await _happens(house, says("!spam", thread=_card(house)))
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org"))
    await house.settle(NOW)
    assert _about(house)["status"] == "spam"


async def test_an_automatic_answer_does_not_reopen(house: House) -> None:
    await _happens(house, says("!close", thread=_card(house)))
    house.provider.deliver(
        mail(id="m2@example.org", reply_to="m1@example.org", headers=(("Auto-Submitted", "auto-replied"),))
    )
    await house.settle(NOW)
    assert _about(house)["status"] == "closed"
    assert len(_mails(house)) == 2


async def test_the_same_bytes_again_are_one_mail(house: House) -> None:
    house.provider.deliver(mail())
    await house.settle(NOW)
    assert len(_mails(house)) == 1


async def test_two_mails_with_one_message_id_are_two(house: House) -> None:
    house.provider.deliver(mail(text="Something else\n"))
    await house.settle(NOW)
    assert len(_mails(house)) == 2


async def test_ids_that_differ_in_case_or_late_are_two_mails(house: House) -> None:
    long = "x" * 250
    for id in ("M1@example.org", f"{long}1@example.org", f"{long}2@example.org"):
        house.provider.deliver(mail(id=id))
    await house.settle(NOW)
    assert len(_mails(house)) == 4


async def test_mail_without_id_or_sender_becomes_a_thread(house: House) -> None:
    house.provider.deliver(b"Subject: alone\r\n\r\nhello\r\n")
    house.provider.deliver(b"\x00\xff\xfe not a mail at all")
    house.provider.deliver(b"")
    await house.settle(NOW)
    assert len(house.homeserver.of_kind("conversation")) == 4


async def test_a_parent_that_comes_after_its_reply_joins_it(house: House) -> None:
    house.provider.deliver(mail(id="child@x.org", reply_to="parent@x.org", subject="Re: Late"))
    await house.settle(NOW)
    house.provider.deliver(mail(id="parent@x.org", subject="Late"))
    await house.settle(NOW)
    assert len(house.homeserver.of_kind("conversation")) == 2


async def test_two_answers_that_come_before_their_parent_are_one_thread(house: House) -> None:
    for number in (1, 2):
        house.provider.deliver(mail(id=f"child{number}@x.org", reply_to="parent@x.org", subject="Re: Late"))
        await house.settle(NOW)
    house.provider.deliver(mail(id="parent@x.org", subject="Late"))
    await house.settle(NOW)
    assert len(house.homeserver.of_kind("conversation")) == 2


async def test_a_new_uidvalidity_posts_nothing_again(house: House) -> None:
    house.provider.reset("INBOX")
    house.provider.deliver(mail(id="m2@example.org", subject="New"))
    await house.settle(NOW)
    assert len(_mails(house)) == 2


async def test_a_reply_written_elsewhere_appears_in_the_thread(house: House) -> None:
    written = mail(
        id="web@asso.example", sender="contact@asso.example", to="marie@example.org", reply_to="m1@example.org"
    )
    house.provider.deliver(written, "Sent")
    await house.settle(NOW)
    assert [(m.ours["direction"], m.ours["message_id"]) for m in _mails(house)][-1] == ("out", "web@asso.example")
    assert _about(house)["status"] == "pending"


async def test_a_bounce_is_told_on_the_reply_that_bounced(house: House) -> None:
    await _happens(house, says("!reply Bonjour", thread=_card(house)), seconds=SENT)
    ours = id_of(house.provider.delivered[0][2])
    bounce = (
        "From: MAILER-DAEMON@mx.example\r\nTo: contact@asso.example\r\nSubject: Undelivered\r\n"
        "Message-ID: <b1@mx.example>\r\nAuto-Submitted: auto-replied\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nIt could not be delivered.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        "Final-Recipient: rfc822; marie@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 no such user\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{ours}>\r\n\r\n--b--\r\n"
    )
    house.provider.deliver(bounce.encode())
    await house.settle(NOW)
    assert _state(house) == "bounced"
    assert _about(house)["status"] == "active"
    assert len(house.homeserver.of_kind("conversation")) == 1


async def test_mail_text_can_neither_ping_nor_link_into_matrix(house: House) -> None:
    text = "@room hello @alice:localhost see https://matrix.to/#/@alice:localhost\n"
    house.provider.deliver(mail(id="m2@example.org", subject="@room", text=text))
    await house.settle(NOW)
    shown = _mails(house)[-1]
    assert shown.content["m.mentions"] == {}
    assert "@room" not in str(shown.content["body"])
    assert 'href="https://matrix.to' not in str(shown.content["formatted_body"])


# --- the room


async def test_leaving_the_room_frees_what_one_had(house: House) -> None:
    from bot.domain.inputs import MemberChanged

    await _happens(house, reacts("✋", _card(house), sender=BOB))
    await _happens(house, MemberChanged(ROOM, event_id(), BOB, "leave", "Bob", house.clock.now()))
    assert _about(house)["assignee"] is None
    assert any("#1" in str(p.content["body"]) for p in house.homeserver.of_kind("notice"))


@pytest.mark.parametrize("command", ["!list", "!list mine", "!show #1", "!history #1", "!help", "!help reply"])
async def test_questions_are_answered_where_they_are_asked(house: House, command: str) -> None:
    asked = says(command)
    await _happens(house, asked)
    (answer,) = house.homeserver.of_kind("answer")
    assert answer.relation["m.in_reply_to"] == {"event_id": asked.event}
    assert answer.content["msgtype"] == "m.notice"


async def test_the_room_speaks_french_where_it_is_told_to(tmp_path: Path) -> None:
    from tests.fakes.house import INSTANCE

    french = replace(INSTANCE, mailboxes=(replace(INSTANCE.mailboxes[0], language="fr"),))
    house = House(tmp_path, instance=french)
    await house.open()
    house.provider.deliver(mail())
    await house.settle(NOW)
    assert "à traiter" in str(house.homeserver.current(_card(house))["body"])
    await house.close()


async def test_only_admins_vouch_for_an_identity(house: House) -> None:
    await _happens(house, says("!trust @alice:localhost", sender=BOB))
    assert house.homeserver.trusted == set()
    await _happens(house, says("!trust @bob:localhost"))
    assert house.homeserver.trusted == {BOB}
    assert len(_answers(house)) == 2


async def test_what_sends_mail_is_refused_from_a_session_that_is_not_trusted(house: House) -> None:
    sealed = replace(
        says("!reply Bonjour", thread=_card(house), encrypted=True, sealed=True), session_trust="unsigned_device"
    )
    await _happens(house, sealed, seconds=SENT)
    assert house.provider.delivered == []
    assert len(_answers(house)) == 1
    close = replace(says("!close", thread=_card(house), encrypted=True, sealed=True), session_trust="unsigned_device")
    await _happens(house, close)
    assert _about(house)["status"] == "closed"


async def test_no_mail_is_shown_in_a_room_that_anybody_can_read(tmp_path: Path) -> None:
    from bot.flows.rooms import RoomKeeper

    house = House(tmp_path)
    await house.open()
    house.homeserver.state[ROOM, "m.room.join_rules", ""] = '{"join_rule": "public"}'
    keeper = RoomKeeper(house.deliver.chat.chat, house.step, house.deliver.outages, house.deliver.joined)
    assert await keeper.enter(ROOM)
    house.provider.deliver(mail())
    await house.settle(NOW)
    assert house.homeserver.of_kind("conversation") == []
    assert any("contact@asso.example" in str(p.content["body"]) for p in house.homeserver.of_kind("notice"))

    house.homeserver.state[ROOM, "m.room.join_rules", ""] = '{"join_rule": "invite"}'
    assert await keeper.enter(ROOM)
    await house.settle((61.0, 16.0))
    assert len(house.homeserver.of_kind("mail")) == 1
    await house.close()


async def test_commands_are_described_to_clients_once(house: House) -> None:
    from bot.flows.rooms import RoomKeeper

    keeper = RoomKeeper(house.deliver.chat.chat, house.step, house.deliver.outages, house.deliver.joined)
    for _ in range(2):
        assert await keeper.enter(ROOM)
    await house.settle(NOW)
    described = [key for room, kind, key in house.homeserver.state if room == ROOM and kind == "description"]
    assert "assign" in described
    assert await house.open_calls() == 0


async def test_a_list_of_somebody_written_without_a_pill_is_theirs(house: House) -> None:
    await _happens(house, says("!list @nobodyhere"))
    assert "Who is @nobodyhere?" in _answers(house)[-1]
    await _happens(house, says("!list @bob"))
    assert _answers(house)[-1].startswith("0 conversations of ")


async def test_a_mistake_is_told_to_the_person_who_made_it(house: House) -> None:
    await _happens(house, says("!resend", thread=_card(house)))
    (told,) = house.homeserver.of_kind("answer")
    assert told.content["msgtype"] == "m.text"
    assert told.content["m.mentions"] == {"user_ids": [ALICE]}


@pytest.mark.parametrize(("quote", "quoted"), [(QuoteMode.NONE, 0), (QuoteMode.LAST, 1), (QuoteMode.FULL, 3)])
async def test_a_reply_quotes_what_the_mailbox_wants(tmp_path: Path, quote: QuoteMode, quoted: int) -> None:
    mailbox = replace(INSTANCE.mailboxes[0], quote=quote)
    one = House(tmp_path, instance=replace(INSTANCE, mailboxes=(mailbox,)))
    await one.open()
    try:
        one.provider.deliver(mail())
        await one.settle(NOW)
        await _happens(one, says("!reply First answer", thread=_card(one)), seconds=SENT)
        one.provider.deliver(mail(id="m2@example.org", reply_to=id_of(one.provider.delivered[0][2])))
        await one.settle(NOW)
        await _happens(one, reads(_mails(one)[-1].event))
        await _happens(one, says("!reply Second answer", thread=_card(one)), seconds=SENT)
        raw = one.provider.delivered[1][2]
        text = message_from_bytes(raw, policy=policy.default).get_body(("plain",))
        assert text is not None
        words = text.get_content()
        assert words.startswith("Second answer")
        assert sum(line.endswith(" wrote:") for line in words.splitlines()) == quoted
        assert ("> First answer" in words) == (quote is QuoteMode.FULL)
    finally:
        await one.close()
