"""Whether words stand under or in a signature: a program puts it above what it quotes, and people write below it."""

from collections.abc import Sequence
from typing import Final

from bot.domain.mail import Address
from bot.domain.rules.cards import POSTSCRIPT, WHEN
from bot.domain.rules.mottos import is_motto
from bot.domain.rules.own_words import Own, asks_reader, is_added, is_closing, is_name, lines_of, names_of, own_words
from bot.domain.words import bare_words

SIGNATURE: Final = "-- "
"""RFC 3676 4.3: typed by nobody, since it ends with a blank."""

_TO_READER: Final = frozenset("vous votre vos your".split())


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
    return _is_to_reader(said) or own_words(said, writers, is_behind=True) is Own.WORDS


def says_below_name(text: str, writers: Sequence[Address]) -> bool:
    """Whether what looks like a signature may have words of a letter: a line that asks its reader for something, or a
    paragraph with a day below the name."""
    names, is_signed = names_of(writers), False
    for paragraph in text.split("\n\n"):
        lines = lines_of(paragraph)
        signed = [line for line in lines if is_name(line, names) or is_closing(line, names)]
        others = [one for at, one in enumerate(lines) if one not in signed and not is_added(one, lines[at:])]
        if any(_is_to_reader(one) or (is_signed and WHEN.search(one)) for one in others):
            return True
        is_signed = is_signed or bool(signed)
    return False


def _is_to_reader(words: str) -> bool:
    """Whether words turn to their reader, or ask them for something."""
    return any(word in _TO_READER or asks_reader(word) for word in bare_words(words))
