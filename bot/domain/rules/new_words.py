"""The new words of an answer by mail: what its writer wrote above the notification's mark, or between its lines."""

import re
from typing import Final

from bot.domain.marks import ABOVE

_QUOTED: Final = re.compile(r"[ \t]*>")
_HEAD: Final = re.compile(r"\W*(?:[^\W\d_]{1,12}[ \u00a0\u202f]?[:\uff1a]\s|[-_]{5,}|-+ .{3,40} -+\s*$)")
"""A line of a head over quoted words, or what stands above it."""
_ADDRESS: Final = re.compile(r"\S@\S")
_LONG: Final = 60
"""A quoted line of so many letters may have been broken by a client, which then marks its first part only."""


def new_words(visible: str, whole: str = "") -> str:
    """The words without what stands from our mark on, and without lines of the notification that stayed among them.

    Args:
        whole: all that the mail says, where the mark may stand below the new words.
    """
    above, mark, _ = visible.partition(ABOVE)
    lines = [line for line in above.split("\n") if not _QUOTED.match(line)]
    while lines and not lines[-1].strip():
        lines.pop()
    if mark or ABOVE in whole:
        said = _last(whole.partition(ABOVE)[0])
        # A client says there whose words follow, in a line or as a head.
        if lines and (mark or _last(lines[-1]) == said) and lines[-1].rstrip().endswith((":", "\uff1a")):
            lines.pop()
            # Long ones are broken.
            if mark and lines and _ADDRESS.search(lines[-1]):
                lines.pop()
        while mark and lines and (_HEAD.match(lines[-1]) or not lines[-1].strip()):
            lines.pop()
    words = "\n".join(lines).strip()
    # A signature (RFC 3676 4.3) under nothing is no answer: somebody sent it by mistake.
    return "" if words.partition("\n")[0].rstrip() == "--" else words


def is_quoted(line: str) -> bool:
    """Whether it is marked as somebody else's (RFC 3676 4.5)."""
    return _QUOTED.match(line) is not None


def is_head(line: str) -> bool:
    """Whether it is a line of a head over quoted words, or what stands above it."""
    return _HEAD.match(line) is not None


def words_between(visible: str) -> str:
    """All words of a mail that answers between the quoted lines of a notification; empty: what is new stands above.

    Args:
        visible: the new words, with the quoted lines that stand among them.
    """
    above, mark, below = visible.partition(ABOVE)
    if not mark or not _QUOTED.match(above.rpartition("\n")[2]):
        return ""
    lines, before = [], ">"
    for line in below.split("\n")[1:]:
        if not _QUOTED.match(line) and not _is_broken_off(line, before):
            lines.append(line)
        before = line
    said = "\n".join(lines).strip()
    if not said:
        return ""
    return re.sub(r"\n{3,}", "\n\n", f"{new_words(visible)}\n\n{said}").strip()


def _is_broken_off(line: str, before: str) -> bool:
    """Whether it may be the end of the quoted line before it."""
    starts_small = line.lstrip()[:1].islower()
    return starts_small and len(before) >= _LONG and not before.rstrip().endswith((".", "?", "!", ":"))


def _last(words: str) -> str:
    """The last line that says something, as it compares."""
    said = (" ".join(line.strip("> \t\u00a0").split()) for line in reversed(words.split("\n")))
    return next((line for line in said if line), "")
