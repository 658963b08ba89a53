"""The own address of a member, from which they answer by mail, is nothing that the correspondent learns from it."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import NOW, card_of, happens
from tests.fakes.writing import mail, says
from tests.flows.test_answer_by_mail import answer, comes, house, left, opened, shown, ticket
from tests.flows.test_answer_lines import letters, words

__all__ = ["house"]

HERS = "alice@home.example"
SIGNED = f"Bonjour Marie,\n\nc'est oui, à lundi.\n\nAlice Martin\nTrésorière\n{HERS}\n06 12 34 56 78"


async def test_it_is_cut_out_of_a_signature_and_the_rest_leaves(house: House) -> None:
    await comes(house, answer(house, SIGNED))
    ((to, said),) = left(house)
    assert to == ("marie@example.org",) and "home.example" not in said
    assert "c'est oui" in said and "Trésorière\n06 12 34 56 78" in said


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_among_other_words_it_is_asked_about_in_both_languages(tmp_path: Path, language: str) -> None:
    box = replace(MAILBOX, language=language)
    house = House(tmp_path, instance=replace(INSTANCE, language=language, mailboxes=(box,)))
    await opened(house)
    await comes(house, answer(house, f"Bonjour Marie,\n\nécrivez-moi à {HERS}, merci."))
    assert left(house) == []
    told = {"en": "your own address stands in it", "fr": "votre adresse personnelle y figure"}[language]
    assert told in words(letters(house)[-1])
    assert any(told in one and "écrivez-moi" in one for one in shown(house))
    await house.close()


async def test_whoever_has_written_to_it_already_reads_it(house: House) -> None:
    house.provider.deliver(
        mail(id="m2@example.org", reply_to="m1@example.org", to=f"contact@asso.example, {HERS}"), at=house.clock.now()
    )
    await house.settle(NOW)
    await comes(house, answer(house, SIGNED, to=ticket(house, whom=("marie@example.org", HERS))))
    ((_, said),) = left(house)
    assert HERS in said


async def test_it_is_cut_out_of_what_waits_for_another_reason(house: House) -> None:
    await comes(house, answer(house, SIGNED, subject="Autre chose"))
    assert left(house) == [] and "c'est oui" in shown(house)[-1]
    assert HERS not in "".join(shown(house))


async def test_an_answer_that_was_taken_back_is_known_again_without_it(house: House) -> None:
    told = ticket(house)
    await comes(house, answer(house, SIGNED, to=told), seconds=(0.0,))
    await happens(house, says("!undo", thread=card_of(house)))
    assert left(house) == []
    await comes(house, answer(house, SIGNED, id="a2@home.example", to=told))
    ((_, said),) = left(house)
    assert "c'est oui" in said and HERS not in said


@pytest.mark.parametrize(
    "words", ["écrivez à Bob Durand <bob@home.example> pour cela.", "contactez BOB@home.example.", "close"]
)
async def test_a_colleague_s_own_address_is_asked_about(house: House, words: str) -> None:
    letter = (
        f"Bonjour Marie,\n\n{words}\n\nAlice" if words != "close" else "close\n\nÉcrivez à bob@home.example, merci."
    )
    await comes(house, answer(house, letter))
    assert left(house) == []
    assert "a colleague’s own address stands in it" in shown(house)[-1]
    await comes(house, answer(house, f"!reply {letter}", id="a2@home.example"))
    assert len(left(house)) == 1


async def test_a_colleague_s_own_address_that_the_correspondent_wrote_to_is_known(house: House) -> None:
    house.provider.deliver(
        mail(id="m2@example.org", reply_to="m1@example.org", to="contact@asso.example, bob@home.example"),
        at=house.clock.now(),
    )
    await house.settle(NOW)
    told = ticket(house, whom=("marie@example.org", "bob@home.example"))
    await comes(house, answer(house, "Bonjour Marie,\n\nbob@home.example vous répondra.\n\nAlice", to=told))
    assert len(left(house)) == 1


@pytest.mark.parametrize(
    "said",
    [
        "Voir https://x.example/share?authuser=alice%40home.example avant lundi.",
        "Voir https://x.example/share?u=alice%2Basso%40home.example avant lundi.",
        "Écrivez à alice+asso@home.example avant lundi.",
        "Écrivez à alice @ home.example avant lundi.",
        "Écrivez à alice＠home.example avant lundi.",
        "Écrivez à alice@\u200bhome.example avant lundi.",
    ],
)
async def test_written_otherwise_it_is_asked_about_as_well(house: House, said: str) -> None:
    await comes(house, answer(house, f"Bonjour Marie,\n\n{said}"))
    assert left(house) == [] and "own address stands in it" in shown(house)[-1]


async def test_a_sub_address_is_cut_out_of_a_signature_too(house: House) -> None:
    await comes(house, answer(house, SIGNED.replace(HERS, "alice+club@home.example")))
    ((_, said),) = left(house)
    assert "home.example" not in said and "Trésorière\n06 12 34 56 78" in said


@pytest.mark.parametrize("other", ["alice@house.example", "alice@home.example.org", "https://home.example/alice"])
async def test_an_address_that_only_looks_like_it_leaves(house: House, other: str) -> None:
    await comes(house, answer(house, f"Bonjour Marie,\n\nvoir {other} avant lundi."))
    ((_, said),) = left(house)
    assert other in said
