"""Where a notification ends in an answer, and that nothing of it is sent nor anything below it lost."""

import pytest

from bot.domain.rules.notice_end import without_rests
from bot.domain.rules.notice_lines import is_last_of_notice
from bot.domain.stories.by_mail import Spoken, Unclear
from tests.domain.rules.test_answer_parts import HEAD, NOTICE, UNMARKED, WROTE, said

LINK = "https://matrix.to/#/!aBcDeFgHiJkLmNoPqR:asso.example/$0AbCdEfGhIjKlMnOpQrStUvWxYz0123456789?via=asso.example"
SAFE = (
    "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fmatrix.to%2F%23%2F!aBcD%3Aasso.example%2F%240A"
    f"%3Fvia%3Dasso.example&data=05%7C02%7C{'0123456789abcdef' * 40}&reserved=0"
)
WHOLE = NOTICE.replace("https://matrix.to/#/!room:asso.example/$card", LINK)
TOLD = (
    f"{NOTICE.partition('#1')[0]}Votre réponse par courriel n’a pas été transmise : elle s’adresse peut-être à l’équipe.\n\n"
    "Ce que vous aviez écrit :\n\nBob, SECRET elle doit 30 euros\n\nVotre réponse à ce message part vers Marie, pas vers "
    "nous : ni « oui » ni `!send` n’envoient quoi que ce soit."
)


def quoted(at: int) -> str:
    """A client that breaks lines marks the first part alone."""
    lines = [f"> {line}" for line in WHOLE.split("\n")]
    return "\n".join((*lines[:-1], lines[-1][:at], lines[-1][at:]))


@pytest.mark.parametrize("at", range(30, len(LINK) - len("asso.example")))
def test_the_rest_of_a_broken_link_is_sent_to_nobody(at: int) -> None:
    assert said(f"{WROTE}\n{quoted(at)}\n\nOui lundi.\n") == Spoken("Oui lundi.")
    assert said(f"Oui lundi.\n\n{WROTE}\n{quoted(at)}\n") == Spoken("Oui lundi.")
    assert said(f"{WROTE}\n{quoted(at)}\n").text == ""
    unmarked = quoted(at).replace("> ", "")
    assert said(f"Oui lundi.\n\n{HEAD}\n\n{unmarked}\n") == Spoken("Oui lundi.")


@pytest.mark.parametrize(
    "words", ["Oui?", "18h/20h", "100%", "30€/an", "https://asso.example/form?x=1", "d'accord ?", "Oui, lundi."]
)
@pytest.mark.parametrize("link", ["https://matrix.to/#/!room:asso.example/$card", LINK, SAFE, f"{LINK}<{SAFE}>"])
@pytest.mark.parametrize("between", ["\n", "\n\n"])
@pytest.mark.parametrize("top", ["", "Bonjour Marie, voici."])
def test_words_below_the_link_are_no_rest_of_it(words: str, link: str, between: str, top: str) -> None:
    notice = f"{NOTICE.rpartition('https')[0]}{link}"
    found = said(f"{top}\n\n{HEAD}\n\n{notice}{between}{words}\n")
    assert isinstance(found, Unclear) and words in found.text and top in found.text and "SECRET" not in found.text


@pytest.mark.parametrize("top", ["", "Oui."])
def test_a_link_of_the_writer_s_own_below_ends_no_notification(top: str) -> None:
    own = "Notre salon public est ouvert :\nhttps://matrix.to/#/!abc:asso.example"
    found = said(f"{top}\n\n{HEAD}\n\n{WHOLE}\n\n{own}\n")
    assert isinstance(found, Unclear) and "Notre salon public est ouvert" in found.text and "SECRET" not in found.text


def test_a_link_in_the_words_that_are_told_of_ends_no_notification() -> None:
    notice = WHOLE.replace("SECRET", f"{LINK}\nSECRET").replace(f"\n\n{LINK}", f"\n\nAvant cela :\n\nSECRET\n\n{LINK}")
    assert said(f"Oui.\n\n{HEAD}\n\n{notice}\n") == Spoken("Oui.")


@pytest.mark.parametrize("top", ["", "Oui."])
def test_where_no_end_is_found_it_is_asked_about(top: str) -> None:
    for notice in (TOLD, NOTICE.rpartition("https")[0]):
        found = said(f"{top}\n\n{HEAD}\n\n{notice}\n\nEt venez lundi à 18 h.\n")
        assert isinstance(found, Unclear) and found.why.key == "mailed.between" and "SECRET" not in found.text
    assert said(f"Oui.\n\n{HEAD}\n\n{TOLD}\n\nEnvoyé de mon iPhone\n") == Spoken("Oui.")


def test_what_is_made_of_the_link_is_known() -> None:
    for link in (LINK, f"Le fil : {LINK}", f"<{LINK}>", SAFE, f"{LINK}<{SAFE}>"):
        assert is_last_of_notice(link)
    assert not is_last_of_notice(f"{LINK} est le fil") and not is_last_of_notice(
        "https://matrix.to/#/#asso:asso.example"
    )
    assert UNMARKED and without_rests(f"{LINK}\nOui") == (f"{LINK}\nOui", frozenset())
