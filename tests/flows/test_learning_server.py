"""Which server looks at senders is learnt from the mails and suggested to the admins; only they name it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.rules.learning_server import ENOUGH
from tests.fakes.chat import ALICE, CONFIG
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import NOW, happens
from tests.fakes.writing import mail, says

MX = "mx.asso.example"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """Nobody has named a server."""
    made = House(tmp_path, instance=replace(INSTANCE, mailboxes=(replace(MAILBOX, trusted_authserv=()),)))
    await made.open()
    yield made
    await made.close()


async def comes(
    house: House, number: int, server: str = MX, *, domain: str = "", folder: str = "INBOX", id: str = ""
) -> None:
    domain = domain or f"d{number % 7}.example"
    headers = (("Authentication-Results", f"{server}; dmarc=pass header.from={domain}"),) if server else ()
    raw = mail(
        id=id or f"n{number}@x.example", sender=f"Paul <paul@{domain}>", subject=f"Devis {number}", headers=headers
    )
    house.provider.deliver(raw, folder, at=house.clock.now())
    await house.settle(NOW)


def suggested(house: House) -> list[str]:
    posted = [one for one in house.homeserver.posted if one.room == CONFIG and not one.is_edit]
    return [str(one.content["body"]) for one in posted if "trusted-server" in str(one.content["body"])]


async def test_one_name_on_top_of_twenty_mails_is_suggested_once_and_an_admin_names_it(house: House) -> None:
    for number in range(ENOUGH - 1):
        await comes(house, number)
    assert suggested(house) == []
    await house.close()
    await house.open()
    await comes(house, 90)
    (told,) = suggested(house)
    assert f"!mailbox set contact@asso.example trusted-server {MX}" in told
    assert not house.step.settings.known.mailboxes[0].trusted_authserv, "nothing is believed by itself"
    for number in range(100, 100 + ENOUGH):
        await comes(house, number)
    assert len(suggested(house)) == 1
    await happens(house, says(f"!mailbox set contact@asso.example trusted-server {MX}", room=CONFIG, sender=ALICE))
    assert house.step.settings.known.mailboxes[0].trusted_authserv == (MX,)


@pytest.mark.parametrize("other", ["mx.other.example", "bogus", "x" * 300 + ".example", "<b>.example", ""])
async def test_another_name_in_between_begins_it_anew(house: House, other: str) -> None:
    for number in range(ENOUGH - 1):
        await comes(house, number)
    await comes(house, 50, other)
    for number in range(60, 60 + ENOUGH - 1):
        await comes(house, number)
    assert suggested(house) == []
    await comes(house, 99)
    assert len(suggested(house)) == 1


async def test_mails_of_one_sender_s_domain_and_from_the_spam_folder_and_the_same_mail_suggest_nothing(
    house: House,
) -> None:
    for number in range(ENOUGH + 5):
        await comes(house, number, domain="bad.example")
        await comes(house, 100 + number, folder="Junk")
        await comes(house, 200 + number, server="")
    assert suggested(house) == []
