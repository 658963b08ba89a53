"""What programs write without a header that says so: by what it says, and by that it quotes nothing."""

import pytest

from bot.domain.mail import Address
from bot.domain.rules.absence_words import begins_like_absence

ALICE = (Address("Alice Martin", "alice@home.example"),)


@pytest.mark.parametrize(
    "words",
    [
        "Merci pour votre message. Je n'ai pas accès à mes mails jusqu'au 30 novembre.",
        "Bonjour, je n’aurai pas accès à ma messagerie jusqu'au 30 novembre.",
        "I do not have access to my email this week.",
        "Pas de connexion internet jusqu'au 30.",
        "Parti en randonnée sans réseau jusqu'à dimanche.",
        "Je suis déconnectée jusqu'au 30 novembre.",
        "Bonjour, j'ai bien reçu votre message et vous répondrai dès mon retour le 30 novembre.",
        "Je vous répondrai à mon retour, le 30 novembre.",
        "Dès mon retour le 30 novembre je prendrai connaissance de votre message.",
        "Je profite de vacances bien méritées ! À mon retour le 30 je lirai vos messages.",
        "Thank you for your message. I will reply when I get back on Monday.",
        "I only work Mondays and Tuesdays and will respond on my next working day.",
        "On holiday until Monday!",
        "Votre message a bien été lu par Alice.",
        "Your message has been read by Alice Martin.",
        "Absente pour le moment, à bientôt",
        "Je suis hospitalisée, je ne pourrai pas répondre avant plusieurs semaines.",
        "Alice Martin a quitté l'entreprise. Merci d'écrire à contact@mairie.example.",
        "Alice Martin ne travaille plus à la mairie.",
        "Mme Martin ne fait plus partie de nos effectifs.",
        "Alice Martin has left the company.",
        "Alice no longer works here.",
        "Alice est décédée le 12 novembre.",
        "Je ne fais plus partie de la société. Merci de contacter M. Paul.",
        "Alice Martin a lu votre message le 23/11/2026.",
        "Votre message a été lu le lundi 23 novembre 2026",
        "Your message was read on Monday, 23 November 2026",
        "Accusé de réception",
        "Confirmation de lecture",
        "Alice liked your message",
        "Alice Martin loved “Bonjour, une question.”",
        "A aimé votre message",
        "Changement d'adresse : merci d'utiliser désormais alice2@home.example",
        "Cette adresse sera bientôt supprimée. Merci d'utiliser alice@perso.example.",
    ],
)
def test_what_a_program_says_is_known_whatever_it_quotes(words: str) -> None:
    assert begins_like_absence(words, ALICE)


@pytest.mark.parametrize(
    "words",
    [
        "Votre message a bien été reçu. Il sera traité dans les meilleurs délais.",
        "Nous avons bien reçu votre message et vous répondrons dans les 48 heures.",
        "Your message has been received and will be answered shortly.",
        "Votre message a été transféré à mon collègue.",
        "Veuillez patienter, votre demande est en cours de traitement. Numéro de dossier 12345.",
        "J'ai changé d'adresse mail, ma nouvelle adresse est alice.martin@perso.example",
        "Bonjour, je lis mes mails le mardi et le jeudi uniquement.",
        "Je suis joignable au 06 11 22 33 44 en cas d'urgence.",
        "Je travaille à temps partiel : lundi, mardi, jeudi.",
        "Je ne travaille pas le mercredi ni le vendredi.",
        "I work part time: Monday to Wednesday.",
        "Merci, pendant mon absence appelez Bob.",
        "Elle ne travaille plus ici.",
        "Le secrétariat est absent du 3 au 5.",
        "Votre boîte mail est pleine.",
        "J'aime « Bonjour, une question. »",
        "Lu",
        "👍",
        "❤️👏",
        "Nous sommes fermés jusqu'au 3 janvier.",
        "Bureau fermé du 24 au 2. Joyeuses fêtes !",
        "The office is closed until January 4th.",
        "Merci pour votre message, je reviens vers vous rapidement.",
        "Thank you, we will get back to you shortly.",
        "Je conduis, je vous réponds plus tard.",
        "I'm driving right now.",
        "Je suis en réunion, je te rappelle.",
        "I am in a meeting, I'll call you later.",
    ],
)
def test_what_somebody_says_as_well_is_a_program_s_where_nothing_is_quoted(words: str) -> None:
    assert begins_like_absence(words, ALICE, quotes_nothing=True)
    assert not begins_like_absence(words, ALICE)


@pytest.mark.parametrize(
    "words",
    [
        "Bonjour Marie,\n\nc’est oui.",
        "Bonjour, votre absence au cours de mardi est bien notée.",
        "Le cours a lieu pendant les vacances du 20 au 25.",
        "Oui, à lundi. Lu et approuvé par le bureau.",
        "Nous avons bien reçu votre message, merci.",
        "Bien reçu votre chèque, je vous envoie le reçu.",
        "Votre adresse mail n'est pas la bonne ?",
        "Vous pouvez venir à temps plein.",
        "Alice Martin vous rappellera lundi.",
        "J'aime beaucoup cette idée !",
        "Désolée, Bob est absent.",
        "FYI the team is away on Monday.",
        "Vu",
        "La salle est fermée le lundi.",
        "Je serai en réunion lundi, venez mardi.",
    ],
)
def test_common_letters_are_no_program_s_even_where_nothing_is_quoted(words: str) -> None:
    assert not begins_like_absence(words, ALICE, quotes_nothing=True)


@pytest.mark.parametrize(
    "words",
    [
        "Bob a quitté l'entreprise, c'est moi qui vous réponds.",
        "Claire ne travaille plus le mardi.",
        "Bob liked the idea very much.",
        "La maison a aimé votre projet.",
        "Je répondrai à toutes vos questions lundi.",
        "Je reviendrai vers vous lundi.",
        "I will reply on Monday.",
        "La connexion internet est coupée jusqu'à lundi.",
        "Il n'y a pas d'accès à la salle jusqu'à lundi.",
        "L'entraîneur est absent du 3 au 5, le cours est annulé.",
        "Le professeur sera en congés du 3 au 5.",
        "The coach is away until Monday.",
        "Le message automatique que vous avez reçu est une erreur.",
        "Votre boîte mail est pleine, votre message m'est revenu.",
        "Your mailbox is full, my message came back.",
        "Mon mail n'a pas été distribué, je vous le renvoie.",
        "My email was not delivered, here it is again.",
    ],
)
def test_what_is_said_of_others_and_of_things_is_no_program_s(words: str) -> None:
    assert not begins_like_absence(words, ALICE)
