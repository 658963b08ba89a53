"""Text parts that say no more than that the words stand in the HTML part."""

import re
from typing import Final

from bot.domain.words import bare_words

_MOST: Final = 400
_FEWEST: Final = 3
_WORDS: Final = frozenset(
    """a able an and any are at be best body but by can cannot capable client clients compatible contain contained
    contains content contents device display displayed do does doesn e email emails enable enabled for format formatted
    format has have html if in internet is it mail mailer mails message messages mime modern multi multipart need needs
    no not of only open or part parts plain please program read reader reading render requires see show shows software
    sorry support supported supporting supports switch t text that the this to turn unable use using version view
    viewer viewing web which with you your
    affiche afficher au aucun avec ce cette client compatible comprend contenu courriel courriels courrier dans de des
    disponible du e electronique en est et etre format formatte gere il la le lecteur les lire logiciel mail
    messagerie mode n ne ou par partie pas peut peuvent pouvant pour pouvez prend charge programme que qu qui sa ses
    seulement supporte sur texte ouvrir un une uniquement utilisant utilise utiliser utilisez version veuillez visible
    visualiser voir votre vous
    dieses diese nachricht ihr programm unterstutzt kein keine""".split()
)
"""Words that such sentences are made of, in English, French and German. None of them says anything by itself."""


def is_placeholder(text: str) -> bool:
    """Whether a text part is nothing but such a sentence: `Your mail client does not support HTML messages.`"""
    if len(text) > _MOST:
        return False
    words = [word for word in bare_words(re.sub(r"['\u2019]", " ", text)) if word]
    return len(words) >= _FEWEST and bool({"html", "mime"} & set(words)) and all(word in _WORDS for word in words)
