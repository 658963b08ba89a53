"""Lines of an answer by mail that nearly are commands: they are asked about, and what only sounds so is a letter."""

import pytest

from bot.domain.stories.by_mail import Spoken, Unclear
from tests.domain.stories.test_by_mail import said


@pytest.mark.parametrize(
    "words",
    [
        "snooze 3dd",
        "assign",
        "assign @bob",
        "assign me #12",
        "close #12",
        "close now please",
        "!delete",
        "!spam\nyou are spam",
        "!rply hello",
        "!reply #12 hello",
        "/me waves",
        "attribuer @bob",
        "Done",
        "Open",
        "clôturer",
        "Fermée",
        "à traiter",
        "prendre",
        "m'attribuer",
        "attribue-moi",
        "me l'attribuer",
        "suspendre 3j",
        "je clos",
        "ok fermer",
        "Spam, à supprimer",
        "signaler comme spam",
        "delete this mail",
        "put on hold",
        "put it on hold",
        "à fusionner avec le #3",
        "A transférer à Claire",
        "send later",
        "envoyer demain 9h\n\nBonjour Marie, oui.",
        "à envoyer lundi",
        "à relire svp\n\nBonjour Marie, oui.",
        "à valider",
        "pour relecture",
    ],
)
def test_what_looks_like_a_command_and_is_none_is_never_mailed(words: str) -> None:
    found = said(words)
    assert isinstance(found, Unclear) and found.why.key == "mailed.line"


@pytest.mark.parametrize(
    "words",
    [
        "plus tard 3j", "répondre plus tard 3j", "Répondre plus tard", "rappeler 3 jours", "rappelle-moi dans 3 jours",
        "endormir 3j", "veille 3j", "à revoir lundi", "remettre 3j", "remettre à lundi", "relancer 3j", "3j plus tard",
        "Rappelle-moi ça dans trois jours, à 9h30 svp", "repousser jusqu’à lundi 9h", "à relancer le 3 décembre", "reporte 3j",
        "remind me about this in 3 days", "reply later, monday", "sleep until monday 9:00", "reminder 3d", "postpone 2 weeks",
        "Plus tard 3j.\n\nBonjour Marie, voici.",
    ],
)  # fmt: skip
def test_a_line_that_puts_the_conversation_off_in_other_words_is_asked_about(words: str) -> None:
    assert isinstance(found := said(words), Unclear) and found.why.key == "mailed.line"
    assert isinstance(said(f"close\n\n{words}"), Unclear)
    assert said(f"!reply {words}") == Spoken(words, is_letter=True)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("mettre en attente 3 jours", "!snooze 3 jours"),
        ("Mettre en attente jusqu'à lundi.", "!snooze jusqu'à lundi"),
        ("mise en veille jusqu’au 12 décembre", "!snooze jusqu’au 12 décembre"),
        ("mettre en veille 3 jours", "!snooze 3 jours"),
        ("en attente jusqu'à lundi", "!snooze jusqu'à lundi"),
        ("put on hold until monday", "!snooze until monday"),
        ("put this on hold for 3 days", "!snooze for 3 days"),
        ("pending until monday", "!snooze until monday"),
    ],
)
def test_to_wait_until_a_time_is_to_snooze(words: str, line: str) -> None:
    assert said(words) == Spoken("", line)
    assert said(f"{words}\n\nBonjour Marie, c'est d'accord.") == Spoken("Bonjour Marie, c'est d'accord.", line)
    assert isinstance(said(f"Bonjour Marie, c'est d'accord.\n\n{words}"), Unclear)


@pytest.mark.parametrize(
    "words",
    [
        "Ok pour lundi", "Ok, ouvert à tous", "Au revoir lundi", "En attente pour lundi", "En attente du certificat", "En attente de votre réponse",
        "À prévoir lundi", "Put on your shoes", "À transmettre avec le certificat", "Envoyer par la poste", "OK, mis à jour",
        "En attente de réponse de la mairie jusqu'à lundi", "Hold the line until Monday",
        "Lundi 9h", "Dans 3 jours.", "À plus tard, lundi 9h !", "La veille à 18h", "Je vous rappelle lundi", "Rappelez-moi lundi",
        "Reporté à lundi.", "Décalée à mardi 9h", "La réunion est remise à lundi", "See you later on Monday",
        "Je vous relance dans 3 jours", "Rappel : réunion lundi 9h",
    ],
)  # fmt: skip
def test_a_time_in_an_answer_to_the_correspondent_puts_nothing_off(words: str) -> None:
    assert said(words) == Spoken(words)


@pytest.mark.parametrize(
    "words",
    [
        "close, merci", "fermer, merci", "close, merci\n\nBonjour Marie, c'est oui.", "close. merci", "close: merci",
        "close : elle a payé deux fois", "Fermer\u00a0; bob est prévenu", "pending, j'attends Bob", "en attente\u00a0: j'attends Bob",
        "fermé, elle a payé", "à fermer, elle a payé", "closed, she paid", "en attente de Bob", "en attente de bob",
        "close – elle a payé deux fois déjà",
        "tag sport", "tag sport\nBonjour", "move paie", "draft Bonjour", "brouillon\u00a0: Bonjour", "assigner à Bob",
        "transférer à bob", "forward bob@x.example", "cc +bob@x.example\nBonjour", "bcc bob@x.example", "subject Autre",
        "désassigner", "notify off",
        "digest off", "merge #12", "from auto", "étiquette urgent", "déplacer compta", "cc +bob@x.example -al@x.example",
    ],
)  # fmt: skip
def test_a_command_with_what_it_takes_or_a_mark_behind_it_is_asked_about(words: str) -> None:
    found = said(words, team=("bob", "bob durand"))
    assert isinstance(found, Unclear) and found.why.key == "mailed.line"
    assert found.text == words
    assert said(f"!reply {words}") == Spoken(words, is_letter=True)


@pytest.mark.parametrize(
    "words",
    [
        "Move to Lyon is fine, thank you.", "Subject to availability, yes.", "Répondre à votre question est simple : oui.",
        "Reply by Monday, please.", "Draft attached.", "Draft attached", "Objet trouvé", "Forward planning", "Draft version attached", "Tag perdu", "Brouillon ci-joint.", "Copie ci-jointe.", "E-mail : marie@example.org",
        "Objet : inscription de Léa", "Langue : français", "Liste de prix ci-jointe", "En attente de votre réponse, cordialement.",
        "En attente de votre retour.", "Close to the station, there is a café.", "Client depuis 2019.", "Oui, ici.",
        "Ouvert : lundi 9h-12h", "Résolu, merci !", "Done, see you", "Fermé : nous ouvrons de nouveau mardi matin.",
        "Tag Heuer is the name of the sponsor.", "Forward it to the town hall, please.", "Who is it for?", "Fait, merci.",
        "Tous les lundis, à 18 h.", "All good, thanks!", "Voir https://asso.example/x", "Notifications are off on my phone.",
    ],
)  # fmt: skip
def test_an_answer_that_begins_with_the_name_of_a_command_is_a_letter(words: str) -> None:
    assert said(words, team=("bob", "bob durand")) == Spoken(words)


@pytest.mark.parametrize(
    "words", ["Bonjour,\n\nLe bot du club : http://x.example", "Bob et moi venons.", "Personnel : Bob et moi"]
)
def test_what_only_sounds_like_it_is_a_letter(words: str) -> None:
    assert said(words) == Spoken(words)


@pytest.mark.parametrize(
    "words",
    [
        "undo", "annuler", "Annule !", "cancel", "annule ma réponse", "annule mon dernier message", "annule l'envoi", "annuler l’envoi", "annulez l'envoi",
        "ne l'envoie pas", "Ne l’envoyez pas.", "Stop, n'envoie pas !", "n'envoyez pas ma réponse", "n'envoie pas ma réponse", "ne pas envoyer",
        "cancel my answer", "cancel my last answer", "please don't send my answer", "don’t send my reply", "don't send it", "do not send",
        "undo my last answer", "Oups, annule", "oups je me suis trompée, annule", "retire ma réponse", "supprime ma réponse", "rappelle mon message",
        "recall my message", "wrong conversation", "sorry, wrong conversation", "erreur de ma part, ne pas envoyer", "Oups, mauvaise conversation",
        "je me suis trompée de conversation", "annuler ma dernière réponse svp", "Withdraw my answer, please", "CANCEL MY REPLY",
        "n'envoie pas mon dernier mail", "Annule mon mail stp", "J'annule ma réponse",
    ],
)  # fmt: skip
def test_who_takes_an_answer_back_is_told_where_that_is_done(words: str) -> None:
    for form in (words, words.upper(), f"{words}\n\nAlice", f"{words}\n\nBonjour Marie,\n\nc’est mardi."):
        assert isinstance(found := said(form), Unclear) and found.why.key == "mailed.calls_back", form
    assert isinstance(said(f"close\n\n{words}"), Unclear)
    assert said(f"!reply {words}") == Spoken(words, is_letter=True)


@pytest.mark.parametrize(
    "words",
    [
        "Annulez ma réservation", "J'annule le cours de lundi.", "Le cours est annulé.", "Annulé, désolé.", "We cancel the lesson on Monday.",
        "Please cancel my order.", "Merci d'annuler la commande.", "N'envoyez pas le chèque.", "N'envoyez pas d'argent, merci.",
        "Ne m'envoyez pas de photos", "Please don't send money.", "Ignorez mon dernier message.",
        "Please ignore my last message.", "Rappelle-moi lundi soir si tu veux", "Je vous rappelle.", "Merci de supprimer mon mail de votre liste",
        "Je retire mon dossier lundi.", "Retirez votre lot à l'accueil", "Vous vous êtes trompée d'adresse.", "C'est une erreur de ma part, désolée.",
        "Désolée, je me suis trompée.", "Sorry, my mistake.", "Not sent yet, sorry.", "Pas encore envoyé.", "Je ne l’ai pas envoyé.",
        "Vous pouvez annuler jusqu'à lundi.", "You can cancel until Monday.", "On annule ?", "Annulation possible jusqu'à lundi.", "Mauvais numéro, désolé.",
    ],
)  # fmt: skip
def test_what_a_letter_says_of_what_is_cancelled_or_sent_leaves(words: str) -> None:
    assert said(words) == Spoken(words)
