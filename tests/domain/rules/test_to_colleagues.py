"""What answers news of colleagues: words that speak to them, and letters to the correspondent, however short."""

import pytest

from bot.domain.mail import Address
from bot.domain.rules.to_colleagues import is_to_colleagues

TEAM = {"bob", "bob durand", "claire", "petit", "claire petit"}
ALICE = (Address("Alice Martin", "alice@home.example"),)


@pytest.mark.parametrize(
    "words",
    [
        "Je suis débordée, donne-la à Claire.", "Elle m'a déjà écrit trois fois, elle est pénible.",
        "C'est plutôt pour Bob, non ?", "Je ne la connais pas.", "Tu peux la reprendre ? Je pars demain.",
        "Je préfère que tu la gardes.", "Je croyais que c'était Claire qui faisait les inscriptions.",
        "Elle doit encore 30 €, je ne réponds pas avant.", "Je lui réponds demain.", "Vu, je la rappelle.",
        "On ne devrait pas l'accepter.", "C'est une arnaque, non ?", "Je ne veux plus avoir affaire à elle.",
        "Pas de mon ressort, voyez avec le bureau.", "Il faut d'abord demander au président.",
        "Non désolée, pas cette semaine.", "Pourquoi moi ?", "Je la rappelle ce soir.",
        "Je l'ai eue au téléphone, c'est réglé.", "I can't take this one", "Sorry, I'm swamped.", "Why me?",
        "Can you take it?", "Could Bob take this?", "Ask Claire.", "Give it to Claire",
        "Claire la connaît mieux que moi.", "Je l'appelle demain matin", "Il doit encore 30 €", "Il a payé lundi",
        "I'll call her tomorrow", "She's a pain", "Demande plutôt à Claire", "Laisse tomber", "Vois avec Claire",
        "Pas le temps !", "Not me please", "Je n'ai pas le temps, désolée", "Je ne peux pas m'en occuper",
        "J'ai déjà trois dossiers", "Garde-la", "Bloque-le", "it's spam", "On ne la connaît pas", "Il faut l'appeler",
        "Merci d'avoir répondu !", "Well done", "Je vous laisse lui répondre", "Je te la laisse", "Oui, vas-y.",
        "Non merci", "Oui.", "Non.", "Ok", "Oui, d'accord.", "Parfait", "Merci !", "Oui.\n\nAlice Martin",
        "Non\n\nBien à vous\nAlice",
    ],
)  # fmt: skip
def test_words_to_whoever_gave_it_are_known(words: str) -> None:
    assert is_to_colleagues(words, TEAM, ALICE)


@pytest.mark.parametrize(
    "words",
    [
        "Oui, c'est possible lundi.", "Merci, bien reçu.", "Parfait, à samedi !", "Pouvez-vous l'envoyer en PDF ?",
        "Non, c'est complet.", "Oui, venez à 18h.", "Ok pour mardi 14h.", "Merci, je regarde et je vous redis.",
        "Yes, Monday is fine.", "No, sorry, we are full.", "Je vous l'envoie demain.", "Envoyez-moi le certificat.",
        "Je transmets à Claire qui vous répondra.", "Please find the form attached.", "Ci-joint.",
        "Réservation confirmée.", "Oui, lundi.\n\nAlice", "Oui, lundi.\n\nBob vous attendra.",
        "Il reste deux places.", "Il faut la photo et le certificat.", "Il est possible de payer en ligne.",
        "Nous la proposons le mardi.", "Je l'ai reçu, merci.", "On devrait arriver vers 18h.", "Renvoyez-la signée.",
        "Je la confirme.", "Bob peut vous aider.", "C'est Bob qui a les clés.", "C'est à Bob qu'il faut payer.",
        "Il faut voir avec la mairie.", "I can't make it on Friday, sorry.", "I'm busy until 6pm.",
        "Not today, tomorrow.", "Pas aujourd'hui, demain plutôt.", "Pas cette année.",
        "Je ne suis pas disponible ce soir, demain 18h ?", "Claire revient lundi, elle vous appellera.",
        "Y a-t-il un certificat ?", "Je ne sais pas encore.", "You can ask Bob on Saturday.", "Super, merci !",
        "Très bien, merci.", "Volontiers", "Mardi plutôt.", "Le cours de 18h, celui-là est complet.",
        "Demande bien reçue.",
    ],
)  # fmt: skip
def test_a_letter_is_one_however_short(words: str) -> None:
    assert not is_to_colleagues(words, TEAM, ALICE)


@pytest.mark.parametrize(
    "words",
    [
        "Je suis débordée, donne-la à Claire.", "Elle m'a déjà écrit trois fois, elle est pénible.", "Elle nous doit 30 €.",
        "Tu peux la reprendre ?", "Tu peux lui dire oui.", "Peux-tu la prendre ?", "D'accord avec toi", "Demande à Zoé.",
        "Elle a payé lundi.", "Je la rappelle ce soir.", "Elle attend sa facture.", "Pourquoi tu l'as fermé ?",
        "Tu t'es trompé de tarif.", "Tu as oublié le tarif.", "Tu en penses quoi ?", "She still owes us money.",
        "I called her, all good.", "She keeps asking.", "Encore elle !", "Oui.", "Merci !", "On fait quoi ?",
        "What should I say?", "Why did you tell her that?", "Non, surtout pas, c'est une mauvaise payeuse.",
        "C'est pas moi qui gère ça.", "J'aurais dit non.", "Pas la peine de répondre.", "Faut-il lui répondre ?", "On lui a déjà dit non.",
        "He still hasn't paid.", "Accorde-lui la remise.", "Bob s'est trompé, c'est 30 €.",
    ],
)  # fmt: skip
def test_so_they_are_where_somebody_outside_has_just_written(words: str) -> None:
    assert is_to_colleagues(words, TEAM, ALICE, is_after_mail=True) and is_to_colleagues(words, TEAM, ALICE)


@pytest.mark.parametrize(
    "words",
    [
        "Tu peux venir mardi.", "Tu peux payer en ligne.", "Je t'appelle demain.", "Tu le recevras lundi.",
        "Oui, ta fille peut venir, elle commence mardi.", "Yes, she can try on Tuesday.", "He starts on Monday.",
        "Il nous faut le certificat.", "Elle est inscrite.", "Merci à toi, à samedi !", "Je la garde jusqu'à mardi.",
        "Prends un certificat.", "Elle sera là mardi.", "Tu as bien fait d'écrire.", "Il doit apporter des baskets.", "Elle pourra essayer deux séances.",
    ],
)  # fmt: skip
def test_what_they_may_be_told_as_well_is_a_letter_then(words: str) -> None:
    assert not is_to_colleagues(words, TEAM, ALICE, is_after_mail=True)


@pytest.mark.parametrize(
    "words",
    [
        "Il commence à 18 h.", "Il coûte 30 €.", "Elles sont gratuites.", "Ils sont en pièce jointe.", "They start at 6pm.",
        "They are attached.", "We received them, thanks.", "Ton inscription est validée.", "Elle est ouverte le lundi.",
    ],
)  # fmt: skip
def test_of_a_course_or_a_form_nobody_tells_a_colleague(words: str) -> None:
    assert not is_to_colleagues(words, TEAM, ALICE)
