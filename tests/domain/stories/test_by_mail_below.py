"""Commands and notes in an answer by mail that stand elsewhere than on its first line, or behind another mark."""

import pytest

from bot.domain.mail import Address, Mail
from bot.domain.stories.by_mail import Spoken, Unclear, spoken
from tests.domain.stories.test_by_mail import NOW, PARIS, TEAM, said


def said_by_alice(words: str) -> Spoken | Unclear:
    mail = Mail(from_=(Address("Alice Martin", "alice@home.example"),), text=words, visible_text=words)
    return spoken(mail, NOW, PARIS, team=TEAM)


_ABOVE = (
    "Bonjour,\n\noui.\n\n", "Oui.\n", "Bonjour\n", "Bonjour,\n\n", "Bonjour Marie,\n\nc’est oui pour lundi.\n\n",
    "Bonjour Marie,\n\nc’est oui.\n\nAlice\n\n", "Bonjour Marie,\nVoici le certificat que vous avez demandé lundi dernier.\n",
)  # fmt: skip


@pytest.mark.parametrize("words", ["note elle ment", "noter elle ment", "note\nelle ment"])
@pytest.mark.parametrize("mark", ["! ", "/ ", "!!!", "!\u00a0", "!! ", "\u200b!", "\uff01"])
def test_a_note_behind_what_is_nearly_its_mark_is_asked_or_one(mark: str, words: str) -> None:
    found = said(mark + words)
    assert found.why.key == "mailed.maybe_note" if isinstance(found, Unclear) else found.is_note


def test_a_command_behind_what_is_nearly_its_mark_is_no_part_of_what_can_be_sent() -> None:
    for words, left in (
        ("! reply Bonjour Marie, oui.", "Bonjour Marie, oui."),
        ("! répondre Bonjour,\noui.", "Bonjour,\noui."),
        ("! tag urgent\nBonjour.", "Bonjour."),
        ("!!! close\n\nBonjour.", "Bonjour."),
        ("«\u00a0!reply\u00a0» Oui, lundi.", "Oui, lundi."),
        ("“!répondre” Bonjour,\noui.", "Bonjour,\noui."),
        ("reply Oui, lundi.", "Oui, lundi."),
        ("reply Bonjour", "Bonjour"),
        ("Reply Bonjour Marie, c'est oui.", "Bonjour Marie, c'est oui."),
        ("Répondre oui, c’est lundi.\n\nAlice", "oui, c’est lundi.\n\nAlice"),
    ):
        assert isinstance(found := said(words), Unclear) and (found.why.key, found.text) == ("mailed.line", left), words


@pytest.mark.parametrize(
    "words",
    [
        "Répondre à ce courriel suffit.", "Reply to this mail, please.", "Répondre avant lundi suffira.", "Reply slip attached.",
        "Répondre n’est pas possible avant lundi.", "Replying is fine.", "Réponse : oui, lundi.",
    ],
)  # fmt: skip
def test_a_letter_that_begins_with_the_name_of_the_command_for_an_answer_leaves(words: str) -> None:
    assert said(words) == Spoken(words)


@pytest.mark.parametrize("line", ["!close", "/close", "! tag urgent"])
@pytest.mark.parametrize("above", ["!reply Oui, lundi.\n\n", "!répondre\nOui, lundi.\n"])
def test_below_the_command_for_an_answer_another_one_is_asked_about(above: str, line: str) -> None:
    assert isinstance(found := said(above + line), Unclear)
    assert (found.why.key, found.text) == ("mailed.line_below_reply", "Oui, lundi.")
    assert isinstance(letter := said(f"{above}close"), Spoken) and letter.text.endswith("close")
    assert isinstance(found := said(f"{above}!note elle ment"), Unclear) and found.why.key == "mailed.maybe_note"


@pytest.mark.parametrize("line", ["!note elle ment", "!noter elle doit 30 €", "/note elle ment", "! note elle ment"])
@pytest.mark.parametrize("above", _ABOVE)
def test_a_note_as_in_the_room_below_other_words_is_asked(above: str, line: str) -> None:
    assert isinstance(found := said(above + line), Unclear)
    assert (found.why.key, found.text) == ("mailed.maybe_note", above + line)


@pytest.mark.parametrize(
    "line",
    [
        "!close", "close", "Close.", "fermer", "/close", "assign me", "attribuer à moi", "snooze 3d", "!assign @bob", "!tag urgent",
        "reporter 3j", "pending", "en attente", "clsoe", "assing me", "snooze3d",
    ],
)  # fmt: skip
@pytest.mark.parametrize("above", _ABOVE)
def test_a_command_alone_below_other_words_is_asked_and_no_part_of_what_can_be_sent(above: str, line: str) -> None:
    assert isinstance(found := said(above + line), Unclear)
    assert (found.why.key, found.text) == ("mailed.line_below", above.strip())
    assert isinstance(found := said(f"{above}{line}\n\nAlice"), Unclear)
    assert found.text == f"{above}\n\nAlice" or found.text.split() == f"{above} Alice".split()


@pytest.mark.parametrize(
    "words",
    [
        "Bonjour,\n\nil faudra que vous veniez avant midi, puisque nous devons\nfermer.", "Bonjour,\n\nfermer la porte en partant.",
        "Oui.\n\nFermé le lundi.", "Bonjour,\n\nattente de votre réponse.", "Oui !\n! Attention : apportez le certificat.",
        "Oui.\n/!\\ Attention, c’est fermé.", "Bonjour,\n- close\n- open", "Oui.\n!!! IMPORTANT !!!",
        "Bonjour,\n\nVous pouvez reporter votre venue à lundi.", "Voici :\n/home/asso/liste.pdf", "Oui.\n\nClosed on Monday.",
    ],
)  # fmt: skip
def test_a_line_of_a_letter_that_begins_like_a_command_leaves(words: str) -> None:
    assert said(words) == Spoken(words)


@pytest.mark.parametrize(
    "line",
    [
        "[interne] elle ment", "interne : elle ment", "PRIVÉ : elle ment", "ne pas envoyer : elle ment", "Bob : elle ment", "@Bob elle ment",
        "Pour l’équipe : elle ment", "(Bob) elle ment", "[Pour Bob] elle ment", "Salut Bob : elle ment", "for the team: she lies",
        "private: she lies", "(internal) she lies", "@bob: she lies", "Remarque interne : elle ment",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "above",
    [
        "Bonjour Marie,\n\nc’est oui.\n", "Oui.\nÀ lundi\n",
        "Bonjour,\n\nle certificat que vous avez envoyé lundi nous est bien parvenu, merci.\n",
    ],
)  # fmt: skip
def test_a_label_for_the_team_on_a_line_inside_of_a_paragraph_is_asked(above: str, line: str) -> None:
    found = said(above + line, TEAM)
    assert isinstance(found, Unclear) and found.why.key == "mailed.maybe_note"


@pytest.mark.parametrize(
    "words",
    [
        "Bonjour,\n\nles cours ont lieu le mardi pour les enfants, et pour ceux de\nBob : à 18 h.",
        "Bonjour,\n\nles groupes :\nBob : mardi\nCarol X : jeudi", "Bonjour,\n\nnos encadrants :\n- Bob : 06 12 34 56 78\n- Carol X : jeudi",
        "Voici :\nÉquipe A : 14 h\nÉquipe B : 16 h", "Oui.\nHoraires : 9 h à 12 h", "Oui.\nMarie : apportez le certificat",
        "Oui.\nN.B. : apportez le certificat", "Bonjour,\n\nc’est oui.\n(Le certificat suffit.)",
        "Oui.\nBob vous attend lundi.", "Oui, lundi.\nL’équipe de Mon Asso", "Oui.\n@ lundi", "Oui.\nTél : 06 12 34 56 78",
    ],
)  # fmt: skip
def test_a_line_of_a_letter_that_has_a_colon_or_brackets_leaves(words: str) -> None:
    assert said(words, TEAM) == Spoken(words)


@pytest.mark.parametrize(
    "mark", ["PS", "P.S.", "PPS", "P.P.S.", "PS :", "ps:", "P.S. :", "PS -", "NB", "N.B. :", "Post-scriptum :"]
)
@pytest.mark.parametrize(
    "line",
    [
        "pour Bob : tu confirmes ?", "Bob : elle ment", "@Bob : tu confirmes ?", "Bob, tu confirmes ?", "for Bob: she lies", "privé : elle ment",
        "internal: she lies", "interne : elle ment", "(interne) elle ment", "pour l’équipe : elle ment", "tu peux fermer", "note : elle ment",
    ],
)  # fmt: skip
def test_a_postscript_to_a_colleague_or_the_team_is_asked(line: str, mark: str) -> None:
    for above in ("Bonjour Marie,\n\nc’est oui.\n\nCordialement,\nAlice\n\n", "Bonjour Marie,\n\nc’est oui.\n\n", ""):
        found = said(f"{above}{mark} {line}", TEAM)
        assert isinstance(found, Unclear) and found.why.key == "mailed.maybe_note", above


@pytest.mark.parametrize(
    "line", ["PS pour Bob : elle ment", "PS @Bob elle ment", "PS privé : elle ment", "P.S. Bob, elle ment"]
)
def test_a_postscript_right_below_another_line_is_asked_as_well(line: str) -> None:
    found = said(f"Bonjour Marie,\n\nc’est oui.\nAlice\n{line}", TEAM)
    assert isinstance(found, Unclear) and found.why.key == "mailed.maybe_note"


def test_a_line_that_says_who_gets_a_copy_is_asked() -> None:
    for line in ("Cc : Bob", "Copie : Bob", "Copie à Bob", "copy: Bob"):
        assert isinstance(said(f"Bonjour Marie,\n\nc’est oui.\n\nAlice\n\n{line}", TEAM), Unclear), line


@pytest.mark.parametrize("mark", ["PS :", "P.S.", "PPS :", "NB :", "PS"])
@pytest.mark.parametrize(
    "line",
    [
        "apportez vos affaires", "Bob vous attend lundi", "Bob sera là", "la salle ferme à 20 h", "merci pour les photos !", "on ferme en août",
        "n’oubliez pas le certificat", "see you on Monday", "l’équipe vous remercie", "nous fermons le 24", "il pleuvra", "à lundi, 18 h",
        "merci à Bob pour tout", "le code est le 1234", "copie de la carte d’identité ci-jointe", "je vous rappelle lundi",
    ],
)  # fmt: skip
def test_a_postscript_to_the_correspondent_leaves(line: str, mark: str) -> None:
    words = f"Bonjour Marie,\n\nc’est oui pour lundi.\n\nAlice\n\n{mark} {line}"
    assert said(words, TEAM) == Spoken(words)


@pytest.mark.parametrize(
    "words",
    [
        "Cordialement,\nAlice\n\nVenez lundi", "Alice\n\nÀ lundi plutôt", "Cordialement,\nAlice Martin\nVenez avec lui",
        "Alice Martin\n06 12 34 56 78\n\nApportez le certificat", "Alice\n\nPlutôt mardi",
    ],
)  # fmt: skip
def test_words_below_the_name_under_a_command_are_asked_about(words: str) -> None:
    writers = (Address("Alice Martin", "alice@home.example"),)
    text = f"close\n\n{words}"
    found = spoken(Mail(from_=writers, text=text, visible_text=text), NOW, PARIS)
    assert isinstance(found, Unclear) and found.text == words


@pytest.mark.parametrize(
    "words",
    [
        "Cordialement,\nAlice Martin", "Alice Martin\nTrésorière\n\nMon Asso\n12 rue des Lilas\n75000 Paris", "Bonne journée,\n\nAlice",
        "Recevez mes salutations,\nAlice\nPermanence le mardi", "Alice\n\nEnvoyé de mon iPhone",
        "Je vous prie d'agréer mes salutations distinguées.\n\nAlice Martin",
    ],
)  # fmt: skip
def test_a_signature_under_a_command_asks_nothing(words: str) -> None:
    writers = (Address("Alice Martin", "alice@home.example"),)
    text = f"close\n\n{words}"
    found = spoken(Mail(from_=writers, text=text, visible_text=text), NOW, PARIS)
    assert isinstance(found, Spoken) and found.line == "!close"


@pytest.mark.parametrize(
    "line",
    [
        "clos", "clôturer", "fermé", "ferme", "closed", "close #1", "assigner à Bob", "assign to Bob", "assigné à moi", "prendre", "undo",
        "annuler", "statut : clos", "tag: sport", "[close]", "(close)", "-> close", "#close", "close ✅", "status: closed", "statut : fermé",
        "annule ma réponse", "spam", "résolu", "rouvrir", "clotureer", "plus tard 3j",
    ],
)  # fmt: skip
@pytest.mark.parametrize("below", ["", "\n\nAlice", "\n\nAlice Martin\n06 12 34 56 78"])
def test_what_is_asked_about_on_the_first_line_is_as_the_last_line_alone(line: str, below: str) -> None:
    letter = "Bonjour Marie,\n\nc’est oui pour lundi."
    for words in (f"{letter}\n\n{line}{below}", f"Bonjour,\n\n{line}{below}"):
        found = said_by_alice(words)
        assert isinstance(found, Unclear) and found.why.key in ("mailed.line_below", "mailed.calls_back"), words
        assert found.text == words.replace(f"\n\n{line}", "")
    assert isinstance(said_by_alice(f"{line}\n\n{letter}{below}"), Unclear)


@pytest.mark.parametrize(
    "line",
    [
        "Alice", "L’équipe de Mon Asso", "L’équipe", "Moi", "Fait.", "Fini !", "Merci", "Bises", "À plus tard", "À demain", "Terminé.",
        "Ouvert le lundi", "Fermé le lundi.", "Cordialement", "Bonne journée", "Client fidèle", "Merci à tous", "See you later!", "Yes.", "Non",
        "Oui.", "Le bureau", "Trésorière", "Copie jointe", "Objet trouvé", "Liste jointe", "Signature", "À suivre…", "En attente de vous",
        "Plus tard peut-être", "Photos jointes", "Envoyé.", "Reçu.", "Réglé.", "Traité.", "Support", "À lundi", "Tarif : 12 €",
        "Statut : payé", "Statut : à jour", "Merci de répondre", "Archives jointes", "Je clos la liste lundi.",
    ],
)  # fmt: skip
def test_the_last_line_of_a_letter_leaves(line: str) -> None:
    words = f"Bonjour Marie,\n\nc’est oui pour lundi.\n\n{line}"
    assert said_by_alice(words) == Spoken(words)
