"""The links of a mail in HTML stand in its notification, behind their words."""

import pytest

from tests.fakes.house import House
from tests.fakes.looking import NOW
from tests.flows.test_answer_by_mail import house
from tests.flows.test_answer_inside import forgotten
from tests.flows.test_notices import SOON, words_of
from tests.flows.test_notices_unusual import left_with
from tests.flows.test_notices_whom import chosen, last

__all__ = ["house"]

LINKED = (
    b"From: Marie <marie@example.org>\r\nTo: contact@asso.example\r\nSubject: Re: Question\r\n"
    b"Message-ID: <h@example.org>\r\nIn-Reply-To: <m1@example.org>\r\nDate: Mon, 23 Nov 2026 09:00:00 +0000\r\n"
    b"MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    b"<p>Remplissez <a href='https://a.example/x'>ce formulaire</a> avant lundi.</p>"
)


async def test_the_address_of_a_link_stands_behind_its_words(house: House) -> None:
    await chosen(house)
    house.provider.deliver(LINKED, at=house.clock.now())
    await house.settle((*NOW, *SOON))
    for kind in ("plain", "html"):
        said = words_of(last(house), kind)
        assert said.index("ce formulaire") < said.index("https://a.example/x") < said.index("avant lundi")


@pytest.mark.parametrize("is_kept", [True, False])
async def test_it_is_no_word_of_whoever_answers(house: House, is_kept: bool) -> None:
    await chosen(house)
    house.provider.deliver(LINKED, at=house.clock.now())
    await house.settle((*NOW, *SOON))
    quoted = words_of(last(house))
    if not is_kept:
        await forgotten(house)
    assert await left_with(house, quoted) == [("marie@example.org",)]
