"""A mailbox answers by itself, through the whole bot: once a day, marked, and no answer of the team."""

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from bot.domain.autoreply import AutoReply, Standing
from bot.domain.outcomes import Refused, TryLater, Unknown
from tests.fakes.chat import BOB, CONFIG, ROOM
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import SENT, answers_in, card_of, card_says, happens
from tests.fakes.mail import id_of
from tests.fakes.writing import mail, says
from tests.flows.test_database_put_back import copied, put_back

TEXT = "!autoreply text Bonjour {first_name},\n\nnous répondons sous *trois* jours (n° {number})."


async def test_what_came_before_config_yaml_switched_it_on_gets_none(house: House) -> None:
    await house.close()
    auto = AutoReply(Standing.ON, None, "", "Bonjour {first_name}, du fichier.")
    house.provider.deliver(
        mail(
            sender="Nora <nora2@shop.example>", id="h2@shop.example", headers=(("Return-Path", "<nora2@shop.example>"),)
        ),
        at=house.clock.now(),
    )
    house.clock.forward(3600.0)
    house.instance = replace(INSTANCE, mailboxes=(replace(MAILBOX, autoreply=auto),))
    await house.open()
    await house.settle(SENT)
    assert house.provider.delivered == []
    await comes(house, 3)
    assert len(house.provider.delivered) == 1
    await happens(house, says("!autoreply off"))
    await comes(house, 4, settles=())
    house.clock.forward(1.0)
    house.homeserver.happens(says("!autoreply default"))
    await house.settle(SENT)
    await comes(house, 5)
    to = [recipients for _, recipients, _ in house.provider.delivered]
    assert len(to) == 2 and "nora5" in str(to[-1]), "mail of while it was off gets none"


async def switched_on(house: House, text: str = TEXT) -> None:
    await happens(house, says(text), says("!autoreply on"))


async def comes(house: House, number: int, *, settles: tuple[float, ...] = SENT, **more: object) -> None:
    more = {"sender": f"Nora Petit <nora{number}@shop.example>", "id": f"h{number}@shop.example", **more}
    more = {"headers": (("Return-Path", f"<nora{number}@shop.example>"),), **more}
    house.provider.deliver(mail(**more), at=house.clock.now())  # type: ignore[arg-type]
    await house.settle(settles)


def parsed(raw: bytes) -> EmailMessage:
    found = message_from_bytes(raw, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def thread_of(house: House, number: int) -> list[str]:
    """As it reads now, line by line."""
    card = card_of(house, number)
    there = [p for p in house.homeserver.posted if p.relation.get("event_id") == card and not p.is_edit]
    return [str(house.homeserver.current(p.event)["body"]) for p in there]


async def test_it_leaves_once_as_the_rfc_wants_it_and_nothing_of_the_conversation_changes(house: House) -> None:
    await switched_on(house)
    assert house.provider.delivered == [], "mail of before gets none"
    await comes(house, 2)
    ((sender, recipients, raw),) = house.provider.delivered
    assert (sender, recipients) == ("", ("nora2@shop.example",))
    sent = parsed(raw)
    assert (sent["Auto-Submitted"], sent["X-Auto-Response-Suppress"]) == ("auto-replied", "All")
    assert (sent["Subject"], sent["To"]) == ("Auto: Question", "Nora Petit <nora2@shop.example>")
    assert (sent["In-Reply-To"], sent["References"]) == ("<h2@shop.example>", "<h2@shop.example>")
    assert sent["X-Loop"] == "contact@asso.example" and "contact@asso.example" in sent["From"]
    body = sent.get_body(("plain",))
    assert body is not None and "Bonjour Nora," in body.get_content() and "(n° 2)" in body.get_content()
    assert (card_says(house, 2)["status"], card_says(house, 2).get("assignee")) == ("active", None)
    (line,) = [one for one in thread_of(house, 2) if "Automatic answer" in one]
    assert "sent to nora2@shop.example" in line and "trois" not in line
    assert len(house.provider.folders["Sent"]) == 1, "a copy is kept on the server"
    assert not any("\\Answered" in s.flags for s in house.provider.folders["INBOX"])
    await happens(house, says("!history", thread=card_of(house, 2)))
    assert "the mailbox answered nora2@shop.example by itself" in str(house.homeserver.posted[-1].content["body"])
    await happens(house, says("!stats"))
    assert "0 mails left" in answers_in(house)[-1] or "No mail left" in answers_in(house)[-1]

    # The copy in Sent is seen, and the bot starts again: nothing more comes of either.
    await house.close()
    await house.open()
    await house.settle(SENT)
    assert card_says(house, 2)["status"] == "active" and len(house.provider.delivered) == 1


async def test_each_sender_gets_it_once_a_day_and_what_answers_it_comes_into_the_thread(house: House) -> None:
    await switched_on(house)
    await comes(house, 2)
    ((_, _, raw),) = house.provider.delivered
    await comes(house, 2, id="again@shop.example", subject="Another")
    await comes(house, 2, id="answer@shop.example", subject="Re: Auto: Question", reply_to=id_of(raw), text="Merci")
    assert any("Merci" in one for one in thread_of(house, 2))
    assert not any("subject" in one.lower() for one in thread_of(house, 2)[1:]), "the mark is no new subject"
    assert len(house.provider.delivered) == 1
    house.clock.forward(timedelta(days=1, minutes=1).total_seconds())
    await comes(house, 2, id="nextday@shop.example", subject="A third")
    assert len(house.provider.delivered) == 2


async def test_a_member_answers_as_if_it_had_not_gone(house: House) -> None:
    await switched_on(house)
    await comes(house, 2)
    await happens(house, says("!reply Bonjour Nora", thread=card_of(house, 2), sender=BOB), seconds=SENT)
    assert [one[1] for one in house.provider.delivered] == [("nora2@shop.example",)] * 2
    sent = parsed(house.provider.delivered[-1][2])
    assert (sent["Subject"], sent["Auto-Submitted"], sent["In-Reply-To"]) == ("Re: Question", None, "<h2@shop.example>")
    assert card_says(house, 2)["status"] == "pending"
    await happens(house, says("!stats"))
    assert "1 mail left" in answers_in(house)[-1]


async def test_two_robots_that_answer_each_other_stop_at_once(house: House) -> None:
    """The other one marks nothing, and begins a new conversation each time."""
    await switched_on(house)
    for number in range(12):
        raw = house.provider.delivered[-1][2] if house.provider.delivered else mail(subject="Hello")
        await comes(house, 2, id=f"robot{number}@shop.example", subject=f"Got: {parsed(raw)['Subject']} {number}")
    assert len(house.provider.delivered) == 1


async def test_a_flood_stops_it_and_tells_those_who_run_it_until_it_is_switched_on_again(house: House) -> None:
    await switched_on(house)
    for number in range(2, 25):
        await comes(house, number, settles=(0.0, 5.0))
    await house.settle(SENT)
    assert len(house.provider.delivered) == 20
    told = [
        p.room
        for p in house.homeserver.posted
        if "stopped" in str(p.content.get("body")) or "loop" in str(p.content.get("body"))
    ]
    assert sorted(told) == sorted((ROOM, CONFIG))
    await house.close()
    await house.open()
    await comes(house, 30)
    assert len(house.provider.delivered) == 20
    await happens(house, says("!autoreply"))
    assert "stopped answering by itself" in answers_in(house)[-1]
    await happens(house, says("!autoreply on"))
    await comes(house, 31)
    assert len(house.provider.delivered) == 21


@pytest.mark.parametrize(
    ("answers", "senders", "says_so"),
    [
        ([Refused("553", "5.7.1 sender rejected")], ["contact@asso.example"], "sent to"),
        ([Refused("553", "no"), Refused("550", "no such user")], [], "was not sent"),
        ([TryLater("421")], [""], "sent to"),
        ([Unknown("eof")], [""], "perhaps"),
    ],
)
async def test_however_it_fares_one_line_says_it_and_nobody_has_anything_to_do(
    house: House, answers: list[object], senders: list[str], says_so: str
) -> None:
    await switched_on(house)
    house.provider.answers = answers  # type: ignore[assignment]
    await comes(house, 2, settles=(0.0, 25.0, 16.0, 120.0, 16.0, 600.0, 16.0))
    assert [one[0] for one in house.provider.delivered] == senders
    lines = [one for one in thread_of(house, 2) if "utomatic answer" in one]
    assert len(lines) == 1 and says_so in lines[0]
    assert card_says(house, 2)["status"] == "active"
    # Whatever became of it, it is no second time tried that day.
    before = len(house.provider.delivered)
    await comes(house, 2, id="again@shop.example", subject="Another")
    assert len(house.provider.delivered) == before


async def test_what_came_long_ago_gets_none(house: House) -> None:
    await switched_on(house)
    await house.close()
    house.provider.deliver(mail(id="old@shop.example"), at=house.clock.now() + timedelta(minutes=5))
    house.clock.forward(timedelta(days=2).total_seconds())
    await house.open()
    await house.settle(SENT)
    assert card_of(house, 2) and house.provider.delivered == []


async def test_a_database_that_was_put_back_repeats_none(house: House) -> None:
    await switched_on(house)
    await copied(house)
    await comes(house, 2)
    assert len(house.provider.delivered) == 1
    await put_back(house, forgets_transactions=True)
    await house.settle(SENT)
    # The copy in Sent tells that it went.
    await comes(house, 2, id="again@shop.example", subject="Another")
    assert len(house.provider.delivered) == 1
    assert card_says(house, 2)["status"] == "active"


async def test_in_office_hours_it_is_silent(house: House) -> None:
    await happens(house, says(TEXT), says("!autoreply hours mo-su 0-24"), says("!autoreply on"))
    await comes(house, 2)
    assert house.provider.delivered == []
    await happens(house, says("!répondeur heures toujours"))
    await comes(house, 3)
    assert len(house.provider.delivered) == 1


async def test_it_holds_after_a_restart_and_off_ends_it(house: House) -> None:
    await switched_on(house)
    await house.close()
    await house.open()
    await comes(house, 2)
    assert len(house.provider.delivered) == 1
    await happens(house, says("!autoreply off"))
    await comes(house, 3)
    assert len(house.provider.delivered) == 1


async def test_from_the_config_room_it_is_written_for_the_mailbox_that_is_named(house: House) -> None:
    await happens(
        house,
        says("!autoreply contact@asso.example text Merci", room=CONFIG),
        says("!autoreply contact@asso.example on", room=CONFIG),
    )
    await comes(house, 2)
    assert b"Merci" in house.provider.delivered[0][2]
    await happens(house, says("!autoreply off", sender=BOB))
    assert "right" in answers_in(house)[-1]


async def test_config_yaml_has_one_as_the_room_has_and_the_room_stands_above_it(house: House) -> None:
    await house.close()
    auto = AutoReply(Standing.ON, None, "", "Bonjour {first_name}, du fichier.")
    house.instance = replace(INSTANCE, mailboxes=(replace(MAILBOX, autoreply=auto),))
    await house.open()
    await comes(house, 2)
    assert "du fichier." in str(parsed(house.provider.delivered[-1][2]))
    await happens(house, says("!autoreply text Du salon."))
    await comes(house, 3)
    assert "Du salon." in str(parsed(house.provider.delivered[-1][2]))
    await happens(house, says("!répondeur défaut"))
    assert "as config.yaml says again" in answers_in(house)[-1]
    await house.close()
    await house.open()
    await comes(house, 4)
    assert "du fichier." in str(parsed(house.provider.delivered[-1][2]))
    assert len(house.provider.delivered) == 3
