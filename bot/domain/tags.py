"""Tags of a conversation: words that a team writes on it, to find it again by them."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from bot.domain.ids import INVISIBLE
from bot.domain.words import bare

MOST_LETTERS: Final = 30
MOST_TAGS: Final = 20
"""Tags on one conversation."""
_TAG: Final = re.compile(r"[^\W_][\w.&/+'’-]*")


def tag_key(tag: str) -> str:
    """The tag as it is compared: `Été` and `ete` are one."""
    return bare(tag)


def read_tag(word: str) -> str | None:
    """The tag that a word means, in small letters; None where it can be none.

    A tag begins with a letter or a digit and has no blank; `#` or `+` before it is left out.
    """
    tag = unicodedata.normalize("NFC", word.translate(INVISIBLE).lower()).lstrip("#+")
    fits = len(tag) <= MOST_LETTERS and _TAG.fullmatch(tag) is not None
    return tag if fits else None


def with_tags(
    tags: tuple[str, ...], added: Iterable[str], removed: Iterable[str]
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """The tags then; which of the added were new, and which of the removed were there."""
    known = {tag_key(tag): tag for tag in tags}
    gone = {key: known[key] for key in map(tag_key, removed) if key in known}
    new = {key: tag for tag in added if (key := tag_key(tag)) not in known}
    kept = tuple(tag for key, tag in known.items() if key not in gone)
    return (*kept, *new.values()), tuple(new.values()), tuple(gone.values())
