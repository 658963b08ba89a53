"""A homeserver gives an encrypted message another event id: what is in it is decided once, whoever reads it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.ids import EventId
from bot.domain.inputs import Input
from bot.domain.outcomes import TryLater
from bot.flows.keep.housekeeping import Housekeeping
from bot.flows.step.put_aside import decide_again
from storage import shunted
from tests.fakes.chat import CONFIG
from tests.fakes.house import House
from tests.fakes.looking import NOW, SENT, answers_in, card_of, card_says, happens, mails_in
from tests.fakes.writing import edits, mail, posts, reacts, reads, redacts, says

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
    monkeypatch.setattr("bot.flows.step.step.decide", _stumble)
    await house.step.take(said)
    with pytest.raises(LookupError, match="poison"):
        await decide_again(house.step, await _number(house))
    monkeypatch.undo()
    await happens(house, replace(said, event=AGAIN), said, seconds=SENT)
    assert house.provider.delivered == []
    assert await decide_again(house.step, await _number(house))
    await happens(house, replace(said, event=AGAIN), seconds=SENT)
    assert house.provider.delivered == []
    # Its author was told once that it had been put aside, and once that it came too late.
    assert [("number 1" in a, "nothing was sent" in a) for a in answers_in(house)] == [(True, True), (False, True)]


@pytest.mark.parametrize("act", ["!reply Bonjour", "!resend", "!send", "📤", "an edit"])
async def test_nothing_leaves_by_an_act_that_was_put_aside_and_is_decided_again(
    house: House, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    talk = says("Bonjour", thread=card_of(house))
    await happens(house, talk)
    if act in ("!resend", "an edit"):
        house.provider.answers.append(TryLater("450", "4.7.1 greylisted"))
        talk = says("!reply Salut", thread=card_of(house))
        await happens(house, talk, seconds=SENT)
    match act:
        case "📤":
            given: Input = reacts(act, talk.event)
        case "an edit":
            given = edits(talk.event, "!reply Bonsoir")
        case _:
            given = says(act, thread=card_of(house), reply_to=talk.event if act == "!send" else None)
    with monkeypatch.context() as stumbling:
        stumbling.setattr("bot.flows.step.step.decide", _stumble)
        await house.step.take(given)
    before = list(house.provider.delivered)
    assert await decide_again(house.step, await _number(house))
    await house.settle((0.0, 25.0))
    assert house.provider.delivered == before
    assert "nothing was sent" in str(house.homeserver.of_kind("receipt")[-1].content["body"])
    assert any("too late" in str(p.content["body"]) for p in house.homeserver.posted if p.room == CONFIG)


async def test_what_was_put_aside_and_asks_first_asks_when_it_is_decided_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await happens(house, reads(mails_in(house)[0].event))
    house.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org"))
    await house.settle(NOW)
    with monkeypatch.context() as stumbling:
        stumbling.setattr("bot.flows.step.step.decide", _stumble)
        await house.step.take(says("!reply Bonjour", thread=card_of(house)))
    assert await decide_again(house.step, await _number(house))
    await house.settle(SENT)
    assert house.provider.delivered == []
    asked = house.homeserver.of_kind("receipt")[-1]
    await happens(house, reacts("✅", asked.event), seconds=SENT)
    assert len(house.provider.delivered) == 1


async def test_what_was_put_aside_and_then_deleted_is_forgotten(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    said = says("!close", thread=card_of(house))
    with monkeypatch.context() as stumbling:
        stumbling.setattr("bot.flows.step.step.decide", _stumble)
        await house.step.take(said)
    number = await _number(house)
    await happens(house, redacts(said.event))
    assert not await decide_again(house.step, number)
    assert card_says(house)["status"] == "active"


def _stumble(*_: object) -> object:
    raise LookupError("poison")


async def _number(house: House) -> int:
    async with house.step.database.read() as tx:
        (kept,) = await shunted.listing(tx)
    return kept.id
