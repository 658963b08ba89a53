"""A conversation went to another room, and the database is put back to before: nothing of one room is taken to another."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest_asyncio

from bot.domain.ids import MailboxId, RoomId
from bot.domain.sentences import sentence
from bot.ports import Member
from bot.text.wording import say
from tests.fakes.chat import ALICE, BOT, ROOM
from tests.fakes.house import INSTANCE, House
from tests.fakes.looking import NOW, answers_in, card_of
from tests.fakes.writing import mail, says
from tests.flows.test_database_put_back import copied, now, put_back, told

FIRST = INSTANCE.mailboxes[0]
THERE = RoomId("!support:localhost")
SUPPORT = replace(FIRST, id=MailboxId("support@asso.example"), address="support@asso.example", aliases=(), room=THERE)


@pytest_asyncio.fixture
async def far(tmp_path: Path) -> AsyncIterator[House]:
    """Alice is in both rooms, Bob in the first alone; #1 came to the first."""
    house = House(tmp_path, instance=replace(INSTANCE, mailboxes=(FIRST, SUPPORT)))
    house.homeserver.members[THERE] = (Member(ALICE, "Alice"), Member(BOT, "Postroom"))
    await house.open()
    house.provider.deliver(mail())
    await house.settle(NOW)
    yield house
    await house.close()


def card_in(house: House, room: RoomId) -> dict[str, object]:
    (card,) = [one for one in house.homeserver.of_kind("conversation") if one.room == room]
    about = house.homeserver.current(card.event)["org.postroom"]
    assert isinstance(about, dict)
    return about


async def moved(house: House) -> object:
    await now(house, says("!move support", thread=card_of(house)))
    return [one for one in house.homeserver.of_kind("conversation") if one.room == THERE][-1].event


async def test_what_another_room_decided_is_not_taken_into_this_one(far: House) -> None:
    await now(far, says("!cc +chef@x.example", thread=card_of(far)))
    await copied(far)
    await now(far, says("!tag ici", thread=card_of(far)))
    there = await moved(far)
    for words in ("!bcc +secret@s.example", "!tag ailleurs", "!assign me", "!customer eve@x.example", "!close"):
        await now(far, says(words, thread=there, room=THERE))  # type: ignore[arg-type]
    await put_back(far)
    await now(far, says("!cc", thread=card_of(far)))
    assert "chef@x.example" in answers_in(far)[-1]
    assert "secret" not in answers_in(far)[-1] and "eve" not in answers_in(far)[-1]
    shown = card_in(far, ROOM)
    assert (shown["status"], shown.get("assignee"), shown["mailbox"]) == ("active", None, "contact@asso.example")
    assert shown["tags"] == ["ici"], "what was decided here before it went is on the card here"


async def test_both_rooms_are_told_where_it_goes_on(far: House) -> None:
    await copied(far)
    there = await moved(far)
    await now(far, says("!assign me", thread=there, room=THERE))  # type: ignore[arg-type]
    await put_back(far)
    assert told(far, say("en", sentence("restored.here_again")), ROOM) == 1
    gone = [p for p in far.homeserver.posted if p.room == THERE and "of before again" in str(p.content.get("body"))]
    assert [(p.relation["event_id"], p.content["m.mentions"]) for p in gone] == [(there, {"user_ids": [ALICE]})]
    await now(far, says("!reply Bonjour", thread=there, room=THERE))  # type: ignore[arg-type]
    assert "goes on in another room" in answers_in(far)[-1]
    assert far.provider.delivered == []


async def test_moved_again_it_goes_on_in_the_thread_that_it_had_there(far: House) -> None:
    await copied(far)
    there = await moved(far)
    await put_back(far)
    await now(far, says("!move support", thread=card_of(far)))
    cards = [one.event for one in far.homeserver.of_kind("conversation") if one.room == THERE]
    assert cards == [there]
    await now(far, says("!assign me", thread=there, room=THERE))  # type: ignore[arg-type]
    assert card_in(far, THERE)["assignee"] == ALICE


async def test_nobody_has_it_who_is_not_in_the_room_in_which_it_is_again(far: House) -> None:
    there = await moved(far)
    await copied(far)
    await now(far, says("!move contact", thread=there, room=THERE))  # type: ignore[arg-type]
    await now(far, says("!assign @bob", thread=card_of(far)))
    assert card_in(far, ROOM)["assignee"] == "@bob:localhost"
    await put_back(far)
    far.provider.deliver(mail(id="m2@example.org", reply_to="m1@example.org"))
    await far.settle(NOW)
    assert card_in(far, THERE)["assignee"] is None
    assert not [p for p in far.homeserver.posted if p.room == THERE and "@bob" in str(p.content.get("m.mentions"))]


async def test_what_came_back_before_the_restore_is_as_its_card_says(far: House) -> None:
    await copied(far)
    there = await moved(far)
    await now(far, says("!bcc +chef@x.example", thread=there, room=THERE))  # type: ignore[arg-type]
    await now(far, says("!move contact", thread=there, room=THERE))  # type: ignore[arg-type]
    await put_back(far)
    await now(far, says("!cc", thread=card_of(far)))
    assert "chef@x.example" in answers_in(far)[-1]
    assert told(far, "put back", ROOM) == 0
