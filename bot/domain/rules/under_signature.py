"""Whether words stand under a signature: a program puts it above what it quotes, and people write below it."""

from collections.abc import Sequence
from typing import Final

from bot.domain.mail import Address
from bot.domain.rules.cards import POSTSCRIPT
from bot.domain.rules.mottos import is_motto
from bot.domain.rules.own_words import Own, own_words
from bot.domain.words import bare_words

SIGNATURE: Final = "-- "
"""RFC 3676 4.3: typed by nobody, since it ends with a blank."""

_TO_READER: Final = frozenset("vous votre vos your".split())
_NO_VERBS: Final = frozenset("chez assez nez rez".split())
"""Other words that end so ask somebody for something: `Apportez …`."""


def says_under_signature(lines: Sequence[str], writers: Sequence[Address]) -> bool:
    """Whether somebody wrote below a signature's delimiter: a postscript, a paragraph that says something under that of
    the signature, or another such delimiter, which makes a rule of both.

    Args:
        lines: all that stands above the quotation.
    """
    if SIGNATURE not in lines:
        return False
    below = lines[lines.index(SIGNATURE) + 1 :]
    if SIGNATURE in below or any(POSTSCRIPT.match(line) for line in below):
        return True
    _, *paragraphs = "\n".join(below).strip().split("\n\n")
    said = "\n\n".join(one for one in paragraphs if not is_motto(one))
    if any(word in _TO_READER or (word.endswith("ez") and word not in _NO_VERBS) for word in bare_words(said)):
        return True
    return own_words(said, writers, is_behind=True) is Own.WORDS
