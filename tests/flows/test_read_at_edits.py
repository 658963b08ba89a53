"""A client says that somebody has read the newest event that it shows: often an edit, or a reaction of the bot's."""

from dataclasses import dataclass, replace

import pytest

from bot.domain.ids import EventId
from bot.domain.inputs.said import ReadUpTo
from tests.fakes.boundaries import Boundaries, Killed
from tests.fakes.chat import Posted
from tests.fakes.house import House
from tests.fakes.looking import happens, mails_in
from tests.fakes.writing import edits, reads
from tests.flows.test_notices import SOON
from tests.flows.test_notices_read import bob_is_mailed, noticed, now, read
from tests.flows.test_talk_told import has_chosen, told


def last_edit(house: House, kind: str) -> EventId:
    own = [one for one in house.homeserver.posted if one.is_edit and _kind(one) == kind]
    return own[-1].event


def last_reaction(house: House) -> EventId:
    return next(one.event for one in reversed(house.homeserver.posted) if one.type == "m.reaction")


def _kind(one: Posted) -> object:
    new = one.content.get("m.new_content")
    about = new.get("org.postroom") if isinstance(new, dict) else None
    return about.get("kind") if isinstance(about, dict) else None


async def alice_answers(house: House) -> None:
    await happens(house, reads(mails_in(house)[-1].event))
    await happens(house, now(house, "!reply Oui", ago=0.0), seconds=(0.0, 15.0, 10.0))


def unthreaded(one: ReadUpTo) -> ReadUpTo:
    return replace(one, is_unthreaded=True)


@pytest.mark.parametrize("is_threaded", [False, True])
async def test_at_an_edit_of_the_card_it_counts_for_all_threads_where_it_names_none(
    house: House, *, is_threaded: bool
) -> None:
    await bob_is_mailed(house)
    await alice_answers(house)
    receipt = read(house, last_edit(house, "conversation"))
    await happens(house, receipt if is_threaded else unthreaded(receipt), seconds=(*SOON, *SOON))
    assert len(noticed(house)) == (1 if is_threaded else 0)


async def test_what_comes_after_that_edit_is_mailed(house: House) -> None:
    await bob_is_mailed(house)
    await alice_answers(house)
    before = last_edit(house, "conversation")
    await happens(house, now(house, "!note Tanger", ago=0.0), seconds=(5.0,))
    await happens(house, unthreaded(read(house, before)), seconds=(*SOON, *SOON))
    assert len(noticed(house)) == 1


async def test_at_an_edit_in_the_thread_it_counts_for_the_thread(house: House) -> None:
    """What rings is posted as words, and edited into a notice at once."""
    await bob_is_mailed(house)
    await alice_answers(house)
    await happens(house, read(house, last_edit(house, "mail")), seconds=(*SOON, *SOON))
    assert noticed(house) == []


@pytest.mark.parametrize("is_threaded", [False, True])
async def test_at_the_check_mark_under_a_note_it_counts_as_at_the_note(house: House, *, is_threaded: bool) -> None:
    await bob_is_mailed(house)
    await happens(house, now(house, "!note Zanzibar"), seconds=(5.0,))
    receipt = read(house, last_reaction(house))
    await happens(house, receipt if is_threaded else unthreaded(receipt), seconds=(*SOON, *SOON))
    assert noticed(house) == []


async def test_at_an_edit_that_another_one_followed_it_counts_up_to_that_one(house: House) -> None:
    await has_chosen(house, "noted-mine email", mine=False)
    note = now(house, "!note regarde")
    await happens(house, note, seconds=(5.0,))
    named = replace(edits(note.event, "!note @bob regarde"), at=house.clock.now())
    await happens(house, named, seconds=(5.0,))
    again = replace(edits(note.event, "!note @bob regarde ici"), at=house.clock.now())
    await happens(house, again, seconds=(1.0,))
    await happens(house, read(house, named.event), seconds=(*SOON, *SOON))
    assert told(house, 0)[2] == 0


async def test_at_an_edit_of_a_note_it_counts_for_what_was_said_before_the_edit_alone(house: House) -> None:
    await bob_is_mailed(house)
    note = now(house, "!note Zanzibar")
    await happens(house, note, seconds=(5.0,))
    first = replace(edits(note.event, "!note Zanzibar !"), at=house.clock.now())
    await happens(house, first, seconds=(5.0,))
    await happens(house, now(house, "!note Tanger", ago=0.0), seconds=(1.0,))
    await happens(house, read(house, first.event), seconds=(*SOON, *SOON))
    assert len(noticed(house)) == 1


async def test_it_counts_after_a_restart(house: House) -> None:
    await bob_is_mailed(house)
    await alice_answers(house)
    edit = last_edit(house, "conversation")
    await house.close()
    house.homeserver.happens(unthreaded(read(house, edit)))
    await house.open()
    await house.settle((*SOON, *SOON))
    assert noticed(house) == []


@dataclass(slots=True)
class DiesAsItPosted(Boundaries):
    """Once, when the homeserver has taken a check mark, or an edit of the card."""

    house: House | None = None
    is_mark: bool = True

    def cross(self, name: str) -> None:
        if self.house is None or not name.startswith("send ") or not name.endswith(" after"):
            return
        last = self.house.homeserver.posted[-1]
        if last.type == "m.reaction" if self.is_mark else last.is_edit and _kind(last) == "conversation":
            self.house = None
            raise Killed(name)


@pytest.mark.parametrize("gap", [2.0, 20.0])
@pytest.mark.parametrize("is_mark", [True, False])
@pytest.mark.parametrize("is_late", [True, False])
async def test_at_one_that_was_posted_as_the_bot_stopped_it_counts_for_nothing_that_came_until_it_ran_again(
    house: House, gap: float, *, is_mark: bool, is_late: bool
) -> None:
    await bob_is_mailed(house)
    await happens(house, reads(mails_in(house)[-1].event), seconds=SOON)
    house.homeserver.boundaries = DiesAsItPosted(house=house, is_mark=is_mark)
    with pytest.raises(Killed):
        await happens(house, now(house, "!note Tanger" if is_mark else "!tag x"), seconds=(1.0, 5.0, 5.0))
    await house.close()
    receipt = unthreaded(read(house, house.homeserver.posted[-1].event))
    house.clock.forward(gap)
    if is_late:
        house.homeserver.happens(now(house, "!note Zanzibar", ago=0.0))
    house.clock.forward(gap)
    await house.open()
    await house.settle((0.0, 1.0))
    await happens(house, receipt, seconds=(*SOON, *SOON))
    assert ["Zanzibar" in one.as_string() for one in noticed(house)] == ([True] if is_late else [])
