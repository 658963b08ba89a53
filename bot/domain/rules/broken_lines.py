"""Whether the end of a line may be where a program broke a longer one: then the next begins nothing."""

from typing import Final

_NARROWEST: Final = 60
"""Programs break lines at 60 to 80 letters, before the first word that does not fit."""
_WIDEST: Final = 80


def is_broken(above: str, line: str) -> bool:
    """Whether a program may have broken one line into these two.

    Whoever ends a line with a mark ended it themselves, or would be asked needlessly at most.
    """
    said, next_word = above.strip(), "".join(line.split()[:1])
    is_full = len(said) + 1 + len(next_word) > _NARROWEST
    return said[-1:].isalnum() and is_full and len(said) <= _WIDEST
