"""Words that begin as a letter to the correspondent, and words that tell a colleague of them."""

import pytest

from bot.domain.rules.own_words import salutes

NAMES, TEAM = {"marie", "durand", "marie durand"}, {"bob", "petit"}


@pytest.mark.parametrize(
    "line",
    [
        "Bonjour Marie,", "Bonjour Marie, c'est oui.", "bonjour marie", "Chère Marie", "Dear Marie, yes.", "Salut Marie !", "Hi Marie!",
        "Bonjour Madame,", "Bonjour Madame Durand,", "Bonjour Madame Dubois, c'est oui.", "Madame,", "Madame Durand,", "Madame, Monsieur,",
        "Chère Madame Dubois,", "Marie,", "Marie Durand,", "Bonjour chère Marie,", "Dear Mrs Dubois,", "*Bonjour Marie,*", "Bonjour Marie. Oui.",
    ],
)  # fmt: skip
def test_a_letter_to_them_is_known(line: str) -> None:
    assert salutes(line, NAMES, TEAM)


@pytest.mark.parametrize(
    "line",
    [
        "Madame Dupont a payé hier.", "Monsieur Martin vient lundi", "Madame vient lundi", "Marie, c'est la voisine de ma mère",
        "Marie, je la connais bien, tu peux dire oui", "Marie, elle a droit à 10 %", "Marie, encore ?", "Marie! encore elle",
        "Marie – c'est non", "Marie (la dame) : oui", "Marie: oui", "Marie :", "Salut Marie passe lundi", "Bonjour Marie demande lundi",
        "Hi Marie wants Monday", "Salut Marie mérite 10 %", "Monsieur, madame, peu importe, fais comme tu veux", "Salut, Marie a payé",
        "Bonjour", "Bonjour Bob,", "Bonjour Bob et Marie,", "Bonjour Madame Petit,", "Oui", "", "Salut", "Marie a payé",
    ],
)  # fmt: skip
def test_what_tells_of_them_is_none(line: str) -> None:
    assert not salutes(line, NAMES, TEAM)
