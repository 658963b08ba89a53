"""An outgoing mail is one event of its thread, from its queue to its end."""

import pytest

from bot.domain.outcomes import MailAccepted, Outcome, RecipientAnswer, Refused, TryLater, Unknown
from tests.fakes.house import House
from tests.fakes.looking import NOW, SENT, card_of, happens, outgoing
from tests.fakes.mail import id_of
from tests.fakes.writing import mail, redacts, says

WORDS = "Oui, le **tarif** est de 45."


def shown(house: House) -> dict[str, object]:
    (event,) = outgoing(house)
    return house.homeserver.current(event.event)


def about(house: House) -> dict[str, object]:
    found = shown(house)["org.postroom"]
    assert isinstance(found, dict)
    return found


async def test_it_is_there_when_it_is_queued_and_quotes_nothing(house: House) -> None:
    asked = says(f"!reply {WORDS}", thread=card_of(house))
    await happens(house, asked)
    (event,) = outgoing(house)
    assert (event.ours["kind"], event.ours["state"]) == ("mail", "queued")
    assert event.relation["rel_type"] == "m.thread"
    assert event.relation["event_id"] == card_of(house)
    assert event.relation["is_falling_back"] is True
    assert event.relation["m.in_reply_to"] == {"event_id": asked.event}
    assert "marie@example.org" in str(event.content["body"])
    assert "<details>" in str(event.content["formatted_body"]), "the member's message shows the words"


@pytest.mark.parametrize(
    ("answer", "state", "mark"),
    [
        (MailAccepted("250 ok", ("marie@example.org",)), "sent", "✅"),
        (MailAccepted("250 ok", (), refused=(RecipientAnswer("marie@example.org", 550, "no"),)), "partly", "⚠"),
        (Refused("550", "no such user"), "refused", "❌"),
        (TryLater("451 later"), "retrying", "⏳"),
        (Unknown("connection_lost"), "unknown", "❓"),
    ],
)
async def test_however_it_ends_it_stays_that_one_event(house: House, answer: Outcome, state: str, mark: str) -> None:
    house.provider.answers.append(answer)  # type: ignore[arg-type]
    asked = says(f"!reply {WORDS}", thread=card_of(house))
    await happens(house, asked)
    await house.settle(SENT)
    assert (about(house)["state"], about(house)["direction"]) == (state, "out")
    html = str(shown(house)["formatted_body"])
    assert html.startswith(mark)
    assert html.count("<strong>tarif</strong>") == 1
    quoting = [p for p in house.homeserver.posted if p.relation.get("m.in_reply_to") == {"event_id": asked.event}]
    assert all(p.relation["is_falling_back"] for p in quoting if p.ours.get("kind") == "mail")


async def test_taken_back_it_loses_its_words(house: House) -> None:
    asked = says(f"!reply {WORDS}", thread=card_of(house))
    await happens(house, asked)
    await happens(house, redacts(asked.event))
    assert about(house)["state"] == "cancelled"
    assert "tarif" not in str(shown(house)["body"]) + str(shown(house)["formatted_body"])


async def test_asked_for_outside_of_the_thread_it_shows_its_state_there_too(house: House) -> None:
    card_of(house)
    asked = says(f"!reply #1 {WORDS}")
    await happens(house, asked)
    (event,) = outgoing(house)
    assert event.relation["event_id"] == card_of(house)
    assert "<details>" not in str(event.content["formatted_body"]), "no message of the thread shows the words"
    (there,) = house.homeserver.of_kind("receipt")
    assert there.relation == {"m.in_reply_to": {"event_id": asked.event}}
    await house.settle(SENT)
    for one in (event, there):
        now = house.homeserver.current(one.event)["org.postroom"]
        assert isinstance(now, dict)
        assert now["state"] == "sent"
    assert "tarif" not in str(house.homeserver.current(there.event)["body"])


async def test_asked_for_in_the_thread_of_a_list_it_shows_its_state_there(house: House) -> None:
    listed = says("!list")
    await happens(house, listed)
    asked = says(f"!reply #1 {WORDS}", thread=listed.event)
    await happens(house, asked, seconds=SENT)
    (there,) = house.homeserver.of_kind("receipt")
    assert there.relation["event_id"] == listed.event
    assert there.relation["m.in_reply_to"] == {"event_id": asked.event}
    assert "✅" in str(house.homeserver.current(there.event)["body"])


@pytest.mark.parametrize("command", ["!undo #1", "!resend #1", "!unfold #1", "!attach #1", "!close #1"])
@pytest.mark.parametrize("in_thread", [False, True])
async def test_a_command_outside_of_the_thread_is_answered_where_it_was_given(
    house: House, command: str, in_thread: bool
) -> None:
    if command == "!resend #1":
        house.provider.answers.append(Refused("550", "no such user"))
    await happens(house, says(f"!reply {WORDS}", thread=card_of(house)), seconds=SENT if "resend" in command else NOW)
    thread = says("!list") if in_thread else None
    if thread is not None:
        await happens(house, thread, seconds=(0.0,))
    asked = says(command, thread=thread.event if thread is not None else None)
    before = len(house.homeserver.posted)
    await happens(house, asked, seconds=(0.0,))
    answers = [p for p in house.homeserver.posted[before:] if asked.event in str(p.relation)]
    assert answers
    for one in answers:
        assert one.type == "m.reaction" or one.relation.get("event_id") == (thread.event if thread else None)


async def test_one_that_was_written_elsewhere_and_comes_back_is_edited(house: House) -> None:
    written = mail(
        id="w1@asso.example",
        sender="Mon Asso <contact@asso.example>",
        to="marie@example.org",
        text="Écrit au téléphone.",
        reply_to="m1@example.org",
    )
    house.provider.deliver(written, "Sent")
    await house.settle((0.0,))
    assert about(house)["state"] == "sent"
    assert "téléphone" in str(shown(house)["body"])
    report = (
        b"From: MAILER-DAEMON@mx.example\r\nTo: contact@asso.example\r\nSubject: Undelivered\r\nMessage-ID: <b1@mx>\r\n"
        b"MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n"
        b"--x\r\nContent-Type: text/plain\r\n\r\nNo.\r\n--x\r\nContent-Type: message/delivery-status\r\n\r\n"
        b"Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; marie@example.org\r\nAction: failed\r\n"
        b"Status: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 unknown\r\n\r\n--x\r\nContent-Type: message/rfc822\r\n\r\n"
        + written
        + b"\r\n--x--\r\n"
    )
    house.provider.deliver(report)
    await house.settle((0.0,))
    assert id_of(written) == about(house)["message_id"]
    assert about(house)["state"] == "bounced"
