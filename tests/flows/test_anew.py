"""A card that was deleted, or that somebody who came later cannot read, is posted anew; what is said under it counts."""

from datetime import UTC, datetime

import pytest

from bot.domain.ids import UserId
from bot.domain.inputs.trust import ReaderCame, SessionCame
from tests.fakes.chat import ALICE, BOB, ROOM
from tests.fakes.house import House
from tests.fakes.looking import happens
from tests.fakes.writing import mail, redacts, says

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
LATER = (0.0, 61.0, 16.0)


def cards_of(house: House, number: int = 1) -> list[str]:
    return [p.event for p in house.homeserver.of_kind("conversation") if p.ours["conversation"] == number]


def boards(house: House) -> list[str]:
    return [p.event for p in house.homeserver.of_kind("board") if p.room == ROOM]


def status(house: House, event: str) -> object:
    about = house.homeserver.current(event)["org.postroom"]  # type: ignore[arg-type]
    assert isinstance(about, dict)
    return about["status"]


async def test_a_card_that_was_deleted_is_posted_anew_and_edited_from_then_on(house: House) -> None:
    (first,) = cards_of(house)
    await happens(house, redacts(first))  # type: ignore[arg-type]
    first, second = cards_of(house)
    await happens(house, says("!pending", thread=first))  # type: ignore[arg-type]
    assert status(house, second) == "pending", "what is written under the old card counts"
    await happens(house, says("!close", thread=second))  # type: ignore[arg-type]
    assert status(house, second) == "closed"
    await happens(house, redacts(first))  # type: ignore[arg-type]
    assert cards_of(house) == [first, second], "it stands there no longer"


async def test_a_board_that_was_deleted_is_posted_and_pinned_anew(house: House) -> None:
    (first,) = boards(house)
    await happens(house, redacts(first))  # type: ignore[arg-type]
    _, second = boards(house)
    assert second in house.homeserver.state[ROOM, "m.room.pinned_events", ""]


@pytest.mark.parametrize("news", [ReaderCame(ROOM, BOB, ALICE, AT), SessionCame(ROOM, BOB, AT)])
async def test_who_comes_later_gets_the_board_and_what_is_open_once_in_a_while(
    house: House, news: ReaderCame | SessionCame
) -> None:
    house.provider.deliver(mail(id="c1@example.org", subject="Closed", sender="paul@example.org"))
    await house.settle((0.0, 16.0))
    await happens(house, says("!close #2"))
    await happens(house, news, seconds=LATER)
    assert (len(cards_of(house)), len(cards_of(house, 2)), len(boards(house))) == (2, 1, 2)
    await happens(house, *(SessionCame(ROOM, ALICE, AT.replace(second=n)) for n in range(10)), seconds=LATER)
    assert (len(cards_of(house)), len(boards(house))) == (2, 2), "others came a moment before"
    await house.close()
    await house.open()
    await happens(house, SessionCame(ROOM, BOB, AT.replace(second=30)), seconds=LATER)
    assert (len(cards_of(house)), len(boards(house))) == (2, 2), "nor after a restart"
    await house.settle((3600.0, 16.0))
    assert (len(cards_of(house)), len(boards(house))) == (3, 3), "they get theirs an hour later, all at once"
    await house.settle((3600.0, 16.0, 3600.0, 16.0))
    assert (len(cards_of(house)), len(boards(house))) == (3, 3)
    assert await house.open_calls() == 0


async def test_ten_who_come_at_once_get_it_once(house: House) -> None:
    people = [UserId(f"@m{n}:localhost") for n in range(10)]
    await happens(house, *(ReaderCame(ROOM, who, ALICE, AT) for who in people), seconds=(0.0, 30.0))
    await happens(house, *(SessionCame(ROOM, who, AT) for who in people), seconds=LATER)
    assert (len(cards_of(house)), len(boards(house))) == (2, 2)


async def test_who_was_slipped_in_gets_nothing_anew(house: House) -> None:
    await happens(house, ReaderCame(ROOM, BOB, None, AT, is_shut_out=True), seconds=LATER)
    assert (len(cards_of(house)), len(boards(house))) == (1, 1)
