"""Makes tricks in sender names and addresses visible."""

import re
import unicodedata
from enum import StrEnum
from typing import Final

from bot.domain.patterns import pattern


class SenderWarning(StrEnum):
    """A trick in a sender that a card should warn of."""

    NAME_HOLDS_OTHER_ADDRESS = "name_holds_other_address"
    """The name shows a mail address that is not the sender's."""
    BIDI_OR_HIDDEN = "bidi_or_hidden"
    """Characters that turn the direction round, or have no shape."""
    MIXED_SCRIPTS = "mixed_scripts"
    """One word is written with letters of scripts that look alike, or with letters that only imitate others."""
    PUNYCODE = "punycode"
    """The domain holds letters beyond ASCII: show it in its ASCII form too."""


_DIRECTION = pattern("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_TURNING = pattern("[\u202a-\u202e\u2066-\u2069]")
_SHAPELESS = pattern(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u2028\u2029\u2060-\u2065"
    "\u206a-\u206f\u3164\ufe00-\ufe0e\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff]"
)
_JOINERS = pattern("[\u200c\u200d]")
_RIGHT_TO_LEFT: Final = frozenset(("R", "AL", "AN"))
_PILED = pattern(
    "([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]{3})[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]+"
)
_ADDRESS = pattern(r"[\w.+%'-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_][\w-]{1,62}")
_IMITATIONS = pattern("[\U0001d400-\U0001d7ff\U0001f110-\U0001f189\u249c-\u24e9\u1d00-\u1d2b]")
_LOOK_ALIKE: Final = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU")
"""Scripts with letters that cannot be told from each other (Unicode TR 39, confusables)."""
_WORD = pattern(r"[^\W\d_]+")


_MOST = 1_000
"""Characters of a name: a room takes 64 KiB an event, and a stranger's address in a report can be longer."""


def plain_name(s: str) -> str:
    """A name on one line without bidirectional, zero-width and control characters.

    Joiners stay where a script needs them (Persian, Indic scripts, joined emoji).
    """
    s = unicodedata.normalize("NFC", s[:_MOST])
    s = _SHAPELESS.sub("", _DIRECTION.sub("", s.replace("\u2028", " ").replace("\u2029", " ")))
    if _JOINERS.search(s):
        s = "".join(c for i, c in enumerate(s) if c not in "\u200c\u200d" or _joins(s, i))
    return " ".join(_PILED.sub(r"\1", s).split())


def _joins(s: str, index: int) -> bool:
    """Whether a zero-width (non-)joiner stands between letters that it can change."""
    around = s[index - 1 : index] + s[index + 1 : index + 2]
    return len(around) == 2 and all(
        ord(c) >= 0x600 and (unicodedata.category(c) in ("Lo", "Mn", "Mc", "So", "Sk") or c == "\ufe0f") for c in around
    )


def warnings_for(name: str, address: str) -> tuple[SenderWarning, ...]:
    """The tricks of a sender, the most telling first.

    Args:
        name: the decoded display name, as it came.
        address: the address, as it came.
    """
    found: list[SenderWarning] = []
    if _holds_other_address(name, address):
        found.append(SenderWarning.NAME_HOLDS_OTHER_ADDRESS)
    if _hides(name) or _hides(address):
        found.append(SenderWarning.BIDI_OR_HIDDEN)
    if _mixes(name) or _mixes(address):
        found.append(SenderWarning.MIXED_SCRIPTS)
    domain = address.rpartition("@")[2].lower()
    if not domain.isascii() or any(label.startswith("xn--") for label in domain.split(".")):
        found.append(SenderWarning.PUNYCODE)
    return tuple(found)


def _holds_other_address(name: str, address: str) -> bool:
    shown = unicodedata.normalize("NFKC", plain_name(name)).replace("\ufe6b", "@")
    shown = re.sub(r"\s?[(\[{]\s?(?:at|@)\s?[)\]}]\s?|\s@\s?|\s?@\s", "@", shown)
    own = unicodedata.normalize("NFKC", plain_name(address)).casefold()
    return any(one.group().casefold().strip(".'") != own for one in _ADDRESS.finditer(shown[:2000]))


def _hides(s: str) -> bool:
    if _TURNING.search(s) or _SHAPELESS.search(s):
        return True
    if _DIRECTION.search(s) and not any(unicodedata.bidirectional(c) in _RIGHT_TO_LEFT for c in s):
        return True
    return any(not _joins(s, found.start()) for found in _JOINERS.finditer(s))


def _mixes(s: str) -> bool:
    if s.isascii():
        return False
    if _IMITATIONS.search(s):
        return True
    for word in _WORD.finditer(s):
        if word.group().isascii():
            continue
        scripts = {_script(c) for c in word.group()} - {""}
        if len(scripts) > 1:
            return True
    return False


def _script(c: str) -> str:
    # The name of a letter begins with its script; the standard library has no table of scripts.
    name = unicodedata.name(c, "")
    return next((script for script in _LOOK_ALIKE if name.startswith(script)), "")
