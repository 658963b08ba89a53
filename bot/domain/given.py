"""What the message of a letter is: which command, about which conversation, with which options."""

from dataclasses import dataclass

from bot.domain.ids import ConversationId
from bot.domain.participants import Choice


@dataclass(frozen=True, slots=True)
class Given:
    """The message as it read when its letter was decided: an edit of it may change words alone."""

    command: str = ""
    """The command's name; empty for plain talk."""
    about: ConversationId | None = None
    """The conversation that it is about; None for one that begins its own, and for plain talk."""
    is_numbered: bool = False
    """It names that conversation itself: without the number it would be about another one."""
    choice: Choice | None = None
    """The word in it that chooses the recipients."""
    is_timed: bool = False
    """It names the time at which the letter leaves."""
