"""Whose conversations a colleague closes, or gives away, by a list is told of it once, in the way that they chose."""

import pytest

from tests.fakes.chat import ALICE, BOB, ROOM
from tests.fakes.direct import DIRECT, invites
from tests.fakes.house import House
from tests.fakes.looking import NOW, card_of, happens
from tests.fakes.writing import mail, reacts, says
from tests.flows.test_notices import SOON, notices
from tests.flows.test_own_addresses import confirms


async def two_of_alices(house: House, medium: str) -> int:
    await invites(house, by=ALICE)
    await confirms(house)
    house.provider.deliver(mail(id="n1@example.org", sender="Paul <paul@example.org>", subject="Devis"))
    await house.settle(NOW)
    for number in (1, 2):
        await happens(house, reacts("✋", card_of(house, number)))
    await happens(house, says(f"!notify noted-mine {medium}"))
    return len(house.homeserver.posted)


def rung(house: House, since: int) -> list[str]:
    posted = house.homeserver.posted[since:]
    return [str(one.content["body"]) for one in posted if ALICE in str(one.content.get("m.mentions"))]


@pytest.mark.parametrize(
    ("command", "said"),
    [("!close all", "Bob did `!close` with 2 conversations: #2, #1"), ("!assign @bob all", "Bob did `!assign` with 2")],
)
@pytest.mark.parametrize("medium", ["on", "direct"])
async def test_they_are_mentioned_once(house: House, command: str, said: str, medium: str) -> None:
    before = await two_of_alices(house, medium)
    await happens(house, says(command, sender=BOB), says("!yes", sender=BOB), seconds=SOON)
    (told,) = rung(house, before)
    assert said.replace("`", "") in told.replace("`", "")
    assert not any(
        BOB in str(one.content.get("m.mentions")) for one in house.homeserver.posted[before:] if one.room == DIRECT
    )


async def test_who_chose_mail_is_mailed(house: House) -> None:
    before = await two_of_alices(house, "email")
    await happens(house, says("!close all", sender=BOB), says("!yes", sender=BOB), seconds=SOON)
    assert rung(house, before) == [] and len(notices(house)) == 2


async def test_who_is_told_nothing_of_it_is_told_nothing(house: House) -> None:
    before = await two_of_alices(house, "off")
    await happens(house, says("!close all", sender=BOB), says("!yes", sender=BOB), seconds=SOON)
    assert rung(house, before) == [] and notices(house) == []


async def test_to_whom_conversations_are_given_by_a_list_is_mailed_it_where_they_chose_that(house: House) -> None:
    await confirms(house)
    await happens(house, says("!notify assigned-me email"))
    before = len(house.homeserver.posted)
    await happens(house, says("!assign @alice all", sender=BOB), says("!yes", sender=BOB), seconds=SOON)
    assert rung(house, before) == [] and len(notices(house)) == 1


@pytest.mark.parametrize("words", ["!close", "!spam", "✅"])
async def test_in_a_direct_chat_the_assignee_is_told_what_ended_a_conversation_of_theirs(
    house: House, words: str
) -> None:
    before = await two_of_alices(house, "direct")
    done = (
        says(words, thread=card_of(house), sender=BOB) if words[0] == "!" else reacts(words, card_of(house), sender=BOB)
    )
    await happens(house, done)
    (told,) = [one for one in house.homeserver.posted[before:] if one.room == DIRECT]
    assert "Question: Bob" in str(told.content["body"])
    assert not any(
        ALICE in str(one.content.get("m.mentions")) for one in house.homeserver.posted[before:] if one.room == ROOM
    )
