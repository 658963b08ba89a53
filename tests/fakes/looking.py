"""What the tests of the flows look at in the room."""

from bot.domain.ids import EventId
from tests.fakes.chat import Posted
from tests.fakes.house import House

NOW = (0.0, 16.0)
"""The clock goes past the board's pause, but not past an undo window."""
SENT = (0.0, 25.0, 16.0)


def card_of(house: House, number: int = 1) -> EventId:
    return next(p.event for p in house.homeserver.of_kind("conversation") if p.ours["conversation"] == number)


def card_says(house: House, number: int = 1) -> dict[str, object]:
    about = house.homeserver.current(card_of(house, number))["org.postroom"]
    assert isinstance(about, dict)
    return about


def mails_in(house: House) -> list[Posted]:
    return house.homeserver.of_kind("mail")


def reply_state(house: House) -> str:
    (receipt,) = house.homeserver.of_kind("receipt")
    about = house.homeserver.current(receipt.event)["org.postroom"]
    assert isinstance(about, dict)
    return str(about["state"])


def answers_in(house: House) -> list[str]:
    return [str(p.content["body"]) for p in house.homeserver.of_kind("answer")]


async def happens(house: House, *inputs: object, seconds: tuple[float, ...] = NOW) -> None:
    for input in inputs:
        house.homeserver.happens(input)  # type: ignore[arg-type]
    await house.settle(seconds)
