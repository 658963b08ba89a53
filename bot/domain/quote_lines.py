"""The lines of a body, as the rules for quotes and signatures see them."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from bot.domain.patterns import pattern


class Mark(Enum):
    """The mark that the HTML around a line puts on it."""

    NONE = "none"
    ATTRIBUTION = "attribution"
    """It introduces a quote ("On … wrote:") in a container that a known mail program makes."""
    HISTORY = "history"
    """From here to the end of the mail all is history."""
    FORWARD = "forward"
    SIGNATURE = "signature"
    """Inside the container that a known mail program puts a signature in."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a body."""

    text: str
    """Without the quote marks, stripped."""
    depth: int = 0
    """Levels of quoting: `>` marks, or quote containers of HTML."""
    mark: Mark = Mark.NONE
    is_rule: bool = False
    """A horizontal rule."""
    has_object: bool = False
    """Holds an image, so it is not empty though it may have no text."""

    @property
    def is_empty(self) -> bool:
        return not self.text and not self.has_object and not self.is_rule


HIDDEN_CHARACTERS = pattern("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
"""Joiners, bidirectional controls and other characters without a shape."""
_QUOTE_PREFIX = pattern(r"\s{0,3}((?:>[ \t\u00a0]?){1,100})")
_TAIL_ALONE = pattern(r"^\s{0,3}>\s{0,2}[^\s>]{0,20}\s?[:\uff1a]\s*$")
_SEPARATOR = pattern(r"^[\s\u00a0]*(?:[-_=*~#+\u2010-\u2015\u2500-\u2501\u0640]\s?){3,200}$")


def text_lines(raw_lines: Iterable[str]) -> list[Line]:
    """The lines of a plain-text body, each with its quote marks told from its words."""
    lines: list[Line] = []
    open_angle = False
    for raw in raw_lines:
        depth = 0
        content = raw
        if ">" in raw[:4] and not (open_angle and _TAIL_ALONE.match(raw)):
            found = _QUOTE_PREFIX.match(raw)
            if found is not None:
                depth = found[1].count(">")
                content = raw[found.end() :]
        clean = HIDDEN_CHARACTERS.sub("", content).replace("\u00a0", " ").strip()
        lines.append(Line(text=clean, depth=depth, is_rule=False))
        # "… <name@host" broken before ">:" is no quoted line.
        open_angle = depth == 0 and "<" in clean and clean.rfind("<") > clean.rfind(">")
    return lines


def is_separator(line: Line) -> bool:
    """A rule drawn with punctuation, or a horizontal rule."""
    return line.is_rule or bool(_SEPARATOR.match(line.text))
