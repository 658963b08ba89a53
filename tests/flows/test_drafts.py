"""A prepared answer, through the whole bot."""

from tests.fakes.chat import BOB
from tests.fakes.house import House
from tests.fakes.looking import SENT, answers_in, card_of, happens, outgoing, reply_state
from tests.fakes.writing import edits, redacts, says


async def test_one_prepares_another_changes_and_a_third_word_sends(house: House) -> None:
    thread = card_of(house)
    written = says("!draft Bonjour Mari", thread=thread)
    await happens(house, written, edits(written.event, "!draft Bonjour Marie, à samedi"))
    await happens(house, says("!draft Bonjour Marie, à dimanche", thread=thread, sender=BOB), seconds=SENT)
    assert house.provider.delivered == []
    await happens(house, says("!history", thread=thread))
    shown = " ".join(answers_in(house))
    assert "−samedi +dimanche" in shown
    await happens(house, says("!send", thread=thread), seconds=SENT)
    ((_, recipients, raw),) = house.provider.delivered
    assert recipients == ("marie@example.org",) and "=C3=A0 dimanche" in raw.decode()
    assert reply_state(house) == "sent"
    await happens(house, says("!send", thread=thread), seconds=SENT)
    assert len(house.provider.delivered) == 1


async def test_how_the_draft_stands_is_one_message(house: House) -> None:
    thread = card_of(house)
    await happens(house, says("!draft Un", thread=thread), says("!draft Deux", thread=thread, sender=BOB))
    await happens(house, says("!discard", thread=thread))
    told = [p for p in house.homeserver.posted if "📝" in str(p.content.get("body"))]
    assert len([p for p in told if not p.is_edit]) == 1


async def test_deleted_it_is_gone_and_taken_back_it_waits_after_a_restart(house: House) -> None:
    thread = card_of(house)
    written = says("!draft Bonjour", thread=thread)
    await happens(house, written)
    await house.close()
    await house.open()
    sent = says("!send", thread=thread)
    await happens(house, sent, redacts(sent.event), seconds=SENT)
    assert (house.provider.delivered, reply_state(house)) == ([], "cancelled")
    await happens(house, redacts(written.event), says("!send", thread=thread), seconds=SENT)
    assert house.provider.delivered == [] and len(outgoing(house)) == 1
