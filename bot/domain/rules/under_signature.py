"""Whether words stand under a signature: a program puts it above what it quotes, and people write below it."""

from collections.abc import Sequence
from typing import Final

from bot.domain.mail import Address
from bot.domain.rules.cards import POSTSCRIPT
from bot.domain.rules.own_words import Own, own_words

SIGNATURE: Final = "-- "
"""RFC 3676 4.3: typed by nobody, since it ends with a blank."""


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
    said = "\n".join(below).strip()
    return own_words(said.partition("\n\n")[2], writers, is_behind=True) is Own.WORDS
