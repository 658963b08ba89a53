"""A note, or talk, that is edited so that it names somebody tells them, through the whole bot."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fakes.chat import ALICE, BOB
from tests.fakes.house import House
from tests.fakes.looking import card_of, happens, mentioning
from tests.fakes.writing import edits, reads, redacts, says
from tests.flows.test_notices import SOON
from tests.flows.test_notices_read import now
from tests.flows.test_talk_told import by, has_chosen, told


@pytest.mark.parametrize("mine", [False, True])
@pytest.mark.parametrize("first", ["!note regarde", "!note @alice regarde", "regarde"])
@pytest.mark.parametrize("medium", ["on", "direct", "email"])
async def test_by_what_they_chose_and_once(house: House, mine: bool, first: str, medium: str) -> None:
    await has_chosen(house, f"noted-mine {medium}", mine=mine)
    note = says(first, thread=card_of(house))
    await happens(house, note, seconds=(*SOON, *SOON))
    before, mails = len(house.homeserver.posted), told(house, 0)[2]
    word = "!note " if first.startswith("!") else ""
    await happens(house, edits(note.event, f"{word}@bob regarde"))
    await house.close()
    await house.open()
    await happens(house, edits(note.event, f"{word}@bob regarde ici"))
    await house.settle((*SOON, *SOON))
    here, there, all_mails = told(house, before)
    assert (here, there, all_mails - mails) == by(medium, is_mention=medium == "on")


async def test_who_was_named_before_somebody_else_s_edit_and_a_deleted_note_ring_nobody(house: House) -> None:
    note = says("!note @bob regarde", thread=card_of(house))
    await happens(house, note)
    before = len(house.homeserver.posted)
    await happens(house, edits(note.event, "!note @bob regarde ici"))
    other = says("!note regarde", thread=card_of(house))
    await happens(house, other, edits(other.event, "!note @bob ?", sender=BOB))
    await happens(house, redacts(other.event), edits(other.event, "!note @bob ?"))
    assert mentioning(house, BOB, before) == []


@pytest.mark.parametrize("is_read", [True, False])
async def test_who_has_read_the_edit_that_names_them_is_not_mailed(house: House, *, is_read: bool) -> None:
    """Clients say of the edit itself that it was read."""
    await has_chosen(house, "noted-mine email", mine=False)
    note = says("!note regarde", thread=card_of(house))
    await happens(house, note, reads(note.event, sender=BOB), seconds=(*SOON, *SOON))
    before = told(house, 0)[2]
    named = edits(note.event, "!note @bob regarde")
    await happens(house, named, seconds=(10.0,))
    if is_read:
        await happens(house, reads(named.event, sender=BOB))
    await house.settle((*SOON, *SOON))
    assert told(house, 0)[2] - before == (0 if is_read else 1)


@pytest.mark.parametrize(
    ("after", "below", "mailed"),
    [(-5.0, "", 1), (3.0, "", 1), (20.0, "", 0), (20.0, "before", 1), (20.0, "after", 0)],
)
async def test_a_receipt_at_the_note_counts_for_the_edit_if_it_was_given_after_it(
    house: House, after: float, below: str, mailed: int
) -> None:
    """Some clients show an edit as no event: they say of the note that it was read. One that was given before the edit
    had come says nothing of it, nor one at a message that others stood below."""
    await has_chosen(house, "noted-mine email", mine=False)
    note = now(house, "!note regarde")
    await happens(house, note, seconds=(5.0,))
    if below == "before":
        await happens(house, now(house, "D'accord", BOB, ago=0.0), seconds=(5.0,))
        await happens(house, now(house, "Merci", ALICE, ago=0.0), seconds=(5.0,))
    named = replace(edits(note.event, "!note @bob regarde"), at=house.clock.now())
    await happens(house, named, seconds=(30.0,))
    if below == "after":
        await happens(house, now(house, "!tag urgent", ALICE, ago=0.0), seconds=(5.0,))
    given = replace(reads(note.event, sender=BOB), at=named.at + timedelta(seconds=after))
    await happens(house, given, seconds=(*SOON, *SOON))
    assert told(house, 0)[2] == mailed
