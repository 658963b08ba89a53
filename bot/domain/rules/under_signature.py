"""Whether words stand under a signature: a program puts it above what it quotes, and people write below it."""

from collections.abc import Sequence

from bot.domain.mail import Address
from bot.domain.rules.cards import POSTSCRIPT
from bot.domain.rules.own_words import Own, own_words


def says_under_signature(below: Sequence[str], delimiter: str, writers: Sequence[Address]) -> bool:
    """Whether somebody wrote below a signature's delimiter: a postscript, a paragraph that says something under that of
    the signature, or another such delimiter, which makes a rule of both.

    Args:
        below: the lines below the first delimiter.
    """
    if delimiter in below or any(POSTSCRIPT.match(line) for line in below):
        return True
    said = "\n".join(below).strip()
    return own_words(said.partition("\n\n")[2], writers, is_behind=True) is Own.WORDS
