"""What storage answers of things that a world of one conversation has none of."""

from bot.domain.condition import Condition
from bot.domain.figures import Figures
from bot.domain.needs import (
    AnswersByMail,
    AuditOf,
    BlockedIn,
    CameIn,
    CannedOf,
    ConditionOf,
    EnclosedBy,
    FiguresOf,
    FoldedOf,
    HistoryOf,
    IsHinted,
    MembersOf,
    NameOf,
    Need,
    PassingOn,
    PersonNotesOf,
    PersonsOf,
    PutAside,
    RoomsOf,
    RulesIn,
    SignaturesOf,
    TeamsIn,
    TraceOf,
    UpgradesWaiting,
    WholeOf,
    WorksLeaving,
)
from bot.domain.tracing import Traces
from bot.domain.whole import Whole
from tests.fakes.chat import ALICE, BOB, BOT


def beside(need: Need[object]) -> object:
    """The answer to a need that is not about the conversation's mails and events."""
    match need:
        case MembersOf():
            return (ALICE, BOB, BOT)
        case RoomsOf(rooms=rooms):
            return frozenset(rooms)
        case IsHinted():
            return True
        case (
            HistoryOf()
            | UpgradesWaiting()
            | FoldedOf()
            | BlockedIn()
            | CannedOf()
            | PersonsOf()
            | PersonNotesOf()
            | TeamsIn()
            | CameIn()
            | RulesIn()
            | SignaturesOf()
            | PutAside()
            | WorksLeaving()
            | PassingOn()
        ):
            return ()
        case AnswersByMail():
            return frozenset()
        case EnclosedBy():
            return ((), ())
        case NameOf():
            return "Alice"
        case FiguresOf(bounds=bounds):
            none = (0,) * (len(bounds) - 1)
            return Figures(none, none, (), (), (0, 0, 0, 0))
        case WholeOf():
            return Whole((), 1, 0)
        case TraceOf():
            return Traces((), 0)
        case AuditOf():
            return ()
        case ConditionOf():
            return Condition((), (), 0, None)
        case _:
            raise AssertionError(f"no fact for {need}")
