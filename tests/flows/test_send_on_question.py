"""`!send` in answer to the question before a mail leaves does what the question offers."""

from datetime import timedelta

import pytest

from bot.domain.ids import EventId, UserId
from tests.fakes.chat import ALICE, BOB, ROOM, Posted
from tests.fakes.house import House
from tests.fakes.looking import NOW, SENT, card_of, happens, outgoing
from tests.fakes.writing import edits, mail, reacts, redacts, says
from tests.flows.test_answer_by_mail import answer, comes, house, left, ticket

__all__ = ["house"]


def question(house: House) -> Posted:
    return next(one for one in reversed(house.homeserver.posted) if "To send yours" in str(one.content.get("body")))


def state(house: House) -> object:
    """The state of the newest answer."""
    about = house.homeserver.current(outgoing(house)[-1].event)["org.postroom"]
    assert isinstance(about, dict)
    return about["state"]


async def asked(house: House, *, by_mail: bool, encrypted: bool = False, words: str = "!reply Oui, *lundi*.") -> None:
    """Alice is asked, since Bob has just answered."""
    noticed = ticket(house)
    house.clock.forward(1.0)
    no = says("!reply Non, jamais", thread=card_of(house), sender=BOB, encrypted=encrypted, sealed=encrypted)
    await happens(house, no, seconds=SENT)
    if by_mail:
        await comes(house, answer(house, "Oui, *lundi*.", to=noticed, file=b"%PDF-1"))
    else:
        await happens(house, says(words, thread=card_of(house), encrypted=encrypted, sealed=encrypted), seconds=SENT)
    assert len(left(house)) == 1


@pytest.mark.parametrize("encrypted", [False, True])
@pytest.mark.parametrize("by_mail", [False, True])
async def test_the_words_that_are_asked_about_leave_once(house: House, *, by_mail: bool, encrypted: bool) -> None:
    if encrypted:
        house.homeserver.encrypted.add(ROOM)
    await asked(house, by_mail=by_mail, encrypted=encrypted)
    put = question(house)
    for _ in range(2):
        send = says("!send", thread=card_of(house), reply_to=put.event, encrypted=encrypted, sealed=encrypted)
        await happens(house, send, seconds=SENT)
        assert [to for to, _ in left(house)] == [("marie@example.org",)] * 2
    assert left(house)[1][1].startswith("Oui, *lundi*." if by_mail else "Oui, lundi.")
    assert (b"paper.pdf" in house.provider.delivered[-1][2]) is by_mail
    assert "already" in str(house.homeserver.posted[-1].content["body"])


async def test_a_time_that_was_named_is_kept(house: House) -> None:
    await asked(house, by_mail=False, words='!reply --at "tomorrow 9:00" Oui, lundi.')
    await happens(house, says("!send", thread=card_of(house), reply_to=question(house).event), seconds=SENT)
    assert len(left(house)) == 1
    house.clock.at += timedelta(days=1)
    await house.settle(SENT)
    assert left(house)[1][1].startswith("Oui, lundi.")


async def test_it_is_asked_anew_after_its_time(house: House) -> None:
    await asked(house, by_mail=False)
    first = question(house)
    house.clock.at += timedelta(minutes=16)
    await happens(house, says("!reply Encore non", thread=card_of(house), sender=BOB), seconds=SENT)
    await happens(house, says("!send", thread=card_of(house), reply_to=first.event), seconds=SENT)
    assert len(left(house)) == 2 and question(house).event != first.event
    await happens(house, says("!send", thread=card_of(house), reply_to=question(house).event), seconds=SENT)
    assert left(house)[2][1].startswith("Oui, lundi.")


@pytest.mark.parametrize(("who", "words"), [(BOB, "!send"), (ALICE, "!send demain")])
async def test_nothing_leaves_by_another_or_with_words_behind(house: House, who: UserId, words: str) -> None:
    await asked(house, by_mail=False)
    await happens(house, says(words, thread=card_of(house), reply_to=question(house).event, sender=who), seconds=SENT)
    assert len(left(house)) == 1 and "nothing was" in str(house.homeserver.posted[-1].content["body"]).lower()


@pytest.mark.parametrize("thread", [True, False])
@pytest.mark.parametrize("how", ["!send", "✅"])
@pytest.mark.parametrize("by_mail", [False, True])
async def test_what_lets_it_leave_takes_it_back_when_it_is_deleted(
    house: House, how: str, *, by_mail: bool, thread: bool
) -> None:
    await asked(house, by_mail=by_mail)
    put = question(house).event
    given = says(how, thread=card_of(house) if thread else None, reply_to=put) if how == "!send" else reacts(how, put)
    await happens(house, given, seconds=NOW)
    assert state(house) == "queued"
    await happens(house, redacts(given.event), seconds=SENT)
    assert len(left(house)) == 1 and state(house) == "cancelled"


async def test_deleting_send_takes_back_the_words_of_the_thread_that_it_sent(house: House) -> None:
    words = says("Oui, lundi.", thread=card_of(house))
    await happens(house, words, seconds=NOW)
    send = says("!send", thread=card_of(house), reply_to=words.event)
    await happens(house, send, seconds=NOW)
    await happens(house, redacts(send.event, sender=BOB), seconds=SENT)
    assert left(house) == [] and state(house) == "cancelled"
    await happens(house, says("!send", thread=card_of(house), reply_to=words.event), seconds=SENT)
    assert [to for to, _ in left(house)] == [("marie@example.org",)]
    await happens(house, redacts(send.event), seconds=SENT)
    assert state(house) == "sent"


@pytest.mark.parametrize("thread", [True, False])
@pytest.mark.parametrize("after", ["!close", "!undo", "non !", "!note non", "!reply Non, mardi."])
async def test_what_lets_it_leave_takes_it_back_when_it_is_edited_into_something_else(
    house: House, after: str, *, thread: bool
) -> None:
    await asked(house, by_mail=True)
    send = says("!send", thread=card_of(house) if thread else None, reply_to=question(house).event)
    await happens(house, send, seconds=NOW)
    await happens(house, edits(send.event, after), seconds=SENT)
    assert len(left(house)) == 1 and state(house) == "cancelled"
    said = [str(one.content["body"]) for one in house.homeserver.posted if not one.is_edit]
    assert "that mail is taken back, and nothing is sent" in said[-1]


async def test_edited_into_the_same_it_leaves_and_what_has_left_is_not_said_to_be_here(house: House) -> None:
    await asked(house, by_mail=True)
    send = says("!send", thread=card_of(house), reply_to=question(house).event)
    await happens(house, send, edits(send.event, "!send #1"), seconds=SENT)
    assert len(left(house)) == 2 and state(house) == "sent"
    await happens(house, edits(send.event, "!close"), seconds=SENT)
    said = [str(one.content["body"]) for one in house.homeserver.posted if not one.is_edit]
    assert "The mail has left already" in said[-1] and not any("nothing was sent" in one for one in said)


@pytest.mark.parametrize("thread", [True, False])
async def test_the_number_of_its_conversation_may_stand_behind(house: House, *, thread: bool) -> None:
    await asked(house, by_mail=False)
    root = card_of(house) if thread else None
    await happens(house, says("!send #1", thread=root, reply_to=question(house).event), seconds=SENT)
    assert left(house)[-1][1].startswith("Oui, lundi.")


async def test_another_number_sends_nothing(house: House) -> None:
    house.provider.deliver(mail(id="other@example.org"), at=house.clock.now())
    await house.settle(NOW)
    await asked(house, by_mail=False)
    await happens(house, says("!send #2", thread=card_of(house), reply_to=question(house).event), seconds=SENT)
    assert len(left(house)) == 1


@pytest.mark.parametrize("since", ["three days", "edited", "deleted"])
async def test_of_a_question_that_is_over_it_is_said_so(house: House, since: str) -> None:
    await asked(house, by_mail=False)
    put = question(house).event
    about = house.homeserver.current(put)["m.relates_to"]
    assert isinstance(about, dict)
    words = EventId(about["m.in_reply_to"]["event_id"])
    if since == "three days":
        house.clock.at += timedelta(days=3)
        await house.settle(NOW)
    else:
        await happens(house, redacts(words) if since == "deleted" else edits(words, "!note non"), seconds=NOW)
    for act in (says("!send", thread=card_of(house), reply_to=put), reacts("✅", put)):
        await happens(house, act, seconds=SENT)
        assert "This question is over" in str(house.homeserver.posted[-1].content["body"])
    assert len(left(house)) == 1
