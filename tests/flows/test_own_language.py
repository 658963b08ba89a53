"""Whoever chose no language is spoken to in that of the mailbox that tells, or of all mailboxes in their direct chat."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from tests.fakes.chat import BOB
from tests.fakes.direct import asks, invites, said_in
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import NOW, happens
from tests.fakes.two_mailboxes import OTHER
from tests.fakes.writing import mail, says
from tests.flows.test_answer_by_mail import PROOF, comes
from tests.flows.test_notices import answer_comes, words_of
from tests.flows.test_own_addresses import confirms, sent_to

HIS = "bob@home.example"
FRENCH = replace(MAILBOX, language="fr", trusted_authserv=("mx.asso.example",))
ENGLISH = replace(OTHER, language="en")


@pytest_asyncio.fixture
async def house(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[House]:
    made = House(tmp_path, instance=replace(INSTANCE, mailboxes=getattr(request, "param", (FRENCH,))))
    await made.open()
    made.provider.deliver(mail())
    await made.settle(NOW)
    yield made
    await made.close()


async def wants(house: House) -> None:
    await confirms(house, HIS, BOB)
    await happens(house, says("!notify replied-unassigned email", sender=BOB))


@pytest.mark.parametrize("house", [(FRENCH,), (FRENCH, ENGLISH)], indirect=True)
@pytest.mark.parametrize(
    ("chosen", "words"),
    [("", "Écrivez au-dessus de cette ligne"), ("en", "Write above this line"), ("fr", "Écrivez au-dessus")],
)
async def test_a_mail_is_in_the_language_of_its_mailbox_unless_they_chose_one(
    house: House, chosen: str, words: str
) -> None:
    await wants(house)
    if chosen:
        await happens(house, says(f"!language {chosen}", sender=BOB))
    await answer_comes(house)
    assert words in words_of(sent_to(house, HIS)[-1])
    await happens(house, says("!language default", sender=BOB))
    await answer_comes(house, 3)
    assert "Écrivez au-dessus" in words_of(sent_to(house, HIS)[-1])


async def test_so_is_the_mail_that_says_that_an_answer_did_not_leave(house: House) -> None:
    await wants(house)
    await answer_comes(house)
    id = str(sent_to(house, HIS)[-1]["Message-ID"]).strip("<>")
    asked = mail(id="a1@home.example", sender=f"Bob <{HIS}>", reply_to=id, text="Bonjour\nclose\n", headers=PROOF)
    await comes(house, asked)
    told = sent_to(house, HIS)[-1]
    assert "Votre réponse par courriel n’a pas été transmise" in words_of(told)


@pytest.mark.parametrize(
    ("house", "words"),
    [((FRENCH,), "Je suis Postroom"), ((FRENCH, ENGLISH), "I am Postroom")],
    indirect=["house"],
)
async def test_a_direct_chat_is_in_the_language_of_all_mailboxes_or_of_the_instance(house: House, words: str) -> None:
    await invites(house)
    assert words in said_in(house)[0]


async def test_who_chose_another_language_there_goes_back_to_that_of_the_mailboxes(house: House) -> None:
    await invites(house)
    await asks(house, "!language en")
    await house.close()
    await house.open()
    await house.keeper.look_at_directs()
    await asks(house, "!list")
    assert "conversation" in said_in(house)[-1]
    await asks(house, "!language default")
    assert "français" in said_in(house)[-1]
