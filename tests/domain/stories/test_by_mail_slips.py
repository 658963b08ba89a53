"""Answers by mail of which a slip of the fingers made something else than their writer meant, and short answers that only
look so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.slips import slip_of
from bot.domain.stories.by_mail import Spoken, Unclear
from bot.domain.stories.nearly_lines import OWN_NAMES
from tests.domain.stories.test_by_mail import said
from tests.domain.test_slips import one_away


@pytest.mark.parametrize(
    "words",
    [
        "noet: elle ment", "nte : elle ment", "Noote: elle ment", "ntoe: elle ment", "nore: elle ment", "NOET: elle ment",
        "noet; elle ment", "noet elle ment", "noet\nelle ment", "noet - elle ment", "*noet* : elle ment", "no te : elle ment",
        "notee: elle ment", "n0te: elle ment", "ntoer : elle ment", "noets: elle ment", "noet interne : elle ment",
        "internal noet: elle ment", "intrene : elle ment", "interen: elle ment", "privte: she lies", "pirvé : elle ment",
        "taem: she lies", "Pour l’eqiupe : elle ment", "remaruqe : elle ment", "confidentiell : elle ment", "[intrene] elle ment",
        "privte. She lies", "coment: she lies", "Bonjour,\n\nnoet: elle ment", "Bonjour,\nmerci.\nnoet : elle ment",
        "Oui.\n\nnoet: elle ment", "nto: elle ment", "Nto : elle ment", "Bonjour,\n\nneto: elle ment", "noet de Bob : elle ment",
    ],
)  # fmt: skip
def test_a_misspelt_note_is_kept_from_the_correspondent(words: str) -> None:
    assert isinstance(found := said(words), Unclear) and found.why.key == "mailed.maybe_note" and found.text == words
    assert isinstance(behind := said(f"close\n\n{words}"), Unclear) and behind.text == words


@pytest.mark.parametrize(
    "line",
    [
        "clsoe", "cloes", "closee", "Clse", "fremer", "fermr", "clroe", "pedning", "pendng", "atente", "en attnete", "mise en atente",
        "assing me", "asign me", "assign em", "assignme", "a ssign me", "attibuer moi", "attribeur à moi", "confeir moi",
        "snoze 3d", "snooz 3d", "snooze3d", "snoze3d", "reprter 3j", "reporter3j", "repoter à lundi", "rapelle-moi lundi",
        "remidn me monday", "clsoe, merci", "clsoe please", "fremer svp", "clo se", "*clsoe*", "CLSOE.",
        "clotrue", "archver", "terminr", "annluer", "resovle",
    ],
)  # fmt: skip
def test_a_misspelt_command_is_kept_from_the_correspondent(line: str) -> None:
    assert isinstance(found := said(line), Unclear) and (found.why.key, found.text) == ("mailed.line", line)
    letter = "Bonjour Marie, c’est oui."
    assert isinstance(above := said(f"{line}\n\n{letter}"), Unclear)
    assert above.text == letter, "what can be sent is the letter alone"
    assert isinstance(second := said(f"close\n{line}"), Unclear) and second.why.key == "mailed.line"
    assert said(f"!reply {line}") == Spoken(line, is_letter=True)


@given(st.sampled_from(sorted(OWN_NAMES)), st.data())
def test_no_slip_of_a_command_leaves_but_a_word(name: str, data: st.DataObject) -> None:
    missed = data.draw(st.sampled_from(sorted(one_away(name))))
    found = said(missed)
    assert isinstance(found, Unclear) or found.line or slip_of(missed, OWN_NAMES) == ""


@pytest.mark.parametrize(
    "line",
    [
        "tga sport", "tgas sport", "tgas: sport", "Tga : sport urgent", "atg sport", "tags sport", "mvoe compta", "moev compta",
        "udno", "Udno !", "spma", "psam", "oepn", "doen", "bcc bob@x.example", "cbc bob@x.example", "tag : sport",
        "sned", "snoze 3d",
    ],
)  # fmt: skip
def test_two_swapped_letters_of_a_short_command_are_kept_from_the_correspondent(line: str) -> None:
    assert isinstance(found := said(line), Unclear) and found.why.key == "mailed.line", found
    assert said(f"!reply {line}") == Spoken(line, is_letter=True)


SHORT = (
    "Cols : bleus", "Lits faits", "Form attached", "Tas : 3", "Tags, oui", "Donne-moi lundi", "Nu", "Spa : oui", "Sapin livré", "Nom : Durand",
    "Net : 30 €", "Not", "Ton : bleu", "Mov reçu", "Undone", "Vomi", "Tango lundi", "Bag : noir", "Moved", "Sent : oui", "Tag offert au club lundi.",
    "Note bien", "Notre adresse : 12 rue des Lilas", "Vote : oui", "Votre vote : oui", "Code : 1234", "Mode : manuel", "Hôte : Paul",
    "Côte : 12", "Noël : fermé", "Noé : oui", "Notre salle : B12", "Même : oui", "Démo : lundi", "Prix : 12 €", "Prise : bleue",
    "Prime : 30 €", "Équité : oui", "Notez : lundi 18 h", "Notée : 18/20", "Rote", "Node: 3", "None", "Nope", "Noted", "Noted: Monday",
    "Not yet", "Not: no", "Nate: yes", "Nora : oui", "Term: 3 years", "Tea: yes", "Tram : ligne 3", "Price: 12", "Drive: yes",
    "Interval: 3 days", "Internet : oui", "Internat : oui", "Primate", "Steam: yes", "Meme", "Vous aussi", "Assis",
    "Closer", "Closet", "Closes at 6", "Chose promise", "Lose", "Clone", "Clés", "Clou", "Fermez la porte", "Fermes", "Fermier", "Farmer",
    "Former president", "Femme", "Forme : ovale", "Firme", "Terme", "Terminus", "Sending", "Ending", "Spending", "Lending",
    "Atteinte", "Attentes", "Attendez lundi", "Attends", "Assigns", "Attribuée", "Confiez-le", "Reported",
    "Reports", "Reporters", "Remporter", "Report card", "Sheep", "Steep", "Late", "Water", "Layer", "Laser", "Appel", "Appelez lundi",
    "Appelle Paul", "Rapper", "Rewind", "Ville", "Vieille", "Dormi", "Judge", "Nuage", "Does", "Refer", "Deer", "Atteindre", "Emettre",
    "Annulé", "Annulez", "Archives", "Closure", "Clôtures", "Suspendue", "Resolved: no", "Évolue", "Stop, attendez-moi",
    "Merci Marie !", "Oui", "Non", "D’accord", "Ok", "Parfait", "Merci", "Super", "Lundi", "À lundi", "Demain 9 h", "Volontiers",
    "Pourquoi ?", "Bien reçu", "Thanks", "Yes", "No", "Sure", "Great", "Monday", "Why?", "Received", "Of course", "Sorry",
    "Merci beaucoup", "Avec plaisir", "Pas encore", "Peut-être", "Les clés", "Le 3", "12", "Trois", "Three",
)  # fmt: skip
"""What people answer in a line."""


@pytest.mark.parametrize("words", SHORT)
def test_a_short_answer_leaves_unasked(words: str) -> None:
    found = said(words)
    assert found == Spoken(words), found


@pytest.mark.parametrize(
    "words",
    [
        "STOP", "Stop.", "Stop notifications", "Unsubscribe", "unsubscribe me please", "Unsuscribe", "Me désabonner", "Désabonner",
        "Désinscription", "Désinscrire", "Merci de me désabonner", "Désabonnez-moi svp", "Stop mails", "No more mails", "Plus de mails svp",
        "Arrêtez ces mails", "Ne plus recevoir de notifications", "Opt out", "STOP\n\nAlice",
    ],
)  # fmt: skip
def test_who_wants_no_more_of_these_mails_is_told_how_that_goes(words: str) -> None:
    assert isinstance(found := said(words), Unclear) and found.why.key == "mailed.no_more", found


@pytest.mark.parametrize(
    "words",
    [
        "Stop, attendez-moi", "Stop à la porte 3", "Désinscription faite", "Votre désinscription est faite.", "Arrêtez-vous à l’entrée",
        "You are unsubscribed now", "Plus de place", "No more seats", "Pas de mail reçu de votre part", "Plus tôt si possible",
    ],
)  # fmt: skip
def test_an_answer_about_stopping_leaves(words: str) -> None:
    assert said(words) == Spoken(words)
