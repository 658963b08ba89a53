"""What the room says above an unusual mail stands in its notification, too."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.fakes.chat import BOB
from tests.fakes.house import House
from tests.fakes.looking import NOW, SENT, card_of, happens
from tests.fakes.mail import id_of
from tests.fakes.writing import bounce, mail, says
from tests.flows.test_answer_by_mail import PROOF, comes, house
from tests.flows.test_answer_inside import forgotten
from tests.flows.test_notices import SOON, words_of
from tests.flows.test_notices_whom import HIS, chosen, last, writes

__all__ = ["house"]

AUTH = "Authentication-Results"

UNUSUAL: dict[str, tuple[dict[str, Any], str]] = {
    "subject": ({"subject": "Tout autre chose"}, "New subject: Tout autre chose"),
    "writer": ({"sender": "Eve <eve@else.example>"}, "⚠ Never in this conversation before: Eve <eve@else.example>"),
    "reply_to": (
        {"headers": (("Reply-To", "autre@else.example"),)},
        "⚠ Never in this conversation before: autre@else.example",
    ),
    "forged": (
        {"headers": ((AUTH, "mx.asso.example; dmarc=fail header.from=example.org"),)},
        "⚠ The mail server doubts that this mail comes from its sender",
    ),
}


@pytest.mark.parametrize("what", UNUSUAL)
async def test_what_the_room_says_of_it_stands_above_its_words(house: House, what: str) -> None:
    await chosen(house)
    more, said = UNUSUAL[what]
    await writes(house, **more)
    words = words_of(last(house))
    assert words.index(said) < words.index("Alors ?")


async def test_of_a_usual_mail_nothing_is_said(house: House) -> None:
    await chosen(house)
    await writes(house)
    assert "⚠" not in words_of(last(house)) and "New subject" not in words_of(last(house))


async def test_of_a_mail_that_comes_back_neither_a_newcomer_nor_a_new_subject_is_told(house: House) -> None:
    """As in the room: its answer goes to the correspondent, and the subject stays."""
    await chosen(house)
    await happens(house, says("!reply Oui.", thread=card_of(house), sender=BOB), seconds=SENT)
    (ours,) = (raw for _, to, raw in house.provider.delivered if to == ("marie@example.org",))
    house.provider.deliver(bounce(id_of(ours).strip("<>"), "marie@example.org"), at=house.clock.now())
    await house.settle((*NOW, *SOON))
    words = words_of(last(house))
    assert "did not reach" in words and "Never in this conversation" not in words and "New subject" not in words


@pytest.mark.parametrize("what", ["subject", "forged"])
@pytest.mark.parametrize("is_kept", [True, False])
async def test_it_is_no_word_of_the_reader(house: House, what: str, is_kept: bool) -> None:
    await chosen(house)
    await writes(house, **UNUSUAL[what][0])
    one = last(house)
    if not is_kept:
        await forgotten(house)
    assert await left_with(house, words_of(one)) == [("marie@example.org",)]


async def left_with(house: House, quoted: str) -> list[tuple[str, ...]]:
    """Who gets his answer above the quoted words of the newest notification, which his program did not mark."""
    one, before = last(house), len(house.provider.delivered)
    subject, sender, text = f"Re: {one['Subject']}", f"Bob <{HIS}>", f"Bonjour Marie,\n\nc’est oui.\n\n{quoted.strip()}"
    named = str(one["Message-ID"]).strip("<> ")
    await comes(
        house, mail(id="b9@h.example", subject=subject, sender=sender, text=text, reply_to=named, headers=PROOF)
    )
    await house.settle(SENT)
    return [to for _, to, _ in house.provider.delivered[before:]]


async def test_what_is_larger_than_what_is_read_is_said_to_be_and_its_answer_leaves(house: House) -> None:
    await chosen(house)
    house.provider.largest = 1000
    await writes(house, text="Bonjour " * 500)
    house.provider.largest = 100_000
    assert "is larger than what is read here" in words_of(last(house))
    await forgotten(house)
    assert await left_with(house, words_of(last(house))) == [("marie@example.org",)]


async def test_a_mail_without_words_is_said_to_have_none_and_to_be_looked_at_in_the_thread(house: House) -> None:
    """Its server did not give it, say."""
    await chosen(house)
    house.provider.withheld.add(house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org")))
    await house.settle((*NOW, *SOON, *SOON))
    assert "no words of this mail" in words_of(last(house))


@pytest.mark.parametrize("minutes", [5, 20, 600])
async def test_a_note_of_a_time_in_which_the_bot_was_away_stands_there_with_its_words(
    house: House, minutes: int
) -> None:
    await chosen(house)
    await house.close()
    house.homeserver.happens(replace(says("!note Zanzibar", thread=card_of(house)), at=house.clock.now()))
    house.clock.forward(minutes * 60.0)
    await house.open()
    await house.settle((*NOW, *SOON, *SOON))
    assert "Zanzibar" in words_of(last(house))


@pytest.mark.parametrize("seconds", [-3600, -700, 3600])
async def test_the_words_of_a_note_stand_there_whatever_the_clock_of_its_homeserver_says(
    house: House, seconds: int
) -> None:
    await chosen(house)
    at = house.clock.now() + timedelta(seconds=seconds)
    noted = replace(says("!note Zanzibar", thread=card_of(house)), at=at)
    await happens(house, noted, seconds=(*NOW, *SOON, *SOON))
    assert "Zanzibar" in words_of(last(house))
