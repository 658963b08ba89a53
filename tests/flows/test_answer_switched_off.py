"""An answer by mail does not leave once its mailbox takes none any more, whoever switched that off, and wherever."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.outcomes import Refused, TryLater
from tests.fakes.chat import BOB, CONFIG
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import SENT, card_of, card_says, happens
from tests.fakes.writing import says
from tests.flows.test_answer_by_mail import answer, comes, house, left, opened, shown
from tests.flows.test_answer_by_mail_after import told_alice
from tests.flows.test_answer_lines import letters, words
from tests.flows.test_not_theirs import in_thread

__all__ = ["house"]

LONG = (0.0, 60.0, 600.0, 3600.0)
WINDOW = (0.0, 2.0)
OFF = "!mailbox set contact@asso.example answer-by-mail no"


async def switches_off(house: House) -> None:
    await happens(house, says(OFF, room=CONFIG), seconds=WINDOW)


async def by_the_file(house: House) -> None:
    house.step.settings.reload(replace(INSTANCE, mailboxes=(replace(MAILBOX, answer_by_mail=False),)))


@pytest.mark.parametrize("off", [switches_off, by_the_file])
@pytest.mark.parametrize("said", ["Oui, lundi.", "close\n\nOui, lundi."])
async def test_what_can_still_be_taken_back_is_held_and_its_writer_is_told(
    house: House, off: Callable[[House], Awaitable[None]], said: str
) -> None:
    await comes(house, answer(house, said), seconds=WINDOW)
    await off(house)
    await happens(house, seconds=LONG)
    assert left(house) == [] and card_says(house)["status"] != "closed"
    assert "answering by mail was switched off here" in in_thread(house)
    assert told_alice(house) == ["[#1] Your answer did not leave"] and "Oui, lundi." in words(letters(house)[-1])
    await happens(house, says("!send", thread=card_of(house), sender=BOB), seconds=SENT)
    ((_, sent),) = left(house)
    assert sent.startswith("Oui, lundi.") and card_says(house)["status"] != "closed"


async def test_what_waits_for_its_server_is_held_as_well(house: House) -> None:
    house.provider.answers = [TryLater("450", "greylisted")] * 2
    await comes(house, answer(house, "Oui, lundi."), seconds=(0.0, 30.0))
    await switches_off(house)
    await happens(house, seconds=LONG)
    assert left(house) == [] and "switched off here" in in_thread(house)


async def test_it_can_be_taken_back_while_it_is_held(house: House) -> None:
    await comes(house, answer(house, "Oui, lundi."), seconds=WINDOW)
    await switches_off(house)
    await happens(house, seconds=LONG)
    await happens(house, says("!undo", thread=card_of(house)), says("!send", thread=card_of(house)), seconds=SENT)
    assert left(house) == []


async def test_what_was_refused_and_is_sent_again_by_somebody_s_word_leaves(house: House) -> None:
    house.provider.answers = [Refused("550", "no")]
    await comes(house, answer(house, "Oui, lundi."))
    await switches_off(house)
    await happens(house, says("!resend", thread=card_of(house), sender=BOB), seconds=LONG)
    assert len(left(house)) == 1


async def test_what_they_wrote_in_the_room_leaves(house: House) -> None:
    await happens(house, says("!reply Dans le salon", thread=card_of(house)), seconds=WINDOW)
    await switches_off(house)
    await happens(house, seconds=SENT)
    assert [one.startswith("Dans le salon") for _, one in left(house)] == [True]


@pytest.mark.parametrize("said", ["Oui, lundi.", "close", "note: il ment"])
async def test_words_that_the_room_did_not_get_yet_are_nobody_s_command_or_letter(house: House, said: str) -> None:
    house.homeserver.refuse = [TryLater("M_LIMIT_EXCEEDED", after=120.0)]
    await comes(house, answer(house, said), seconds=WINDOW)
    await switches_off(house)
    await happens(house, seconds=LONG)
    assert left(house) == [] and card_says(house)["status"] != "closed"
    assert said.startswith("note") or "switched off here" in in_thread(house)
    if said == "Oui, lundi.":
        event = next(one.event for one in house.homeserver.posted if "Oui, lundi." in str(one.content["body"]))
        await happens(house, says("!send", thread=card_of(house), reply_to=event), seconds=SENT)
        assert len(left(house)) == 1


async def test_the_line_of_an_answer_that_has_left_is_not_done_any_more(house: House) -> None:
    await comes(house, answer(house, "close\n\nOui, lundi."), seconds=(0.0, 20.5))
    assert len(left(house)) == 1
    await by_the_file(house)
    await happens(house, seconds=LONG)
    assert card_says(house)["status"] != "closed"
    assert any("close was not done: answering by mail was switched off" in one.replace("`", "") for one in shown(house))


async def test_it_is_told_in_french(tmp_path: Path) -> None:
    box = replace(MAILBOX, language="fr")
    house = House(tmp_path, instance=replace(INSTANCE, language="fr", mailboxes=(box,)))
    await opened(house)
    await comes(house, answer(house, "Oui, lundi."), seconds=WINDOW)
    await switches_off(house)
    await happens(house, seconds=LONG)
    assert left(house) == [] and "la réponse par courriel a été désactivée ici" in in_thread(house)
    await house.close()
