"""Lines by which a notification is known that somebody answered without its mark.

They are the sentences of `bot/text/catalogues`, without the names in them; a test holds the two together.
"""

import re
from typing import Final

from bot.domain.patterns import pattern

_MOST: Final = 600
_BLANK: Final = "[ \u00a0\u202f]?"
_OF_NOTICE = pattern(
    r"https://matrix\.to/#/|\[#\d{1,12}\]"
    r"|^\W*#\d{1,12}, .*, (?:with|avec) "
    r"|^\W*(?:write|écrivez) (?:above|au-dessus de) (?:this line|cette ligne)"
    rf"|\b(?:noted|noté|wrote|answered|écrit|répondu)\b.{{0,30}}(?:\bon|\ble)\b.*\d.*{_BLANK}:\W*$"
    r"|^\W*(?:assigned to|attribuée à) .+ \(.+\)\.\W*$"
    rf"|^\W*(?:before that|avant cela){_BLANK}:\W*$"
    r"|^\W*(?:your answer to this mail goes to|votre réponse à ce message part vers) "
    r"|^\W*(?:you chose to be mailed this by|vous avez choisi de recevoir ceci de) "
    r"|^\W*(?:this mailbox takes no answers to|cette boîte ne prend pas de réponses aux) notifications\b",
    re.IGNORECASE,
)


def is_of_notice(line: str) -> bool:
    """Whether a notification has such a line, and hardly anything that people write."""
    return _OF_NOTICE.search(line[:_MOST]) is not None
