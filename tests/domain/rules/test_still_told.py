"""Who was to be mailed is asked again when the mail is made: what they chose is what they get, and nothing else."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.choices import Choice, Medium, Occasion
from bot.domain.conversation import Conversation, HistoryEntry
from bot.domain.happening import What, detail_of_command
from bot.domain.ids import UserId
from bot.domain.rules.still_told import is_still_mailed
from bot.domain.rules.told import told_of
from tests.domain.deciding import FIRST, START
from tests.domain.rules.test_told import BOBS, CAROL, NOBODYS, ROOM_OF, TABLE, choice
from tests.fakes.chat import ALICE, BOB
from tests.fakes.house import INSTANCE

SOON = timedelta(seconds=30)


def entry(what: What, actor: UserId | None, detail: str = "", at: datetime = START) -> HistoryEntry:
    return HistoryEntry(FIRST, at, actor, what.key, detail)


def still(one: Conversation, *choices: Choice, history: tuple[HistoryEntry, ...] = (), came: int = 0) -> bool:
    instance = replace(INSTANCE, choices=choices)
    return is_still_mailed(BOB, one, history, instance, since=START, came=(START + SOON,) * came)


@pytest.mark.parametrize("chosen", Occasion)
@pytest.mark.parametrize(("what", "actor", "before", "after"), [row[1:5] for row in TABLE], ids=[r[0] for r in TABLE])
def test_whoever_is_told_by_mail_still_is_two_minutes_later_and_nobody_else(
    what: What, actor: UserId | None, before: Conversation, after: Conversation, chosen: Occasion
) -> None:
    wants = choice(chosen, Medium.EMAIL)
    told = told_of(
        what, actor=actor, before=before, after=after, choices=(wants,), members=ROOM_OF, medium=Medium.EMAIL
    )
    history = () if what is What.CAME else (entry(what, actor, after.assignee or ""),)
    came = what in (What.CAME, What.OPENED)
    assert still(after, wants, history=history, came=came) == (BOB in told)


def test_what_happened_before_is_none_of_it() -> None:
    old = entry(What.NOTED, ALICE, at=START - SOON)
    assert not still(BOBS, choice(Occasion.NOTED_MINE, Medium.EMAIL), history=(old,))


def test_a_mail_in_nobodys_is_one_though_carol_took_it_a_moment_later() -> None:
    taken = entry(What.ASSIGNED, CAROL, CAROL, START + 2 * SOON)
    carols = TABLE[2][4]
    assert still(carols, choice(Occasion.REPLIED_UNASSIGNED, Medium.EMAIL), history=(taken,), came=1)
    assert not still(carols, choice(Occasion.REPLIED_MINE, Medium.EMAIL), history=(taken,), came=1)


def test_whoever_had_it_for_a_moment_is_mailed_that_they_got_it_and_lost_it() -> None:
    given, lost = entry(What.ASSIGNED, ALICE, BOB), entry(What.UNASSIGNED, ALICE, BOB, START + SOON)
    assert still(NOBODYS, choice(Occasion.ASSIGNED_ME, Medium.EMAIL), history=(given, lost))
    assert still(NOBODYS, choice(Occasion.NOTED_MINE, Medium.EMAIL), history=(given, lost))
    assert not still(NOBODYS, choice(Occasion.NOTED_OTHERS, Medium.EMAIL), history=(given, lost))


def taken_back(given: HistoryEntry, at: datetime = START + 2 * SOON) -> tuple[HistoryEntry, ...]:
    return given, entry(What.COMMAND_UNDONE, ALICE, detail_of_command(given.at), at)


@pytest.mark.parametrize("about", [Occasion.NOTED_MINE, Occasion.ASSIGNED_ME, Occasion.ASSIGNED_OTHER])
@pytest.mark.parametrize(
    ("given", "one"),
    [
        (entry(What.ASSIGNED, ALICE, ALICE), BOBS),
        (entry(What.UNASSIGNED, ALICE, BOB), BOBS),
        (entry(What.CLOSED, ALICE), BOBS),
        (entry(What.ASSIGNED, ALICE, BOB), NOBODYS),
    ],
)
def test_a_command_that_was_taken_back_before_it_was_mailed_is_not_mailed(
    given: HistoryEntry, one: Conversation, about: Occasion
) -> None:
    before = entry(What.ASSIGNED, BOB, BOB, START - SOON) if one is BOBS else entry(What.OPENED, None, at=START - SOON)
    assert not still(one, choice(about, Medium.EMAIL), history=(before, *taken_back(given)))


@pytest.mark.parametrize(
    ("given", "one", "about"),
    [
        (entry(What.ASSIGNED, ALICE, ALICE, START - SOON), BOBS, Occasion.NOTED_MINE),
        (entry(What.UNASSIGNED, ALICE, BOB, START - SOON), BOBS, Occasion.NOTED_MINE),
        (entry(What.ASSIGNED, ALICE, BOB, START - SOON), NOBODYS, Occasion.ASSIGNED_ME),
    ],
)
def test_one_that_was_mailed_before_is_mailed_as_taken_back(
    given: HistoryEntry, one: Conversation, about: Occasion
) -> None:
    assert still(one, choice(about, Medium.EMAIL), history=taken_back(given))


def test_what_came_while_it_was_theirs_by_a_command_that_was_taken_back_is_not_mailed() -> None:
    history = taken_back(entry(What.ASSIGNED, ALICE, BOB))
    assert not still(NOBODYS, choice(Occasion.REPLIED_MINE, Medium.EMAIL), history=history, came=1)
    assert still(NOBODYS, choice(Occasion.REPLIED_UNASSIGNED, Medium.EMAIL), history=history, came=1)


def test_whatever_else_was_done_there_is_mailed() -> None:
    noted = entry(What.NOTED, ALICE, at=START + SOON)
    given, undone = taken_back(entry(What.CLOSED, ALICE))
    assert still(BOBS, choice(Occasion.NOTED_MINE, Medium.EMAIL), history=(given, noted, undone))
