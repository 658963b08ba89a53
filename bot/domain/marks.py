"""Marks that our own mails carry, so that the reader of mails knows our quoted history when it comes back."""

import re
from typing import Final

from bot.domain.quote_lines import HIDDEN_CHARACTERS

REPLY_ABOVE_MARKER = "-- Reply above this line --"
"""A line of this form stands above quoted history where a mailbox wants it seen."""

QUOTE_CLASS = "quoted-history"
"""CSS class of the block that holds the history in our own HTML mails: it names no program."""

ABOVE = "##--##--##"
"""Stands alone on the first line of a notification: a member's answer to it is what stands above."""
NUMBER: Final = re.compile(r"\[#(\d{1,12})\]")
"""That of the conversation, as it stands in the subjects of our mails to members."""
_BETWEEN: Final = rf"(?:{HIDDEN_CHARACTERS.pattern}|</?\w[^<>]{{0,200}}>){{0,9}}"
_IN_OTHERS: Final = re.compile(f"({_BETWEEN.join('##--')})(?={_BETWEEN}{_BETWEEN.join('##--##')})")


def without_above(words: str) -> str:
    """The words of somebody, text or HTML, with a blank in what a program may show as the mark."""
    return _IN_OTHERS.sub(r"\1 ", words)
