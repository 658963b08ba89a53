"""A member answers the mail that a colleague gave them a conversation: letters leave, words to the colleague wait."""

from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage

import pytest

from bot.domain.settings import MailboxSettings
from tests.fakes.chat import BOB
from tests.fakes.house import MAILBOX, House
from tests.fakes.looking import card_of, happens
from tests.fakes.writing import says
from tests.flows.test_answer_by_mail import comes, left, shown
from tests.flows.test_answer_inside import answered
from tests.flows.test_notices import SOON, notices, words_of
from tests.flows.test_own_addresses import confirms


@pytest.fixture
def mailbox() -> MailboxSettings:
    return replace(MAILBOX, trusted_authserv=("mx.asso.example",))


async def given(house: House, *beside: str) -> EmailMessage:
    """What Alice, who is told of nothing else, is mailed once Bob gave her a conversation, with these words."""
    await confirms(house)
    await happens(house, *map(says, ("!notify assigned-me email", "!notify noted-mine email")))
    await happens(house, says("!assign @alice:localhost", thread=card_of(house), sender=BOB), seconds=(5.0,))
    for one in beside:
        await happens(house, says(one, thread=card_of(house), sender=BOB), seconds=(5.0,))
    await house.settle((*SOON, *SOON))
    house.clock.at += timedelta(hours=1)
    return notices(house)[-1]


@pytest.mark.parametrize(
    "words",
    [
        "Je suis débordée, donne-la à Claire.",
        "Elle m'a déjà écrit trois fois, elle est pénible.",
        "Tu peux la reprendre ? Je pars demain.",
        "Il faut d'abord demander au président.",
        "Pourquoi moi ?",
        "Oui.",
    ],
)
async def test_words_to_who_gave_it_wait(house: House, words: str) -> None:
    await comes(house, answered(await given(house), "gmail", words=words))
    assert left(house) == [] and words in shown(house)[-1]


@pytest.mark.parametrize(
    "words",
    [
        "Salut,\n\ntu peux la donner à Claire ? Je suis débordée.\n\nAlice",
        "Bonjour,\n\nElle m'a déjà écrit trois fois, elle est pénible.",
        "Hi,\n\nwhy me? I don't know her.",
        "close\n\nSalut,\n\ntu aurais dû le faire avant.\n\nAlice",
    ],
)
async def test_so_they_do_below_a_greeting_to_nobody(house: House, words: str) -> None:
    await comes(house, answered(await given(house), "gmail", words=words))
    assert left(house) == [] and words.rsplit("\n\n", 1)[-1] in shown(house)[-1]


@pytest.mark.parametrize("client", ["gmail", "outlook"])
@pytest.mark.parametrize(
    "words",
    [
        "Oui, c'est possible lundi.",
        "Merci, bien reçu.",
        "Parfait, à samedi !",
        "Pouvez-vous l'envoyer en PDF ?",
        "Oui, lundi.\n\nBob vous attendra.",
        "Bonjour Marie,\n\nelle est inscrite.",
        "Bonjour,\n\nvotre fille commence mardi.",
        "!reply Elle est inscrite.",
    ],
)
async def test_a_letter_about_what_was_given_leaves_however_short(house: House, client: str, words: str) -> None:
    await comes(house, answered(await given(house), client, words=words))
    ((to, sent),) = left(house)
    assert to == ("marie@example.org",) and words.removeprefix("!reply ").partition("\n")[0] in sent


@pytest.mark.parametrize(
    "beside", ["!note Elle est adhérente depuis 2019.", "Tu peux lui répondre pour lundi ?", "Merci !"]
)
async def test_beside_a_note_what_was_given_is_answered_by_a_letter_that_greets(house: House, beside: str) -> None:
    one = await given(house, beside)
    said = " ".join(words_of(one).split())
    assert "waits for your word" in said and "did or wrote" in said and "(Hello,)" in said
    await comes(house, answered(one, "gmail", words="Oui, c'est possible lundi."))
    assert left(house) == []
    greeted = "Salut,\n\noui, vas-y, elle nous doit 30 €.\n\nAlice"
    await comes(house, answered(one, "gmail", words=greeted).replace(b"<a1@", b"<a3@"))
    assert left(house) == []
    letter = "Bonjour,\n\noui, c'est possible lundi.\n\nAlice"
    await comes(house, answered(one, "gmail", words=letter).replace(b"<a1@", b"<a2@"))
    assert len(left(house)) == 1


async def test_beside_a_draft_it_waits_for_its_writer(house: House) -> None:
    one = await given(house, "!draft Bonjour, lundi ?")
    await comes(house, answered(one, "gmail", words="Bonjour,\n\nje mettrais plutôt mardi."))
    assert left(house) == []
