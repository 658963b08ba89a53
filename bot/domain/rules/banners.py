"""The warnings that companies' servers put above a mail from elsewhere, or into what is quoted of it."""

import re
from typing import Final

from bot.domain.quote_lines import HIDDEN_CHARACTERS
from bot.domain.rules.program_lines import is_servers
from bot.domain.signature_words import OUTSIDE_BANNER, OUTSIDE_LINE

_MOST_LETTERS: Final = 500
_MOST_LINES: Final = 4
_MARKS: Final = "> \t\u00a0"
_WORDS: Final = "external (?:e-?mail|sender)|expéditeur externe|ext(?:ern(?:al|e|o)?)?|esterno"
_TAG: Final = re.compile(rf"\[ ?(?i:{_WORDS}) ?\]|[*(<{{]{{1,3}} ?(?:{_WORDS.upper()}) ?[*)>}}]{{1,3}}")
"""In square brackets nobody else writes it; in others its capitals tell."""


def is_tag(line: str) -> bool:
    """Whether the whole line is the word by which a server marks mail from elsewhere, as it alone writes it."""
    return _TAG.fullmatch(_bare(line)) is not None


def is_banner(words: str) -> bool:
    """Whether it begins like such a warning, and names what they warn of."""
    words = words[:_MOST_LETTERS]
    return OUTSIDE_BANNER.match(words) is not None and is_servers(words)


def without_banner(lines: list[str]) -> list[str]:
    """The lines of a mail without the warning on top of them."""
    start = next((at for at, line in enumerate(lines) if line.strip()), len(lines))
    end = next((at for at in range(start, len(lines)) if not lines[at].strip()), len(lines))
    if start < len(lines) and OUTSIDE_LINE.match(lines[start].strip()[:_MOST_LETTERS]):
        return lines[start + 1 :]
    return lines[end:] if is_banner(" ".join(lines[start:end])) else lines


def banner_start(lines: list[str]) -> int:
    """Where the warning begins with which these lines end; their number: they end with none."""
    end = len(lines)
    while end and not _bare(lines[end - 1]):
        end -= 1
    said: list[str] = []
    for start in range(end - 1, max(-1, end - 1 - _MOST_LINES), -1):
        if not (line := _bare(lines[start])):
            break
        said = [line, *said]
        if is_banner(" ".join(said)) or (len(said) == 1 and is_tag(said[0])):
            return start
    return len(lines)


def _bare(line: str) -> str:
    return HIDDEN_CHARACTERS.sub("", line[:_MOST_LETTERS]).strip(_MARKS)
