"""➡️ or ⬅️ on a page: the page beside it is shown, as its command would show it."""

from typing import assert_never

from bot.domain.command import Asked, Called
from bot.domain.decision import NOTHING, Decision
from bot.domain.needs import Needs
from bot.domain.rights import Allowed, Denied
from bot.domain.rules import direct
from bot.domain.rules.telling import answered, tell
from bot.domain.stories.reaction import right_by_hand


def needs_of_people_turned(asked: Asked) -> Needs:
    """The first need: the members, if the page is about somebody."""
    return asked.needs_of_people if _is_allowed(asked) and asked.called.names_others else ()


def needs_of_turned(asked: Asked) -> Needs:
    """The needs of the page's command; none if the person may not give it, or what it is about is not here any more."""
    return asked.called.command.needs(asked) if _is_allowed(asked) and not _is_gone(asked) else ()


def decide_turned(asked: Asked) -> Decision:
    """The page beside one that was shown, for whoever may read the room."""
    ended = direct.gate(asked)
    if ended is not None:
        return ended
    if not isinstance(asked.reading, Called):
        # Its conversation goes on elsewhere.
        return NOTHING
    match _right(asked):
        case Allowed():
            if _is_gone(asked):
                return NOTHING
            return direct.with_withheld(asked, answered(asked, asked.called.command.rule(asked)))
        case Denied(why):
            return NOTHING if why is None else tell(asked, why)
        case _ as unreachable:
            assert_never(unreachable)


def _right(asked: Asked) -> Allowed | Denied:
    return right_by_hand(asked, asked.called.command)


def _is_allowed(asked: Asked) -> bool:
    if not isinstance(asked.reading, Called) or direct.gate(asked) is not None:
        return False
    return isinstance(_right(asked), Allowed)


def _is_gone(asked: Asked) -> bool:
    return asked.called.command.is_about_conversations and (bool(asked.missing) or len(asked.about) != 1)
