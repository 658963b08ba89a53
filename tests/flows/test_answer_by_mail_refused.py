"""Answers by mail that go nowhere: forged, old, of strangers, of whoever may not; and who is told."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from bot.domain.ids import EventId
from bot.domain.inputs.room import MemberChanged
from bot.domain.mailed import GOOD_FOR
from tests.fakes.chat import ALICE, BOB, ROOM
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import SENT, card_of, card_says, happens, mails_in
from tests.fakes.writing import mail, says
from tests.flows.test_answer_by_mail import PROOF, answer, comes, house, left, opened, shown, ticket

__all__ = ["house"]

FORGED: Mapping[str, Callable[[House], bytes]] = {
    "no proof": lambda house: answer(house, "evil", headers=()),
    "another server's proof": lambda house: answer(
        house, "evil", headers=(("Authentication-Results", "mx.evil.example; dmarc=pass header.from=home.example"),)
    ),
    "our server's proof below another field": lambda house: answer(
        house, "evil", headers=(("Authentication-Results", "mx.evil.example; dmarc=fail"), *PROOF)
    ),
    "our server's proof of another domain": lambda house: answer(
        house, "evil", headers=(("Authentication-Results", "mx.asso.example; dmarc=pass header.from=evil.example"),)
    ),
    "a stranger": lambda house: answer(
        house,
        "evil",
        sender="Eve <eve@evil.example>",
        headers=(("Authentication-Results", "mx.asso.example; dmarc=pass header.from=evil.example"),),
    ),
    "the customer": lambda house: answer(
        house,
        "evil",
        sender="Marie <marie@example.org>",
        headers=(("Authentication-Results", "mx.asso.example; dmarc=pass header.from=example.org"),),
    ),
    "a colleague's ticket": lambda house: answer(house, "evil", sender="Bob <bob@home.example>"),
    "two authors": lambda house: answer(house, "evil", sender="alice@home.example, eve@evil.example"),
    "an absence note": lambda house: answer(house, "evil", headers=(*PROOF, ("Auto-Submitted", "auto-replied"))),
    "a list": lambda house: answer(house, "evil", headers=(*PROOF, ("List-Id", "<x.home.example>"))),
}


@pytest.mark.parametrize("case", FORGED)
async def test_nobody_else_s_words_ever_leave(house: House, case: str) -> None:
    await comes(house, FORGED[case](house))
    assert left(house) == [], case
    assert card_says(house)["assignee"] is None, case
    is_silent = case in ("an absence note", "a list")
    said = [str(one.content["body"]) for one in house.homeserver.posted if "evil" in str(one.content["body"])]
    assert bool(said) is not is_silent, f"{case}: {said}"


async def test_what_is_forged_many_times_fills_one_message(house: House) -> None:
    for number in range(5):
        await comes(house, answer(house, f"evil {number}", id=f"f{number}@evil.example", headers=()))
    assert len(shown(house)) == 1 and house.provider.delivered == []
    event = next(one.event for one in house.homeserver.posted if one.ours.get("kind") == "notice")
    await happens(house, says("!send", thread=card_of(house), reply_to=event), seconds=SENT)
    assert left(house) == [], "what nobody has proven is nobody's to send"


async def test_a_stranger_begins_a_conversation_of_their_own_and_the_team_is_told(house: House) -> None:
    await comes(house, FORGED["a stranger"](house))
    assert card_says(house, 2)["conversation"] == 2
    assert any("answers a notification about #1" in str(one.content["body"]) for one in mails_in(house))


async def test_of_what_a_stranger_answered_the_team_is_told_once_in_a_conversation(house: House) -> None:
    """Their References name the notification for ever (RFC 5322 3.6.4)."""
    told = ticket(house)
    sender = "Eve <eve@evil.example>"
    await comes(house, answer(house, "Une question", to=told, sender=sender))
    await happens(house, says("!reply #2 Bonjour, laquelle ?"), seconds=SENT)
    ours = str(message_from_bytes(house.provider.delivered[-1][2])["Message-ID"]).strip("<>")
    for number in (2, 3):
        before = ours if number == 2 else "a2@home.example"
        raw = mail(
            id=f"a{number}@home.example",
            reply_to=before,
            references=f"<{told}> <{ours}>",
            sender=sender,
            subject="Re: [#1] Question",
            text=f"Celle-ci {number}",
        )
        await comes(house, raw)
        assert f"Celle-ci {number}" in str(mails_in(house)[-1].content["body"])
    assert len([one for one in mails_in(house) if "answers a notification about #1" in str(one.content["body"])]) == 1
    await comes(house, answer(house, "Une autre", to=told, sender="Zoé <zoe@evil.example>", id="z@evil.example"))
    assert "answers a notification about #1" in str(mails_in(house)[-1].content["body"]), "in another one, it is told"


async def test_an_old_notification_answers_nothing(house: House) -> None:
    old = ticket(house, at=house.clock.now() - GOOD_FOR - timedelta(minutes=1))
    await comes(house, answer(house, "trop tard", to=old))
    assert left(house) == []
    (told,) = shown(house)
    assert "more than 60 days" in told and "trop tard" in told


async def test_who_left_the_room_answers_nothing_any_more(house: House) -> None:
    await happens(house, MemberChanged(ROOM, EventId("$left"), ALICE, "leave", "", house.clock.now()))
    await comes(house, answer(house, "encore moi"))
    assert left(house) == []
    assert any("not in the room of the conversation any more" in one for one in shown(house))


async def test_a_mailbox_may_switch_it_off(tmp_path: Path) -> None:
    house = House(tmp_path, instance=replace(INSTANCE, mailboxes=(replace(MAILBOX, answer_by_mail=False),)))
    await opened(house)
    await comes(house, answer(house, "Oui"))
    assert left(house) == []
    assert "switched off" in shown(house)[0]
    await house.close()


async def test_a_member_of_notes_alone_answers_nobody(house: House) -> None:
    await happens(house, says("!grant @bob notes only", sender=ALICE))
    await comes(house, answer(house, "Oui", sender="Bob <bob@home.example>", to=ticket(house, BOB)))
    assert left(house) == []
    said = [str(one.content["body"]) for one in house.homeserver.posted if "notes only" in str(one.content["body"])]
    assert said
    await comes(
        house, answer(house, "note: vu", id="n@home.example", sender="Bob <bob@home.example>", to=ticket(house, BOB))
    )
    assert any("Bob notes by mail" in one for one in shown(house))


async def test_an_id_that_nobody_here_made_is_told_to_the_team_and_sends_nothing(house: House) -> None:
    await comes(house, answer(house, "evil", to=f"{'ab' * 40}@asso.example"))
    assert left(house) == []
    assert any("names no notification" in one and "evil" in one for one in shown(house))


async def test_who_is_refused_is_told_by_mail_once_a_day_and_only_for_what_is_proven(house: House) -> None:
    await comes(house, answer(house, "evil", id="f1@evil.example", headers=()))
    assert house.provider.delivered == []
    for number in range(3):
        await comes(house, answer(house, "snooze 3dd\nBonjour", id=f"s{number}@home.example"))
    ((_, to, raw),) = house.provider.delivered
    assert to == ("alice@home.example",)
    told = message_from_bytes(raw)
    assert told["Auto-Submitted"] == "auto-generated" and told["Subject"] == "[#1] Your answer did not leave"
    house.clock.at += timedelta(days=1)
    await comes(house, answer(house, "snooze 3dd\nBonjour", id="s9@home.example"))
    assert [to for _, to, _ in house.provider.delivered] == [("alice@home.example",)] * 2


async def test_what_is_refused_names_no_private_address_in_the_room(house: House) -> None:
    await comes(house, answer(house, "!close nonsense"))
    assert left(house) == []
    assert any("a…@h…" in one for one in shown(house))
    assert not any("alice@home.example" in one for one in shown(house))


async def test_refused_answers_of_one_day_stand_beside_each_other(house: House) -> None:
    for number in (1, 2):
        await comes(house, answer(house, "", id=f"empty{number}@home.example"))
    assert len([one for one in shown(house) if "was not taken" in one]) == 2


async def test_a_note_that_is_refused_is_nobody_s_to_send(house: House) -> None:
    await comes(house, answer(house, "note: il ment"), folder="Junk")
    await comes(house, answer(house, "note:", id="n2@home.example", file=b"%PDF-1.4 for the team"))
    first, second = (one.event for one in house.homeserver.posted if one.ours.get("kind") == "notice")
    assert "il ment" in shown(house)[0] and "paper.pdf" in shown(house)[1]
    for event in (first, second):
        await happens(house, says("!send", thread=card_of(house), reply_to=event), seconds=SENT)
    assert left(house) == []


async def test_who_is_refused_for_good_hears_it_by_mail_with_the_words_where_the_mail_is_proven(house: House) -> None:
    await comes(house, answer(house, "-----BEGIN PGP MESSAGE-----\nabc", id="p0@home.example", headers=()))
    assert house.provider.delivered == []
    await comes(house, answer(house, "note: il ment", id="p1@home.example", headers=PROOF), folder="Junk")
    ((_, to, raw),) = house.provider.delivered
    assert to == ("alice@home.example",) and message_from_bytes(raw)["Subject"] == "[#1] Your answer did not leave"


@pytest.mark.parametrize(
    "header",
    [("Precedence", "bulk"), ("List-Unsubscribe", "<https://home.example/out>"), ("Feedback-ID", "1.eu:x:SES")],
)
async def test_an_answer_whose_provider_makes_it_bulk_mail_waits_for_its_writer(
    house: House, header: tuple[str, str]
) -> None:
    await comes(house, answer(house, "C’est oui.", headers=(*PROOF, header)))
    assert left(house) == [] and "headers are those of bulk mail" in shown(house)[-1]
    assert [to for _, to, _ in house.provider.delivered] == [("alice@home.example",)]
    event = next(one.event for one in house.homeserver.posted if one.ours.get("kind") == "notice")
    await happens(house, says("!send", thread=card_of(house), reply_to=event), seconds=SENT)
    ((_, words),) = left(house)
    assert words.startswith("C’est oui.")


@pytest.mark.parametrize(
    "fields",
    [
        (("List-Id", "<contact.asso.example>"), ("List-Post", "<mailto:contact@asso.example>"), ("Precedence", "list")),
        (("X-BeenThere", "contact@asso.example"), ("X-Mailman-Version", "2.1.39"), ("List-Id", "Nous <x.example>")),
        (("X-Loop", "contact@asso.example"), ("Precedence", "list"), ("List-Id", "<contact.asso.example>")),
        (("X-Loop", "Contact@Asso.example"), ("Precedence", "bulk")),
    ],
)
async def test_an_answer_that_comes_through_the_list_that_the_shared_address_is_waits_for_its_writer(
    house: House, fields: tuple[tuple[str, str], ...]
) -> None:
    await comes(house, answer(house, "C’est oui.", headers=(*PROOF, *fields)))
    assert left(house) == [] and "C’est oui." in shown(house)[-1]
    assert [to for _, to, _ in house.provider.delivered] == [("alice@home.example",)]


async def test_what_the_loop_mark_of_somebody_else_says_a_program_wrote_stays_swallowed(house: House) -> None:
    headers = (*PROOF, ("X-Loop", "alice@home.example"), ("Precedence", "bulk"))
    await comes(house, answer(house, "C’est oui.", headers=headers))
    assert left(house) == [] and shown(house) == []


async def test_a_program_that_quotes_what_it_answers_as_bulk_mail_is_told_once_a_day(house: House) -> None:
    id = ticket(house)
    for number in range(60):
        headers = (*PROOF, ("Precedence", "bulk"))
        await comes(
            house,
            answer(house, f"Reçu {number}.", id=f"r{number}@home.example", to=id, headers=headers),
            seconds=(0.0, 30.0),
        )
        ((_, _, raw),) = house.provider.delivered
        id = str(message_from_bytes(raw)["Message-ID"]).strip("<>")
    assert left(house) == []


async def test_words_to_a_colleague_by_name_wait_and_the_correspondent_s_own_name_does_not(house: House) -> None:
    await comes(house, answer(house, "Bob : il ment"))
    await comes(house, answer(house, "@bob il ment", id="a2@home.example"))
    assert left(house) == [] and "may be meant for a colleague" in shown(house)[-1]
    await comes(house, answer(house, "Marie, c’est oui.", id="a3@home.example"))
    ((_, words),) = left(house)
    assert words.startswith("Marie, c’est oui.")


def files_in(house: House) -> list[str]:
    """The files that stand in the room."""
    posted = [one for one in house.homeserver.posted if one.ours.get("kind") == "attachment" and not one.is_edit]
    return [str(one.content.get("filename") or one.content["body"]) for one in posted]


async def test_the_files_of_a_proven_answer_that_is_refused_for_good_stand_in_the_thread_once(house: House) -> None:
    for folder in ("Junk", "INBOX"):
        await comes(house, answer(house, "note: il ment", file=b"%PDF-1.4 of Alice"), folder=folder)
    assert left(house) == [] and len(shown(house)) == 1
    assert ["paper.pdf" in name for name in files_in(house)] == [True]


async def test_no_file_of_what_nobody_has_proven_or_that_may_be_what_was_quoted_stands_there(house: House) -> None:
    await comes(house, answer(house, "note: x", file=b"%PDF-1.4 evil", headers=()))
    back = message_from_bytes(answer(house, "note:", id="q1@home.example"), policy=policy.SMTP)
    assert isinstance(back, EmailMessage)
    back.make_mixed()
    back.add_attachment(b"internal", maintype="application", subtype="octet-stream", filename="ATT00001.txt")
    await comes(house, back.as_bytes())
    assert files_in(house) == []


@pytest.mark.parametrize("name", ['"Alice@Asso" <{}>', '"{0}" <{0}>', "'{0}' <{0}>", '"Alice M. (@asso)" <{}>'])
async def test_a_sign_in_the_writer_s_name_makes_nobody_a_stranger(house: House, name: str) -> None:
    await comes(house, answer(house, "Bonjour Marie, c'est oui.", sender=name.format("alice@home.example")))
    assert len(left(house)) == 1


@pytest.mark.parametrize(
    "name", ["Alice (alice@autre.example) <{}>", '"alice@autre.example" <{}>', '"Alice M. via mon@asso.example" <{}>']
)
async def test_another_address_beside_theirs_in_from_is_told_to_them_and_leaves_to_nobody(
    house: House, name: str
) -> None:
    await comes(house, answer(house, "Bonjour Marie, c'est oui.", sender=name.format("alice@home.example")))
    assert left(house) == []
    assert "may be read as another one" in shown(house)[-1]
    event = next(one.event for one in house.homeserver.posted if one.ours.get("kind") == "notice")
    await happens(house, says("!send", thread=card_of(house), reply_to=event), seconds=SENT)
    assert left(house) == [], "what nobody has proven is nobody's to send"
