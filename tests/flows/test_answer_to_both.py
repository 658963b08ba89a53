"""A member answers a mail that tells what somebody outside wrote, and beside it what colleagues did or wrote."""

from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage

import pytest

from bot.domain.inputs.said import TeamMessage
from bot.domain.settings import MailboxSettings
from tests.fakes.chat import BOB
from tests.fakes.house import INSTANCE, MAILBOX, House
from tests.fakes.looking import SENT, card_of, happens
from tests.fakes.writing import mail, says
from tests.flows.test_answer_by_mail import comes, left, shown
from tests.flows.test_answer_inside import answered
from tests.flows.test_answer_to_note import ASKED
from tests.flows.test_notices import SOON, notices, words_of
from tests.flows.test_own_addresses import confirms

EVENTS = ("new", "assigned-me", "noted-mine", "noted-others", "noted-unassigned", "replied-others", "replied-mine")
NOTED = f"!note {ASKED}"
TO_WHO_GAVE_IT = (
    "Je suis débordée, donne-la à Claire.",
    "Elle m'a déjà écrit trois fois, elle est pénible.",
    "Tu peux la reprendre ? Je pars demain.",
    "Il faut d'abord demander au président.",
    "Pourquoi moi ?",
    "I'm swamped, could somebody else take it?",
)
TO_WHO_NOTED = (
    "Oui, vas-y.",
    "Non, pas question, elle nous doit déjà 30 €.",
    "Tu peux lui dire oui.",
    "Demande à Claire.",
    "Yes, go ahead",
    "D'accord avec toi",
)


@pytest.fixture
def mailbox() -> MailboxSettings:
    return replace(MAILBOX, trusted_authserv=("mx.asso.example",))


async def everything(house: House) -> None:
    await confirms(house)
    await happens(house, *map(says, (f"!notify {one} email" for one in EVENTS)))


async def now(house: House, one: TeamMessage, seconds: tuple[float, ...]) -> None:
    await happens(house, replace(one, at=house.clock.now()), seconds=seconds)


async def new_and(house: House, *acts: str) -> EmailMessage:
    """What Alice is mailed of a mail that came, and of what Bob did some seconds later."""
    await everything(house)
    asks = mail(id="n1@example.org", subject="Inscription", text="Bonjour, est-ce possible lundi ?\nMarie")
    house.provider.deliver(asks, at=house.clock.now())
    await house.settle((0.0, 10.0))
    for act in acts:
        await now(house, says(act, thread=card_of(house, 2), sender=BOB), (10.0,))
    await house.settle((*SOON, *SOON))
    house.clock.at += timedelta(hours=1)
    (one,) = [one for one in notices(house) if "[#2]" in one["Subject"]]
    return one


@pytest.mark.parametrize(
    ("act", "every"),
    [("!assign @alice", TO_WHO_GAVE_IT), (NOTED, TO_WHO_NOTED), ("!close", ("Pourquoi tu l'as fermé ?",))],
)
async def test_words_to_a_colleague_wait_also_where_the_mail_came_at_once(
    house: House, act: str, every: tuple[str, ...]
) -> None:
    one = await new_and(house, act)
    assert "possible lundi" in words_of(one) and "Your answer goes to marie@example.org." in words_of(one)
    for number, words in enumerate(every):
        await comes(house, answered(one, "gmail", words=words).replace(b"<a1@", f"<b{number}@".encode()))
        assert left(house) == [] and words in shown(house)[-1]


@pytest.mark.parametrize("acts", [("!assign @alice",), (NOTED,), ("!assign @alice", NOTED)])
async def test_what_answers_the_mail_leaves_however_short(house: House, acts: tuple[str, ...]) -> None:
    one = await new_and(house, *acts)
    letters = (
        "Oui, c'est possible lundi.",
        "Il commence à 18 h.",
        "Tu peux venir mardi.",
        "Oui, ta fille peut venir, elle commence mardi.",
        "Bonjour,\n\nelle est inscrite.",
        "Bonjour,\n\noui.\n\nAlice",
        "They start at 6pm.",
    )
    for number, words in enumerate(letters):
        await comes(house, answered(one, "gmail", words=words).replace(b"<a1@", f"<b{number}@".encode()))
        assert len(left(house)) == number + 1, shown(house)[-1]


@pytest.mark.parametrize("is_note_last", [True, False])
async def test_beside_an_answer_of_a_colleague_what_answers_a_note_waits(house: House, *, is_note_last: bool) -> None:
    await everything(house)
    acts = ("!reply Bonjour Marie, nous verrons.", NOTED)
    for act in acts if is_note_last else acts[::-1]:
        await now(house, says(act, thread=card_of(house), sender=BOB), (5.0,))
    await house.settle((*SENT, *SOON, *SOON))
    house.clock.at += timedelta(hours=1)
    one, count = notices(house)[-1], len(left(house))
    assert "did or wrote" in " ".join(words_of(one).split()) and "nous verrons" in words_of(one)
    waits = ("Dix pour cent, pas plus.", "Salut,\n\noui, vas-y, 10 %.\n\nAlice")
    for number, words in enumerate(waits):
        await comes(house, answered(one, "gmail", words=words).replace(b"<a1@", f"<b{number}@".encode()))
    assert left(house)[count:] == []
    await comes(house, answered(one, "gmail", words="Bonjour,\n\nc'est d'accord pour lundi."))
    assert len(left(house)) == count + 1


@pytest.mark.parametrize(
    "off", [replace(MAILBOX, answer_by_mail=False), replace(MAILBOX, trusted_authserv=())], ids=["off", "no server"]
)
async def test_what_a_note_told_stays_so_once_answers_by_mail_are_switched_on(
    house: House, off: MailboxSettings, mailbox: MailboxSettings
) -> None:
    await everything(house)
    house.step.settings.reload(replace(INSTANCE, mailboxes=(off,)))
    await now(house, says(NOTED, thread=card_of(house), sender=BOB), (*SOON, *SOON))
    one = notices(house)[-1]
    assert "takes no answers" in words_of(one)
    house.step.settings.reload(replace(INSTANCE, mailboxes=(mailbox,)))
    house.clock.at += timedelta(hours=1)
    await comes(house, answered(one, "gmail", words="Oui, dix pour cent."))
    assert left(house) == [] and "Oui, dix pour cent." in shown(house)[-1]
