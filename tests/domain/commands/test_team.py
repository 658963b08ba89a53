"""`team`, `team add`, `team remove`, and giving conversations to teams: cases."""

from dataclasses import replace

import pytest

from bot.domain.decision import Decision
from bot.domain.effects import Say
from bot.domain.grants import Grant, Limit
from bot.domain.ids import EventId, MailboxId, UserId
from bot.domain.needs import MembersOf, TeamsIn
from bot.domain.page import Bullets
from bot.domain.rules.teams import taken_back
from bot.domain.sentences import Sentence
from bot.domain.teams import MOST_TEAMS, SaveTeam, TakeTurn, Team, next_in_turn
from tests.domain.commands.cases import COMMAND, NOW, Known, given, is_marked, other, page_of, saved, told
from tests.domain.deciding import MAILBOX, World, conversation
from tests.fakes.chat import ALICE, BOB, BOT

CAROL = UserId("@carol:localhost")
COMPTA = Team(MAILBOX.id, "compta", (ALICE, BOB, CAROL), ALICE, NOW, EventId("$before"))
KNOWS: Known = {TeamsIn: (COMPTA, replace(COMPTA, name="gone", people=()))}
ALL: Known = {**KNOWS, MembersOf: (ALICE, BOB, CAROL, BOT)}


def kept(decision: Decision) -> list[Team]:
    return [change.team for change in decision.changes if isinstance(change, SaveTeam)]


def turns(decision: Decision) -> list[tuple[str, str]]:
    return [(change.before, change.who) for change in decision.changes if isinstance(change, TakeTurn)]


@pytest.mark.parametrize(
    ("last", "members", "who"),
    [
        ("", (ALICE, BOB, CAROL), ALICE),
        (ALICE, (ALICE, BOB, CAROL), BOB),
        (CAROL, (ALICE, BOB, CAROL), ALICE),
        (ALICE, (ALICE, CAROL), CAROL),
        (ALICE, (ALICE,), ALICE),
        ("@gone:localhost", (BOB, CAROL), BOB),
        (ALICE, (), None),
    ],
)
def test_the_next_in_turn_is_the_next_who_is_in_the_room(last: str, members: tuple[UserId, ...], who: str) -> None:
    assert next_in_turn(replace(COMPTA, last=last), members) == who


@pytest.mark.parametrize("body", ["!assign @compta", "!attribuer @Compta", "!assign @compta #1"])
def test_a_team_s_next_member_gets_it_and_the_turn_is_taken_with_it(body: str) -> None:
    decision = given(body, knows=ALL, by=BOB)
    assert ([one.assignee for one in saved(decision)], turns(decision)) == ([ALICE], [("", ALICE)])
    (say,) = [effect for effect in decision.effects if isinstance(effect, Say)]
    assert (told(decision), say.mention) == (["assign.told_team"], (ALICE,))


def test_several_go_round_and_a_member_goes_before_a_team() -> None:
    decision = given("!assign @compta #1 #2", there=(conversation(), other(2)), knows=ALL)
    assert [one.assignee for one in saved(decision)] == [ALICE, BOB]
    assert turns(decision) == [("", ALICE), (ALICE, BOB)]
    named = {**ALL, TeamsIn: (replace(COMPTA, name="bob", people=(CAROL,)),)}
    assert [one.assignee for one in saved(given("!assign @bob", knows=named))] == [BOB]


@pytest.mark.parametrize(
    ("body", "more", "why"),
    [
        ("!assign @gone", {}, "error.who_is_that"),
        ("!assign @compta @alice", {}, "error.assign_whom"),
        ("!assign @compta", {MembersOf: (BOT, UserId("@dora:localhost"))}, "error.team_absent"),
        (
            "!assign @compta",
            {TeamsIn: (replace(COMPTA, mailbox=MailboxId("info@asso.example")),)},
            "error.no_team_there",
        ),
    ],
)
def test_where_nobody_can_get_it_nothing_changes_and_it_is_said(body: str, more: Known, why: str) -> None:
    decision = given(body, knows={**ALL, **more})
    assert (told(decision), saved(decision), turns(decision)) == ([why], [], [])


@pytest.mark.parametrize(
    "body",
    ["!team add support @bob @carol", "!team add @support @bob @carol", "!équipe ajouter Support @bob @carol"],
)
def test_a_team_is_made_of_members(body: str) -> None:
    decision = given(body, knows=ALL)
    assert kept(decision) == [Team(MAILBOX.id, "support", (BOB, CAROL), ALICE, NOW, COMMAND)]
    assert told(decision) == ["team.is"]
    pills = given("!team add support Bob Carol", mentions=(BOB, CAROL), knows=ALL)
    assert kept(pills) == kept(decision)


def test_people_come_in_and_go_and_the_turn_stays() -> None:
    there = {**ALL, TeamsIn: (replace(COMPTA, people=(ALICE, BOB), last=ALICE),)}
    (more,) = kept(given("!team add compta @carol", knows=there))
    assert (more.people, more.before, more.last, more.source) == ((ALICE, BOB, CAROL), (ALICE, BOB), ALICE, COMMAND)
    assert kept(given("!team add compta @bob", knows=there)) == []
    (less,) = kept(given("!team remove compta @alice", knows=there))
    assert (less.people, less.before) == ((BOB,), (ALICE, BOB))
    (none,) = kept(given("!équipe retirer compta", knows=there))
    assert none.people == ()


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("!team add", "error.team_name"),
        ("!team add 12 @bob", "error.team_name"),
        ("!team add x", "error.team_whom"),
        ("!team add x y", "error.who_is_that"),
        ("!team add x @nobody", "error.who_is_that"),
        ("!team add x @far:example.org", "error.not_in_room"),
        (f"!team add x {BOT}", "error.assign_bot"),
        ("!team add carol @bob", "error.team_is_member"),
        ("!team remove nothing", "error.no_team"),
        ("!team remove gone", "error.no_team"),
        ("!team remove compta @dora", "error.who_is_that"),
        ("!team remove compta @far:example.org", "error.not_in_team"),
        ("!team ad x", "error.team_what"),
    ],
)
def test_a_wrong_word_changes_nothing(body: str, why: str) -> None:
    decision = given(body, knows=ALL)
    assert (told(decision), kept(decision), is_marked(decision)) == ([why], [], False)


def test_only_admins_make_teams_and_all_see_them() -> None:
    for body in ("!team add x @bob", "!team remove compta"):
        assert told(given(body, by=BOB, knows=ALL)) == ["error.no_right"]
    assert page_of("!team list", by=BOB, knows=ALL) == page_of("!équipe", by=BOB, knows=ALL)


def test_a_mailbox_has_only_so_many() -> None:
    full = {**ALL, TeamsIn: tuple(replace(COMPTA, name=f"t{at}") for at in range(MOST_TEAMS))}
    assert told(given("!team add one-more @bob", knows=full)) == ["error.team_full"]


def test_it_is_taken_back_once() -> None:
    (back,) = kept(taken_back(replace(COMPTA, before=(BOB,)), by=ALICE, now=NOW))
    assert (back.people, back.source) == ((BOB,), "")


def test_the_list_says_who_gets_no_turn() -> None:
    hidden = Grant(MAILBOX.id, BOB, Limit.HIDDEN, True, ALICE, NOW, EventId("$hide"), was_on=False)
    instance = replace(World().instance, grants=(hidden,))
    page = page_of("!team", knows={**KNOWS, MembersOf: (ALICE, BOB, BOT)}, instance=instance)
    ((row,),) = [block.lines for block in page.blocks if isinstance(block, Bullets)]
    assert isinstance(row, Sentence)
    people = dict(row.values)["people"]
    assert isinstance(people, tuple) and [one.key for one in people] == ["team.person", "team.hidden", "team.left"]
