"""The line behind `search` and `trace`: words, and phrases between quotation marks of any kind."""

from typing import Final

from bot.domain.command import Asked
from bot.domain.searching import LONGEST_QUESTION

_QUOTES: Final = str.maketrans("“”„«»＂", '""""""')


def line_of(asked: Asked) -> str | None:
    """The words with plain quotation marks and single blanks; None where there are too many letters."""
    line = asked.called.line.translate(_QUOTES)
    return " ".join(line.split()) if len(line) <= LONGEST_QUESTION else None
