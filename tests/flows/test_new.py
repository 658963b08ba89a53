"""A conversation that a member begins, through the whole bot: its thread, its mail, the answer, and what takes it back."""

from dataclasses import replace
from email import message_from_bytes, policy

import pytest

from bot.domain.outcomes import MailAccepted, Refused
from tests.fakes.chat import ALICE, BOB, ROOM, Posted
from tests.fakes.direct import DIRECT, goes, invites
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import (
    NOW,
    SENT,
    answers_in,
    card_of,
    card_says,
    happens,
    mails_in,
    mentioning,
    outgoing,
    reply_state,
)  # fmt: skip
from tests.fakes.mail import id_of
from tests.fakes.two_mailboxes import CAROL
from tests.fakes.writing import edits, mail, posts, reacts, redacts, says
from tests.flows.test_database_put_back import now
from tests.flows.test_notices import SOON, words_of
from tests.flows.test_own_addresses import confirms, sent_to

LETTER = '!new paul@example.org "Votre inscription"\nBonjour **Paul**,\n\nvoici.'


def subject_of(raw: bytes) -> str:
    return str(message_from_bytes(raw, policy=policy.default)["Subject"])


def thread_of(posted: Posted) -> object:
    return posted.relation.get("event_id") if posted.relation.get("rel_type") == "m.thread" else None


def said(house: House) -> str:
    return " ".join(answers_in(house))


async def test_a_first_mail_leaves_after_its_undo_window_and_its_answer_comes_into_its_thread(house: House) -> None:
    await happens(house, says(LETTER))
    assert house.provider.delivered == []
    assert reply_state(house) == "queued"
    assert card_says(house, 2)["assignee"] == ALICE
    await house.settle(SENT)
    ((sender, recipients, raw),) = house.provider.delivered
    assert (sender, recipients, subject_of(raw)) == ("contact@asso.example", ("paul@example.org",), "Votre inscription")
    assert b"In-Reply-To" not in raw and b"References" not in raw and b"alice" not in raw.lower()
    (copy,) = house.provider.folders["Sent"]
    assert copy.raw == raw
    assert (reply_state(house), card_says(house, 2)["status"]) == ("sent", "pending")
    (shown,) = outgoing(house)
    assert thread_of(shown) == card_of(house, 2)

    house.provider.deliver(mail(id="p1@example.org", sender="Paul Martin <paul@example.org>", reply_to=id_of(raw)))
    await house.settle(NOW)
    assert [thread_of(p) for p in mails_in(house) if p.ours["message_id"] == "p1@example.org"] == [card_of(house, 2)]
    assert card_says(house, 2)["status"] == "active"
    assert "Paul Martin" in str(house.homeserver.current(card_of(house, 2))["body"])

    await happens(house, says("!reply Merci", thread=card_of(house, 2)), seconds=SENT)
    assert subject_of(house.provider.delivered[-1][2]) == "Re: Question"


async def test_its_card_and_its_mail_ring_nobody(house: House) -> None:
    await happens(house, says(LETTER), seconds=SENT)
    ours = [p for p in house.homeserver.posted if p.ours.get("conversation") == 2 and not p.is_edit]
    assert {p.content["msgtype"] for p in ours} == {"m.notice"}


@pytest.mark.parametrize("way", ["deleted", "undo", "edited"])
async def test_taken_back_it_leaves_nothing_but_a_closed_card(house: House, way: str) -> None:
    written = says(LETTER)
    await happens(house, written)
    match way:
        case "deleted":
            back: object = redacts(written.event)
        case "undo":
            back = says("!undo", thread=card_of(house, 2))
        case _:
            back = edits(written.event, "not yet")
    await happens(house, back, seconds=SENT)
    assert house.provider.delivered == []
    assert (reply_state(house), card_says(house, 2)["status"]) == ("cancelled", "closed")


async def test_its_words_can_be_edited_while_it_waits(house: House) -> None:
    written = says(LETTER)
    await happens(house, written)
    await happens(house, edits(written.event, LETTER.replace("voici", "voilà")), seconds=SENT)
    ((_, _, raw),) = house.provider.delivered
    assert "voil=C3=A0" in raw.decode() and subject_of(raw) == "Votre inscription"


@pytest.mark.parametrize(
    "edited",
    [
        LETTER.replace("paul@", "pauline@"),
        LETTER.replace("Votre inscription", "Autre chose"),
        LETTER.replace(' "', ' from asso@asso.example "'),
    ],
)
async def test_edited_to_somebody_else_or_another_subject_it_does_not_leave(house: House, edited: str) -> None:
    written = says(LETTER)
    await happens(house, written)
    await happens(house, edits(written.event, edited), seconds=SENT)
    assert house.provider.delivered == []
    assert reply_state(house) == "cancelled"


async def test_an_answer_edited_into_a_first_mail_to_somebody_else_does_not_leave(house: House) -> None:
    written = says("!reply Bonjour Marie", thread=card_of(house))
    await happens(house, written)
    await happens(house, edits(written.event, LETTER), seconds=SENT)
    assert house.provider.delivered == []


async def test_given_again_in_the_same_words_it_goes_once(house: House) -> None:
    await happens(house, says(LETTER), says(LETTER), says(LETTER, sender=BOB), seconds=SENT)
    assert len(house.provider.delivered) == 1
    assert said(house).count("#2") >= 2


async def test_a_stranger_under_a_friends_name_gets_nothing(house: House) -> None:
    await happens(house, says('!new marie "La suite"\nBonjour'), seconds=SENT)
    assert house.provider.delivered == [] and "marie@example.org" in said(house)
    await happens(house, says("!reply Bonjour", thread=card_of(house)), seconds=SENT)
    house.provider.deliver(mail(id="o1@example.org", sender="Marie Other <other@example.org>", subject="Autre"))
    await house.settle(NOW)
    await happens(house, says('!new marie "La suite"\nBonjour'), seconds=SENT)
    await happens(house, says('!new marie other "Encore"\nBonjour'), seconds=SENT)
    assert [to for _, to, _ in house.provider.delivered] == [("marie@example.org",)] * 2
    await happens(house, says("!reply Oui", thread=card_of(house, 2)), seconds=SENT)
    await happens(house, says('!new marie "Et encore"\nBonjour'), seconds=SENT)
    assert len(house.provider.delivered) == 3
    assert "other@example.org" in said(house)


async def test_a_second_mail_before_an_answer_goes_on_from_the_first(house: House) -> None:
    await happens(house, says(LETTER), seconds=SENT)
    await happens(house, says("!reply J’oubliais : à samedi", thread=card_of(house, 2)), seconds=SENT)
    (_, _, first), (_, recipients, second) = house.provider.delivered
    assert recipients == ("paul@example.org",)
    assert f"In-Reply-To: <{id_of(first)}>" in second.decode()
    assert subject_of(second) == "Re: Votre inscription"


async def test_refused_by_the_server_it_is_to_do(house: House) -> None:
    house.provider.answers.append(Refused("550", "no such user"))
    await happens(house, says(LETTER), seconds=SENT)
    assert (reply_state(house), card_says(house, 2)["status"]) == ("refused", "active")
    assert "no such user" in said(house)
    house.provider.answers.append(MailAccepted("ok", ()))
    await happens(house, says("!resend", thread=card_of(house, 2)), seconds=SENT)
    assert card_says(house, 2)["status"] == "pending"


async def test_a_file_of_the_message_goes_along(house: House) -> None:
    house.homeserver.files["mxc://localhost/form.pdf"] = b"%PDF-1.4 a form"
    await happens(house, posts("form.pdf", 15, caption=LETTER), seconds=SENT)
    ((_, _, raw),) = house.provider.delivered
    assert b"form.pdf" in raw and subject_of(raw) == "Votre inscription"


async def test_a_tray_on_it_sends_nothing(house: House) -> None:
    written = says(LETTER, thread=card_of(house))
    await happens(house, written, reacts("📤", written.event), seconds=SENT)
    assert house.provider.delivered == []
    assert "#1" in said(house)


async def test_after_a_restart_in_its_undo_window_it_leaves_once(house: House) -> None:
    await happens(house, says(LETTER))
    await house.close()
    await house.open()
    await house.settle(SENT)
    assert len(house.provider.delivered) == 1
    assert len([p for p in house.homeserver.of_kind("conversation") if p.room == ROOM]) == 2


HIS = "bob@home.example"


async def bob_chooses(house: House, *choices: str) -> int:
    """He has a chat and an address; how many events there were before."""
    await invites(house)
    await confirms(house, HIS, BOB)
    await happens(house, *(says(f"!notify {one}", sender=BOB) for one in choices))
    await house.settle(SOON)
    return len(house.homeserver.posted)


def told(house: House, before: int) -> tuple[int, int, int]:
    """How often Bob was told in the room, in his chat, by mail."""
    found = mentioning(house, BOB, before)
    mailed = [one for one in sent_to(house, HIS) if "[#2]" in one["Subject"]]
    return sum(one.room == ROOM for one in found), sum(one.room == DIRECT for one in found), len(mailed)


def by(medium: str) -> tuple[int, int, int]:
    return int(medium == "on"), int(medium == "direct"), int(medium == "email")


@pytest.mark.parametrize("medium", ["on", "direct", "email"])
async def test_whoever_is_told_of_what_is_new_is_told_once_when_its_first_mail_has_left(
    house: House, medium: str
) -> None:
    before = await bob_chooses(house, f"new {medium}")
    await happens(house, says(LETTER), seconds=(0.0, 3.0))
    assert told(house, before) == (0, 0, 0)
    await house.close()
    await house.open()
    await house.keeper.enter(DIRECT)
    await house.settle((*SENT, *SOON, *SOON))
    assert told(house, before) == by(medium)
    if medium == "email":
        (one,) = [one for one in sent_to(house, HIS) if "[#2]" in one["Subject"]]
        assert "Bonjour" in words_of(one)
    else:
        assert "began the conversation" in str(mentioning(house, BOB, before)[0].content["body"])
    await happens(house, says("!reply Encore", thread=card_of(house, 2)), seconds=(*SENT, *SOON))
    assert told(house, before) == by(medium), "its second one is not new"


@pytest.mark.parametrize("medium", ["on", "direct", "email"])
@pytest.mark.parametrize("choice", ["new", "noted-others"])
async def test_where_it_waits_for_approval_it_is_told_then(house: House, medium: str, choice: str) -> None:
    house.step.settings.reload(replace(INSTANCE, mailboxes=(replace(MAILBOX, approval=True),)))
    before = await bob_chooses(house, f"{choice} {medium}")
    await happens(house, goes(house, CAROL, "join"), says(LETTER), seconds=SOON)
    assert told(house, before) == by(medium)
    await now(house, says("!approve #2", sender=CAROL), seconds=(*SENT, *SOON))
    assert (reply_state(house), told(house, before)) == ("sent", by(medium))


@pytest.mark.parametrize("approval", [False, True])
async def test_what_is_passed_on_is_not_new_and_whose_it_was_hears_of_it_once(house: House, approval: bool) -> None:
    house.step.settings.reload(replace(INSTANCE, mailboxes=(replace(MAILBOX, approval=approval),)))
    await happens(house, reacts("✋", card_of(house), sender=BOB))
    before = await bob_chooses(house, "new on", "noted-others on")
    await happens(house, says("!forward paul@example.org Voici", thread=card_of(house)), seconds=(*SENT, *SOON))
    assert told(house, before) == (1, 0, 0)


async def test_who_begins_it_or_takes_it_back_in_time_tells_nobody(house: House) -> None:
    before = await bob_chooses(house, "new on")
    written = says(LETTER)
    await happens(house, written, redacts(written.event), says(LETTER.replace("paul", "leo"), sender=BOB), seconds=SENT)
    assert told(house, before) == (0, 0, 0)
