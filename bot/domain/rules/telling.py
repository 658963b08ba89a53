"""The one place where what a rule answers becomes visible to who asked."""

from typing import assert_never

from bot.domain.calls import FollowUpgrade, TrustUser
from bot.domain.command import Answer, Asked
from bot.domain.conversation import EventKind
from bot.domain.decision import Decision
from bot.domain.effects import Do, Effect, Mark, Say, ShowPage, ShowState
from bot.domain.page import Page
from bot.domain.sentences import Sentence

DONE = "✅"


def answered(asked: Asked, answer: Answer) -> Decision:
    """What is wrong is told where it was asked; a page is shown there; what shows nothing itself is marked ✅."""
    match answer:
        case Sentence() as why:
            return tell(asked, why)
        case Page() as page:
            return Decision((), (_shown(asked, page),))
        case Decision() as decision:
            if asked.is_by_hand or any(_answers(effect) for effect in decision.effects):
                return decision
            number = asked.about[-1].id if asked.about else None
            return decision + Decision((), (Mark(asked.room, asked.event, DONE, number),))
        case _ as unreachable:
            assert_never(unreachable)


def tell(asked: Asked, *what: Sentence, in_clear: bool = False) -> Decision:
    """A mistake is told to the person who made it, where they made it: with the number that they named, elsewhere."""
    meant = asked.about[0] if asked.here is None and len(asked.about) == 1 else asked.here
    say = Say(
        asked.room,
        what,
        conversation=meant.id if meant is not None else None,
        in_thread=asked.here is not None,
        reply_to=asked.event,
        mention=(asked.person,),
        in_clear=in_clear,
        under=asked.thread if asked.here is None else None,
    )
    return Decision((), (say,))


def _shown(asked: Asked, page: Page) -> ShowPage:
    """Outside of a conversation a long answer has a thread of its own: the main timeline is cards, news and talk."""
    thread = asked.here.id if asked.here is not None else None
    under = asked.thread or (None if page.is_short else asked.event)
    return ShowPage(asked.room, page, thread, asked.event, under if thread is None else None)


def _answers(effect: Effect) -> bool:
    """Whether the person sees by it what became of the command; or will, once a call has ended."""
    match effect:
        case Say(kind=kind):
            return kind in (EventKind.ANSWER, EventKind.QUESTION)
        case ShowState() | ShowPage() | Do(TrustUser() | FollowUpgrade()):
            return True
        case _:
            return False
