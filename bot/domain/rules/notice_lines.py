"""Lines by which a notification is known that somebody answered without its mark.

They are the sentences of `bot/text/catalogues`, without the names in them; a test holds the two together.
"""

import re
from typing import Final

from bot.domain.marks import NUMBER
from bot.domain.patterns import pattern
from bot.domain.rules.opaque_links import host_left

_MOST: Final = 600
_BLANK: Final = "[ \u00a0\u202f]?"
_ANYWHERE = pattern(rf"https://matrix\.to/#/|{NUMBER.pattern}")
_OF_NOTICE = pattern(
    r"^\W{0,9}#\d{1,12}, .{1,500}, (?:with|avec) "
    r"|^\W{0,9}(?:write|écrivez) (?:above|au-dessus de) (?:this line|cette ligne)"
    r"|^\W{0,9}(?:assigned to|attribuée à) .{1,200} \(.{1,40}\)\.\W{0,9}$"
    rf"|^\W{{0,9}}(?:before that|avant cela){_BLANK}:\W{{0,9}}$"
    r"|^\W{0,9}(?:your answer to this mail goes (?:to|out)|votre réponse à ce message part (?:vers|depuis)) "
    rf"|^\W{{0,9}}(?:your answer goes to|votre réponse part vers|with !reply it goes to"
    rf"|avec !répondre elle part vers|in copy \(cc\):|en copie \(cc\){_BLANK}:)"
    r"(?: [^\s@]{1,64}@[^\s,]{1,255},?){1,500}\s{0,9}$"
    r"|^\W{0,9}(?:what is new is from your team, so|ce qui est nouveau vient de votre équipe)\b"
    r"|^\W{0,9}(?:what you write behind !reply goes out|ce que vous écrivez derrière !répondre part)\b"
    r"|^\W{0,9}(?:you chose to be mailed this by|vous avez choisi de recevoir ceci de) "
    r"|^\W{0,9}(?:this mailbox takes no answers to|cette boîte ne prend pas de réponses aux) notifications\b",
    re.IGNORECASE,
)
_THREAD = pattern(r"://(?:[^\s]{0,300}/)?matrix\.to/#/!|://[^\s]{1,400}matrix\.to(?:%2F|/\*/|_-)", re.IGNORECASE)
"""As it is, or in an address that a provider made of it."""
_HOST: Final = "matrix.to"
_LONGEST: Final = 3000
_SAID_ON = pattern(r"\b(?:noted|noté|wrote|answered|écrit|répondu)\b.{0,30}(?:\bon|\ble)\b[^\n]{0,9}\d", re.IGNORECASE)
_TIME = pattern(r"\d{1,2}[:.h]\d{2}")
_NOTED = pattern(r"\b(?:noted for the team on|noté pour l.équipe,? le)\b[^\n]{0,9}\d", re.IGNORECASE)


def is_of_notice(line: str) -> bool:
    """Whether a notification has such a line, and hardly anything that people write."""
    line = line[:_MOST]
    return _ANYWHERE.search(line) is not None or _OF_NOTICE.search(line) is not None or _is_heading(line)


def is_sentence_of_notice(line: str) -> bool:
    """Whether the whole line is one: a link, or a heading without the time of day, may stand in words of a reader."""
    line = line[:_MOST]
    return _OF_NOTICE.search(line) is not None or (_is_heading(line) and _TIME.search(line) is not None)


def _is_heading(line: str) -> bool:
    return line.rstrip(" \t\u00a0*_").endswith(":") and _SAID_ON.search(line) is not None


def is_heading_of_note(line: str) -> bool:
    """Whether it says that a member noted what follows, for the team alone."""
    return _NOTED.search(line[:_MOST]) is not None


def is_last_of_notice(line: str) -> bool:
    """Whether it is the address of the thread, with which a notification ends."""
    words = line[:_LONGEST].rstrip(" \t\u00a0>*_)]").split()
    return bool(words) and (_THREAD.search(words[-1]) is not None or host_left(words[-1]) == _HOST)
