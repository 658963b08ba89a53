"""A member's own lines under their mails: by mailbox, so that nothing of one association stands in another's mails."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.domain.ids import INVISIBLE, EventId, MailboxId, UserId

MOST_LINES: Final = 3
MOST_LETTERS: Final = 100
"""Of a line."""


@dataclass(frozen=True, slots=True)
class OwnSignature:
    """The lines of one member in the mails of one mailbox."""

    mailbox: MailboxId
    person: UserId
    text: str
    """Plain words, in one to three lines; empty: they were removed."""
    at: datetime
    source: EventId
    """The command that wrote them last."""
    before: str = ""
    """The words before that command; empty: there were none."""


def lines_of(text: str) -> tuple[str, ...]:
    """The lines as they are kept: without blanks around them, invisible marks and empty lines."""
    kept = (" ".join(line.translate(INVISIBLE).split()) for line in text.splitlines())
    return tuple(line for line in kept if line)
