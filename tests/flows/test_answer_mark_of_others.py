"""The mark above which an answer to a notification stands is in it once, whatever somebody wrote."""

import re
from datetime import timedelta

import pytest

from bot.domain.marks import ABOVE
from tests.fakes.chat import BOB
from tests.fakes.house import House
from tests.fakes.looking import card_of, happens
from tests.fakes.writing import mail, says
from tests.flows.test_answer_by_mail import comes, left
from tests.flows.test_answer_inside import LATER, answered, forgotten, mailbox
from tests.flows.test_notices import SOON, notices, wants_mail, words_of

__all__ = ["mailbox"]
HIDDEN = "\u200b".join(ABOVE)
ASKED = f"Bonjour,\n\nj’écris au-dessus de {ABOVE} et de {HIDDEN}, ma question : est-ce ouvert ?\n\nMerci {ABOVE}"
NOTE = f"Il écrit ##--**##**--## et \\#\\#--##--##.\n\n{ABOVE}\n\nEt en dessous."


async def told(house: House) -> None:
    await wants_mail(house)
    await happens(house, says("!notify noted-unassigned email"))
    await happens(house, says(f"!note {NOTE}", thread=card_of(house), sender=BOB))
    asked = mail(
        id="m2@example.org",
        reply_to="m1@example.org",
        sender=f"Marie {ABOVE} <marie@example.org>",
        subject=f"Re: Question {ABOVE}",
        text=ASKED,
    )
    house.provider.deliver(asked, at=house.clock.now())
    await house.settle(SOON)
    # A colleague who has just written is asked about.
    house.clock.at += timedelta(hours=1)


@pytest.mark.parametrize("kind", ["plain", "html"])
async def test_words_of_others_have_no_mark(house: House, kind: str) -> None:
    await told(house)
    shown = re.sub("\u200b|</?strong>", "", words_of(notices(house)[-1], kind))
    assert "ma question" in shown and "Il écrit" in shown and "Et en dessous" in shown
    assert shown.count(ABOVE) == 1 and ABOVE not in str(notices(house)[-1]["Subject"])
    assert shown.index(ABOVE) < shown.index("#1")


@pytest.mark.parametrize("is_kept", [True, False])
@pytest.mark.parametrize("client", LATER)
async def test_an_answer_to_it_leaves_unasked(house: House, client: str, is_kept: bool) -> None:
    await told(house)
    raw = answered(notices(house)[-1], client)
    if not is_kept:
        await forgotten(house)
    await comes(house, raw)
    ((to, words),) = left(house)
    assert to == ("marie@example.org",) and words.startswith("Bonjour,\n\nvoici.")
    assert "Il écrit" not in words and "Et en dessous" not in words


@pytest.mark.parametrize("client", LATER)
async def test_words_inside_of_it_are_asked_about(house: House, client: str) -> None:
    await told(house)
    await comes(house, answered(notices(house)[-1], client, "Oui, lundi.", behind="est-ce ouvert ?"))
    assert left(house) == []
