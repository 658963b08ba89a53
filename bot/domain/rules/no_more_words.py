"""Lines by which people ask to be mailed no more, as of a newsletter: `STOP`, `unsubscribe`, `me désabonner`."""

from typing import Final

from bot.domain.slips import is_slip
from bot.domain.words import bare_words

_ASKS: Final = frozenset(
    """stop unsubscribe unsubscribed desabonner desabonne desabonnez desabonnement desinscrire desinscris desinscrivez
    desinscription optout""".split()
)
_LONG: Final = 8
"""Letters of a word that is known by a slip of the fingers, too."""
_BESIDE: Final = frozenset(
    """me moi m a aux au a to from of de des du d la le les l ces ce cette the this these all toutes tous please pls svp
    stp merci thanks je j souhaite veux voudrais i want mail mails email emails courriel courriels e message messages
    notification notifications alerte alertes alert alerts list liste""".split()
)
_ENDS: Final = frozenset(
    "plus no more pas ne n arret arreter arretez arrete cessez cesser recevoir stop out opt".split()
)
_MAILS: Final = frozenset(
    "mail mails email emails courriel courriels notification notifications alerte alertes".split()
)
_MOST_WORDS: Final = 7


def asks_for_no_more(line: str) -> bool:
    """Whether a line says nothing else than that no more of these mails are wanted."""
    said = bare_words(line[:200])
    if not 0 < len(said) <= _MOST_WORDS:
        return False
    asks = [word for word in said if word in _ASKS or _is_misspelt(word)]
    if asks:
        return all(word in asks or word in _BESIDE for word in said)
    is_of_mails = bool(_MAILS & set(said)) and bool(_ENDS & set(said))
    is_out = said == ["opt", "out"]
    return is_out or (is_of_mails and all(word in _BESIDE or word in _ENDS for word in said))


def _is_misspelt(word: str) -> bool:
    return len(word) >= _LONG and any(is_slip(word, one) for one in _ASKS)
