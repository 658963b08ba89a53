"""A letter: words that somebody wants to send to a correspondent."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.files import Enclosure, SharedFile
from bot.domain.given import Given
from bot.domain.ids import EventId, MessageRow
from bot.domain.participants import Choice
from bot.domain.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Letter:
    """Words for the correspondent, before they are a mail."""

    source: EventId
    """The message whose words they are."""
    text: str
    file: SharedFile | None = None
    """The file posted with that message; it goes along beside the files attached before."""
    choice: Choice | None = None
    """The word that chooses the recipients."""
    is_apart: bool = False
    """The command stands outside of the thread."""
    under: EventId | None = None
    """The root of the other thread that it stands in, where it is in one."""
    must_ask: Sentence | None = None
    """A question that is put in any case."""
    doubt: Sentence | None = None
    """What may have been meant as an option: ✅ or the same words again send it as it stands."""
    passes_on: MessageRow | None = None
    """A mail of another conversation that stands under the words, which may be none."""
    of_draft: bool = False
    """The words are those of the conversation's draft."""
    enclosed: tuple[Enclosure, ...] = ()
    """Files that came with the words by mail."""
    leaves_at: datetime | None = None
    """The time at which it is to leave; None: at once."""
    written_at: datetime | None = None
    """The time at which the words were written, where they are older than the command that sends them."""
    given: Given | None = None
    """What `source` is; None where that is not known."""
