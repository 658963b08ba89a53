"""Talk where no note can be written is told to nobody: whoever writes there hears so, and where it goes on."""

from datetime import timedelta
from typing import Final

from bot.domain.command import Asked
from bot.domain.commands.note import NOTE
from bot.domain.conversation import Conversation
from bot.domain.decision import Decision, FillSlot
from bot.domain.ground import Elsewhere
from bot.domain.ids import UserId
from bot.domain.needs import LaterOf, Needs, UnheardIn
from bot.domain.rules.at_rest import kept_from, went
from bot.domain.rules.leading import led
from bot.domain.rules.telling import tell
from bot.domain.sentences import Sentence, sentence

_AGAIN: Final = timedelta(hours=4)
"""One talk is over by then: whoever comes back has forgotten it."""


def unheard_slot(one: Conversation, person: UserId) -> str:
    """The slot that names the message under which a person was told it last, for what the conversation goes on as."""
    return f"unheard:{one.id}:{one.goes_on_as or 0}:{person}"


def why_unheard(asked: Asked, one: Conversation) -> Sentence | None:
    """Why no note can be written there; None where one can, and talk is told."""
    return kept_from(NOTE, (one,), asked.instance)


def needs_of_unheard(asked: Asked, one: Conversation) -> Needs:
    """When they were told, and where it goes on."""
    return [] if why_unheard(asked, one) is None else [UnheardIn(one, asked.person), LaterOf(one)]


def unheard(asked: Asked, one: Conversation, why: Sentence, *, is_certain: bool) -> Decision:
    """The writer is told: once for one talk; each time (`is_certain`) where somebody was to hear of it."""
    last = asked.facts[UnheardIn(one, asked.person)]
    # Of one room's clock: what comes late, or has a time of its own, is compared with its like.
    if not is_certain and last is not None and abs(asked.said_at - last) < _AGAIN:
        return Decision()
    slot = FillSlot(unheard_slot(one, asked.person), asked.room, asked.event)
    return Decision((slot,)) + _told(asked, one, why)


def _told(asked: Asked, one: Conversation, why: Sentence) -> Decision:
    later = asked.facts[LaterOf(one)]
    if one.goes_on_as is None or not later:
        return tell(asked, sentence("talk.unheard"), why)
    last = later[-1]
    if last.room != asked.room:
        # It was left behind: those of this room need not know of the other one.
        return tell(asked, sentence("talk.unheard"), went(Elsewhere(last.id, None)))
    return Decision((), (led(one, last, "talk.unheard_onward", number=one.id),))
