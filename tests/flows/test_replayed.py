"""A homeserver gives an encrypted message another event id: what is in it is decided once, whoever reads it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.ids import EventId
from bot.flows.housekeeping import Housekeeping
from bot.flows.put_aside import decide_again
from storage import shunted
from tests.fakes.house import House
from tests.fakes.looking import SENT, answers_in, card_of, happens
from tests.fakes.writing import edits, posts, redacts, says

PLACE = "curve:session:7"
AGAIN = EventId("$again")


async def test_an_old_reply_under_a_new_id_sends_nothing_in_a_later_process_either(house: House) -> None:
    said = says("!reply Bonjour", thread=card_of(house), encrypted=True, sealed=True, ratchet=PLACE)
    await happens(house, said, said, seconds=SENT)
    await house.close()
    await house.open()
    await happens(house, replace(said, event=AGAIN), said, seconds=SENT)
    await happens(house, replace(said, event=EventId("$thrice")), seconds=SENT)
    assert len(house.provider.delivered) == 1


async def test_the_next_place_of_the_same_session_is_a_new_message(house: House) -> None:
    for index, word in enumerate(("!help", "!help")):
        place = f"curve:session:{index}"
        await happens(house, says(word, thread=card_of(house), encrypted=True, sealed=True, ratchet=place))
    assert len(answers_in(house)) == 2


async def test_a_deleted_message_whose_key_came_late_stays_deleted_under_a_new_id(house: House) -> None:
    said = says("!reply Trop tard", thread=card_of(house), encrypted=True, sealed=True, ratchet=PLACE)
    await happens(house, redacts(said.event), said, replace(said, event=AGAIN), seconds=SENT)
    assert house.provider.delivered == []


async def test_an_old_file_or_edit_under_a_new_id_is_neither(house: House) -> None:
    house.homeserver.files["mxc://localhost/a.pdf"] = b"pdf"
    file = replace(posts("a.pdf", 3, thread=card_of(house), caption="!reply Avec", encrypted=True), ratchet=PLACE)
    edit = replace(edits(file.event, "!reply Sans"), ratchet="curve:session:8")
    await happens(house, file, edit, seconds=SENT)
    before = len(house.homeserver.posted)
    assert len(house.provider.delivered) == 1
    await happens(house, replace(file, event=AGAIN), replace(edit, event=EventId("$edit")), seconds=SENT)
    assert len(house.homeserver.posted) == before


async def test_it_is_remembered_for_as_long_as_its_key_is_kept(house: House) -> None:
    said = says("!reply Bonjour", thread=card_of(house), encrypted=True, sealed=True, ratchet=PLACE)
    await happens(house, said, seconds=SENT)
    house.clock.forward(timedelta(days=400).total_seconds())
    await Housekeeping(house.step).run_once()
    await happens(house, replace(said, event=AGAIN), said, seconds=SENT)
    assert len(house.provider.delivered) == 1


async def test_what_was_put_aside_is_decided_again_under_its_own_id_alone(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = says("!reply Bonjour", thread=card_of(house), encrypted=True, sealed=True, ratchet=PLACE)

    def stumble(*_: object) -> object:
        raise LookupError("poison")

    monkeypatch.setattr("bot.flows.step.decide", stumble)
    await house.step.take(said)
    with pytest.raises(LookupError, match="poison"):
        await decide_again(house.step, await _number(house))
    monkeypatch.undo()
    await happens(house, replace(said, event=AGAIN), said, seconds=SENT)
    assert house.provider.delivered == []
    assert await decide_again(house.step, await _number(house))
    await happens(house, replace(said, event=AGAIN), seconds=SENT)
    assert len(house.provider.delivered) == 1
    # Its author was told once that it had been put aside.
    assert [a for a in answers_in(house) if "number 1" in a] == answers_in(house)
    assert len(answers_in(house)) == 1


async def _number(house: House) -> int:
    async with house.step.database.read() as tx:
        (kept,) = await shunted.listing(tx)
    return kept.id
