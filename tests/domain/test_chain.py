"""What follows from what happened, the same for all stories: tables of cases."""

import ast
from dataclasses import replace
from pathlib import Path

import pytest

import bot
from bot.domain.conversation import Conversation, EventKind, HistoryEntry
from bot.domain.decision import AddHistory, Decision
from bot.domain.effects import Effect, Mark, PostMail, Say, ShowCard, ShowNews, ShowState
from bot.domain.happening import Happening, Heard, What
from bot.domain.ids import ConversationId, EventId, RoomId, UserId
from bot.domain.mail import Mail
from bot.domain.needs import Facts
from bot.domain.rules.follows import FOLLOWS, Follows
from bot.domain.rules.moves import refresh_board
from bot.domain.signing import Signer
from bot.domain.snapshots import MailSnapshot, ServiceSnapshot
from bot.domain.stories.chain import (
    followed,
    with_board,
    with_cards,
    with_hearing,
    with_history,
    with_news,
)
from bot.text.wording import has
from tests.domain.commands.cases import NOW, ask, other
from tests.domain.deciding import FIRST, MAILBOX, MARIE, World, conversation, mail_in
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


def test_nobody_else_writes_history() -> None:
    folder = Path(bot.__file__).parent
    makes = [
        str(file.relative_to(folder))
        for file in folder.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "AddHistory"
    ]
    # What happened elsewhere, before, is told by whoever brings it in.
    assert sorted(makes) == ["domain/stories/carried.py", "domain/stories/chain.py"]


# --- who hears of it

THEIRS = conversation(assignee=ALICE, followers=(BOB, CAROL))


def told(
    done: Decision, *before: Conversation, by: UserId = BOB, mentions: tuple[UserId, ...] = ()
) -> list[tuple[ConversationId | None, list[str], tuple[UserId, ...]]]:
    """In which thread what is told to whom."""
    asked, message = ask("Bonjour", by=by, there=before or (THEIRS,), mentions=mentions)
    asked = replace(asked, about=before or (THEIRS,), facts=Facts({}))
    more = with_hearing(asked, message, done).effects[len(done.effects) :]
    says = [effect for effect in more if isinstance(effect, Say)]
    assert len(says) == len(more)
    return [(one.conversation, [s.key for s in one.sentences], one.mention) for one in says]


@pytest.mark.parametrize("what", What)
def test_assignee_and_followers_hear_of_a_colleague_s_act(what: What) -> None:
    is_heard = what in seen_in(Follows.HEARD) and what not in (What.TALKED, What.NAMED)
    heard = [(FIRST, [what.key], (ALICE, CAROL))] if is_heard else []
    assert told(happened(what, THEIRS, by=BOB)) == heard


@pytest.mark.parametrize("what", seen_in(Follows.HEARD))
def test_nobody_hears_of_what_postroom_did_of_an_own_act_or_of_what_concerns_nobody_else(what: What) -> None:
    alone = conversation(assignee=BOB)
    # Whoever takes something out of Junk elsewhere is nobody that is known here.
    assert what is What.NO_SPAM or told(happened(what, THEIRS, by=None)) == []
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


def test_that_an_answer_is_taken_back_and_with_it_the_conversation_is_told_nobody() -> None:
    """That it was taken was not told either."""
    done = happened(What.REPLY_CANCELLED, THEIRS, by=BOB)
    assert told(done + happened(What.UNASSIGNED, THEIRS, by=BOB, detail=BOB)) == []


def test_what_is_said_twice_happened_once() -> None:
    done = happened(What.CLOSED, THEIRS, by=BOB)
    assert told(done + done) == [(FIRST, ["history.closed"], (ALICE, CAROL))]
    assert with_history(done + done).changes == with_history(done).changes


def test_of_a_conversation_that_nobody_read_nothing_is_told() -> None:
    assert told(happened(What.CLOSED, THEIRS, by=BOB), other(2)) == []


# --- news, cards and boards

NOWHERE = ServiceSnapshot(World().instance, None)
MAIL = Heard("m@example.org", MARIE, "Merci", wakes=True, is_backlog=False)
POST = PostMail(SHOWN, mail_in(1, NOW), Mail())
STATE = ShowState(SHOWN, mail_in(2, NOW))
WORDS = Say(ROOM, (), EventKind.NOTICE, FIRST)
MARK = Mark(ROOM, EventId("$command"), "✅")


def came(what: What, about: Conversation = SHOWN, mail: Heard = MAIL) -> Decision:
    return Decision(happened=(Happening(what, about, None, NOW, mail=mail),))


def cards(decision: Decision) -> list[ShowCard]:
    return [effect for effect in with_cards(NOWHERE, decision).effects if isinstance(effect, ShowCard)]


def lines(decision: Decision) -> list[ShowNews]:
    arrived = MailSnapshot(
        World().instance, MAILBOX, Signer(b"secret"), None, (), None, None, None, ConversationId(2), ()
    )
    return [effect for effect in with_news(arrived, decision).effects if isinstance(effect, ShowNews)]


@pytest.mark.parametrize("what", What)
def test_each_thing_is_shown_on_the_card_and_on_the_board_or_not(what: What) -> None:
    assert cards(happened(what)) == ([ShowCard(SHOWN)] if what in seen_in(Follows.CARD) else [])
    board = (refresh_board(ROOM, NOW),) if what in seen_in(Follows.BOARD) else ()
    assert with_board(happened(what)).changes == board


def test_a_card_and_a_board_are_shown_once_as_they_are_after_all() -> None:
    second = other(2)
    done = happened(What.REPLY_CANCELLED) + happened(What.UNASSIGNED) + happened(What.CLOSED, second)
    done += happened(What.CLOSED, conversation(assignee=BOB))
    assert cards(done) == [ShowCard(conversation(assignee=BOB)), ShowCard(second)]
    assert with_board(done).changes == (refresh_board(ROOM, NOW),)
    elsewhere = happened(What.CLOSED, other(3, room=RoomId("!b:localhost")))
    assert with_board(done + elsewhere).changes == (
        refresh_board(ROOM, NOW),
        refresh_board(RoomId("!b:localhost"), NOW),
    )


NEW = conversation(root=None, version=0)
BARE = conversation(root=None)


@pytest.mark.parametrize(
    ("what", "about", "mail", "card"),
    [
        (What.OPENED, NEW, MAIL, ShowCard(NEW, opened_by="m@example.org")),
        (What.OPENED, NEW, replace(MAIL, wakes=False), ShowCard(NEW, is_backlog=True, opened_by="m@example.org")),
        (What.OPENED, NEW, replace(MAIL, is_backlog=True), ShowCard(NEW, is_backlog=True, opened_by="m@example.org")),
        (What.CAME, SHOWN, MAIL, ShowCard(SHOWN)),
        (What.CAME, SHOWN, replace(MAIL, is_backlog=True), ShowCard(SHOWN)),
        (What.CAME, BARE, replace(MAIL, is_backlog=True), ShowCard(BARE, is_backlog=True)),
        (What.CAME, BARE, replace(MAIL, wakes=False), ShowCard(BARE)),
        (What.FOLDED, SHOWN, MAIL, ShowCard(SHOWN)),
    ],
)
def test_a_new_card_is_quiet_where_the_mail_is(what: What, about: Conversation, mail: Heard, card: ShowCard) -> None:
    assert cards(came(what, about, mail)) == [card]


def test_what_is_done_with_a_mail_as_it_comes_changes_neither_its_ring_nor_whom_it_is_for() -> None:
    taken = replace(NEW, assignee=BOB)
    opened = came(What.OPENED, NEW, replace(MAIL, wakes=False)) + happened(What.ASSIGNED, taken, by=None)
    assert cards(opened) == [ShowCard(taken, is_backlog=True, opened_by="m@example.org")]
    answered = came(What.CAME) + happened(What.ASSIGNED, conversation(assignee=BOB), by=None, detail=BOB)
    assert [line.mention for line in lines(answered)] == [(BOB,)]


def test_a_card_under_which_the_rest_will_stand_is_the_first() -> None:
    opened = replace(came(What.OPENED, NEW), effects=(replace(POST, conversation=NEW),))
    assert [type(effect) for effect in with_cards(NOWHERE, opened).effects] == [ShowCard, PostMail]


@pytest.mark.parametrize("what", What)
def test_only_a_mail_that_is_shown_has_a_line_of_news(what: What) -> None:
    assert lines(came(what)) == ([ShowNews(SHOWN, MARIE, "Merci")] if what is What.CAME else [])
    assert lines(happened(what)) == []


def test_what_nobody_has_to_notice_is_no_news() -> None:
    assert lines(came(What.CAME, mail=replace(MAIL, wakes=False))) == []
    assert lines(came(What.CAME, mail=replace(MAIL, is_backlog=True))) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((), [ShowNews, ShowCard]),
        ((STATE, POST), [ShowState, PostMail, ShowNews, ShowCard]),
        ((POST, WORDS), [PostMail, ShowNews, ShowCard, Say]),
        ((WORDS, POST), [ShowNews, ShowCard, Say, PostMail]),
        ((STATE, MARK), [ShowState, ShowNews, ShowCard, Mark]),
    ],
)
def test_the_line_and_the_card_stand_before_what_is_said_of_it(
    before: tuple[Effect, ...], after: list[type[Effect]]
) -> None:
    arrived = with_news(NOWHERE, replace(came(What.CAME), effects=before))
    assert [type(effect) for effect in with_cards(NOWHERE, arrived).effects] == after


def test_where_nothing_happened_nothing_follows() -> None:
    asked, message = ask("Bonjour")
    for decision in (Decision(), Decision((), (WORDS, MARK))):
        assert followed(asked, message, decision, message.at) == decision
