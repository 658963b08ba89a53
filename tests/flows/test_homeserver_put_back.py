"""The homeserver comes back as it was before: what it lost is posted anew, nobody's mail is lost, people are told."""

from collections import Counter

import pytest

from bot.domain.inputs.said import TeamMessage
from tests.fakes.chat import ALICE, CONFIG, ROOM
from tests.fakes.house import House
from tests.fakes.looking import NOW, SENT, card_of, card_says, happens, mails_in, outgoing, reply_state
from tests.fakes.passwords import WORD, begins, secretly
from tests.fakes.writing import mail, reacts, says


async def _put_back(house: House, events: int) -> None:
    """With so many of our events, after an outage; what members said is there."""
    house.homeserver.put_back(events)
    await house.chat_pump.returned()
    await house.settle(NOW)


def _says(house: House, words: str) -> TeamMessage:
    """In the thread of the first card."""
    return says(words, thread=card_of(house))


def _told(house: House) -> int:
    return len([p for p in house.homeserver.posted if p.room == CONFIG and "was put back" in str(p.content)])


async def test_mails_of_the_gap_are_posted_anew_and_their_threads_go_on(house: House) -> None:
    before = len(house.homeserver.posted)
    for number in (2, 3):
        house.provider.deliver(mail(id=f"m{number}@example.org", sender=f"P{number} <p{number}@example.org>"))
    house.provider.deliver(mail(id="m1b@example.org", reply_to="m1@example.org", text="Encore une chose."))
    await house.settle(NOW)
    assert len(mails_in(house)) == 4
    await house.close()
    house.homeserver.put_back(before)
    await house.open()
    await house.settle(NOW)
    shown = Counter(m.ours["message_id"] for m in mails_in(house))
    assert shown == Counter({f"{name}@example.org": 1 for name in ("m1", "m2", "m3", "m1b")})
    cards = Counter(p.ours["conversation"] for p in house.homeserver.of_kind("conversation"))
    assert cards == Counter({1: 1, 2: 1, 3: 1})
    (again,) = [m for m in mails_in(house) if m.ours["message_id"] == "m1b@example.org"]
    assert all("Encore une chose" in str(again.content[part]) for part in ("body", "formatted_body"))
    told = [p for p in house.homeserver.posted if p.room == CONFIG and "homeserver was put back" in str(p.content)]
    assert len(told) == 1
    await happens(house, says("!reply Bonjour", thread=card_of(house, 3)), seconds=SENT)
    assert [to for _, to, _ in house.provider.delivered] == [("p3@example.org",)]


async def test_it_is_noticed_after_an_outage_too_and_once(house: House) -> None:
    before = len(house.homeserver.posted)
    house.provider.deliver(mail(id="m2@example.org", sender="P2 <p2@example.org>"))
    await house.settle(NOW)
    house.homeserver.put_back(before)
    await house.chat_pump.returned()
    await house.settle(NOW)
    await house.chat_pump.returned()
    await house.settle(NOW)
    assert Counter(p.ours["conversation"] for p in house.homeserver.of_kind("conversation")) == Counter({1: 1, 2: 1})
    told = [p for p in house.homeserver.posted if p.room == CONFIG and "homeserver was put back" in str(p.content)]
    assert len(told) == 1


async def test_a_homeserver_that_has_everything_is_asked_little_and_nothing_is_posted(house: House) -> None:
    before = len(house.homeserver.posted)
    await house.close()
    await house.open()
    await house.settle(NOW)
    assert [p for p in house.homeserver.posted[before:] if not p.is_edit] == []


async def test_a_board_that_is_gone_is_posted_and_pinned_anew(house: House) -> None:
    (board,) = house.homeserver.of_kind("board")
    before = house.homeserver.posted.index(board)
    await house.close()
    house.homeserver.put_back(before)
    await house.open()
    await house.settle((0.0, 25.0, 16.0))
    (again,) = house.homeserver.of_kind("board")
    assert again.event != board.event
    assert again.event in house.homeserver.state[ROOM, "m.room.pinned_events", ""]


async def test_a_card_that_is_gone_is_missed_though_something_was_posted_in_its_thread_since(house: House) -> None:
    before = len(house.homeserver.posted)
    house.provider.deliver(mail(id="m2@example.org", sender="P2 <p2@example.org>"))
    await house.settle(NOW)
    house.homeserver.put_back(before)
    house.provider.deliver(mail(id="m2b@example.org", sender="P2 <p2@example.org>", reply_to="m2@example.org"))
    await house.settle((0.0,))
    await house.chat_pump.returned()
    await house.settle(NOW)
    assert card_says(house, 2)["status"] == "active"
    (card,) = [p for p in house.homeserver.of_kind("conversation") if p.ours["conversation"] == 2]
    there = [m.ours["message_id"] for m in mails_in(house) if m.relation.get("event_id") == card.event]
    assert there == ["m2@example.org", "m2b@example.org"]


async def test_what_a_card_said_since_the_backup_is_shown_again_and_once(house: House) -> None:
    before = len(house.homeserver.posted)
    await happens(house, _says(house, "!assign me"), _says(house, "!pending"))
    await _put_back(house, before)
    says_now = card_says(house)
    assert (says_now["status"], says_now["assignee"]) == ("pending", ALICE)
    assert _told(house) == 1
    posted = len(house.homeserver.posted)
    await house.chat_pump.returned()
    await house.settle(NOW)
    assert len(house.homeserver.posted) == posted


async def test_it_is_noticed_though_much_was_posted_before_somebody_looked(house: House) -> None:
    before = len(house.homeserver.posted)
    await happens(house, _says(house, "!assign me"), *(_says(house, "!note Bonjour") for _ in range(15)))
    house.homeserver.put_back(before)
    await happens(house, *(_says(house, f"!note {n}") for n in range(12)))
    await house.chat_pump.returned()
    await house.settle(NOW)
    assert card_says(house)["assignee"] == ALICE


async def test_a_mail_that_left_since_the_backup_is_shown_as_sent(house: House) -> None:
    await happens(house, _says(house, "!reply Bonjour"))
    assert reply_state(house) == "queued"
    before = len(house.homeserver.posted)
    await house.settle(SENT)
    assert reply_state(house) == "sent"
    await _put_back(house, before)
    assert reply_state(house) == "sent"


async def test_a_mail_of_ours_that_is_gone_is_posted_anew_after_the_one_that_it_answers(house: House) -> None:
    before = len(house.homeserver.posted)
    house.provider.deliver(mail(id="m2@example.org", sender="P2 <p2@example.org>"))
    await house.settle(NOW)
    await happens(house, says("!reply Bonjour", thread=card_of(house, 2)), seconds=SENT)
    (sent,) = outgoing(house)
    await _put_back(house, before)
    there = [(m.ours["direction"], m.ours.get("state")) for m in mails_in(house) if m.ours["conversation"] == 2]
    assert there == [("in", None), ("out", "sent")]
    (again,) = outgoing(house)
    assert again.ours["message_id"] == sent.ours["message_id"]
    assert "p2@example.org" in str(again.content)


async def test_the_answer_to_a_command_that_is_still_there_is_given_again(house: House) -> None:
    before = len(house.homeserver.posted)
    close, asks = _says(house, "!close"), says("!help", room=CONFIG)
    await happens(house, close, asks)
    await _put_back(house, before)
    marks = [p.relation["event_id"] for p in house.homeserver.posted if p.type == "m.reaction"]
    assert marks == [close.event]
    assert [p.ours["answers"] for p in house.homeserver.of_kind("answer")] == [asks.event]


async def test_the_answer_to_a_command_that_is_gone_as_well_is_not(house: House) -> None:
    before, heard = len(house.homeserver.posted), len(house.homeserver.happened)
    await happens(house, _says(house, "!close"), says("!help", room=CONFIG))
    house.homeserver.put_back(before, heard)
    await house.chat_pump.returned()
    await house.settle(NOW)
    assert [
        p for p in house.homeserver.posted[before:] if p.type == "m.reaction" or p.ours.get("kind") == "answer"
    ] == []
    assert card_says(house)["status"] == "closed"


@pytest.mark.parametrize("is_answered", [False, True])
async def test_a_question_that_is_gone_is_put_again_unless_it_was_answered(house: House, is_answered: bool) -> None:
    reply = _says(house, "!reply Bonjour")
    house.provider.deliver(mail(id="m1b@example.org", reply_to="m1@example.org"))
    await house.settle(NOW)
    before = len(house.homeserver.posted)
    await happens(house, reply)
    (question,) = [p for p in house.homeserver.of_kind("receipt") if p.ours.get("answers") == reply.event]
    if is_answered:
        await happens(house, reacts("✅", question.event), seconds=SENT)
    await _put_back(house, before)
    again = [p for p in house.homeserver.of_kind("receipt") if p.ours.get("answers") == reply.event]
    assert len(again) == (0 if is_answered else 1)
    if not is_answered:
        await happens(house, reacts("✅", again[0].event), seconds=SENT)
    assert reply_state(house) == "sent"


async def test_a_board_that_is_there_is_pinned_again(house: House) -> None:
    (board,) = house.homeserver.of_kind("board")
    before = house.homeserver.posted.index(board) + 1
    await happens(house, _says(house, "!assign me"))
    house.homeserver.put_back(before, state={})
    await house.chat_pump.returned()
    await house.settle((0.0, 16.0, 16.0))
    assert board.event in house.homeserver.state[ROOM, "m.room.pinned_events", ""]
    assert ALICE.partition(":")[0].strip("@").title() in str(house.homeserver.current(board.event)["body"])


async def test_the_card_of_a_closed_conversation_comes_back_too(house: House) -> None:
    before = len(house.homeserver.posted)
    house.provider.deliver(mail(id="m2@example.org", sender="P2 <p2@example.org>"))
    await house.settle(NOW)
    await happens(house, says("!close", thread=card_of(house, 2)))
    await _put_back(house, before)
    assert card_says(house, 2)["status"] == "closed"
    house.provider.deliver(mail(id="m2b@example.org", sender="P2 <p2@example.org>", reply_to="m2@example.org"))
    await house.settle(NOW)
    roots = {m.relation["event_id"] for m in mails_in(house) if m.ours["conversation"] == 2}
    assert roots == {card_of(house, 2)}


async def test_a_mail_is_missed_though_a_later_one_of_its_thread_is_there(house: House) -> None:
    before = len(house.homeserver.posted)
    house.provider.deliver(mail(id="m1b@example.org", reply_to="m1@example.org"))
    await house.settle(NOW)
    house.homeserver.put_back(before)
    house.provider.deliver(mail(id="m1c@example.org", reply_to="m1@example.org"))
    await house.settle((0.0,))
    await house.chat_pump.returned()
    await house.settle(NOW)
    assert Counter(m.ours["message_id"] for m in mails_in(house)) == Counter(
        {f"{name}@example.org": 1 for name in ("m1", "m1b", "m1c")}
    )


async def test_a_file_that_is_there_as_a_name_alone_becomes_a_file_again(house: House) -> None:
    house.provider.deliver(mail(id="m2@example.org", sender="P2 <p2@example.org>", file=b"%PDF"))
    await house.settle(NOW)
    (file,) = house.homeserver.of_kind("attachment")
    assert (file.content["msgtype"], house.homeserver.current(file.event)["msgtype"]) == ("m.notice", "m.file")
    await _put_back(house, house.homeserver.posted.index(file) + 1)
    assert house.homeserver.current(file.event)["msgtype"] == "m.file"


async def test_a_password_that_was_deleted_since_the_backup_is_deleted_again(house: House) -> None:
    house.provider.imap_password = house.provider.smtp_password = WORD
    asks = begins(house)
    await happens(house, asks)
    before, told = len(house.homeserver.posted), secretly(WORD, thread=asks.event)
    await happens(house, told)
    assert house.homeserver.redacted == {told.event}
    house.homeserver.redacted.clear()
    await _put_back(house, before)
    assert house.homeserver.redacted == {told.event}


@pytest.mark.parametrize("marks", [("m2b@example.org",), ('"m.replace"', '"kind":"conversation"')])
async def test_what_was_under_way_to_a_card_that_was_forgotten_meanwhile_is_posted_under_the_new_one(
    house: House, monkeypatch: pytest.MonkeyPatch, marks: tuple[str, ...]
) -> None:
    before = len(house.homeserver.posted)
    house.provider.deliver(mail(id="m2@example.org", sender="P2 <p2@example.org>"))
    await house.settle(NOW)
    house.homeserver.put_back(before)
    chat = type(house.deliver.chat.chat)
    send, late = chat.send, 0

    async def is_late(self: object, room: str, kind: str, content: str, *given: object, **named: object) -> object:
        nonlocal late
        outcome = await send(self, room, kind, content, *given, **named)  # type: ignore[arg-type]
        if not late and all(mark in content for mark in marks):
            late += 1
            await house.chat_pump.returned()
        return outcome

    monkeypatch.setattr(chat, "send", is_late)
    house.provider.deliver(mail(id="m2b@example.org", sender="P2 <p2@example.org>", reply_to="m2@example.org"))
    await house.settle(NOW)

    assert late
    (card,) = [p for p in house.homeserver.of_kind("conversation") if p.ours["conversation"] == 2]
    assert card_says(house, 2)["status"] == "active"
    there = [m.ours["message_id"] for m in mails_in(house) if m.relation.get("event_id") == card.event]
    assert there == ["m2@example.org", "m2b@example.org"]
