"""What answers the mail that an answer did not leave: a word to us, or a letter."""

import pytest

from bot.domain.rules.said_to_us import is_said_to_us

MARIE = ("marie", "marie durand", "durand")


@pytest.mark.parametrize(
    "words",
    [
        "Pouvez-vous quand même l’envoyer à Marie s’il vous plaît ? C’est urgent pour elle.",
        "Ce n’était pas un message d’absence, merci de le transmettre à Madame Durand.",
        "It’s not an out of office reply, it’s what I want to tell her.",
        "Hello, why was this blocked? It is a real reply.",
        "Ça doit partir chez Marie, pas chez vous.",
        "Pourquoi ma réponse n’est-elle pas partie ? Je ne comprends rien.",
        "Je ne suis pas absente, je réponds juste à Marie.",
        "Le robot s’est trompé, je voulais vraiment lui dire ça.",
        "Il s’agit bien d’une réponse pour elle.",
    ],
)
def test_what_speaks_of_the_answer_is_said_to_us(words: str) -> None:
    assert is_said_to_us(words, MARIE)


@pytest.mark.parametrize(
    "words",
    [
        "La salle ferme à 20 h, à lundi.",
        "Ma réponse est oui, pour lundi comme pour mardi.",
        "My answer is yes, both for Monday and for Tuesday.",
        "Le colis n’est pas encore parti, il part demain matin.",
        "Je serai absente lundi, on se voit mardi.",
        "Nous avons bien reçu le formulaire et le transmettons au trésorier.",
        "C’est pour les enfants de 6 à 10 ans.",
        "Je n’étais pas là lundi, mais la réponse de la mairie est arrivée.",
        "Bonjour Marie,\n\nce n’est pas encore parti, mon message arrivera lundi.",
        "Pour la suite, il suffit d’écrire à marie@asso.example avant lundi soir.",
    ],
)
def test_a_letter_is_said_to_nobody_here(words: str) -> None:
    assert not is_said_to_us(words, MARIE)
