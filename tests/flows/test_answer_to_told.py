"""A member answers the mail that says what became of their own answer: it may tell what a colleague did."""

from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage

import pytest

from bot.domain.settings import MailboxSettings
from tests.fakes.chat import BOB
from tests.fakes.house import MAILBOX, House
from tests.fakes.looking import SENT, card_of, happens, mails_in
from tests.fakes.writing import mail, reads, says
from tests.flows.test_answer_by_mail import comes, left, shown
from tests.flows.test_answer_inside import answered
from tests.flows.test_answer_to_both import now
from tests.flows.test_answer_to_note import told
from tests.flows.test_notices import SOON, notices, wants_mail, words_of
from tests.flows.test_own_addresses import sent_to

LETTER = "Bonjour Marie,\n\nc'est oui."


@pytest.fixture
def mailbox() -> MailboxSettings:
    return replace(MAILBOX, trusted_authserv=("mx.asso.example",))


async def came(house: House) -> EmailMessage:
    """What Alice is mailed of what Marie wrote."""
    await wants_mail(house)
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org"), at=house.clock.now())
    await house.settle(SOON)
    house.clock.at += timedelta(hours=1)
    return notices(house)[-1]


async def bob_answers(house: House) -> None:
    for one in mails_in(house):
        await happens(house, replace(reads(one.event, sender=BOB), at=house.clock.now()), seconds=(1.0,))
    await now(house, says("!reply Bonjour Marie, non.", thread=card_of(house), sender=BOB), SENT)


async def test_what_answers_that_a_colleague_took_it_back_waits(house: House) -> None:
    await comes(house, answered(await came(house), "gmail", words=LETTER), seconds=(0.0, 2.0))
    await happens(house, says("!undo", thread=card_of(house), sender=BOB), seconds=(*SENT, *SENT, *SOON))
    about = sent_to(house)[-1]
    assert "took your answer back" in words_of(about) and "waits for your word as well" in words_of(about)
    waits = (
        "Pourquoi tu l'as annulée ? Elle attend.",
        "Why did you take it back? She is waiting.",
        "Salut,\n\npourquoi l'avoir annulée ?",
        "Je suis débordée, donne-la à Claire.",
    )
    for number, words in enumerate(waits):
        await comes(house, answered(about, "outlook", words=words).replace(b"<a1@", f"<b{number}@".encode()))
        assert left(house) == [] and words.rsplit("\n", 1)[-1] in shown(house)[-1]
    await comes(house, answered(about, "gmail", words=LETTER).replace(b"<a1@", b"<c1@"))
    assert len(left(house)) == 1


async def test_what_answers_that_a_colleague_has_just_answered_waits_where_it_speaks_to_them(house: House) -> None:
    one = await came(house)
    await bob_answers(house)
    await comes(house, answered(one, "gmail", words=LETTER))
    about, count = sent_to(house)[-1], len(left(house))
    assert "has just answered here" in words_of(about) and count == 1
    waits = (
        "Ah, Bob a déjà répondu.",
        "Ah ok, alors laisse tomber ma réponse.",
        "Bob s'est trompé, c'est 30 €.",
        "Elle a donc sa réponse, parfait.",
        "Je ne savais pas que tu avais répondu.",
    )
    for number, words in enumerate(waits):
        await comes(house, answered(about, "gmail", words=words).replace(b"<a1@", f"<b{number}@".encode()))
        assert left(house)[count:] == [] and words in shown(house)[-1]
    await comes(house, answered(about, "gmail", words="C'est finalement possible lundi.").replace(b"<a1@", b"<c1@"))
    assert len(left(house)) == count + 1


async def test_what_answered_a_note_is_for_the_team_still_where_a_colleague_has_answered_since(house: House) -> None:
    one = await told(house)
    await bob_answers(house)
    await comes(house, answered(one, "gmail", words=LETTER))
    about, count = sent_to(house)[-1], len(left(house))
    assert "has just answered here" in words_of(about) and "waits for your word as well" in words_of(about)
    await comes(house, answered(about, "gmail", words="Dix pour cent, pas plus.").replace(b"<a1@", b"<b1@"))
    assert left(house)[count:] == []
