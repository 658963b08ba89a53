"""Saved replies of a mailbox: words that a team writes often, by name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.domain.ids import INVISIBLE, EventId, MailboxId, UserId
from bot.domain.words import bare

MOST_LETTERS: Final = 60
"""Of a name."""
MOST_WORDS: Final = 10_000
"""Characters of a text."""
MOST_SAVED: Final = 500
"""Saved replies of a mailbox."""


@dataclass(frozen=True, slots=True)
class Canned:
    """One saved reply. One that was removed is kept without words, so that the removal can be taken back."""

    mailbox: MailboxId
    name: str
    text: str
    """Markdown with variables; empty: it was removed."""
    by: UserId
    at: datetime
    source: EventId
    """The command that wrote it last."""
    before: str = ""
    """Its words before that command; empty: there was none."""

    @property
    def key(self) -> str:
        return canned_key(self.name)


def canned_key(name: str) -> str:
    """The name as it is compared: `Reçu`, `recu` and `reçu ` are one."""
    return bare(" ".join(name.translate(INVISIBLE).split()))


def found(saved: Sequence[Canned], words: str) -> tuple[Canned, ...]:
    """Those whose name or text has all these words, by name; those with the words in their name first."""
    wanted = canned_key(words).split()

    def has(where: str) -> bool:
        there = bare(where)
        return all(word in there for word in wanted)

    fits = [one for one in saved if has(f"{one.name}\n{one.text}")]
    return tuple(sorted(fits, key=lambda one: (not has(one.name), one.key, one.mailbox)))
