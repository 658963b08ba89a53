"""What waits to be said in a direct chat, where its person may not read it any more, or the chat ends before it is."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from bot.domain.inputs.room import MemberChanged
from bot.domain.inputs.said import TeamMessage
from bot.ports import Member
from tests.fakes.chat import ALICE, BOB, BOT, ROOM, Posted
from tests.fakes.direct import DIRECT, SECOND, asks, goes, invites, said_in
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import NOW, card_of, happens
from tests.fakes.two_mailboxes import OTHER, THERE
from tests.fakes.writing import mail, reacts, says
from tests.flows.test_direct_news import answered, of_bobs

AGAIN, HOURS = (300.0, 300.0, 900.0), 3600.0


@pytest_asyncio.fixture
async def both(tmp_path: Path) -> AsyncIterator[House]:
    """Bob is in the rooms of two mailboxes, and has a chat."""
    one = House(tmp_path, instance=replace(INSTANCE, mailboxes=(MAILBOX, OTHER)))
    one.homeserver.members[THERE] = (Member(ALICE, "Alice"), Member(BOB, "Bob"), Member(BOT, "Postroom"))
    await one.open()
    one.provider.deliver(mail())
    await one.settle(NOW)
    yield one
    await one.close()


def mentions_of_bob(house: House, since: int) -> list[Posted]:
    found = [p for p in house.homeserver.posted[since:] if not p.is_edit]
    return [p for p in found if p.content.get("m.mentions") == {"user_ids": [BOB]}]


def shut(house: House) -> None:
    """The homeserver takes nothing in the chat, for some minutes."""
    house.homeserver.read_only.add(DIRECT)


async def opened_again(house: House) -> None:
    house.homeserver.read_only.clear()
    await house.settle(AGAIN)


async def given_in_the_other(house: House) -> TeamMessage:
    """Something happens to Bob in the other mailbox."""
    await happens(house, says('!new paul@example.org "Devis"\nBonjour', room=THERE), seconds=(0.0, 60.0))
    return says("!assign @bob #2", room=THERE)


async def test_news_of_a_mailbox_whose_room_they_left_meanwhile_are_not_said(both: House) -> None:
    await of_bobs(both, "replied-mine direct", "assigned-me direct")
    given = await given_in_the_other(both)
    shut(both)
    await answered(both)
    await happens(both, given)
    await happens(both, goes(both, BOB))
    await opened_again(both)
    told = [one for one in said_in(both) if "Question" in one or "Rebonjour" in one]
    assert told == [] and both.step.settings.known.direct_with(BOB) is not None
    assert [one for one in said_in(both) if "Devis" in one], "what is theirs to read is"


async def test_of_what_is_told_after_quiet_hours_what_they_may_still_read_is(both: House) -> None:
    await of_bobs(both, "quiet 9:30-12:00")
    given = await given_in_the_other(both)
    await answered(both)
    await happens(both, given)
    await both.settle((2 * HOURS - 300,))
    shut(both)
    await both.settle((300.0, 60.0))
    await happens(both, goes(both, BOB))
    await opened_again(both)
    assert not [one for one in said_in(both) if "Question" in one]
    assert [one for one in said_in(both) if "1 conversation" in one and "Devis" in one]


async def test_an_answer_that_tells_of_it_is_not_said_and_they_are_told_that_they_can_ask(both: House) -> None:
    await of_bobs(both)
    shut(both)
    await asks(both, "!list all")
    await happens(both, goes(both, BOB))
    await opened_again(both)
    assert not [one for one in said_in(both) if "Question" in one]
    assert "You can ask for the rest" in said_in(both)[-1]


def _leaves(house: House) -> MemberChanged:
    return goes(house, BOB, room=DIRECT)


def _third_comes(house: House) -> MemberChanged:
    return goes(house, ALICE, "join", room=DIRECT)


@pytest.mark.parametrize("ends", [_leaves, _third_comes])
async def test_whose_chat_ends_is_mentioned_once_for_what_waited_there(
    house: House, ends: Callable[[House], MemberChanged]
) -> None:
    await of_bobs(house, "replied-mine direct", "noted-mine direct")
    house.provider.deliver(mail(id="n1@example.org", sender="Paul <paul@example.org>", subject="Devis"))
    await house.settle(NOW)
    await happens(house, reacts("✋", card_of(house, 2), sender=BOB))
    shut(house)
    before = await answered(house)
    for number in (1, 2):
        await happens(house, says("!note Vu", thread=card_of(house, number)))
    assert mentions_of_bob(house, before) == []
    await happens(house, ends(house))
    await opened_again(house)
    (told,) = mentions_of_bob(house, before)
    assert told.room == ROOM and "2 conversations had news of which you were not told: #1, #2" in str(
        told.content["body"]
    )
    assert not [one for one in said_in(house) if "Rebonjour" in one]


async def test_in_their_quiet_hours_they_are_after_them(house: House) -> None:
    await of_bobs(house, "replied-mine direct", "quiet 11:00-13:00")
    await house.settle((HOURS - 60,))
    shut(house)
    before = await answered(house)
    await house.settle((60.0,))
    await happens(house, says("!note Vu", thread=card_of(house)))
    await happens(house, _leaves(house))
    await house.settle(AGAIN)
    assert mentions_of_bob(house, before) == []
    await house.settle((2 * HOURS,))
    assert len(mentions_of_bob(house, before)) == 1


async def test_in_another_chat_that_they_begin_it_is_told_there(house: House) -> None:
    await of_bobs(house, "replied-mine direct")
    shut(house)
    before = await answered(house)
    await invites(house, SECOND)
    await opened_again(house)
    (told,) = [one for one in said_in(house, SECOND) if "Question" in one]
    assert told.startswith("Meanwhile, something happened in 1 conversation")
    assert [one.room for one in mentions_of_bob(house, before)] == [SECOND]


async def test_of_a_chat_that_takes_nothing_all_that_waits_is_told(house: House) -> None:
    await of_bobs(house, "replied-mine direct")
    house.provider.deliver(mail(id="n1@example.org", sender="Paul <paul@example.org>", subject="Devis"))
    await house.settle(NOW)
    await happens(house, reacts("✋", card_of(house, 2), sender=BOB))
    shut(house)
    before = await answered(house)
    house.provider.deliver(mail(id="n2@example.org", reply_to="n1@example.org"))
    await house.settle((*NOW, *AGAIN))
    (told,) = mentions_of_bob(house, before)
    assert told.room == ROOM and "#1, #2" in str(told.content["body"])
    assert await house.open_calls() == 0
