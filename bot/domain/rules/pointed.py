"""A mail that somebody points at, by replying to it or by a reaction on it, belongs to the conversation of today.

The event stays where it was posted when its mail is split off. So what is given there is about the thread, or about the
mail; it is never done in silence with another one.
"""

from bot.domain.command import Asked, Called, Command
from bot.domain.conversation import COMMANDS, Conversation, EventKind, KnownEvent
from bot.domain.ground import Elsewhere
from bot.domain.rules.at_rest import went
from bot.domain.sentences import Sentence, sentence

_MAILS = (EventKind.MAIL, EventKind.ATTACHMENT)
"""What shows a mail itself."""
LINES = (*_MAILS, EventKind.RECEIPT, *COMMANDS)
"""What may stand for a mail: its line, what tells of it, and the command that it was made of."""


def place_of(target: KnownEvent | None, pointed: tuple[Conversation, ...]) -> Conversation | None:
    """The conversation of a mail that was shown in the thread of another one, and is not of that any more."""
    if target is None or target.kind not in _MAILS or not pointed:
        return None
    return None if target.conversation in {one.id for one in pointed} else pointed[0]


def meant_by_it(asked: Asked, row: Command) -> tuple[Conversation, ...]:
    """What a command without a number is about: its thread; where it does something to one mail, that of the mail."""
    here = () if asked.here is None else (asked.here,)
    if not row.is_of_mail or not asked.pointed or {one.id for one in here} & {one.id for one in asked.pointed}:
        return here
    at = asked.pointed[0]
    return (at,) if at.room == asked.room else here


def astray(asked: Asked) -> Sentence | None:
    """What is said where the mail that they point at is in another conversation than what the command is about."""
    if asked.target is None or asked.target.kind not in _MAILS or not asked.pointed:
        return None
    at = asked.pointed[0]
    if {one.id for one in asked.about} & {one.id for one in asked.pointed}:
        return None
    names_another = isinstance(asked.reading, Called) and bool(asked.called.numbers)
    if names_another and at.id == asked.target.conversation:
        return None
    if at.room != asked.room and asked.within is None:
        return went(Elsewhere(at.id, None))
    return sentence("error.mail_elsewhere", number=asked.pointed[-1].id)
