"""`!cancel`, `!back`, `!status`: what a person can say to any dialogue that is open where they say it."""

import re
from enum import StrEnum
from typing import Final

from bot.domain.words import bare


class Steer(StrEnum):
    """A word that a person can say to any dialogue."""

    CANCEL = "cancel"
    BACK = "back"
    STATUS = "status"


WORDS: Final = {
    "cancel": Steer.CANCEL,
    "abandonner": Steer.CANCEL,
    "no": Steer.CANCEL,
    "non": Steer.CANCEL,
    "back": Steer.BACK,
    "retour": Steer.BACK,
    "status": Steer.STATUS,
    "etat": Steer.STATUS,
}
"""English and French, in small letters without accents."""
_STEERS = re.compile(r"\s*(?:!|/{1,2})(?P<word>[^\W\d_]{1,20})\s*$")


def steer_in(words: str) -> Steer | None:
    """The word to a dialogue; None where the message is anything else than one such word."""
    found = _STEERS.match(words)
    return WORDS.get(bare(found["word"])) if found is not None else None
