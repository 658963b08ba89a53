"""What could not be decrypted is explained: to members only, once, with what helps, and without words of theirs."""

from datetime import UTC, datetime

import pytest

from bot.domain.ids import UserId
from bot.domain.inputs.trust import Undecryptable
from bot.domain.sentences import sentence
from bot.domain.stories.unread_edit import MOST_ANSWERED, NOT_READ
from bot.text.wording import say
from tests.fakes.chat import ALICE, BOB, ROOM
from tests.fakes.house import House
from tests.fakes.looking import answers_in, card_of, card_says, happens
from tests.fakes.writing import event_id, says

STRANGER, FOREIGNER = UserId("@mallory:localhost"), UserId("@mallory:elsewhere.example")


def sealed(reason: str = "no_key", *, sender: UserId = ALICE, session: str = "s1", event: str = "") -> Undecryptable:
    named = type(event_id())(event) if event else event_id()
    return Undecryptable(ROOM, named, sender, reason, None, datetime(2026, 11, 23, 9, 0, tzinfo=UTC), session)


def marked(house: House) -> list[object]:
    """The messages that were marked as not read."""
    given = [p.relation for p in house.homeserver.posted if p.type == "m.reaction"]
    return [relation["event_id"] for relation in given if relation["key"] == NOT_READ]


def en(reason: str) -> str:
    return say("en", sentence(f"error.undecryptable.{reason}"))


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("m.blacklisted", "blacklisted"),
        ("m.unverified", "unverified"),
        ("m.unauthorised", "unauthorised"),
        ("m.unavailable", "unavailable"),
        ("m.no_olm", "no_olm"),
        ("no_key", "unknown"),
        ("decryption", "unknown"),
        ("@room see https://example.org", "unknown"),
    ],
)
async def test_each_reason_has_its_own_cure_and_no_other_word_is_repeated(house: House, reason: str, told: str) -> None:
    event = sealed(reason)
    await happens(house, event)
    (answer,) = house.homeserver.of_kind("answer")
    assert answer.content["body"] == en(told)
    assert answer.content["m.mentions"] == {"user_ids": [ALICE]}
    assert answer.relation["m.in_reply_to"] == {"event_id": event.event}


async def test_who_may_give_no_command_gets_no_explanation(house: House) -> None:
    for sender in (STRANGER, FOREIGNER):
        await happens(house, *(sealed(sender=sender, session=f"s{n}") for n in range(20)))
    assert answers_in(house) == []


async def test_a_session_is_explained_once_to_each_who_wrote_in_it(house: House) -> None:
    await happens(house, *(sealed() for _ in range(20)))
    assert len(answers_in(house)) == 1
    assert len(marked(house)) == 19, "each other one is told as not read"
    house.clock.forward(3600.0)
    # Nor is it carried out when the key comes after all: its writer was told of the session, and repeats it perhaps.
    late = says("!close", thread=card_of(house))
    await happens(house, sealed(event=late.event), late)
    assert card_says(house)["status"] == "active"
    await happens(house, sealed(sender=BOB), sealed(session="s2"))
    assert len(answers_in(house)) == 3


async def test_whoever_makes_up_sessions_gets_few_answers_and_somebody_else_theirs(house: House) -> None:
    await happens(house, *(sealed(session=f"s{n}") for n in range(300)))
    assert len(answers_in(house)) + len(marked(house)) == MOST_ANSWERED
    await happens(house, sealed(sender=BOB, session="b"))
    assert len(answers_in(house)) == MOST_ANSWERED + 1
    house.clock.forward(3600.0)
    await happens(house, sealed(session="s1"), sealed(session="new"))
    assert len(answers_in(house)) == MOST_ANSWERED + 2 and len(marked(house)) == 1


async def test_what_was_worked_on_is_not_to_be_sent_again(house: House) -> None:
    """Another process of ours has no key of what this one has read."""
    done = says("!note x", thread=card_of(house))
    await happens(house, done)
    await happens(house, sealed(event=done.event))
    await happens(house, sealed("replayed", session="s2"), sealed("other_room", session="s3"))
    assert answers_in(house) == []
    await happens(house, sealed())
    assert answers_in(house) == [en("unknown")]
