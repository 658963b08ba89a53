"""A member answers by mail to a notification of a conversation that goes on as another one by then."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.ids import ConversationId, EventId
from bot.domain.inputs.room import MemberChanged
from bot.domain.inputs.said import ReadUpTo
from tests.fakes.chat import ALICE, BOB, ROOM
from tests.fakes.house import House
from tests.fakes.looking import NOW, SENT, card_of, card_says, happens, mails_in
from tests.fakes.writing import mail, says
from tests.flows.test_answer_by_mail import answer, comes, left, opened, shown, ticket
from tests.flows.test_merge import PAUL

QUESTION = "after what you have read"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """#1 of Marie and #2 of Paul; Alice was told of #1."""
    made = House(tmp_path)
    await opened(made)
    await second(made)
    yield made
    await made.close()


async def second(house: House) -> None:
    house.clock.at += timedelta(minutes=5)
    house.provider.deliver(mail(id="p1@example.org", sender=PAUL, subject="Devis"), at=house.clock.now())
    await house.settle(NOW)


async def goes_on(house: House, one: int = 1, other: int = 2) -> None:
    await happens(house, says(f"!merge #{other}", thread=card_of(house, one), sender=BOB), seconds=NOW)


def asked(house: House) -> bool:
    return any(QUESTION in str(one.content.get("body")) for one in house.homeserver.posted)


def cards_over(house: House, words: str) -> list[object]:
    """The cards under which such words stand."""
    found = [one for one in house.homeserver.posted if words in str(one.content.get("body")) and not one.is_edit]
    return [one.relation["event_id"] for one in found]


async def test_it_stands_where_that_goes_on_with_the_number_that_its_writer_was_told_of(house: House) -> None:
    await goes_on(house)
    await comes(house, answer(house, "note: vu"))
    (told,) = [one for one in shown(house) if "by mail" in one]
    assert "#1 goes on as #2. Alice notes by mail:" in told and "vu" in told
    assert cards_over(house, "notes by mail") == [card_of(house, 2)]


@pytest.mark.parametrize("is_told_later", [True, False])
async def test_a_mail_there_that_they_were_not_told_of_is_asked_about_first(house: House, is_told_later: bool) -> None:
    """Its first mail stands before the eyes of whoever writes in the thread, and of nobody who writes a mail."""
    house.clock.at += timedelta(minutes=1 if is_told_later else -4)
    told = ticket(house)
    house.clock.at += timedelta(minutes=5)
    await goes_on(house)
    await comes(house, answer(house, "Oui", to=told))
    assert left(house) == [] and asked(house)


async def test_who_has_read_there_what_is_new_answers_it(house: House) -> None:
    await goes_on(house)
    (newest,) = [one for one in mails_in(house) if one.ours["message_id"] == "p1@example.org"]
    await happens(house, ReadUpTo(ROOM, ALICE, newest.event, house.clock.now()))
    await comes(house, answer(house, "Oui"))
    assert [to for to, _ in left(house)] == [("paul@example.org",)]
    assert card_says(house, 2)["assignee"] == ALICE and card_says(house, 1)["status"] == "closed"


async def test_an_answer_to_what_came_last_goes_to_its_writer(house: House) -> None:
    """#2 goes on as #1: of both, Paul's mail of which Alice was told is the newest."""
    signer = house.step.signer
    to = signer.notification_id(
        person=ALICE,
        conversation=ConversationId(2),
        at=house.clock.now(),
        token="1" * 12,
        domain="asso.example",
        whom=signer.whom({"paul@example.org"}, ()),
    )
    await goes_on(house, 2, 1)
    await comes(house, answer(house, "Oui Paul", to=to, subject="Re: [#2] Question"))
    ((to_whom, words),) = left(house)
    assert to_whom == ("paul@example.org",) and words.startswith("Oui Paul")


async def test_commands_are_those_of_the_conversation_as_which_it_goes_on(house: House) -> None:
    await goes_on(house)
    await comes(house, answer(house, "snooze 3d"))
    assert "snoozed_until" in card_says(house, 2)
    await comes(house, answer(house, "close", id="a2@home.example"))
    assert left(house) == []
    assert card_says(house, 2)["status"] == "closed"
    assert not any("goes on as #2, nothing" in one for one in shown(house))


async def test_the_same_mail_is_one_before_and_after_the_merge(house: House) -> None:
    raw = answer(house, "note: vu")
    await comes(house, raw)
    await goes_on(house)
    await comes(house, raw, folder="Junk")
    await comes(house, raw)
    assert len([one for one in shown(house) if "notes by mail" in one]) == 1


async def test_what_is_merged_while_the_words_are_on_their_way_goes_along(house: House) -> None:
    house.provider.deliver(answer(house, "note: vu"), at=house.clock.now())
    await goes_on(house)
    await house.settle(SENT)
    assert cards_over(house, "notes by mail") == [card_of(house, 1), card_of(house, 2)]
    assert not any("goes on as #2, nothing" in one for one in shown(house))


async def test_who_has_left_the_room_answers_nothing_there(house: House) -> None:
    await goes_on(house)
    await happens(house, MemberChanged(ROOM, EventId("$left"), ALICE, "leave", "", house.clock.now()))
    await comes(house, answer(house, "evil"))
    assert left(house) == []
