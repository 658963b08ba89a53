"""What the tests of the flows look at in the room."""

from bot.domain.ids import EventId, UserId
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


def outgoing(house: House) -> list[Posted]:
    """The mails that members wrote, each in its one event."""
    return [p for p in mails_in(house) if p.ours["direction"] == "out"]


def reply_state(house: House) -> str:
    (shown,) = outgoing(house)
    about = house.homeserver.current(shown.event)["org.postroom"]
    assert isinstance(about, dict)
    return str(about["state"])


def answers_in(house: House) -> list[str]:
    """What was said to people: answers to commands, and questions and refusals beside a mail."""
    said = [p for p in house.homeserver.posted if p.ours.get("kind") in ("answer", "receipt") and not p.is_edit]
    return [str(p.content["body"]) for p in said]


def mentioning(house: House, who: UserId, since: int = 0) -> list[Posted]:
    """What mentions somebody, of all that was posted since."""
    return [p for p in house.homeserver.posted[since:] if who in str(p.content.get("m.mentions"))]


async def happens(house: House, *inputs: object, seconds: tuple[float, ...] = NOW) -> None:
    for input in inputs:
        house.homeserver.happens(input)  # type: ignore[arg-type]
    await house.settle(seconds)
