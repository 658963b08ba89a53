"""Words that begin as a letter to the correspondent, and words that tell a colleague of them."""

import pytest

from bot.domain.mail import Address
from bot.domain.rules.greeted import Greeted, greeted
from bot.domain.rules.team_names import has_no_name, names_in_address

NAMES, TEAM = {"marie", "durand", "marie durand", "jean claude"}, {"bob", "petit"}
ALICE = (Address("Alice Martin", "alice@home.example"),)


@pytest.mark.parametrize(
    "line",
    [
        "Bonjour Marie,", "bonjour marie", "Chère Marie", "Dear Marie,", "Salut Marie !", "Hi Marie!", "Bonjour, Marie,",
        "Bonjour Madame,", "Bonjour Madame Durand,", "Bonjour Madame Dubois,", "Madame,", "Madame Durand,", "Madame, Monsieur,",
        "Chère Madame Dubois,", "Marie,", "Marie Durand,", "Bonjour chère Marie,", "Dear Mrs. Dubois,", "*Bonjour Marie,*",
        "Bonjour Marie.", "Bonjour Marie Dubois,", "Cher Jean-Claude,", "Bonjour Marie\N{NO-BREAK SPACE}!", "Good morning Marie,",
        "M. et Mme Durand,", "Bonjour M. et Mme Durand,", "Bonjour M. Durand,", "Docteur,", "Bonjour Docteur,", "Bonjour Dr Durand,",
        "Bonjour Marie \N{SMILING FACE WITH SMILING EYES}", "Bonjour Marie :)", "Bien chère Marie,", "Ma chère Marie,",
        "Re-bonjour Marie,", "Bonjour Monsieur de La Fontaine,", "Chère famille Durand,", "Dear Sir,",
    ],
)  # fmt: skip
def test_a_letter_to_them_is_known_by_its_first_line(line: str) -> None:
    assert greeted(f"{line}\n\nle club est ouvert lundi.", NAMES, TEAM, ALICE) is Greeted.THEM
    none = "nothing", line
    name = "no word of hers", f"{line}\n\nAlice"
    inline = "no line of its own", f"{line} le club est ouvert lundi."
    for why, words in (none, name, inline):
        assert greeted(words, NAMES, TEAM, ALICE) is Greeted.UNKNOWN, why


@pytest.mark.parametrize(
    "line",
    [
        "Madame Dupont a payé hier.", "Monsieur Martin vient lundi", "Madame vient lundi", "Marie, c'est la voisine de ma mère",
        "Marie, je la connais bien, tu peux dire oui", "Marie, elle a droit à 10 %", "Marie, encore ?", "Marie! encore elle",
        "Marie – c'est non", "Marie (la dame) : oui", "Marie: oui", "Marie :", "Salut Marie passe lundi", "Bonjour Marie demande lundi",
        "Hi Marie wants Monday", "Salut Marie mérite 10 %", "Monsieur, madame, peu importe, fais comme tu veux", "Salut, Marie a payé",
        "Bonjour", "Bonjour Bob,", "Bonjour Bob et Marie,", "Bonjour Madame Petit,", "Oui", "", "Salut", "Marie a payé",
        "Bonjour Marie, c'est oui.", "Bonjour Marie, elle a payé", "Dear Marie, yes.", "Marie", "Madame Durand", "Marie !", "Marie ?",
        "Bonjour Marie ?", "Bonjour Marie :", "(Marie),", "Madame Dubois,", "Marie Dubois,", "M. Dubois,", "M. Durand a payé", "Bonjour à tous,", "Bonjour (Marie),", "Marie = 10 %",
    ],
)  # fmt: skip
def test_what_tells_of_them_is_none(line: str) -> None:
    assert greeted(line, NAMES, TEAM, ALICE) is Greeted.UNKNOWN
    found = greeted(f"{line}\n\nle club est ouvert lundi.", NAMES, TEAM, ALICE)
    assert found is (Greeted.UNNAMED if line in ("Bonjour", "Salut") else Greeted.UNKNOWN)


@pytest.mark.parametrize("line", ["Bonjour,", "Hello,", "Bonjour", "Salut !", "Re-bonjour,"])
def test_one_to_nobody_tells_of_no_name(line: str) -> None:
    assert greeted(f"{line}\n\nvotre facture part lundi.", NAMES, TEAM, ALICE) is Greeted.UNNAMED
    assert greeted(f"{line}\n\nAlice", NAMES, TEAM, ALICE) is Greeted.UNKNOWN


@pytest.mark.parametrize(
    "line", ["Bonjour Bob,", "Bonjour à tous,", "Bonjour, pourquoi ?", "Salut Zoé,", "Zoé,", "Oui,", "Pourquoi ?"]
)
def test_one_to_somebody_else_is_none(line: str) -> None:
    assert greeted(f"{line}\n\nelle attend sa facture.", NAMES, TEAM, ALICE) is Greeted.UNKNOWN


@pytest.mark.parametrize("line", ["Bonjour Zoé,", "Hi Zoé", "Bonjour Zoé Lambert,", "Chère Zoé,"])
def test_whose_name_nobody_knows_may_be_greeted_by_any(line: str) -> None:
    assert greeted(f"{line}\n\nc'est oui.", set(), TEAM, ALICE, is_anybody=True) is Greeted.SOMEBODY
    assert greeted(f"{line}\n\nc'est oui.", set(), TEAM, ALICE) is Greeted.UNKNOWN


@pytest.mark.parametrize(
    "line", ["Bonjour Bob,", "Hi All,", "Salut Zoé passe lundi", "Zoé,", "Bonjour à tous,", "Hi Team,"]
)
def test_but_not_by_a_colleagues_or_one_to_several(line: str) -> None:
    assert greeted(f"{line}\n\nelle a payé.", set(), TEAM, ALICE, is_anybody=True) is Greeted.UNKNOWN


@pytest.mark.parametrize(
    ("line", "is_them"),
    [
        ("Marie,", False), ("Salut Marie,", False), ("Chère Marie,", False), ("Bonjour Madame Leroy,", False),
        ("Bonjour Marie Leroy,", False), ("Bonjour Marie Durand,", True), ("Marie Durand,", True),
        ("Bonjour Madame Durand,", True), ("Chère Madame Durand,", True), ("Bonjour Madame,", True),
    ],
)  # fmt: skip
def test_a_name_that_a_colleague_has_too_greets_them_as_a_whole_alone(line: str, *, is_them: bool) -> None:
    team = {"marie", "leroy", "marie leroy"}
    found = greeted(f"{line}\n\noui, c'est possible.", NAMES, team, ALICE)
    assert found is (Greeted.THEM if is_them else Greeted.UNKNOWN)


@pytest.mark.parametrize(
    ("name", "address", "names", "is_nameless"),
    [
        ("", "marie.durand@example.org", {"marie", "durand"}, True),
        ("mariedu69", "m@example.org", set[str](), True),
        ("Marie Durand", "contact@example.org", set[str](), False),
        ("marie.durand@example.org", "marie.durand@example.org", {"marie", "durand"}, True),
    ],
)
def test_an_address_holds_names_as_well(name: str, address: str, names: set[str], is_nameless: bool) -> None:
    assert names_in_address(Address(name, address)) == names and has_no_name(Address(name, address)) is is_nameless
