"""What the new words of an answer by mail say: a note, a command on the first line, words for the correspondent."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ids import UserId
from bot.domain.mail import Address, Mail
from bot.domain.rules.program_lines import is_programs
from bot.domain.rules.team_names import names_of_team
from bot.domain.sentences import sentence
from bot.domain.stories.by_mail import Spoken, Unclear, spoken
from tests.fakes.chat import ALICE, BOB

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")


def said(words: str, team: Collection[str] = ()) -> Spoken | Unclear:
    return spoken(Mail(text=words, visible_text=words), NOW, PARIS, team=team)


@pytest.mark.parametrize("name", ["Alice", "alice.", "— Alice", "Alice\nMartin", "ALICE MARTIN,", "Álice"])
def test_the_writer_s_own_name_alone_under_a_command_is_no_letter(name: str) -> None:
    def by_alice(words: str) -> Spoken | Unclear:
        return spoken(Mail(from_=(Address("Alice Martin", "a@x"),), text=words, visible_text=words), NOW, PARIS)

    assert by_alice(f"close\n\n{name}") == Spoken("", "!close")
    assert by_alice(f"close\nnote: {name}") == Spoken(name, "!close", is_note=True)
    assert isinstance(said := by_alice(f"close\nMerci\n{name}"), Spoken) and said.text == f"Merci\n{name}"
    assert isinstance(alone := by_alice(name), Unclear) and alone.why.key == "mailed.no_answer"
    assert isinstance(other := by_alice("close\nMarie"), Unclear) and other.why.key == "mailed.unsure_behind"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Bonjour,\n\nmerci.", Spoken("Bonjour,\n\nmerci.")),
        ("close", Spoken("", "!close")),
        ("Close.\n\nMerci !", Spoken("Merci !", "!Close")),
        ("fermer\nMerci", Spoken("Merci", "!fermer")),
        ("Clore", Spoken("", "!Clore")),
        ("assign me\nJe regarde", Spoken("Je regarde", "!assign me")),
        ("attribuer moi", Spoken("", "!attribuer moi")),
        ("Attribuer à moi.", Spoken("", "!attribuer moi")),
        ("assigner moi\nBonjour, voici", Spoken("Bonjour, voici", "!attribuer moi")),
        ("assigner a moi", Spoken("", "!attribuer moi")),
        ("assign to me", Spoken("", "!assign me")),
        ("pending", Spoken("", "!pending")),
        ("attente", Spoken("", "!attente")),
        ("en attente", Spoken("", "!attente")),
        ("Mettre en attente.\nJe regarde.", Spoken("Je regarde.", "!attente")),
        ("snooze 3d\n\nVoici, à lundi", Spoken("Voici, à lundi", "!snooze 3d")),
        ("reporter 3j\nVoici, à lundi", Spoken("Voici, à lundi", "!reporter 3j")),
        ("reporter lundi 9h", Spoken("", "!reporter lundi 9h")),
        ("!close\nthanks", Spoken("thanks", "!close")),
        ("/close", Spoken("", "!close")),
        ("*close*", Spoken("", "!close")),
        ("note: call her\nback", Spoken("call her\nback", is_note=True)),
        ("Note\u00a0: à voir", Spoken("à voir", is_note=True)),
        ("!noter à voir", Spoken("à voir", is_note=True)),
        ("Noté !\n\nA lundi, donc.", Spoken("Noté !\n\nA lundi, donc.")),
        ("Noté\nA lundi.", Spoken("Noté\nA lundi.")),
        ("Noté.\n\nJe vous attends lundi.", Spoken("Noté.\n\nJe vous attends lundi.")),
        ("Noté : à lundi, 18 h.", Spoken("Noté : à lundi, 18 h.")),
        ("Note\u0301 : à lundi, 18 h.", Spoken("Note\u0301 : à lundi, 18 h.")),
        ("NOTÉ : je vous inscris pour lundi.", Spoken("NOTÉ : je vous inscris pour lundi.")),
        ("Bien noté : à lundi.", Spoken("Bien noté : à lundi.")),
        ("Noté, merci.", Spoken("Noté, merci.")),
        ("*note:* à voir", Spoken("à voir", is_note=True)),
        ("!note à voir\nencore", Spoken("à voir\nencore", is_note=True)),
        ("!reply hello\nyou", Spoken("hello\nyou", is_letter=True)),
        ("Done, see you", Spoken("Done, see you")),
        ("fermé\nBonjour, oui", Unclear(sentence("mailed.line", line="fermé"), "fermé\nBonjour, oui")),
        ("Open\nat nine", Unclear(sentence("mailed.line", line="Open"), "Open\nat nine")),
        ("C'est fermé", Spoken("C'est fermé")),
        ("Je prends rendez-vous", Spoken("Je prends rendez-vous")),
        ("Close to the station there is a café", Spoken("Close to the station there is a café")),
        ("Notes: two", Spoken("two", is_note=True)),
        ("note\ncall her", Spoken("call her", is_note=True)),
        ("NOTE.\n\ncall her", Spoken("call her", is_note=True)),
        ("Note\u2009: à voir", Spoken("à voir", is_note=True)),
        ("note\u202f:à voir", Spoken("à voir", is_note=True)),
        ("Note interne\u00a0: à voir", Spoken("à voir", is_note=True)),
        ("Internal note: see", Spoken("see", is_note=True)),
        ("[note]: see", Spoken("see", is_note=True)),
        ("Note that we are closed.", Spoken("Note that we are closed.")),
        ("Noter que nous sommes fermés.", Spoken("Noter que nous sommes fermés.")),
        ("Note de frais ci-jointe.", Spoken("Note de frais ci-jointe.")),
        ("Note d’information\nen pièce jointe", Spoken("Note d’information\nen pièce jointe")),
        ("Note that we open at 9:30.", Spoken("Note that we open at 9:30.")),
        ("Note sur https://asso.example/x", Spoken("Note sur https://asso.example/x")),
        (
            "Note de frais ci-jointe, à lire avant lundi : merci",
            Spoken("Note de frais ci-jointe, à lire avant lundi : merci"),
        ),
        ("Please note: we are closed", Spoken("Please note: we are closed")),
        ("Notebook sent", Spoken("Notebook sent")),
        ("#143 is done", Spoken("#143 is done")),
        ("", Spoken("")),
    ],
)
def test_the_first_line_is_a_command_a_note_or_words(words: str, expected: Spoken | Unclear) -> None:
    assert said(words) == expected


@pytest.mark.parametrize(
    "words",
    [
        "note call her", "Note - call her", "[note] call her", "note elle doit 30 €", "note, 30 €",
        "note sur Marie : elle doit encore 30 euros", "Note on Marie: she still owes us 30",
        "Note du trésorier\u00a0: il n’a pas payé", "Note d’équipe : il ment", "note de l’équipe, il ment",
        "Noter : le club est fermé lundi.", "noter\nil ment", "NOTER. Il ment",
        "Bien reçu.\n\nnote: il ment", "[logo]\n \nNote interne : il ment", "Bonjour,\n\nnote\nil ment",
    ],
)  # fmt: skip
def test_what_may_be_a_note_is_kept_from_the_correspondent(words: str) -> None:
    found = said(words)
    assert isinstance(found, Unclear) and found.why.key == "mailed.maybe_note"


@pytest.mark.parametrize("words", ["Je suis absente jusqu’au 3 décembre.", "Bonjour,\n\nI am out of the office."])
def test_what_begins_like_an_absence_note_waits_and_reply_before_it_makes_it_a_letter(words: str) -> None:
    assert said(words) == Unclear(sentence("mailed.absence"), words)
    assert said(f"!reply {words}") == Spoken(words, is_letter=True)
    assert said(f"note: {words}") == Spoken(words, is_note=True)
    assert said(f"close\n\n{words}") == Spoken(words, "!close")


TEAM = names_of_team(
    ((ALICE, "Alice Martin"), (BOB, "Bob Durand"), (UserId("@carol.x:localhost"), "")),
    writer=ALICE,
    bot=UserId("@postroom:localhost"),
    others=(Address("Paul Durand", "paul@example.org"),),
)


@pytest.mark.parametrize(
    "words",
    [
        "PRIVÉ : il ment", "privé: il ment", "remarque : il ment", "remarques internes : il ment", "confidentiel : il ment",
        "pour info équipe : il ment", "fyi team: he lies", "FYI: he lies", "commentaire : il ment", "comment: he lies",
        "Remarque perso : il ment", "close\n\nprivé : il ment",
        "Bob : il ment", "@bob il ment", "@Bob, il ment", "bob, ce type est fou", "*Bob* : il ment",
        "@postroom note il ment", "@postroom, il ment", "postroom: il ment", "bot\u00a0: il ment", "Bot: close", "@bot close",
        "pas pour le client\u00a0: il ment", "Pas pour la cliente: il ment", "not for the customer: he lies", "Staff only: he lies",
        "@bob:localhost il ment", "Carol X : il ment", "close\n\nBob : il ment",
    ],
)  # fmt: skip
def test_what_names_the_team_or_one_of_it_is_kept_from_the_correspondent(words: str) -> None:
    found = spoken(Mail(text=words, visible_text=words), NOW, PARIS, team=TEAM)
    assert isinstance(found, Unclear) and found.why.key == "mailed.maybe_note"
    assert found.text == words.removeprefix("close\n\n")


@pytest.mark.parametrize(
    "words",
    [
        "Paul, c’est oui.", "Durand : c’est oui.", "Alice : c’est oui.", "Bob vous appelle, à lundi.", "bob@example.org, oui",
        "Marie, c’est oui.", "Remarque bien reçue, à faire : rien", "Comment faire : ceci", "C’est confidentiel : oui",
        "Petite remarque : oui", "Postroom, oui", "Une remarque, oui",
    ],
)  # fmt: skip
def test_what_is_to_the_correspondent_leaves_unasked(words: str) -> None:
    assert isinstance(spoken(Mail(text=words, visible_text=words), NOW, PARIS, team=TEAM), Spoken)


@pytest.mark.parametrize(
    "words",
    [
        "Salut Bob, il ment, tu t’en occupes ?", "Bonjour Bob, il ment", "Cher Bob, il ment", "Hey Bob: he lies",
        "Hello Bob\nil ment", "Salut Bob il ment", "Pour Bob : il ment", "À Bob : il ment", "Pour Bob, il ment",
        "A l’attention de Bob : il ment", "cc Bob : il ment", "Message pour Bob : il ment", "Bob ! il ment",
        "Bob; il ment", "bob - il ment", "Bob? tu peux ?", "Bob… il ment", "Bob tu t’en occupes ?", "Bob\n\nil ment",
        "(Bob) il ment", "Bob/Alice : il ment", "Bob & Carl : il ment", "Bob et Carol X : il ment", "Bonjour, Bob : il ment",
        "Merci.\n\nBob : il ment", "Oui.\n\nPRIVÉ : il ment", "[interne] il ment", "(privé) il ment", "@équipe il ment",
        "@room il ment", "@team he lies", "Bonjour l’équipe, il ment", "Salut l’équipe\nil ment", "Team, he lies",
        "Hi team, he lies", "Chers collègues, il ment", "prive, il ment", "Privé. il ment", "re: note: il ment",
        "Entre nous : il ment", "Entre nous, il ment", "Ne pas envoyer : il ment", "Pour info : il ment", "Ne pas envoyer de réponse, il ment", "Mémo : il ment",
        "Bonjour Bob Durand, il ment", "Oui.\n\nSalut Bob, il ment", "Salut @bob il ment",
    ],
)  # fmt: skip
def test_however_one_turns_to_a_colleague_or_the_team_it_is_kept_from_the_correspondent(words: str) -> None:
    found = spoken(Mail(text=words, visible_text=words), NOW, PARIS, team=TEAM)
    assert isinstance(found, Unclear) and found.why.key == "mailed.maybe_note"
    letter = spoken(Mail(text=f"!reply {words}", visible_text=f"!reply {words}"), NOW, PARIS, team=TEAM)
    assert letter == Spoken(words, is_letter=True)


@pytest.mark.parametrize(
    "words",
    [
        "Bonjour Marie,\n\nBob vous appelle lundi.", "Bonjour Paul, c’est oui.", "Bob-Olivier vous attend.",
        "Bonjour, Bob vous attend.", "Bob et moi serons là.", "Bonjour à tous,\n\noui.", "Pour le cours, venez lundi.",
        "Ne pas envoyer de chèque, nous ne prenons que les virements.", "Do not send any cash, please.",
        "Équipe de cinq personnes, oui.", "Pour information, nous sommes fermés.", "Voyez avec Bob, il est là lundi.",
        "Privé de salle, le cours n’a pas lieu.",
    ],
)  # fmt: skip
def test_who_is_named_in_a_letter_to_the_correspondent_makes_nobody_ask(words: str) -> None:
    assert isinstance(spoken(Mail(text=words, visible_text=words), NOW, PARIS, team=TEAM), Spoken)


@pytest.mark.parametrize(
    "words",
    [
        "Oui, à lundi.\n\nL’équipe", "Oui, à lundi.\n\nCordialement,\n\nL'équipe de l'association",
        "Oui, à lundi.\n\nPour l’équipe,\nAlice", "Yes, Monday.\n\nFor the team,\nAlice Martin\n06 12 34 56 78",
        "Bonjour Marie,\n\nL’équipe vous remercie de votre don.", "L’équipe du club sera ravie de vous voir.",
        "Bob : 06 12 34 56 78", "Bonjour Marie,\n\nBob Durand : 06 12 34 56 78",
        "Bob, notre trésorier, vous enverra le reçu.", "Bob (notre trésorier) vous enverra le reçu.",
        "Bob peut vous recevoir lundi.", "Bob can meet you on Monday.",
        "Bonjour Marie,\n\nOui, à lundi.\n\nNB : apportez vos affaires.", "Oui, lundi.\n\nN.B. : la salle ferme à 20 h.",
        "Oui, voici.\n\nÀ faire : signer la fiche.",
        "Équipe A : lundi\nÉquipe B : mardi", "Tarif équipe : 100 €\nTarif adulte : 40 €", "Privé : 40 €\nPublic : 20 euros",
        "Je ne suis pas disponible mardi, mercredi vous irait ?", "Est-il en vacances jusqu’à lundi ?",
    ],
)  # fmt: skip
def test_what_letters_have_makes_nobody_ask(words: str) -> None:
    mail = Mail(from_=(Address("Alice Martin", "alice@home.example"),), text=words, visible_text=words)
    assert spoken(mail, NOW, PARIS, team=TEAM) == Spoken(words)


@pytest.mark.parametrize(
    "words",
    [
        "L’équipe, il ment", "L’équipe : il ment", "L’équipe\nil ment", "Oui.\n\nL’équipe\nil ment", "L’équipe de l’asso : il ment",
        "Pour l’équipe, il ment", "Pour l’équipe,\nAlice", "Oui.\n\nPour l’équipe,\nBob ment", "Bob : 06 12 34 56 78, il ment",
        "@Bob vous enverra", "Bob, la dame vous rappellera", "Bob, elle vous rappellera", "Bob, vous pouvez regarder ?",
        "Bob (il ment) à voir", "Bob, notre trésorier, vous enverra ton reçu", "Bob can you look", "Bob peut-vous regarder",
        "Bonjour Marie,\n\nNB : il ment", "Oui, à lundi.\n\nRemarque : il ment", "Bonjour,\n\nRemarque : il ment", "Oui.\n\nRemarque interne : il ment",
        "Oui.\n\n[NB] il ment", "Équipe A : il ment", "Privé : 40 €", "Privé : 40 €\nil ment", "Privé : il ment\nPublic : 20 €",
        "Je suis absent jusqu’à lundi. Une urgence ? Appelez le 06 12 34 56 78.", "Urgent ? Je suis en congés jusqu’au 3.",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_letter_s_is_asked(words: str) -> None:
    mail = Mail(from_=(Address("Alice Martin", "alice@home.example"),), text=words, visible_text=words)
    assert isinstance(spoken(mail, NOW, PARIS, team=TEAM), Unclear)


@pytest.mark.parametrize(
    "words",
    [
        "Bonjour Marie,\n\nNB : apportez le certificat.", "Bonjour Madame,\n\nPour information : le cours est à 18 h.\n\nAlice",
        "Bonjour,\n\nC’est oui.\n\nPour information : le cours est à 18 h.", "Oui.\n\nPour info : la salle ferme à 20 h.",
        "Dear Marie,\n\nFor information: the class is at 6.", "Réglé", "Réglé !", "Réglée.", "Traité.", "Réglé.\n\nAlice",
    ],
)  # fmt: skip
def test_ordinary_words_to_the_correspondent_leave_unasked(words: str) -> None:
    mail = Mail(from_=(Address("Alice Martin", "alice@home.example"),), text=words, visible_text=words)
    assert spoken(mail, NOW, PARIS, team=TEAM) == Spoken(words)


@pytest.mark.parametrize(
    "words",
    [
        "NB : apportez le certificat", "Pour information : le cours est à 18 h", "Bonjour,\n\nPour information : je vous laisse répondre",
        "Bonjour à tous,\n\nNB : la salle ferme", "Bonjour Marie,\n\nPour info : elle doit encore 30 €", "Bonjour Bob,\n\nNB : oui",
        "Oui.\n\nPour info : lui dire de payer", "Traité", "Regle", "Fermé.", "Bonjour l’équipe,\n\nPour info : la salle ferme",
        "Bonjour Marie,\n\nPour info :\nelle doit encore 30 €", "Oui.\n\nPour information : à voir\nElle ment",
    ],
)  # fmt: skip
def test_the_same_words_where_they_may_be_for_the_team_are_asked_about(words: str) -> None:
    mail = Mail(from_=(Address("Alice Martin", "alice@home.example"),), text=words, visible_text=words)
    assert isinstance(spoken(mail, NOW, PARIS, team=TEAM), Unclear)


@pytest.mark.parametrize(
    "label",
    [
        "Répondre : ", "répondre: ", "Reply: ", "Repondre\u00a0: ", "*Reply:* ", "Répondre :\n", "!reply : ", "!Répondre\u00a0: ",
        "/reply: ",
    ],
)  # fmt: skip
def test_the_name_of_the_command_is_a_label_before_a_letter(label: str) -> None:
    assert said(f"{label}oui, à lundi.\n\nAlice") == Spoken("oui, à lundi.\n\nAlice", is_labelled=True)
    for words in ("note: il ment", "elle ment", "close", "Bob, il ment", "", "!tag x"):
        found = spoken(Mail(text=f"{label}{words}", visible_text=f"{label}{words}"), NOW, PARIS, team=TEAM)
        assert isinstance(found, Unclear), words


def test_the_empty_link_under_a_scanner_s_lines_is_a_programs() -> None:
    for line in ("<#DAB4FAD8-2DD7-40BB-A1B8-4E2AA1F9FDF2>", "<#DAB4FAD8-2DD7-40BB-A1B8-4E2AA1F9FDF2"):
        assert is_programs(line)
    assert not is_programs("<#DAB4FAD8-2DD7>")


def test_the_article_of_a_room_s_name_is_nobody_s_name() -> None:
    names = names_of_team(((BOB, "Le Bureau"),), writer=ALICE, bot=UserId("@postroom:localhost"), others=())
    assert names == {"le bureau", "bob"}


_WORDS = st.sampled_from(
    ("note", "Note", "NOTE", "notes", "noter", "Noter", "note interne", "internal note", "private note")
)
_ROUND = st.sampled_from(
    ("", " ", "*", "**", "_", "> ".strip(">"), "- ", "[", "(", "\u200b", "\ufeff", "\u200e", "# ", "«\u00a0")
)
_AFTER = st.sampled_from(
    ("", "\u00a0", "\u202f", "\u2009", "  ", "\t", "*", "**", "]", ")", "\u200b", "\u00ad", "\u00a0»")
)
_COLONS = st.sampled_from(
    (":", "\uff1a", " :", "::", "\u00a0:", ":\n", "\n", "", " -", " \u2013", ",", ".", ";", "=", "...")
)


@given(_ROUND, _WORDS, _AFTER, _COLONS, st.sampled_from(("call her", "elle doit 30 €", "\nsecret", "42")))
def test_however_the_word_is_typed_it_is_a_note_or_refused(
    before: str, word: str, after: str, colon: str, words: str
) -> None:
    found = said(f"{before}{word}{after}{colon} {words}")
    assert isinstance(found, Unclear) or found.is_note, found


_LINES = st.sampled_from(("close", "pending", "assign me", "!close", "/assign me", "fermer", "*close*", "!snooze 3d"))


@given(_LINES, _ROUND, _WORDS, _AFTER, _COLONS, st.sampled_from(("", "\n", "\n \n")))
def test_a_note_behind_a_command_is_no_letter(
    line: str, before: str, word: str, after: str, colon: str, between: str
) -> None:
    found = said(f"{line}\n{between}{before}{word}{after}{colon} he is a fraud")
    assert isinstance(found, Unclear) or (found.is_note and found.line), found


@given(_LINES, st.sampled_from(("pending", "!note he is a fraud", "/note x", "assign me", "!delete", "assign @bob")))
def test_a_second_command_is_never_mailed(line: str, second: str) -> None:
    found = said(f"{line}\n{second}")
    assert isinstance(found, Unclear) or found.is_note, found


def test_a_letter_behind_a_command_is_mailed_whole() -> None:
    found = said("close\n\nHello,\nplease note: this is the letter's.\n")
    assert not isinstance(found, Unclear)
    assert (found.line, found.is_note, found.text) == ("!close", False, "Hello,\nplease note: this is the letter's.")


@pytest.mark.parametrize(
    "words",
    [
        "Interne : il ment", "Pour l’équipe : il ment", "team: he lies", "for the team: he lies", "À noter : il ment",
        "commentaire interne : il ment", "nota: il ment", "N.B. : il ment", "1. note: il ment", "note d’Alice : il ment",
        "Bonjour,\nnote: il ment", "Note from Alice: he lies", "notes de service : il ment",
    ],
)  # fmt: skip
def test_what_says_that_it_is_for_the_team_is_kept_from_the_correspondent(words: str) -> None:
    for line in ("", "close\n\n"):
        assert isinstance(found := said(line + words), Unclear) and found.why.key == "mailed.maybe_note"


def test_a_command_s_word_above_a_letter_is_not_mailed() -> None:
    for words in (
        "fermer\nassigner moi\n\nMerci, voici.",
        "m'attribuer\n\nBonjour Marie, voici.",
        "Done\n\nHello Marie.",
    ):
        assert isinstance(found := said(words), Unclear) and found.why.key == "mailed.line", words


def test_the_line_of_a_command_is_no_part_of_the_words_that_may_be_sent() -> None:
    for words, left in (("snooze 3dd\nVoici.", "Voici."), ("close\nassign @bob\nVoici.", "Voici.")):
        assert isinstance(found := said(words), Unclear) and found.text == left, words
    assert isinstance(alone := said("fermé"), Unclear) and alone.text == "fermé"


GREETINGS = (
    "Bonjour",
    "Bonjour Marie,",
    "Bonsoir à tous,",
    "Hello",
    "Hi Marie,",
    "Madame, Monsieur,",
    "Dear Ms. Durand,",
)
CLOSINGS = (
    "Cordialement",
    "Bien cordialement,",
    "Bien à vous",
    "Bonne soirée !",
    "Bonne fin de journée",
    "À bientôt",
    "Best regards,",
    "Kind regards",
    "Je vous prie d’agréer, Madame, l’expression de mes salutations distinguées.",
    "Cordialement, Alice",
    "Mit freundlichen Grüßen",
)
NAMES = ("Alice", "Alice Martin", "ALICE MARTIN", "A. Martin", "alice")
CARDS = ("06 12 34 56 78", "Tél. : 01 23 45 67 89", "Mobile: +33 (0)6 12 34 56 78", "T +33 1 23 45 67 89")
ADDED = (
    "Envoyé de mon iPhone",
    "Sent from my iPad",
    "Envoyé à partir de Outlook pour Android",
    "[image]",
    "[image: Logo]",
    "[cid:logo1]",
    "_______________",
    "Garantie sans virus. www.avast.com",
    "\u200b",
    "",
)
UNDER = ("Trésorière", "Association du quartier", "12 rue des Lilas", "www.asso.example", "alice@home.example")
_NOTHING = st.builds(
    lambda greeting, closing, name, under, cards, added: "\n".join(
        (*greeting, *closing, *name, *under, *cards, *added)
    ),
    st.lists(st.sampled_from(GREETINGS), max_size=1),
    st.lists(st.sampled_from(CLOSINGS), max_size=2),
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=2),
    st.lists(st.sampled_from(UNDER), max_size=3),
    st.lists(st.sampled_from(CARDS), max_size=2),
    st.lists(st.sampled_from(ADDED), max_size=3),
)
_FEW = st.lists(st.sampled_from((*GREETINGS, *CLOSINGS, *NAMES, *CARDS, *ADDED)), max_size=8).map("\n".join)


@given(st.sampled_from(("", "close\n\n", "!fermer\n", "en attente\n\n")), st.one_of(_NOTHING, _FEW))
def test_what_is_made_of_greetings_closings_signatures_and_client_lines_alone_is_never_mailed(
    line: str, words: str
) -> None:
    mail = Mail(from_=(Address("Alice Martin", "alice@home.example"),), text=line + words, visible_text=line + words)
    found = spoken(mail, NOW, PARIS)
    assert isinstance(found, Unclear) or not found.text, found


@pytest.mark.parametrize(
    "words",
    [
        "Oui",
        "Merci",
        "Ok",
        "42",
        "Lundi",
        "01/12/2026",
        "1 000 €",
        "Bonjour,\nc’est oui pour lundi\n\nCordialement,\nAlice",
        "Cordialement,\nAlice\n\nPS : apporte le livre !",
        "https://asso.example/plan",
        "Marie Durand",
    ],
)
def test_a_short_answer_is_an_answer(words: str) -> None:
    mail = Mail(from_=(Address("Alice Martin", "alice@home.example"),), text=words, visible_text=words)
    assert spoken(mail, NOW, PARIS) == Spoken(words)


def test_words_behind_a_command_that_may_be_a_signature_wait_for_a_person() -> None:
    for words in (
        "Marc Dupont\nTrésorier",
        "Trésorière de l’association",
        "Ce message et ses pièces jointes sont confidentiels",
    ):
        assert isinstance(found := said(f"close\n\n{words}"), Unclear), words
        assert (found.why.key, found.text) == ("mailed.unsure_behind", words)


@pytest.mark.parametrize("words", ["06 12 34 56 78", "--\nBonjour Marie, c’est oui.", "—\nC’est oui."])
def test_a_number_alone_and_words_under_a_rule_are_not_lost_behind_a_command(words: str) -> None:
    assert isinstance(found := said(f"close\n\n{words}"), Unclear)
    assert (found.why.key, found.text) == ("mailed.unsure_behind", words)


def test_what_is_taken_for_a_signature_under_a_command_is_told() -> None:
    mail = Mail(from_=(Address("Alice Martin", "alice@home.example"),))
    for words, left_out in (
        ("Bonne continuation !", "Bonne continuation !"),
        ("Cordialement,\nAlice\n06 12 34 56 78", "Cordialement,\nAlice\n06 12 34 56 78"),
        (
            "-- \nAlice\n12 rue des Lilas, c’est au fond de la cour",
            "-- \nAlice\n12 rue des Lilas, c’est au fond de la cour",
        ),
        ("Alice", ""),
        ("Envoyé de mon iPhone", ""),
    ):
        text = f"close\n\n{words}"
        found = spoken(replace(mail, text=text, visible_text=text), NOW, PARIS)
        assert found == Spoken("", "!close", left_out=left_out), words


def test_a_signature_goes_along_with_a_file() -> None:
    mail = Mail(
        from_=(Address("Alice", "alice@home.example"),),
        text="Cordialement,\nAlice",
        visible_text="Cordialement,\nAlice",
    )
    assert spoken(mail, NOW, PARIS, has_files=True) == Spoken("Cordialement,\nAlice")
