"""Whether words end with the name of a colleague to whom they are said."""

import re
from collections.abc import Collection
from typing import Final

from bot.domain.rules.own_words import is_closing
from bot.domain.words import bare_words

_MOST: Final = 300
"""Letters of words that are looked at."""
_ENDS_TO: Final = re.compile(r"(?P<before>.*\S)\s*,\s*@?(?P<name>[^,.:;!?\n]{2,60}?)[\s.!?\u2026*_]*$")
_TO_CORRESPONDENT: Final = frozenset("vous votre vos you your yours".split())
_BEFORE_ONE: Final = frozenset("l le la the our notre les mon ma mes nos un une a my his her son sa leur their".split())
"""Before what somebody is, who is named then."""
_APPOSED: Final = 3
_MOST_LISTED: Final = 2
"""Words of a name in a list of names."""


def ends_to(line: str, team: Collection[str]) -> bool:
    """Whether its last word is the name of a colleague to whom it is said: `Je pense qu'elle ment, Bob.`; not of one of
    whom it tells: `demandez à notre trésorier, Bob`."""
    found = _ENDS_TO.match(line) if len(line) <= _MOST else None
    if found is None or " ".join(bare_words(found["name"])) not in team:
        return False
    before = bare_words(found["before"])
    last = bare_words(re.split(r"[,;:.!?]", found["before"])[-1])
    is_list = 0 < len(last) <= _MOST_LISTED and found["before"].split()[-1][:1].isupper()
    is_told_of = bool(_TO_CORRESPONDENT & set(before) or _BEFORE_ONE & set(last[-_APPOSED:]))
    return not (is_told_of or is_list or is_closing(found["before"], ()))
