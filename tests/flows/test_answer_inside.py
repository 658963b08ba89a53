"""A member writes among the lines of a notification that their program does not mark: nothing of it is lost in silence."""

from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from html import escape
from urllib.parse import quote

import pytest

from bot.domain.settings import MailboxSettings
from storage import outbox
from tests.fakes.chat import BOB
from tests.fakes.clients import clients
from tests.fakes.house import MAILBOX, House
from tests.fakes.looking import card_of, happens
from tests.fakes.writing import edits, mail, redacts, says
from tests.flows.test_answer_by_mail import PROOF, comes, left, shown
from tests.flows.test_notices import SOON, notices, wants_mail, words_of
from tests.flows.test_own_addresses import HERS, sent_to

ASKED = """Bonjour,

Est-ce que le club est ouvert lundi ?
Je voudrais inscrire mon fils, et sa sœur.

1. Faut-il un certificat ?
2. Quel est le tarif ?

Le formulaire est-il celui de https://asso.example/inscription/formulaire-de-la-saison.pdf ?

Merci
Léa
"""
WORDS = "Bonjour,\n\nvoici."
NAMES = tuple(clients("", "", "", ""))
LATER = ("outlook", "gmail", "apple mail", "roundcube", "yahoo")
"""They mark, or do not, in the ways that all do."""
PLAYED = (*((client, True) for client in NAMES), *((client, False) for client in LATER))
"""Whether what was mailed is kept still."""


@pytest.fixture
def mailbox() -> MailboxSettings:
    return replace(MAILBOX, trusted_authserv=("mx.asso.example",))


async def told(house: House) -> EmailMessage:
    """The notification of a conversation in which much has happened, and that Alice has seen."""
    await wants_mail(house)
    await happens(house, says("!notify noted-unassigned email"), says("!notify replied-mine email"))
    await happens(
        house,
        says(
            "!note Elle doit **encore** 30 €, voir [la liste](https://in.example/l).", thread=card_of(house), sender=BOB
        ),
    )
    await happens(house, says("!reply Bonjour Marie, *oui*.\n\n- lundi\n- mardi", thread=card_of(house), sender=BOB))
    await happens(house, says("!tag sport", thread=card_of(house), sender=BOB))
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", text=ASKED), at=house.clock.now())
    await house.settle(SOON)
    # A colleague who has just answered is asked about.
    house.clock.at += timedelta(hours=1)
    one = notices(house)[-1]
    assert "30 €" in words_of(one) and "Bonjour Marie, oui." in words_of(one) and "sport" in words_of(one)
    return one


async def forgotten(house: House) -> None:
    """What was mailed a week ago is not kept any more."""
    async with house.step.database.write() as tx:
        await outbox.forget_done_before(tx, house.clock.now() + timedelta(seconds=1), 10_000)


def answered(
    one: EmailMessage, client: str, inside: str = "", *, behind: str = "", part: str = "both", words: str = WORDS
) -> bytes:
    """An answer as that program makes it, with words `inside`, in a paragraph of their own behind what is `behind`."""
    old, old_html = words_of(one).strip(), words_of(one, "html")
    if inside:
        assert old.count(behind) == 1 == old_html.count(behind)
        old = old.replace(behind, f"{behind}\n\n{inside}")
        old_html = old_html.replace(behind, f'{behind}<p style="color:red">{escape(inside)}</p>')
    text, html = clients(words, words.replace("\n", "<br>"), old, old_html)[client]
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = f"Alice <{HERS}>", "contact@asso.example", f"Re: {one['Subject']}"
    made["Message-ID"], made["In-Reply-To"] = "<a1@home.example>", one["Message-ID"]
    made["Authentication-Results"] = PROOF[0][1]
    made.set_content(html if part == "html" else text, subtype="html" if part == "html" else "plain")
    if part == "both":
        made.add_alternative(html, subtype="html")
    return made.as_bytes()


@pytest.mark.parametrize(("client", "is_kept"), PLAYED)
@pytest.mark.parametrize("part", ["both", "text", "html"])
async def test_an_answer_above_a_notification_leaves_and_nothing_is_asked(
    house: House, client: str, part: str, is_kept: bool
) -> None:
    raw = answered(await told(house), client, part=part)
    if not is_kept:
        await forgotten(house)
    count = len(left(house))
    await comes(house, raw)
    ((to, words),) = left(house)[count:]
    assert to == ("marie@example.org",)
    assert words.startswith("Bonjour,\n\nvoici.") and "30 €" not in words


@pytest.mark.parametrize(("client", "is_kept"), PLAYED)
@pytest.mark.parametrize(
    ("inside", "behind"),
    [
        ("Oui.", "Est-ce que le club est ouvert lundi ?"),
        ("lundi", "Quel est le tarif ?"),
        ("Non, il est gratuit pour sa sœur.", "Faut-il un certificat ?"),
    ],
)
async def test_words_among_its_lines_are_asked_about_and_kept(
    house: House, client: str, inside: str, behind: str, is_kept: bool
) -> None:
    first, count = await told(house), len(left(house))
    if not is_kept:
        await forgotten(house)
    for part in ("both", "text", "html"):
        raw = answered(first, client, inside, behind=behind, part=part)
        await comes(house, raw.replace(b"<a1@", f"<a-{part}@".encode()))
        assert left(house)[count:] == []
        assert inside in shown(house)[-1] and "voici." in shown(house)[-1]
        assert "30 €" not in shown(house)[-1] and HERS not in shown(house)[-1]


QUESTION = "Est-ce que le club est ouvert lundi ?"


async def test_what_may_be_sent_from_the_thread_are_the_words_above_it_alone(house: House) -> None:
    raw = answered(await told(house), "outlook", "Oui.", behind=QUESTION)
    count = len(left(house))
    await comes(house, raw)
    refused = next(one for one in reversed(house.homeserver.posted) if "voici." in str(one.content["body"]))
    await happens(house, says("!send", reply_to=refused.event), seconds=SOON)
    ((_, words),) = left(house)[count:]
    assert "voici." in words and "Oui." not in words.partition("\n> ")[0]


async def test_its_writer_hears_by_mail_which_lines_are_meant(house: House) -> None:
    await comes(house, answered(await told(house), "outlook", "Oui, à dix-huit heures.", behind=QUESTION))
    assert words_of(sent_to(house)[-1]).count("Oui, à dix-huit heures.") == 1
    assert "inside of the quoted mail" in words_of(sent_to(house)[-1])


async def test_where_nothing_stands_above_they_are_kept_as_well(house: House) -> None:
    raw = answered(await told(house), "outlook", "Oui, à dix-huit heures.", behind=QUESTION, words="")
    count = len(left(house))
    await comes(house, raw)
    assert left(house)[count:] == [] and "Oui, à dix-huit heures." in shown(house)[-1]


async def test_a_note_is_one_with_the_words_inside(house: House) -> None:
    raw = answered(await told(house), "outlook", "Oui, à dix-huit heures.", behind=QUESTION, words="note: elle a payé")
    count = len(left(house))
    await comes(house, raw)
    (note,) = [one for one in shown(house) if "elle a payé" in one]
    assert left(house)[count:] == [] and "dix-huit heures" in note


SECRET = """!note Elle m’a écrit le 12 novembre :
Before that:
Marie <marie@example.org> wrote on 23 Nov 2026 10:00:
Bob answered
Le code de la porte est le SECRET-4321, à ne pas dire.
Voyez [#2] et https://matrix.to/#/!r:localhost/$x pour le reste.
SECRET-4321 encore une fois, et plus rien."""


@pytest.mark.parametrize("is_kept", [True, False])
@pytest.mark.parametrize("client", ["outlook", "gmail", "apple mail"])
async def test_a_note_that_its_writer_has_changed_or_deleted_since_does_not_come_back(
    house: House, client: str, is_kept: bool
) -> None:
    await wants_mail(house)
    await happens(house, says("!notify noted-unassigned email"))
    first = says(SECRET, thread=card_of(house), sender=BOB)
    second = says("!note Son frère est dans le groupe des débutants du mardi.", thread=card_of(house), sender=BOB)
    await happens(house, first)
    await happens(house, second)
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", text=ASKED), at=house.clock.now())
    await house.settle(SOON)
    notice = notices(house)[-1]
    assert "SECRET-4321" in words_of(notice) and "débutants" in words_of(notice)
    await happens(house, redacts(first.event, sender=BOB))
    await happens(house, edits(second.event, "!note Son frère n’est dans aucun groupe.", sender=BOB))
    if not is_kept:
        await forgotten(house)
    posted, count = len(house.homeserver.posted), len(left(house))
    await comes(house, answered(notice, client, "Oui, à dix-huit heures.", behind=QUESTION))
    said = "\n".join(str(one.content) for one in house.homeserver.posted[posted:])
    assert left(house)[count:] == [] and "voici." in said
    assert "dix-huit heures" in said if is_kept else "neither:\\n…\\n" in said
    assert "SECRET-4321" not in said and "débutants" not in said
    assert "SECRET-4321" not in words_of(sent_to(house)[-1])


@pytest.mark.parametrize("is_kept", [True, False])
@pytest.mark.parametrize("client", ["outlook", "gmail", "roundcube"])
async def test_a_deleted_note_beside_one_of_the_same_minute_does_not_come_back(
    house: House, client: str, is_kept: bool
) -> None:
    await wants_mail(house)
    await happens(house, says("!notify noted-unassigned email"))
    first = says(SECRET, thread=card_of(house), sender=BOB)
    await happens(house, first, says("!note Une autre.", thread=card_of(house), sender=BOB), seconds=SOON)
    notice = notices(house)[-1]
    assert "SECRET-4321" in words_of(notice) and "Une autre." in words_of(notice)
    await happens(house, redacts(first.event, sender=BOB))
    if not is_kept:
        await forgotten(house)
    posted = len(house.homeserver.posted)
    await comes(house, answered(notice, client))
    said = "\n".join(str(one.content) for one in house.homeserver.posted[posted:])
    assert "SECRET-4321" not in said


@pytest.mark.parametrize("client", ["outlook", "gmail"])
async def test_french_notifications_are_known_as_well(house: House, client: str) -> None:
    await happens(house, says("!language fr"))
    one = await told(house)
    assert "a écrit le" in words_of(one)
    count = len(left(house))
    await comes(house, answered(one, client))
    ((_, words),) = left(house)[count:]
    assert words.startswith("Bonjour,\n\nvoici.")


TRICKY = """Bonjour,

Le cours est-il lundi ou mardi ?
Où est le formulaire ?
Pouvez-vous inscrire mon fils ?
Oui ou non, dites-le-moi vite.
Est-ce le lundi 23 novembre à dix-huit heures ou le mardi 24 novembre à dix-huit heures ?
Qui est la trésorière ?
Votre numéro ?

👍

😀 Merci
Léa
"""


@pytest.mark.parametrize("client", ["outlook", "gmail", "roundcube"])
async def test_words_that_stand_in_the_notification_elsewhere_are_not_taken_for_its_own(
    house: House, client: str
) -> None:
    await wants_mail(house)
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", text=TRICKY), at=house.clock.now())
    await house.settle(SOON)
    one = notices(house)[-1]
    for number, (inside, behind) in enumerate((
        ("Mardi.", "lundi ou mardi ?"),
        ("Oui.", "inscrire mon fils ?"),
        ("Le mardi 24 novembre à dix-huit heures.", "24 novembre à dix-huit heures ?"),
        ("Alice", "Qui est la trésorière ?"),
        ("https://asso.example/tarifs-2027.pdf", "Où est le formulaire ?"),
        ("mailto:tresor@asso.example", "Où est le formulaire ?"),
        ("🏓", "Votre numéro ?"),
        ("Je vous ai répondu le 12 novembre :", "inscrire mon fils ?"),
        ("Voir [#12], je t'ai écrit.", "Votre numéro ?"),
    )):  # fmt: skip
        raw = answered(one, client, inside, behind=behind, part="text")
        await comes(house, raw.replace(b"<a1@", f"<x{number}@".encode()))
        assert left(house) == [] and inside in shown(house)[-1], inside
    await comes(house, answered(one, client, part="text"))
    ((_, words),) = left(house)
    assert words.startswith("Bonjour,\n\nvoici.")


@pytest.mark.parametrize("inside", [" Oui, c'est bon.", " https://asso.example/tarifs-2027.pdf"])
@pytest.mark.parametrize("behind", ["to answer.", "Assigned to nobody (to do).", "lundi ou mardi ?", "##--##--##"])
async def test_words_behind_a_line_of_the_notification_are_asked_about(house: House, inside: str, behind: str) -> None:
    await wants_mail(house)
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", text=TRICKY), at=house.clock.now())
    await house.settle(SOON)
    raw = answered(notices(house)[-1], "outlook", part="text").decode()
    start = raw.index("##--##--##")
    await comes(house, (raw[:start] + raw[start:].replace(behind, behind + inside, 1)).encode())
    assert left(house) == [] and inside.strip() in shown(house)[-1]


async def test_an_address_that_a_provider_made_of_a_link_is_no_word_of_the_reader(house: House) -> None:
    await wants_mail(house)
    link = "https://asso.example/inscription?saison=2027"
    text = f"Bonjour,\n\n{link}\n\nMerci"
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", text=text), at=house.clock.now())
    await house.settle(SOON)
    made = f"https://eur03.safelinks.protection.outlook.com/?url={quote(link, safe='')}&data=05%7C02%7C&reserved=0"
    raw = answered(notices(house)[-1], "outlook", part="text").decode().replace(link, made).encode()
    await comes(house, raw)
    ((_, words),) = left(house)
    assert words.startswith("Bonjour,\n\nvoici.")


@pytest.mark.parametrize("client", ["outlook", "gmail"])
async def test_what_came_and_was_done_since_makes_no_answer_unclear(house: House, client: str) -> None:
    one = await told(house)
    await happens(house, says("!subject Tout autre chose", thread=card_of(house), sender=BOB))
    await happens(house, says("!tag autre", thread=card_of(house), sender=BOB))
    await happens(house, says("!assign bob", thread=card_of(house), sender=BOB))
    await happens(house, says("!note Encore une chose.", thread=card_of(house), sender=BOB))
    count = len(left(house))
    await comes(house, answered(one, client))
    ((_, words),) = left(house)[count:]
    assert words.startswith("Bonjour,\n\nvoici.")
