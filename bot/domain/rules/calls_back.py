"""Lines by which people take back by mail what they answered by mail: `annule ma réponse`, `please don't send it`."""

import re
import unicodedata
from typing import Final

from bot.domain.words import bare

_TAKES_BACK: Final = frozenset(
    """annule annuler annulez annulation cancel undo recall unsend withdraw retract retire retirer supprime supprimer
    rappelle rappeler efface effacer""".split()
)
_ALONE: Final = frozenset("annule annuler annulation cancel undo recall unsend".split())
"""The others say it of an answer alone: `rappelle`, `supprime`; and `annulez` is said to the correspondent."""
_SENDS: Final = frozenset("envoie envoies envoyer envoyez envoyons send transmettez transmets transmettre".split())
_NOT: Final = frozenset("ne n pas don t dont not do".split())
_OTHERS: Final = frozenset("pas don dont not".split())
"""One of them beside `envoyer`."""
_ANSWERS: Final = frozenset(
    "reponse message mail courriel email envoi answer reply response sending it le la l".split()
)
_WRONG: Final = frozenset("mauvaise mauvais wrong trompe trompee".split())
_CONVERSATIONS: Final = frozenset("conversation thread ticket fil".split())
_BESIDE: Final = frozenset(
    """ma mon mes cet cette ce c the my that this last latest dernier derniere precedent precedente previous oups oops
    oh ah stop attends attendez attention wait non no sorry pardon desole desolee excusez moi excuse svp stp s il
    te vous plait please pls merci thanks je me suis erreur de d part par i m was is et and veux voudrais want to
    en a vite now maintenant encore yet surtout j ai une my mistake finalement en fait""".split()
)
_OVER: Final = ("é", "ée", "és", "ées")
"""`Annulé` says what has become of something."""
_MOST_WORDS: Final = 9


def calls_back(line: str) -> bool:
    """Whether a line says nothing else than that an answer is not to be sent, or was one to something else."""
    typed = [word for word in re.split(r"[\W_]+", unicodedata.normalize("NFC", line[:200]).lower()) if word]
    said = [word if bare(word) in _TAKES_BACK and word.endswith(_OVER) else bare(word) for word in typed]
    if not 0 < len(said) <= _MOST_WORDS:
        return False
    words = set(said)
    if words & _WRONG and words & _CONVERSATIONS:
        return words <= _WRONG | _CONVERSATIONS | _BESIDE
    is_not_sent = bool(words & _SENDS and words & _OTHERS)
    takes = words & _TAKES_BACK
    is_taken = bool(takes & _ALONE or (takes and words & _ANSWERS))
    known = _TAKES_BACK | _SENDS | _NOT | _ANSWERS | _WRONG | _BESIDE
    return (is_taken or is_not_sent) and words <= known
