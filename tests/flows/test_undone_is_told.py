"""What a deleted command had changed is told, as before, to those who were told of what it did."""

from dataclasses import replace

import pytest

from bot.domain.ids import UserId
from tests.fakes.chat import ALICE, BOB, ROOM, Posted
from tests.fakes.direct import DIRECT
from tests.fakes.house import House
from tests.fakes.looking import NOW, SENT, card_of, card_says, happens, mentioning
from tests.fakes.writing import mail, reacts, reads, redacts, says
from tests.flows.test_direct_news import of_bobs
from tests.flows.test_merge import two
from tests.flows.test_notices import SOON
from tests.flows.test_own_addresses import confirms, sent_to

HOURS = 3600.0


def about(house: House, since: int, who: UserId = BOB) -> list[Posted]:
    return [p for p in mentioning(house, who, since) if not p.is_edit]


def said(posted: Posted) -> str:
    return str(posted.content["body"])


async def undone(house: House, words: str, by: UserId = ALICE, number: int = 1, *, yes: bool = False) -> int:
    """Alice gives a command, which is deleted at once; how many events there were before that."""
    command = says(words, thread=card_of(house, number))
    await happens(house, command, *([says("!yes", thread=card_of(house, number))] if yes else []), seconds=(0.0,))
    before = len(house.homeserver.posted)
    await happens(house, redacts(command.event, sender=by))
    return before


@pytest.mark.parametrize("words", ["!assign me", "!unassign", "!close", "!snooze in 1h", "!delete"])
async def test_whoever_has_it_again_or_still_is_told_how_it_stands(house: House, words: str) -> None:
    await happens(house, reacts("✋", card_of(house), sender=BOB))
    before = await undone(house, words)
    (told,) = about(house, before)
    assert "Alice took a command back" in said(told) and "Assigned to Bob (to do)" in said(told)
    assert told.room == ROOM and card_says(house)["assignee"] == BOB


async def test_whoever_was_given_it_is_told_that_it_is_not_theirs(house: House) -> None:
    await happens(house, says("!notify noted-mine off", sender=BOB))
    (told,) = about(house, await undone(house, "!assign @bob"))
    assert "nobody" in said(told)


async def test_a_reaction_that_is_taken_off_is_told_as_well(house: House) -> None:
    await happens(house, reacts("✋", card_of(house), sender=BOB))
    done = reacts("✅", card_of(house))
    await happens(house, done, seconds=(0.0,))
    before = len(house.homeserver.posted)
    await happens(house, redacts(done.event))
    assert len(about(house, before)) == 1


@pytest.mark.parametrize("words", ["!star", "!tag sport", "!subject Autre"])
async def test_of_what_nobody_was_told_nobody_is_told_that_it_is_undone(house: House, words: str) -> None:
    await happens(house, reacts("✋", card_of(house), sender=BOB))
    assert about(house, await undone(house, words)) == []


async def test_whoever_deletes_it_and_who_is_told_of_nothing_there_is_not_told(house: House) -> None:
    await happens(house, reacts("✋", card_of(house), sender=BOB))
    assert about(house, await undone(house, "!close", by=BOB)) == []
    await happens(house, says("!notify noted-mine off", sender=BOB))
    assert about(house, await undone(house, "!close")) == []


async def test_an_answer_that_is_taken_back_is_told_to_nobody(house: House) -> None:
    await happens(house, reacts("✋", card_of(house), sender=BOB))
    assert about(house, await undone(house, "!reply Bonjour")) == []


async def test_in_a_direct_chat_where_that_was_chosen_and_by_nothing_of_quiet_hours(house: House) -> None:
    await of_bobs(house, "noted-mine direct")
    (told,) = about(house, await undone(house, "!close"))
    assert told.room == DIRECT and "Alice took a command back" in said(told)
    await happens(house, says("!notify quiet 9:30-12:00", room=DIRECT, sender=BOB))
    before = await undone(house, "!close")
    assert about(house, before) == []
    await house.settle((3 * HOURS,))
    assert about(house, before) == [], "they have heard of neither"


@pytest.mark.parametrize("words", ["!assign me", "!unassign", "!close", "!snooze in 1h"])
@pytest.mark.parametrize("quiet", [False, True])
async def test_whoever_chose_mail_is_mailed_of_no_command_that_was_deleted_before(
    house: House, words: str, *, quiet: bool
) -> None:
    await confirms(house, "bob@home.example", BOB)
    await of_bobs(house, "noted-mine email", "assigned-me email", *(["quiet 9:30-12:00"] if quiet else []))
    before = await undone(house, words)
    await house.settle((*SOON, 3 * HOURS, *SOON))
    assert about(house, before) == [] and card_says(house)["assignee"] == BOB
    assert not [one for one in sent_to(house, "bob@home.example") if "[#" in one["Subject"]]


@pytest.mark.parametrize(
    ("words", "medium", "quiet"),
    [
        ("!close", "email", False),
        ("!assign me", "email", False),
        ("!close", "email", True),
        ("!unassign", "direct", True),
        ("!delete", "on", True),
        ("!spam", "email", True),
    ],
)
async def test_whoever_saw_the_command_before_it_was_deleted_is_told_that_it_is_undone(
    house: House, words: str, medium: str, *, quiet: bool
) -> None:
    await confirms(house, "bob@home.example", BOB)
    await of_bobs(house, f"noted-mine {medium}", *(["quiet 9:30-12:00"] if quiet else []))
    before = len(house.homeserver.posted)
    command = replace(says(words, thread=card_of(house)), at=house.clock.now())
    await happens(house, command, seconds=(0.0, 3.0))
    await happens(house, replace(reads(command.event, sender=BOB), at=house.clock.now()), seconds=(3.0,))
    await happens(house, replace(redacts(command.event), at=house.clock.now()))
    await house.settle((*SOON, 3 * HOURS, *SOON))
    mails = [one for one in sent_to(house, "bob@home.example") if "[#" in one["Subject"]]
    assert len(mails) == (medium == "email") and len(mails) + len(about(house, before)) == 1
    assert card_says(house)["assignee"] == BOB


async def test_whoever_saw_in_their_quiet_hours_that_they_got_it_is_told_that_it_is_not_theirs(house: House) -> None:
    await of_bobs(house, "noted-mine direct", "assigned-me direct", "quiet 9:30-12:00")
    await happens(house, says("!unassign", thread=card_of(house), sender=BOB))
    before = len(house.homeserver.posted)
    given = replace(says("!assign @bob", thread=card_of(house)), at=house.clock.now())
    await happens(house, given, seconds=(0.0, 3.0))
    await happens(house, replace(reads(given.event, sender=BOB), at=house.clock.now()), seconds=(3.0,))
    await happens(house, replace(says("!unassign", thread=card_of(house)), at=house.clock.now()))
    await house.settle((3 * HOURS,))
    assert len(about(house, before)) == 1


async def test_a_merge_is_undone_for_whoever_has_both_in_one_line(house: House) -> None:
    await two(house)
    await happens(house, *(reacts("✋", card_of(house, number), sender=BOB) for number in (1, 2)))
    (told,) = about(house, await undone(house, "!merge #2"))
    assert said(told).startswith("#1 ") and "Alice took a command back" in said(told)


async def test_whoever_chose_mail_is_mentioned_where_theirs_is_deleted_again(house: House) -> None:
    await confirms(house, "bob@home.example", BOB)
    await happens(house, reacts("✋", card_of(house), sender=BOB), says("!notify noted-mine email", sender=BOB))
    await happens(house, says("!delete", thread=card_of(house)), seconds=SOON)
    before = await undone(house, "!restore")
    assert card_says(house)["status"] == "deleted"
    await house.settle((*SOON, 26 * HOURS))
    (told,) = about(house, before)
    assert "Alice took a command back" in said(told)
    assert not [one for one in sent_to(house, "bob@home.example") if "[#" in one["Subject"]]


@pytest.mark.parametrize("medium", ["on", "direct"])
async def test_a_list_is_undone_in_one_line_which_names_each_of_theirs(house: House, medium: str) -> None:
    await of_bobs(house, f"noted-mine {medium}")
    for number in (2, 3):
        house.provider.deliver(mail(id=f"n{number}@example.org", sender="Paul <paul@example.org>", subject="Devis"))
        await house.settle(NOW)
    await happens(house, reacts("✋", card_of(house, 3), sender=BOB), seconds=SENT)
    command = says("!close all")
    await happens(house, command, says("!yes"), seconds=(0.0,))
    before = len(house.homeserver.posted)
    await happens(house, redacts(command.event))
    (told,) = about(house, before)
    assert "#1, #3 are as before" in said(told) and told.room == ROOM


async def test_the_history_still_shows_the_words_of_drafts(house: House) -> None:
    await happens(house, says("!draft Chère Marie", thread=card_of(house)))
    await undone(house, "!close")
    await happens(house, says("!history #1"))
    shown = str(house.homeserver.posted[-1].content)
    assert "Chère Marie" in shown and "took a command back" in shown
