"""An answer by mail does not leave once its writer has taken off an own address: somebody else may have it by now."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.outcomes import TryLater
from tests.fakes.chat import BOB
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import SENT, card_of, card_says, happens
from tests.fakes.writing import redacts, says
from tests.flows.test_answer_by_mail import answer, comes, house, left, opened, ticket
from tests.flows.test_grants import by_alice
from tests.flows.test_not_theirs import in_thread
from tests.flows.test_notices import words_of
from tests.flows.test_own_addresses import sent_to

__all__ = ["house"]

LONG = (0.0, 60.0, 600.0, 3600.0)
WINDOW = (0.0, 2.0)
"""The answer stands in the thread, and can be taken back."""


@pytest.mark.parametrize("words", ["Oui, lundi.", "close\n\nOui, lundi."])
async def test_what_can_be_taken_back_as_the_address_is_taken_off_does_not_leave(house: House, words: str) -> None:
    await comes(house, answer(house, words), seconds=WINDOW)
    await happens(house, says("!email remove 1"), seconds=LONG)
    assert left(house) == []
    assert "by mail does not leave" in in_thread(house) and "wait as the draft" in in_thread(house)
    assert card_says(house)["status"] != "closed"
    await happens(house, says("!send", thread=card_of(house), sender=BOB), seconds=SENT)
    ((_, sent),) = left(house)
    assert sent.startswith("Oui, lundi.")


async def test_what_waits_for_its_server_does_not_leave_either(house: House) -> None:
    house.provider.answers = [TryLater("450", "greylisted")] * 3
    await comes(house, answer(house, "Oui, lundi."), seconds=(0.0, 30.0))
    await happens(house, says("!email remove 1"), seconds=LONG)
    assert left(house) == []


async def test_what_they_wrote_in_the_room_leaves(house: House) -> None:
    await happens(house, says("!reply Dans le salon", thread=card_of(house)), seconds=WINDOW)
    await happens(house, says("!email remove 1"), seconds=SENT)
    assert [words.startswith("Dans le salon") for _, words in left(house)] == [True]


async def test_an_address_that_is_not_there_keeps_nothing(house: House) -> None:
    await comes(house, answer(house, "Oui, lundi."), seconds=WINDOW)
    await happens(house, says("!email remove 7"), seconds=SENT)
    assert len(left(house)) == 1


async def test_it_is_told_in_french(tmp_path: Path) -> None:
    box = replace(MAILBOX, language="fr")
    house = House(tmp_path, instance=replace(INSTANCE, language="fr", mailboxes=(box,)))
    await opened(house)
    await comes(house, answer(house, "Oui, lundi."), seconds=WINDOW)
    await happens(house, says("!courriel retirer 1"), seconds=LONG)
    assert left(house) == [] and "par courriel ne part pas\u00a0: une adresse personnelle a été retirée" in in_thread(
        house
    )
    await house.close()


@pytest.mark.parametrize("words", ["Oui, lundi.", "close"])
async def test_words_that_the_room_did_not_get_yet_are_decided_by_nobody(house: House, words: str) -> None:
    house.homeserver.refuse = [TryLater("M_LIMIT_EXCEEDED", after=120.0)]
    await comes(house, answer(house, words), seconds=WINDOW)
    await happens(house, says("!email remove 1"), seconds=WINDOW)
    await happens(house, seconds=LONG)
    assert "has taken off their own address" in in_thread(house)
    assert left(house) == [] and card_says(house)["status"] != "closed"


async def test_the_line_of_an_answer_that_has_left_is_not_done_any_more(house: House) -> None:
    await comes(house, answer(house, "close\n\nOui, lundi."), seconds=(0.0, 20.5))
    assert len(left(house)) == 1 and card_says(house)["status"] != "closed"
    await happens(house, says("!email remove 1"), seconds=LONG)
    assert card_says(house)["status"] != "closed"
    assert "close was not done: whoever wrote it has taken off" in in_thread(house)


async def test_whose_right_to_send_is_taken_away_hears_by_mail_that_it_did_not_leave(house: House) -> None:
    raw = answer(house, "Oui, lundi.", sender="Bob <bob@home.example>", to=ticket(house, BOB))
    await comes(house, raw, seconds=WINDOW)
    await happens(house, by_alice("!revoke @bob send"), seconds=LONG)
    assert left(house) == [] and "wait as the draft" in in_thread(house)
    (told,) = [raw for _, to, raw in house.provider.delivered if to == ("bob@home.example",)]
    assert b"[#1] Your answer did not leave" in told and b"Oui, lundi." in told


@pytest.mark.parametrize("line", ["", "close\n\n"])
@pytest.mark.parametrize("way", ["undo", "deletes the words"])
async def test_whose_answer_a_colleague_takes_back_hears_so_by_mail_with_its_words(
    house: House, way: str, line: str
) -> None:
    await comes(house, answer(house, f"{line}Oui, lundi."), seconds=WINDOW)
    words = next(one.event for one in house.homeserver.posted if "answers by mail" in str(one.content.get("body")))
    act = says("!undo", thread=card_of(house), sender=BOB) if way == "undo" else redacts(words, sender=BOB)
    await happens(house, act, seconds=LONG)
    assert left(house) == []
    (told,) = [words_of(one) for one in sent_to(house, "alice@home.example")]
    assert "Bob took your answer back: it does not leave." in told and "Oui, lundi." in told
    assert ("close was not done" in told.replace("`", "")) is bool(line)


async def test_after_their_own_undo_a_colleague_s_undo_of_another_answer_is_no_news(house: House) -> None:
    await comes(house, answer(house, "Oui, lundi."), seconds=WINDOW)
    await happens(house, says("!undo", thread=card_of(house)), seconds=(0.0, 1.0))
    await happens(house, says("!reply Non", thread=card_of(house), sender=BOB), seconds=(0.0, 1.0))
    await happens(house, says("!undo", thread=card_of(house), sender=BOB), seconds=LONG)
    assert house.provider.delivered == []


async def test_who_takes_it_back_themselves_is_mailed_nothing(house: House) -> None:
    await comes(house, answer(house, "Oui, lundi."), seconds=WINDOW)
    await happens(house, says("!undo", thread=card_of(house)), seconds=LONG)
    assert house.provider.delivered == []
