"""Whether an answer to a mail of ours that told of something is a word to us.

That mail says that an answer did not leave. Whoever answers it “yes” means us, and nobody else is to have the word.
"""

from typing import Final

from bot.domain.words import bare_words

_FEW: Final = 2
"""So few words say nothing that a correspondent could understand by itself."""
_MOST: Final = 8
_YES: Final = frozenset(
    """oui ouais yes yep yeah ok okay okey d dac daccord accord entendu parfait go vas allez ja si sure please svp stp
    confirme confirmer confirmed confirm valide valider non no nein annule annuler cancel merci thanks""".split()
)
_SENDS: Final = frozenset(
    """send sent resend envoie envoies envoyer envoyez envoye envoyee envoi renvoie renvoyer renvoyez transmets
    transmettre transmettez expedier expedie partir senden schicken""".split()
)


def is_said_to_us(words: str) -> bool:
    """Whether words that answer such a mail may be meant for us."""
    said = bare_words(words[:500])
    if len(said) <= _FEW:
        return True
    return len(said) <= _MOST and (said[0] in _YES or bool(_SENDS & set(said)))
