"""A member answers a mail that tells what colleagues wrote for the team: nothing of it reaches the correspondent unasked."""

from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage

import pytest

from bot.domain.inputs.said import ReadUpTo
from bot.domain.settings import MailboxSettings
from tests.fakes.chat import ALICE, BOB, ROOM
from tests.fakes.house import MAILBOX, House
from tests.fakes.looking import NOW, SENT, card_of, card_says, happens, mails_in
from tests.fakes.mail import id_of
from tests.fakes.writing import bounce, edits, mail, says
from tests.flows.test_answer_by_mail import comes, left, shown
from tests.flows.test_answer_inside import answered
from tests.flows.test_notices import SOON, notices, wants_mail, words_of
from tests.flows.test_notices_snoozed import comes_back, is_alices
from tests.flows.test_own_addresses import sent_to

ASKED = "Alice, on lui fait une remise ?"


@pytest.fixture
def mailbox() -> MailboxSettings:
    return replace(MAILBOX, trusted_authserv=("mx.asso.example",))


async def told(house: House, *said: str, language: str = "") -> EmailMessage:
    """What Alice was mailed once Bob wrote that."""
    await wants_mail(house)
    await happens(
        house, *map(says, (f"!notify {one} email" for one in ("noted-unassigned", "noted-mine", "replied-mine")))
    )
    if language:
        await happens(house, says(f"!language {language}"))
    for one in said or (f"!note {ASKED}",):
        await happens(house, says(one, thread=card_of(house), sender=BOB), seconds=NOW)
    await house.settle(SOON)
    # A colleague who has just answered is asked about.
    house.clock.at += timedelta(hours=1)
    return notices(house)[-1]


@pytest.mark.parametrize(
    "words",
    [
        "Oui, vas-y.",
        "D'accord avec toi",
        "Non, pas question, elle nous doit déjà 30 €.",
        "Oui, elle a payé lundi.",
        "Merci, je regarde demain.",
        "Yes, go ahead",
        "Bonjour,\n\nje pense que oui, mais demande à la mairie.\n\nAlice",
        "Salut, Marie a payé, donc oui.",
        "Pour moi c'est bon.\n\nBonne soirée",
        "close\n\nIl vaut mieux qu'elle vienne lundi.",
        "Marie, c'est la voisine de ma mère : fais-lui 10 %",
        "Bonjour Marie, elle a toujours droit à 10 %.",
    ],
)
@pytest.mark.parametrize("note", [f"!note {ASKED}", ASKED, "@alice on lui fait une remise ?"])
async def test_what_answers_a_note_waits_for_its_writer(house: House, words: str, note: str) -> None:
    one = await told(house, note)
    await comes(house, answered(one, "gmail", words=words))
    assert left(house) == []
    assert "!reply" in shown(house)[-1] and words.rsplit("\n", 1)[-1] in shown(house)[-1]
    assert "did not leave" in sent_to(house)[-1]["Subject"]
    assert card_says(house)["status"] == "active"


@pytest.mark.parametrize(
    "words",
    [
        "!reply c'est oui.",
        "Reply: c'est oui.",
        "Bonjour Marie,\n\nc'est oui.",
        "Chère Marie\nc'est oui.",
        "Marie,\n\nc'est oui.",
        "Bonjour Madame,\n\nc'est oui.",
        "close\n\nBonjour Marie,\n\nc'est oui.",
    ],
)
async def test_a_letter_leaves_by_its_first_word_or_by_whom_it_greets(house: House, words: str) -> None:
    await comes(house, answered(await told(house), "outlook", words=words))
    ((to, sent),) = left(house)
    assert to == ("marie@example.org",) and "c'est oui." in sent and "remise" not in sent


async def test_a_note_and_a_command_are_done_as_ever(house: House) -> None:
    one = await told(house)
    await comes(house, answered(one, "gmail", words="note: oui, 10 %"))
    assert "oui, 10 %" in shown(house)[-1] and "note" in shown(house)[-1]
    await comes(house, answered(one, "apple mail", words="close").replace(b"<a1@", b"<a2@"))
    assert card_says(house)["status"] == "closed" and left(house) == []


async def test_what_waits_leaves_by_the_word_that_the_mail_about_it_names(house: House) -> None:
    await comes(house, answered(await told(house), "gmail", words="Venez donc lundi, nous en parlerons."))
    about = sent_to(house)[-1]
    words = "!reply Venez donc lundi, nous en parlerons."
    await comes(house, answered(about, "apple mail", words=words).replace(b"<a1@", b"<a2@"))
    ((_, sent),) = left(house)
    assert sent.startswith("Venez donc lundi")


@pytest.mark.parametrize(
    ("language", "says_so", "says_not"),
    [
        ("en", "waits for your word", "Your answer goes to"),
        ("fr", "attend donc votre mot", "Votre réponse part vers"),
    ],
)
async def test_the_mail_says_what_an_answer_does(house: House, language: str, says_so: str, says_not: str) -> None:
    words = words_of(await told(house, language=language))
    assert says_so in words and says_not not in words
    assert ("!reply" if language == "en" else "!répondre") in words and "marie@example.org." in words


async def test_beside_what_the_correspondent_wrote_an_answer_is_for_them(house: House) -> None:
    await wants_mail(house)
    await happens(house, says("!notify noted-unassigned email"))
    await happens(house, says(f"!note {ASKED}", thread=card_of(house), sender=BOB), seconds=NOW)
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org"), at=house.clock.now())
    await house.settle(SOON)
    house.clock.at += timedelta(hours=1)
    one = notices(house)[-1]
    assert "remise" in words_of(one) and "Your answer goes to marie@example.org." in words_of(one)
    await comes(house, answered(one, "gmail", words="Venez donc lundi."))
    assert len(left(house)) == 1


async def test_it_waits_whatever_came_or_changed_since(house: House) -> None:
    await wants_mail(house)
    await happens(house, says("!notify noted-unassigned email"))
    note = says(f"!note {ASKED}", thread=card_of(house), sender=BOB)
    await happens(house, note, seconds=SOON)
    one = notices(house)[-1]
    await happens(house, edits(note.event, "!note Je lui réponds.", sender=BOB))
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org"), at=house.clock.now())
    await house.settle(SOON)
    house.clock.at += timedelta(hours=1)
    await comes(house, answered(one, "gmail", words="Oui, dix pour cent."))
    assert left(house) == []


@pytest.mark.parametrize(
    "words",
    ["Je parlais à Bob.", "C'était pour Bob, pas pour Marie !", "Laisse tomber, je verrai ça demain au bureau."],
)
async def test_what_answers_the_mail_that_asks_just_that_waits_as_well(house: House, words: str) -> None:
    await comes(house, answered(await told(house), "gmail", words="Il faut lui téléphoner avant, elle est fâchée."))
    about = sent_to(house)[-1]
    assert "waits for your word as well" in words_of(about)
    await comes(house, answered(about, "apple mail", words=words).replace(b"<a1@", b"<a2@"))
    assert left(house) == [] and words in shown(house)[-1]


@pytest.mark.parametrize("client", ["gmail", "outlook"])
@pytest.mark.parametrize("meant", ["Bob, tu peux lui dire oui.", "note: on lui dit oui.\nclose"])
async def test_so_does_what_answers_a_mail_about_words_for_the_team_after_the_correspondent_wrote(
    house: House, client: str, meant: str
) -> None:
    await wants_mail(house)
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org"), at=house.clock.now())
    await house.settle(SOON)
    house.clock.at += timedelta(hours=1)
    await comes(house, answered(notices(house)[-1], "gmail", words=meant))
    about, words = sent_to(house)[-1], "Je parlais à Bob, qui la connaît."
    assert "waits for your word as well" in words_of(about) and "Your answer to this mail goes" not in words_of(about)
    await comes(house, answered(about, client, words=words).replace(b"<a1@", b"<a2@"))
    assert left(house) == [] and words in shown(house)[-1]
    letter = "Bonjour Marie,\n\nvenez donc lundi, nous en parlerons."
    await comes(house, answered(about, client, words=letter).replace(b"<a1@", b"<a3@"))
    assert len(left(house)) == 1


async def test_of_a_mail_that_was_read_and_a_note_the_note_alone_is_new(house: House) -> None:
    await wants_mail(house)
    await happens(house, says("!notify noted-unassigned email"))
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org"), at=house.clock.now())
    await house.settle(NOW)
    await happens(house, ReadUpTo(ROOM, ALICE, mails_in(house)[-1].event, house.clock.now()), seconds=(5.0,))
    note = replace(says(f"!note {ASKED}", thread=card_of(house), sender=BOB), at=house.clock.now())
    await happens(house, note, seconds=(*SOON, *SOON))
    house.clock.at += timedelta(hours=1)
    one = notices(house)[-1]
    assert "waits for your word" in words_of(one)
    await comes(house, answered(one, "gmail", words="Il faut lui téléphoner avant, elle est fâchée."))
    assert left(house) == []


@pytest.mark.parametrize("is_asked", [True, False])
async def test_beside_an_answer_that_came_back_the_note_alone_can_be_answered(house: House, *, is_asked: bool) -> None:
    await wants_mail(house)
    await happens(house, *(says(f"!notify {one} email") for one in ("noted-others", "noted-mine", "replied-others")))
    reply = says("!reply Bonjour Marie, oui.", thread=card_of(house), sender=BOB)
    await happens(house, reply, seconds=(*SENT, *SOON, *SOON))
    count = len(notices(house))
    ours = next(raw for _, to, raw in reversed(house.provider.delivered) if to == ("marie@example.org",))
    house.provider.deliver(bounce(id_of(ours), "marie@example.org"), at=house.clock.now())
    await house.settle(NOW)
    if is_asked:
        note = "!note Alice, tu as une autre adresse d'elle ? On fait quoi ?"
        await happens(house, replace(says(note, thread=card_of(house), sender=BOB), at=house.clock.now()))
    await house.settle((*SOON, *SOON))
    house.clock.at += timedelta(hours=1)
    one, leaving = notices(house)[count], len(left(house))
    assert ("waits for your word" in words_of(one)) is is_asked
    assert ("would go to the same address" in words_of(one)) is not is_asked
    await comes(house, answered(one, "gmail", words="Il faut lui téléphoner avant, elle est fâchée."))
    assert len(left(house)) - leaving == (0 if is_asked else 1), shown(house)[-1]
    if is_asked:
        await comes(house, answered(one, "gmail", words="note: je lui téléphone.").replace(b"<a1@", b"<a2@"))
        assert len(left(house)) == leaving and any("je lui téléphone." in one for one in shown(house))


async def test_what_answers_a_draft_waits_as_well(house: House) -> None:
    await wants_mail(house)
    await happens(
        house, *map(says, (f"!notify {one} email" for one in ("noted-unassigned", "noted-mine", "noted-others")))
    )
    await happens(house, says("!assign me", thread=card_of(house)))
    await happens(house, says("!draft Bonjour, lundi ?", thread=card_of(house), sender=BOB), seconds=(*SOON, *SOON))
    house.clock.at += timedelta(hours=1)
    await comes(house, answered(notices(house)[-1], "gmail", words="Je mettrais plutôt mardi, sans la remise."))
    assert left(house) == []


async def test_what_answers_a_conversation_that_came_back_by_its_time_is_a_letter(house: House) -> None:
    await wants_mail(house, "replied-mine")
    await is_alices(house)
    await comes_back(house)
    await comes(house, answered(notices(house)[-1], "gmail", words="Oui, d'accord."))
    assert len(left(house)) == 1


async def told_of(house: House, act: str, *, language: str = "") -> EmailMessage:
    """What Alice, whose conversation it is, is mailed once Bob did that."""
    await wants_mail(house)
    events = ("noted-mine", "noted-others", "noted-unassigned")
    await happens(house, *map(says, (f"!notify {one} email" for one in events)))
    if language:
        await happens(house, says(f"!language {language}"))
    await happens(
        house, says("!assign me", thread=card_of(house)), says("!follow", thread=card_of(house)), seconds=SOON
    )
    count = len(notices(house))
    await happens(house, says(act, thread=card_of(house), sender=BOB), seconds=(*SOON, *SOON))
    house.clock.at += timedelta(hours=1)
    (one,) = notices(house)[count:]
    return one


@pytest.mark.parametrize("act", ["!close", "!unassign", "!snooze 3d", "!pending", "!assign me"])
async def test_what_answers_an_act_of_a_colleague_waits_and_a_letter_leaves(house: House, act: str) -> None:
    one = await told_of(house, act)
    said = " ".join(words_of(one).split())
    assert "waits for your word" in said and "(Hello,)" in said and "Your answer goes to" not in said
    waits = (
        "Pourquoi tu l'as fermé ? Elle attend sa facture.",
        "Bonjour Bob, je la rappelle.",
        "Marie, elle attend encore.",
        "Salut,\n\nPourquoi tu l'as fermé ? Elle attend sa facture.",
    )
    for number, words in enumerate(waits):
        await comes(house, answered(one, "gmail", words=words).replace(b"<a1@", f"<b{number}@".encode()))
        assert left(house) == [] and words.rsplit("\n", 1)[-1] in shown(house)[-1]
    leaves = "Bonjour,\n\nvotre facture part lundi.", "Marie,\n\nla voici.", "!reply La facture part mardi."
    for number, words in enumerate(leaves):
        await comes(house, answered(one, "gmail", words=words).replace(b"<a1@", f"<c{number}@".encode()))
        assert len(left(house)) == number + 1


async def test_what_answers_the_mail_about_words_for_who_did_it_waits_as_well(house: House) -> None:
    one = await told_of(house, "!close", language="fr")
    assert "attend donc votre mot" in words_of(one) and "(Bonjour,)" in words_of(one)
    await comes(house, answered(one, "gmail", words="Pourquoi tu l'as fermé ? Elle attend sa facture."))
    about = sent_to(house)[-1]
    assert "attend aussi votre mot" in " ".join(words_of(about).split())
    await comes(house, answered(about, "gmail", words="Je parlais à Bob, qui la connaît.").replace(b"<a1@", b"<a2@"))
    assert left(house) == []


@pytest.mark.parametrize("act", ["!assign @alice", "!reply Bonjour Marie, nous verrons."])
async def test_short_words_that_answer_what_a_colleague_did_wait_and_letters_leave(house: House, act: str) -> None:
    await wants_mail(house)
    events = ("assigned-me", "noted-unassigned", "noted-others", "noted-mine")
    await happens(house, *map(says, (f"!notify {one} email" for one in events)))
    await happens(house, says(act, thread=card_of(house), sender=BOB), seconds=(*SOON, *SOON))
    house.clock.at += timedelta(hours=1)
    one, count = notices(house)[-1], len(left(house))
    assert "Your answer goes to marie@example.org." in words_of(one)
    for number, words in enumerate(("Oui, d'accord.", "Merci Bob", "Parfait")):
        await comes(house, answered(one, "gmail", words=words).replace(b"<a1@", f"<b{number}@".encode()))
    assert left(house)[count:] == []
    for number, words in enumerate(("Bonjour Marie, oui.", "Le club est ouvert lundi de 9 h à midi.")):
        await comes(house, answered(one, "gmail", words=words).replace(b"<a1@", f"<c{number}@".encode()))
    assert len(left(house)) == count + 2


@pytest.mark.parametrize(
    ("sender", "greets"),
    [
        ("marie.durand@example.org", "Bonjour Marie,"),
        ("contact@example.org", "Bonjour Zoé,"),
        ("mariedu69 <m@example.org>", "Bonjour Marie,"),
        ("M. et Mme Durand <d@example.org>", "M. et Mme Durand,"),
        ("Dr Marie Durand <marie.d@example.org>", "Docteur,"),
        ("Marie Durand <marie.d@example.org>", "Bonjour Marie \N{SMILING FACE WITH SMILING EYES}"),
    ],
)
async def test_below_a_note_a_letter_greets_by_any_name_of_the_correspondent(
    house: House, sender: str, greets: str
) -> None:
    await wants_mail(house)
    await happens(house, *(says(f"!notify {one} email") for one in ("new", "noted-unassigned")))
    house.provider.deliver(mail(id="q1@example.org", sender=sender, subject="Inscription"), at=house.clock.now())
    await house.settle(SOON)
    await happens(house, says(f"!note #2 {ASKED}", sender=BOB), seconds=SOON)
    house.clock.at += timedelta(hours=1)
    one = notices(house)[-1]
    assert "waits for your word" in words_of(one)
    for number, name in enumerate(("Bob,", "Bonjour Bob,")):
        waits = answered(one, "gmail", words=f"{name}\n\nje ne sais pas.").replace(b"<a1@", f"<b{number}@".encode())
        await comes(house, waits)
        assert left(house) == []
    await comes(house, answered(one, "gmail", words=f"{greets}\n\noui, c'est possible lundi.\n\nAlice"))
    assert len(left(house)) == 1, shown(house)[-1]
