"""A command that stands in the main timeline is read there: by receipts of the main timeline."""

from dataclasses import replace

import pytest

from bot.domain.ids import UserId
from bot.domain.inputs.said import TeamMessage
from tests.fakes.chat import ALICE, BOB
from tests.fakes.house import House
from tests.fakes.looking import answers_in, card_says, happens, mails_in
from tests.fakes.writing import edits, mail, redacts, says
from tests.flows.test_notices import SOON
from tests.flows.test_notices_read import bob_is_mailed, noticed, now, read
from tests.flows.test_read_at_edits import last_reaction


def here(house: House, words: str, sender: UserId = ALICE) -> TeamMessage:
    return replace(says(words, sender=sender), at=house.clock.now())


ACTS = ["!assign #1 @bob", "!close #1", "!pending #1"]


async def is_mailed(house: House, act: str) -> None:
    await bob_is_mailed(house, "followed")
    if act.startswith("!assign"):
        await happens(house, now(house, "!unassign", BOB), seconds=SOON)


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("is_unthreaded", [True, False])
async def test_who_has_read_it_is_not_mailed_what_it_did(house: House, act: str, *, is_unthreaded: bool) -> None:
    await is_mailed(house, act)
    said = here(house, act)
    await happens(house, said, seconds=(5.0,))
    receipt = replace(read(house, said.event), is_unthreaded=is_unthreaded)
    await happens(house, receipt, seconds=(*SOON, *SOON))
    assert noticed(house) == []


@pytest.mark.parametrize("act", ACTS)
async def test_who_has_not_is(house: House, act: str) -> None:
    await is_mailed(house, act)
    await happens(house, here(house, "!list"), here(house, act), seconds=(*SOON, *SOON))
    assert len(noticed(house)) == 1


async def test_nor_by_what_stands_below_it_in_the_main_timeline(house: House) -> None:
    await is_mailed(house, ACTS[0])
    await happens(house, here(house, ACTS[0]), seconds=(5.0,))
    below = here(house, "!tag #1 urgent")
    await happens(house, below, seconds=(5.0,))
    await happens(house, read(house, below.event), seconds=(*SOON, *SOON))
    assert noticed(house) == []


@pytest.mark.parametrize("where", ["above it", "in the thread"])
async def test_what_was_read_elsewhere_says_nothing_of_it(house: House, where: str) -> None:
    await is_mailed(house, ACTS[0])
    above = here(house, "!tag #1 urgent")
    await happens(house, above, seconds=(5.0,))
    await happens(house, here(house, ACTS[0]), seconds=(5.0,))
    last = above.event if where == "above it" else mails_in(house)[-1].event
    await happens(house, read(house, last), seconds=(*SOON, *SOON))
    assert len(noticed(house)) == 1


async def test_a_mail_is_not_read_by_a_command_below_its_card(house: House) -> None:
    await bob_is_mailed(house)
    house.clock.forward(1.0)
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", text="Merci"))
    await house.settle((1.0, 5.0))
    said = here(house, "!tag #1 urgent")
    await happens(house, said, seconds=(5.0,))
    await happens(house, read(house, said.event), seconds=(*SOON, *SOON))
    assert len(noticed(house)) == 1


@pytest.mark.parametrize("how", ["edited", "deleted"])
async def test_that_it_is_known_changes_nothing_of_what_an_edit_or_a_deletion_does(house: House, how: str) -> None:
    """An edit runs nothing, and its writer hears so; a deletion takes back."""
    await is_mailed(house, ACTS[0])
    said = here(house, ACTS[0])
    await happens(house, said, seconds=(5.0,))
    before = len(answers_in(house))
    await happens(house, edits(said.event, "!note #1 fini") if how == "edited" else redacts(said.event), seconds=(5.0,))
    assert card_says(house)["assignee"] == (BOB if how == "edited" else None)
    assert len(answers_in(house)) == before + (1 if how == "edited" else 0)


@pytest.mark.parametrize("words", ["!note #1 Zanzibar", "!note #1 @bob Zanzibar"])
@pytest.mark.parametrize("below", ["Bien", "!note Bien", "!tag x"])
async def test_a_note_of_the_main_timeline_is_not_read_below_it_in_the_thread(
    house: House, words: str, below: str
) -> None:
    await bob_is_mailed(house)
    await happens(house, here(house, words), seconds=(5.0,))
    said = now(house, below)
    await happens(house, said, seconds=(5.0,))
    await happens(house, read(house, said.event), seconds=(*SOON, *SOON))
    assert len(noticed(house)) == 1
    assert "Zanzibar" in noticed(house)[0].as_string()


@pytest.mark.parametrize("at", ["it", "its check mark", "below it"])
@pytest.mark.parametrize("is_unthreaded", [True, False])
async def test_it_is_where_it_stands(house: House, at: str, *, is_unthreaded: bool) -> None:
    await bob_is_mailed(house)
    note = here(house, "!note #1 Zanzibar")
    await happens(house, note, seconds=(5.0,))
    event = note.event if at == "it" else last_reaction(house)
    if at == "below it":
        below = here(house, "!tag #1 urgent")
        await happens(house, below, seconds=(5.0,))
        event = below.event
    receipt = replace(read(house, event), is_unthreaded=is_unthreaded)
    await happens(house, receipt, seconds=(*SOON, *SOON))
    assert noticed(house) == []


async def test_what_another_edit_of_it_says_is_read_at_that_edit(house: House) -> None:
    await bob_is_mailed(house)
    await happens(house, now(house, "!unassign", BOB), seconds=SOON)
    note = here(house, "!note #1 regarde")
    await happens(house, note, seconds=(5.0,))
    await happens(house, now(house, "!note Tanger"), seconds=(5.0,))
    named = replace(edits(note.event, "!note #1 @bob Zanzibar"), at=house.clock.now())
    await happens(house, named, seconds=(5.0,))
    await happens(house, read(house, named.event), seconds=(*SOON, *SOON))
    assert noticed(house) == []


async def test_a_mail_is_not_read_by_a_note_below_its_card(house: House) -> None:
    await bob_is_mailed(house)
    house.clock.forward(1.0)
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org", text="Merci"))
    await house.settle((1.0, 5.0))
    said = here(house, "!note #1 Zanzibar")
    await happens(house, said, seconds=(5.0,))
    await happens(house, read(house, said.event), seconds=(*SOON, *SOON))
    assert len(noticed(house)) == 1
