"""`!check dns`: an admin in the config room is told what DNS says of a domain's mail."""

from dataclasses import replace

import pytest

from bot.domain.dns_records import USUAL_SELECTORS, DomainRecords
from tests.fakes.chat import BOB, CONFIG, ROOM
from tests.fakes.house import INSTANCE, House
from tests.fakes.looking import happens
from tests.fakes.upgrading import texts
from tests.fakes.writing import says

ASSO = DomainRecords(
    "asso.example", mx=("mx1.mail.ovh.net",), spf=("v=spf1 -all", "v=spf1 mx -all"), selectors=USUAL_SELECTORS
)


@pytest.mark.parametrize(
    "body", ["!check dns asso.example", "!check dns contact", "!check dns contact@asso.example", "!check dns"]
)
async def test_the_domain_or_the_mailbox_may_be_named(house: House, body: str) -> None:
    house.finder.known = ASSO
    await happens(house, says(body, room=CONFIG))
    assert house.finder.asked == ["asso.example"]
    told = texts(house)[-1]
    assert "✅ MX: mail goes to mx1.mail.ovh.net." in told
    assert "❌ SPF: 2 records" in told
    assert "⚠️ DKIM: no key" in told
    assert '_dmarc.asso.example. TXT "v=DMARC1; p=none; rua=mailto:postmaster@asso.example"' in told


async def test_names_of_keys_may_follow(house: House) -> None:
    await happens(house, says("!check dns asso.example s2026 s2027", room=CONFIG))
    assert house.finder.selectors == [("s2026", "s2027")]


async def test_in_french(house: House) -> None:
    house.step.settings.reload(replace(INSTANCE, language="fr"))
    house.finder.known = ASSO
    await happens(house, says("!vérifier dns asso.example", room=CONFIG))
    assert "❌ DMARC\N{NO-BREAK SPACE}: aucun." in texts(house)[-1]


@pytest.mark.parametrize("word", ["localhost", "10.0.0.1", "asso.example x;y", "nobody", "asso.example " + "s " * 11])
async def test_what_is_no_domain_is_asked_back(house: House, word: str) -> None:
    await happens(house, says(f"!check dns {word}", room=CONFIG))
    assert house.finder.asked == []
    assert "Which domain?" in texts(house)[-1]


async def test_only_those_who_run_it_ask_and_only_in_the_config_room(house: House) -> None:
    await happens(
        house, says("!check dns asso.example", sender=BOB, room=CONFIG), says("!check dns asso.example", room=ROOM)
    )
    assert house.finder.asked == []


async def test_after_a_death_it_is_looked_up_again_and_told_once(house: House) -> None:
    house.finder.known = ASSO
    house.homeserver.happens(says("!check dns asso.example", room=CONFIG))
    await house.round()
    await house.close()
    await house.open()
    await house.settle()
    assert len([one for one in texts(house) if "What DNS says" in one]) == 1
