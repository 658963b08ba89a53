"""What follows from what happened, the same for all stories: tables of cases."""

from dataclasses import replace

import pytest

from bot.domain.conversation import Conversation, HistoryEntry
from bot.domain.decision import AddHistory, Decision
from bot.domain.happening import Happening, What
from bot.domain.ids import EventId, UserId
from bot.domain.stories.chain import NO_HISTORY, with_history
from bot.text.wording import has
from tests.domain.test_cards import BARE, NOW
from tests.fakes.chat import ALICE, BOB

SHOWN = replace(BARE, root=EventId("$card"))


def happened(what: What, about: Conversation = SHOWN, *, by: UserId | None = ALICE, detail: str = "") -> Happening:
    return Happening(what, about, by, NOW, detail)


# --- the history


@pytest.mark.parametrize("what", What)
def test_each_thing_that_happened_is_one_line_of_history_or_none(what: What) -> None:
    lines = [c.entry for c in with_history(Decision(happened=(happened(what, detail="why"),))).changes]  # type: ignore[union-attr]
    wanted = HistoryEntry(SHOWN.id, NOW, ALICE, f"history.{what.value}", "why")
    assert lines == ([] if what in NO_HISTORY else [wanted])


@pytest.mark.parametrize("what", sorted(set(What) - NO_HISTORY))
def test_each_line_of_history_has_its_sentence(what: What) -> None:
    assert has(what.key)


def test_lines_stand_in_the_order_in_which_it_happened() -> None:
    done = Decision(happened=(happened(What.ASSIGNED, detail=BOB),)) + Decision(happened=(happened(What.CLOSED),))
    said = [c.entry.action for c in with_history(done).changes if isinstance(c, AddHistory)]
    assert said == ["history.assigned", "history.closed"]


def test_where_nothing_happened_nothing_follows() -> None:
    assert with_history(Decision()) == Decision()
