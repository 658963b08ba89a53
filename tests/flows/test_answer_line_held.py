"""An answer by mail that is held holds the command of its first line as well, and says so."""

from dataclasses import replace

import pytest

from tests.fakes.chat import ALICE
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import SENT, card_of, card_says, happens, mentioning
from tests.fakes.writing import says
from tests.flows.test_answer_by_mail import answer, comes, left, owned, shown, ticket
from tests.flows.test_answer_inside import QUESTION, answered, mailbox, told
from tests.flows.test_notices import SOON, words_of
from tests.flows.test_own_addresses import sent_to

__all__ = ["mailbox"]
NOT_DONE = {
    "en": "close was not done, and !send does not do it",
    "fr": "close n’a pas été fait, et !envoyer ne le fera pas\u00a0:",
}


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_words_inside_of_what_it_quotes_hold_the_line(house: House, language: str) -> None:
    mailboxes = (replace(MAILBOX, trusted_authserv=("mx.asso.example",), language=language),)
    house.step.settings.reload(replace(INSTANCE, language=language, mailboxes=mailboxes))
    raw = answered(await told(house), "outlook", "Oui.", behind=QUESTION, words="close\n\nBonjour,\n\nvoici.")
    count = len(left(house))
    await comes(house, raw)
    assert left(house)[count:] == [] and card_says(house)["status"] == "active"
    held = next(one for one in reversed(house.homeserver.posted) if "voici." in str(one.content["body"]))
    assert NOT_DONE[language] in str(held.content["body"]).replace("`", "")
    assert NOT_DONE[language] in words_of(sent_to(house)[-1]).replace("`", "")
    await happens(house, says("!send", reply_to=held.event), seconds=SOON)
    assert len(left(house)) == count + 1 and card_says(house)["status"] == "pending"


@pytest.mark.parametrize(
    ("words", "is_said_by_why"),
    [
        ("close\n\nBonjour Bob, tu t'en occupes ?", False),
        ("close\n\n> Est-ce ouvert ?\nOui, lundi.", False),
        ("close\npending\n\nBonjour, c'est oui.", False),
        ("close\n\nTrésorière de l’association", True),
    ],
)
async def test_so_does_whatever_else_holds_it(house: House, words: str, is_said_by_why: bool) -> None:
    await owned(house)
    one = ticket(house)
    await comes(house, answer(house, words, to=one))
    assert left(house) == [] and card_says(house)["status"] == "active"
    said = "".join(shown(house)).replace("`", "")
    assert said.count("close was not done" if not is_said_by_why else "“close” was not done") == 1, said


async def test_the_same_words_a_second_time_hold_it_too(house: House) -> None:
    await owned(house)
    one = ticket(house)
    await comes(house, answer(house, "close\n\nOui, avec plaisir.", to=one))
    await happens(house, says("!reopen #1"))
    await comes(house, answer(house, "close\n\nOui, avec plaisir.", to=one, id="a2@home.example"))
    assert card_says(house)["status"] == "active"
    assert "close was not done" in "".join(shown(house)).replace("`", "")


@pytest.mark.parametrize(
    "letter",
    [
        "Bonjour Marie,\n\nbonne continuation.\n\nAlice",
        "Bonjour Marie,\n\nBonne journée et à bientôt !\n\nAlice",
        "Chère Marie,\n\nà bientôt !\n\nAlice",
        "Dear Marie,\n\nbest wishes.\n\nAlice",
        "Hi Marie,\n\ntake care!\n\nAlice",
    ],
)
@pytest.mark.parametrize("line", ["fermer", "snooze 3d"])
async def test_a_letter_under_a_command_that_greets_by_name_waits_and_its_writer_is_told(
    house: House, line: str, letter: str
) -> None:
    await owned(house)
    await comes(house, answer(house, f"{line}\n\n{letter}"))
    assert left(house) == [] and card_says(house)["status"] == "active"
    assert letter.split("\n", maxsplit=1)[0] in shown(house)[-1] and "was not done" in shown(house)[-1]
    assert len(sent_to(house)) == 1 and mentioning(house, ALICE)
    event = house.homeserver.posted[-1].event
    await happens(house, says("!send", thread=card_of(house), reply_to=event), seconds=SENT)
    ((_, words),) = left(house)
    assert words.startswith(letter)
