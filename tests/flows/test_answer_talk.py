"""Words of an answer by mail that are meant for the team stand in the thread, and their writer hears of it by mail."""

import pytest

from tests.fakes.house import House
from tests.fakes.looking import SENT, card_of, card_says, happens
from tests.fakes.writing import says
from tests.flows.test_answer_by_mail import answer, comes, house, left, shown
from tests.flows.test_answer_lines import letters, words

__all__ = ["house"]


@pytest.mark.parametrize(
    "said",
    [
        "fermer car elle a payé deux fois",
        "tu peux fermer",
        "qui s’en occupe ?",
        "I'll take it",
        "pour nous : elle ment",
        "Hi all,\nI think we should refuse.",
        "Dis-lui que oui",
        "Bonjour Marie,\n\nc’est oui.\n\nRemarque : elle ment",
    ],
    ids=["a reason", "talk", "who", "mine", "a label", "all", "to tell", "below a letter"],
)
async def test_nothing_leaves_until_its_writer_sends_it(house: House, said: str) -> None:
    await comes(house, answer(house, said))
    assert left(house) == [] and card_says(house)["status"] == "active"
    assert any(said.rsplit("\n", maxsplit=1)[-1] in one for one in shown(house))
    assert said.rsplit("\n", maxsplit=1)[-1] in words(letters(house)[-1])
    event = next(one.event for one in house.homeserver.posted if one.ours.get("kind") == "notice")
    await happens(house, says("!send", thread=card_of(house), reply_to=event), seconds=SENT)
    assert [one.startswith(f"{said}\n") for _, one in left(house)] == [True]


@pytest.mark.parametrize("said", ["Fermé, désolé.", "Attente : 20 minutes.", "Je m’en occupe et vous rappelle."])
async def test_what_is_said_to_the_correspondent_leaves(house: House, said: str) -> None:
    await comes(house, answer(house, said))
    assert [one.startswith(f"{said}\n") for _, one in left(house)] == [True]


async def test_words_put_into_the_subject_wait_for_their_writer(house: House) -> None:
    await comes(house, answer(house, "Voir l’objet.", subject="Re: [#1] Question - plutôt mardi 18 h"))
    assert left(house) == [] and "plutôt mardi 18 h" in shown(house)[-1]
    assert "plutôt mardi 18 h" in words(letters(house)[-1])
    await comes(house, answer(house, "Oui.", subject="Re: [#1] Question [EXT]", id="a2@home.example"))
    assert [said.startswith("Oui.") for _, said in left(house)] == [True]
