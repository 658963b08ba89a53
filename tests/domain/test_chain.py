"""What follows from what happened, the same for all stories: tables of cases."""

from dataclasses import replace

import pytest

from bot.domain.conversation import Conversation, EventKind, HistoryEntry
from bot.domain.decision import AddHistory, Decision
from bot.domain.effects import Say
from bot.domain.happening import Happening, What
from bot.domain.ids import ConversationId, UserId
from bot.domain.stories.chain import FOLLOWS, Follows, with_hearing, with_history
from bot.text.wording import has
from tests.domain.commands.cases import NOW, ask, other
from tests.domain.deciding import FIRST, conversation
from tests.fakes.chat import ALICE, BOB, ROOM

CAROL = UserId("@carol:localhost")
SHOWN = conversation()


def happened(what: What, about: Conversation = SHOWN, *, by: UserId | None = ALICE, detail: str = "") -> Decision:
    return Decision(happened=(Happening(what, about, by, NOW, detail),))


def seen_in(place: Follows) -> list[What]:
    return [what for what in What if place in FOLLOWS[what]]


def test_of_each_thing_it_is_said_where_it_is_seen() -> None:
    assert set(FOLLOWS) == set(What)


@pytest.mark.parametrize("what", seen_in(Follows.HISTORY))
def test_what_a_history_or_a_message_says_has_its_sentence(what: What) -> None:
    assert has(what.key)


def test_who_hears_of_something_finds_it_in_the_history() -> None:
    assert set(seen_in(Follows.HEARD)) <= set(seen_in(Follows.HISTORY))


# --- the history


@pytest.mark.parametrize("what", What)
def test_each_thing_that_happened_is_one_line_of_history_or_none(what: What) -> None:
    line = AddHistory(HistoryEntry(FIRST, NOW, ALICE, f"history.{what.value}", "why"))
    assert with_history(happened(what, detail="why")).changes == ((line,) if what in seen_in(Follows.HISTORY) else ())


def test_lines_stand_in_the_order_in_which_it_happened() -> None:
    done = with_history(happened(What.ASSIGNED) + happened(What.CAME) + happened(What.CLOSED))
    assert [c.entry.action for c in done.changes if isinstance(c, AddHistory)] == ["history.assigned", "history.closed"]


def test_where_nothing_happened_nothing_follows() -> None:
    assert with_history(Decision()) == Decision()


# --- who hears of it

THEIRS = conversation(assignee=ALICE, followers=(BOB, CAROL))


def told(
    done: Decision, *before: Conversation, by: UserId = BOB, mentions: tuple[UserId, ...] = ()
) -> list[tuple[ConversationId | None, list[str], tuple[UserId, ...]]]:
    """In which thread what is told to whom."""
    asked, message = ask("Bonjour", by=by, there=before or (THEIRS,), mentions=mentions)
    asked = replace(asked, about=before or (THEIRS,))
    more = with_hearing(asked, message, done).effects[len(done.effects) :]
    says = [effect for effect in more if isinstance(effect, Say)]
    assert len(says) == len(more)
    return [(one.conversation, [s.key for s in one.sentences], one.mention) for one in says]


@pytest.mark.parametrize("what", What)
def test_assignee_and_followers_hear_of_a_colleague_s_act(what: What) -> None:
    heard = [(FIRST, [what.key], (ALICE, CAROL))] if what in seen_in(Follows.HEARD) else []
    assert told(happened(what, THEIRS, by=BOB)) == heard


@pytest.mark.parametrize("what", seen_in(Follows.HEARD))
def test_nobody_hears_of_what_postroom_did_of_an_own_act_or_of_what_concerns_nobody_else(what: What) -> None:
    alone = conversation(assignee=BOB)
    assert told(happened(what, THEIRS, by=None)) == []
    assert told(happened(what, alone, by=BOB), alone) == []
    assert told(happened(what, SHOWN, by=BOB), SHOWN) == []


def test_whoever_had_it_and_whoever_has_it_hear_of_it() -> None:
    before, after = conversation(assignee=ALICE), conversation(assignee=CAROL)
    done = happened(What.ASSIGNED, after, by=BOB, detail=CAROL)
    assert told(done, before) == [(FIRST, ["history.assigned"], (ALICE, CAROL))]


def test_who_takes_it_has_words_of_their_own() -> None:
    before, after = conversation(assignee=ALICE), conversation(assignee=BOB)
    assert told(happened(What.ASSIGNED, after, by=BOB, detail=BOB), before) == [(FIRST, ["history.taken"], (ALICE,))]


def test_who_is_named_or_told_already_is_not_told_again() -> None:
    done = happened(What.NOTED, THEIRS, by=BOB)
    assert told(done, mentions=(ALICE,)) == [(FIRST, ["history.noted"], (CAROL,))]
    already = Say(ROOM, (), EventKind.NOTICE, FIRST, mention=(CAROL,))
    assert told(done + Decision((), (already,))) == [(FIRST, ["history.noted"], (ALICE,))]


def test_several_acts_are_one_message_and_several_conversations_one_each() -> None:
    second = other(2, assignee=CAROL)
    done = happened(What.UNASSIGNED, THEIRS, by=BOB) + happened(What.CLOSED, second, by=BOB)
    done += happened(What.CLOSED, THEIRS, by=BOB)
    assert told(done, THEIRS, second) == [
        (FIRST, ["history.unassigned", "history.closed"], (ALICE, CAROL)),
        (second.id, ["history.closed"], (CAROL,)),
    ]


def test_that_an_answer_gave_it_to_its_writer_is_told_by_the_answer() -> None:
    assert told(happened(What.WRITTEN, THEIRS, by=BOB) + happened(What.ASSIGNED, THEIRS, by=BOB, detail=BOB)) == []


def test_of_a_conversation_that_nobody_read_nothing_is_told() -> None:
    assert told(happened(What.CLOSED, THEIRS, by=BOB), other(2)) == []
