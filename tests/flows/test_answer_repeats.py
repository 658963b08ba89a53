"""Words that a member writes inside the notification are theirs also where they say the same as a line beside them."""

from dataclasses import replace
from email.message import EmailMessage
from html import escape

import pytest

from bot.domain.settings import MailboxSettings
from tests.fakes.house import MAILBOX, House
from tests.fakes.writing import mail
from tests.flows.test_answer_by_mail import comes, left, shown
from tests.flows.test_answer_inside import answered
from tests.flows.test_notices import SOON, notices, wants_mail, words_of

CHOICES = """Bonjour,

1. Combien de filles au plus ?
2. Quel jour de la semaine ?
3. Combien de places ?
4. Autre chose ?

Quel groupe est le bon ?
- débutants
- avancés
- adultes

Votre avis ?
oui
non

Quelle heure ?
18h ou 19h

👍

Merci
Léa
"""
CLIENTS = ("outlook", "gmail", "roundcube", "yahoo")


@pytest.fixture
def mailbox() -> MailboxSettings:
    return replace(MAILBOX, trusted_authserv=("mx.asso.example",))


async def asked(house: House, text: str = CHOICES) -> EmailMessage:
    await wants_mail(house)
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", text=text), at=house.clock.now())
    await house.settle(SOON)
    return notices(house)[-1]


def beside(one: EmailMessage, line: str, words: str) -> EmailMessage:
    """The notification with words in red behind one of its lines."""
    text, html = words_of(one), words_of(one, "html")
    assert text.count(line) == 1 == html.count(escape(line, quote=False))
    changed = EmailMessage()
    changed["Subject"], changed["Message-ID"] = str(one["Subject"]), str(one["Message-ID"])
    changed.set_content(text.replace(line, f"{line} {words}"))
    red = f'{escape(line, quote=False)} <span style="color:red">{escape(words)}</span>'
    changed.add_alternative(html.replace(escape(line, quote=False), red), subtype="html")
    return changed


async def refused_each(house: House, raws: list[bytes], inside: str) -> None:
    """Each of the answers is asked about, with a line that says what was written inside."""
    for number, raw in enumerate(raws):
        await comes(house, raw.replace(b"<a1@", f"<r{number}@".encode()).replace(b"voici", f"voici {number}".encode()))
        assert left(house) == [], number
        named = shown(house)[-1].casefold()
        assert f"voici {number}" in named and inside.strip(" .!").casefold() in named.partition("stand lines")[2]


WORDS_BELOW = [
    ("2", "Combien de filles au plus ?"),
    ("2.", "Combien de filles au plus ?"),
    ("3.", "Quel jour de la semaine ?"),
    ("4", "Combien de places ?"),
    ("Débutants.", "Quel groupe est le bon ?"),
    ("Débutants.\n\nAvancés.", "Quel groupe est le bon ?"),
    ("Avancés !", "débutants"),
    ("Avancés", "avancés"),
    ("Adultes", "adultes"),
    ("Oui", "Votre avis ?"),
    ("Non", "Votre avis ?"),
    ("18h", "Quelle heure ?"),
    ("👍", "Quelle heure ?"),
]


@pytest.mark.parametrize(("inside", "line"), WORDS_BELOW)
async def test_the_same_as_a_line_beside_it(house: House, inside: str, line: str) -> None:
    one = await asked(house)
    parts = [(client, part) for client in CLIENTS for part in ("both", "text", "html")]
    raws = [answered(one, client, inside, behind=line, part=part) for client, part in parts]
    await refused_each(house, raws, inside.partition("\n")[0])


@pytest.mark.parametrize(("inside", "line"), [(inside, line) for inside, line in WORDS_BELOW if "\n" not in inside])
async def test_behind_a_line_the_same_as_the_next_one(house: House, inside: str, line: str) -> None:
    one = beside(await asked(house), line, inside)
    raws = [answered(one, client, part=part) for client in CLIENTS[:2] for part in ("both", "text", "html")]
    await refused_each(house, raws, inside)


TWICE = """Bonjour,

Quel jour ?
lundi
mardi

Et pour ma fille, quel jour ?
lundi
mardi

Oui
Oui
Merci
Merci
"""


async def test_a_line_that_the_notification_says_twice_is_no_word_of_the_reader(house: House) -> None:
    one = await asked(house, TWICE)
    for number, client in enumerate(CLIENTS):
        count = len(left(house))
        raw = answered(one, client, words=f"Bonjour,\n\nvoici {number}.")
        await comes(house, raw.replace(b"<a1@", f"<t{number}@".encode()))
        assert len(left(house)) == count + 1
