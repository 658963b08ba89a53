"""What a homeserver can do in an encrypted room in somebody's name: reactions and deletions stop things, never send."""

from dataclasses import replace

import pytest

from bot.domain.settings import Meaning
from tests.fakes.chat import BOB
from tests.fakes.house import INSTANCE, House
from tests.fakes.looking import SENT, card_of, happens, reply_state
from tests.fakes.writing import edits, reacts, redacts, says


async def test_a_deletion_takes_back_the_mail_that_waits_and_sends_nothing(house: House) -> None:
    written = says("!reply Good day", thread=card_of(house), encrypted=True, sealed=True)
    await happens(house, written)
    await happens(house, redacts(written.event), seconds=SENT)
    assert house.provider.delivered == []
    assert reply_state(house) == "cancelled"


async def test_a_deletion_in_the_name_of_another_member_does_no_more(house: House) -> None:
    written = says("!reply Good day", thread=card_of(house), encrypted=True, sealed=True)
    await happens(house, written)
    await happens(house, redacts(written.event, sender=BOB), redacts(card_of(house)), seconds=SENT)
    assert house.provider.delivered == []


async def test_what_was_deleted_cannot_be_sent_or_edited_afterwards(house: House) -> None:
    talk = says("Between us", thread=card_of(house), encrypted=True, sealed=True)
    await happens(house, talk, redacts(talk.event))
    send = says("!send", thread=card_of(house), reply_to=talk.event, encrypted=True, sealed=True)
    edit = replace(edits(talk.event, "More"), room_encrypted=True, was_encrypted=True)
    await happens(house, edit, send, seconds=SENT)
    assert house.provider.delivered == []


async def test_a_deletion_that_comes_before_its_message_stops_it(house: House) -> None:
    """In another order the command is not done: it stops, and sends nothing."""
    written = says("!reply Good day", thread=card_of(house), encrypted=True, sealed=True)
    await happens(house, redacts(written.event), written, seconds=SENT)
    assert house.provider.delivered == []


@pytest.mark.parametrize("emoji", sorted({key for key, _ in INSTANCE.mailboxes[0].reactions}))
async def test_no_reaction_sends_anything_from_an_encrypted_room(house: House, emoji: str) -> None:
    assert Meaning.SEND in {meaning for _, meaning in INSTANCE.mailboxes[0].reactions}
    talk = says("Good day", thread=card_of(house), encrypted=True, sealed=True)
    await happens(house, talk, reacts(emoji, talk.event, encrypted=True), seconds=SENT)
    await happens(house, reacts("✅", talk.event, encrypted=True), seconds=SENT)
    assert house.provider.delivered == []
