"""What people of a team say to each other of a conversation waits for its writer, and what only sounds so is a letter."""

import pytest

from bot.domain.mail import Address, Mail
from bot.domain.stories.by_mail import Spoken, Unclear, spoken
from tests.domain.stories.test_by_mail import NOW, PARIS, TEAM, said


def asked(words: str) -> str:
    """Why the words wait; empty: they are a letter."""
    found = said(words, team=TEAM)
    return found.why.key if isinstance(found, Unclear) else ""


@pytest.mark.parametrize(
    "words",
    [
        "close because she paid twice", "Close because it is a duplicate of the last one.", "closing, duplicate", "clos\u00a0: doublon",
        "fermer car elle a payé", "FERMER PARCE QU’ELLE A PAYÉ DEUX FOIS", "fermer puisque c'est réglé avec la mairie",
        "close this because she paid twice", "je ferme car elle a payé deux fois", "à fermer car elle a déjà payé",
        "closed as duplicate", "Closed because she paid twice.", "closing as duplicate of the other one", "close when she answers",
        "fermé car elle a payé", "fermé, elle a payé deux fois la cotisation", "clore si elle ne répond pas d’ici lundi",
        "cloturer sans repondre a ce monsieur", "archiver, il a eu sa réponse par téléphone hier", "pending until she answers us",
        "en attente car elle n’a pas encore payé", "attente, j’attends le retour de Bob lundi", "close she has paid it twice",
        "fermer il a payé deux fois", "assign because I know them", "reporter car elle est en vacances", "pending because of Bob and Carl",
        "close and tell her that it is paid", "Fermé : elle a payé deux fois.\n\nBonjour Marie,\n\nmerci.",
    ],
)  # fmt: skip
def test_a_command_with_a_reason_is_asked_about(words: str) -> None:
    assert asked(words) in ("mailed.line", "mailed.maybe_note")
    assert asked(f"assign me\n\n{words}")
    assert said(f"!reply {words}") == Spoken(words, is_letter=True)


TALK = [
    "tu peux fermer", "Tu peux fermer.", "tu peux clore le ticket", "tu peux la fermer", "tu peux fermer, elle a payé",
    "Elle a payé, tu peux fermer.", "tu peux fermer car elle a payé deux fois", "peux-tu fermer ?", "on peut clôturer",
    "On peut fermer ?", "on peut fermer si elle a payé", "vous pouvez fermer", "Quelqu’un peut fermer ?", "quelqu'un peut clore ça ?",
    "qui peut fermer ?", "il faut fermer", "faut-il fermer ce dossier ?", "à clôturer celui-ci", "ne ferme pas", "Pas encore fermer",
    "ferme-le", "ferme ça stp", "bon à fermer", "ça peut être fermé", "je peux fermer la conversation ?", "tu fermes ?",
    "tu peux mettre en spam", "tu peux le passer en attente",
    "you can close this", "You can close it, she paid.", "She paid twice: you can close this", "we can close", "can you close it please?",
    "can someone close this", "Can someone close this?", "Could anybody close the ticket?", "someone please close this",
    "this can be closed", "can be closed", "should be closed now", "to be closed", "closing this", "I closed it", "I am closing this.",
    "let’s close this", "don't close yet", "Please close this one", "who can close it?", "you can mark it as resolved",
    "you can close this because she paid twice",
    "qui s'en occupe ?", "Qui s’en occupe", "qui prend ?", "qui prend celui-là ?", "qui lui répond ?", "Qui peut s’en occuper ?",
    "Quelqu’un s’en occupe ?", "quelqu'un peut s'en occuper", "tu t'en occupes ?", "Peux-tu t’en occuper ?", "tu lui réponds ?",
    "on lui répond quoi ?", "qu’est-ce qu’on lui répond ?", "tu peux lui répondre ?",
    "who takes this?", "Who takes it", "who’s on this?", "who is handling this one?", "who will take care of it?", "who answers her?",
    "merci de fermer", "ok to close", "OK pour fermer", "je te laisse clore", "je te laisse lui répondre", "à toi de répondre", "je te l’assigne",
    "quelqu’un peut répondre à Marie ?", "can anyone reply to Marie?", "personne ne s’en occupe ?", "nobody is on this",
    "can somebody answer her?", "can you answer him?", "what do we say to her?", "someone should take this", "what should we answer?",
    "Répondez-lui que c'est complet", "réponds-lui non", "Il faut lui répondre que c'est complet", "On ne lui répond pas", "ne lui réponds pas",
    "Ne répondez pas à cette personne", "Answer her that we are full", "Please answer her that we are full", "please reply to them",
    "She already paid, please close.", "she already paid, close", "elle a payé, fermer svp",
]  # fmt: skip


@pytest.mark.parametrize("words", TALK)
def test_talk_about_the_conversation_is_asked_about(words: str) -> None:
    assert asked(words) in ("mailed.maybe_note", "mailed.line")
    for form in (words.upper(), f"Bonjour,\n\n{words}\n\nAlice", f"Salut,\n{words}", f"close\n\n{words}", f"*{words}*"):
        assert asked(form), form
    assert said(f"!reply {words}") == Spoken(words, is_letter=True)


@pytest.mark.parametrize(
    "words",
    ["you can close this", "tu peux fermer", "qui s’en occupe ?", "who takes this?", "Bob, tu regardes ?", "pour nous : il ment"],
)  # fmt: skip
def test_it_is_asked_about_as_a_paragraph_of_a_letter_as_well(words: str) -> None:
    letter = "Bonjour Marie,\n\nvoici la liste.\n\nElle est longue.\n\nÀ lundi.\n\nBonne journée."
    assert asked(f"{letter}\n\nAlice\n\n{words}") == "mailed.maybe_note"
    assert asked(letter.replace("voici la liste.", f"voici la liste.\n\n{words}")) == "mailed.maybe_note"


@pytest.mark.parametrize(
    "words",
    [
        "je m'en occupe", "Je m’en occupe.", "JE M'EN OCCUPE !", "je m’en charge", "jm'en occupe", "je vais m'en occuper", "je prends",
        "Je le prends", "Je prends celui-ci", "je gère", "c’est pour moi", "je suis dessus", "on ferme", "On ferme ?", "je ferme",
        "on clôture", "I'll take it", "I’ll take this one.", "Ill take it", "I will handle this", "I'm on it", "im on it", "on it",
        "I’ll take care of it", "taking this", "doublon", "Duplicate of #12", "sans suite", "classer sans suite", "C’est du spam", "this is spam", "pas besoin de répondre",
        "ne pas répondre", "no answer needed", "Not for us.", "pas pour nous", "ignorer", "rien à faire", "je veux bien m'en occuper",
        "Dis-lui que oui", "dites-lui que c'est bon", "Tell her it's full.", "Tell them no", "Il faudrait lui demander son certificat",
        "Je pense qu'on devrait lui dire non", "Je l'ai appelée, elle vient lundi", "Ne pas répondre svp", "on répond pas", "Bloquez-le",
        "block her", "I take care of it", "Qui connaît cette personne ?", "C'est qui ?", "Who is she?", "Do we know her?",
    ],
)  # fmt: skip
def test_who_says_nothing_but_that_they_take_or_end_it_is_asked(words: str) -> None:
    assert asked(words) in ("mailed.maybe_note", "mailed.line")
    assert asked(f"{words}\n\nBonjour Marie, c'est oui.") in ("mailed.maybe_note", "mailed.line")
    mail = Mail(
        from_=(Address("Alice Martin", "alice@home.example"),),
        text=f"{words}\n\nAlice",
        visible_text=f"{words}\n\nAlice",
    )
    assert isinstance(spoken(mail, NOW, PARIS), Unclear)


@pytest.mark.parametrize(
    "words",
    [
        "pour nous : il ment", "Pour nous\u00a0: il ment", "juste pour nous : il ment", "for us: he lies", "just for us: he lies",
        "off: he lies", "OFF : il ment", "[off] il ment", "en off : il ment", "entre nous : il ment", "(note pour Bob : il ment)",
        "FYI team", "FYI team, he lies", "fyi @team he lies", "FYI Bob: he lies", "en aparté : il ment", "hors mail : il ment",
        "ne lui dis pas, il ment", "Don’t tell her: he lies", "Bonjour,\nInterne : il ment",
        "noté: elle a payé", "Noté : il a payé", "nite: il ment", "commentaire interne\n\nelle a payé", "Mémo\nelle a payé", "mémo elle a payé",
        "Remarque il ment", "TODO vérifier son paiement", "todo appeler Marie", "! elle a payé",
    ],
)  # fmt: skip
def test_a_label_for_the_team_is_asked_about(words: str) -> None:
    assert asked(words) == "mailed.maybe_note"


@pytest.mark.parametrize(
    "label", ["Remarque", "remarques", "Remarque interne", "Note", "NB interne", "Commentaire", "Interne"]
)
def test_a_label_of_a_note_below_a_letter_is_asked_about(label: str) -> None:
    for letter in ("Oui, à lundi.", "Bonjour Marie,\n\nUn.\n\nDeux.\n\nTrois.\n\nQuatre.\n\nCinq."):
        for below in ("", "\n\nAlice\n06 12 34 56 78"):
            assert asked(f"{letter}\n\n{label}\u00a0: il ment{below}") == "mailed.maybe_note"


LETTERS = [
    "Je ferme la porte à 18 h", "We close at 6", "We close at 6 pm.", "Je m'en occupe et vous rappelle", "Je m’en occupe demain matin.",
    "On ferme à 18 h.", "Nous fermons le 24 décembre.", "Oui, on ferme en août.", "On va fermer plus tôt lundi.", "C'est fermé.",
    "Fermé, désolé.", "Fermée, désolée !", "Closed, sorry.", "Closed: Monday", "Fermé : dimanche et lundi", "Attente : 20 minutes.",
    "Attente : 10 à 15 min", "Closed because of the holiday.", "Fermé pour travaux.", "Fermé car jour férié", "Closed for lunch.",
    "Close to the station, there is a café.", "Not close.", "Le club est clos le samedi.", "Vous pouvez la fermer à clé.",
    "Tu peux fermer la porte à clé.", "Vous pouvez fermer la salle à 22 h.", "You can close the door behind you.",
    "Please close the window.", "Can you close the gate at 8?", "Une fenêtre s’ouvre, vous pouvez la fermer.",
    "Il faut fermer le gaz en partant.", "Ne fermez pas la porte.", "We can close the deal on Monday.", "Merci de fermer la grille.",
    "Who takes the children on Monday?", "Qui prend les enfants lundi ?", "Qui vient lundi ?", "Quelqu’un s’en occupe.",
    "Quelqu'un vous rappellera.", "Someone will take care of it.", "Somebody will answer you on Monday.", "Je prends deux places.",
    "Je prends le train de 9 h.", "Je le prends avec plaisir, merci !", "I'll take two tickets.", "I'll take it up with the board.",
    "I’m on it and will call you back.", "I'm on the train.", "Oui, je m’en occupe.", "Bonjour Marie,\n\nJe m'en occupe.\n\nCordialement,\nAlice",
    "Bonjour,\n\nOn ferme.\n\nDésolés !", "Je m'en occupe.\nBien à vous,\nAlice", "Je vous réponds lundi.", "Je lui réponds demain.",
    "Pour nous, c’est oui.", "Pour nous c'est bon.", "Le plus important pour nous : la date.", "20% off: code ASSO", "Off-peak tickets are cheaper.",
    "FYI, Bob will be there.", "FYI the team is away on Monday.", "For us it is fine.", "Entre le 3 et le 5, oui.", "PS : apportez vos affaires.",
    "Oui, à lundi.\n\nPS : apportez vos affaires.", "Oui.\n\nNB : la salle ferme à 20 h.", "Voici.\n\nÀ faire : signer la fiche.",
    "Fermer le robinet avant de partir, svp.", "Fermer avant 20 h, et déposer la clé.", "Clore le compte prend dix jours.",
    "Pour clore le dossier, il nous faut votre RIB.", "Archives ci-jointes.", "En attente de votre réponse.", "En attente du devis signé.",
    "Pending the approval of the board, yes.", "Tu peux venir lundi.", "Peux-tu venir lundi ?", "Can someone meet us at the station?",
    "Elle est fermée depuis lundi.", "Le guichet sera fermé car c’est férié.", "Reporter à lundi nous convient.", "Doublon supprimé, merci !",
    "Duplicate sent by mistake, sorry.", "On se voit lundi ?", "On vous répond lundi.", "What do we bring on Monday?", "Qui répond au téléphone ?",
    "Pour fermer, tournez la clé.", "Merci de fermer à clé.", "Rien à faire de votre côté.", "No reply needed, thanks!", "Not for us, thank you.",
    "Ignorez ce message.", "Pas besoin de répondre à ce mail, merci.", "C'est réglé.", "Bob s’en occupe.", "Je te le passe lundi.",
    "Dites-lui de venir lundi.", "Bonjour Marie,\n\nDites-lui que nous l'attendons.\n\nCordialement,\nAlice", "Tell her to come on Monday.",
    "Please answer them before Monday.", "Vous pouvez lui répondre directement.", "Ne répondez pas à ce mail.",
    "Il lui répondra lundi.", "Elle est fermée lundi, merci de fermer la grille.", "Bonjour à tous,\n\noui.", "Hi all,\n\nyes.",
    "Noté : il faut venir lundi.", "Remarque judicieuse, merci.", "Mémo joint.",
    "Remarque très juste\n\nNous corrigeons.", "Il ment : mémo 3", "Commentaire bien reçu, merci.",
    "Sans suite de votre part, je clos lundi.", "Merci, c’est du spam : ne cliquez pas.",
]  # fmt: skip


@pytest.mark.parametrize("words", LETTERS)
def test_an_ordinary_short_answer_leaves_unasked(words: str) -> None:
    mail = Mail(from_=(Address("Alice Martin", "alice@home.example"),), text=words, visible_text=words)
    assert spoken(mail, NOW, PARIS, team=TEAM) == Spoken(words)


def test_the_ordinary_answers_are_many() -> None:
    assert len(set(LETTERS)) >= 60


@pytest.mark.parametrize(
    "words",
    [
        "je ne sais pas quoi répondre", "je ne sais pas quoi lui répondre", "je sais pas quoi lui dire", "je laisse quelqu'un répondre", "what do I tell her?", "I don't know what to answer",
        "qu'est-ce que je lui réponds ?", "on en parle lundi au CA ?", "à voir en CA", "à voir au bureau", "déjà répondu", "déjà traité",
        "already answered", "pas de réponse nécessaire", "aucune réponse nécessaire", "poubelle", "À la poubelle", "corbeille",
        "rouvre", "ouvrir", "solved", "fusionner avec #3", "fusionne avec #3", "merge with #3",
        "attribue à Bob", "transfère à bob", "ne plus suivre", "mute", "Info : elle ment", "test",
        "ceci est un test", "c'est un test", "this is a test", "essai", "?", "???",
    ],
)  # fmt: skip
def test_a_few_words_about_the_answer_or_to_the_bot_are_asked_about(words: str) -> None:
    for form in (words, words.upper(), words.capitalize()):
        assert asked(form) in ("mailed.maybe_note", "mailed.line"), form
    assert said(f"!reply {words}") == Spoken(words, is_letter=True)


@pytest.mark.parametrize(
    "words",
    [
        "Oui ?", ":-)", "Déjà fait.", "Already done!", "Le test est lundi.", "C'est un test de niveau.",
        "Un essai est gratuit.", "Essai gratuit lundi", "Info : la salle ferme à 20 h.", "Plus d'info : https://x.example", "Je vous laisse répondre au questionnaire.", "Je vous laisse me répondre",
        "Je ne sais pas quoi apporter.", "I don't know what to bring.", "On en parle lundi ?", "On en parle lundi au club, merci.", "À voir lundi.", "À voir avec vous.",
        "Transféré à la mairie.", "Transféré.", "Fusionné.", "Attribué à Marie", "Pas de réponse de la mairie", "Ouvre la porte",
        "Solved, thanks!", "Already paid.", "Déjà payé", "Avec plaisir", "What do I bring?", "What do I tell the coach?",
        "Qu'est-ce que je lui apporte ?", "Test : lundi 18 h", "Je la vois au bureau lundi", "!", "…", "Vu",
        "Envoie !", "Reporté.", "Cherche partenaire de tennis", "Montre trouvée au club.", "Retirez le colis",
    ],
)  # fmt: skip
def test_a_few_words_to_the_correspondent_leave(words: str) -> None:
    assert said(words, team=TEAM) == Spoken(words)


@pytest.mark.parametrize(
    "words",
    ["Bonjour tout le monde,\nje pense qu'il faut refuser.", "Hi all, I think we should refuse.", "Salut les amis !\n\nQu'en dites-vous ?"],
)  # fmt: skip
def test_who_greets_everybody_where_one_person_would_get_it_is_asked(words: str) -> None:
    mail = Mail(text=words, visible_text=words)
    found = spoken(mail, NOW, PARIS, is_to_one=True)
    assert isinstance(found, Unclear) and found.why.key == "mailed.maybe_note"
    assert spoken(mail, NOW, PARIS) == Spoken(words)
