"""A house with two mailboxes, of which the first is run by somebody who is no admin, and may have its own config room."""

from dataclasses import replace

from bot.domain.ids import MailboxId, RoomId, UserId
from bot.domain.inputs.room import MemberChanged
from bot.domain.inputs.said import TeamMessage
from bot.domain.settings import MailboxSettings
from tests.fakes.chat import ALICE, BOB, CONFIG
from tests.fakes.house import MAILBOX as FIRST
from tests.fakes.house import House
from tests.fakes.looking import happens
from tests.fakes.writing import event_id, says

THERE = RoomId("!there:localhost")
OWN = RoomId("!made0:localhost")
NAMED = RoomId("!named:localhost")
SECRET = "geheim@other.example"
OTHER = replace(FIRST, id=MailboxId(SECRET), address=SECRET, name="Trésorerie", aliases=(), room=THERE)
CAROL = UserId("@carol:localhost")


def by(person: UserId, words: str, room: RoomId = CONFIG, **more: object) -> TeamMessage:
    return says(words, room=room, sender=person, encrypted=True, sealed=True, **more)  # type: ignore[arg-type]


def first(house: House) -> MailboxSettings:
    return house.step.settings.known.mailboxes[0]


async def comes(house: House, person: UserId, room: RoomId = OWN, membership: str = "join") -> None:
    await happens(house, MemberChanged(room, event_id(), person, membership, "", house.clock.now()))


async def has_own(house: House, words: str = f"!mailbox config {FIRST.address} new", room: RoomId = CONFIG) -> None:
    """The room is made, and alice and bob are in it."""
    await happens(house, by(ALICE if room == CONFIG else BOB, words, room))
    house.homeserver.encrypted.add(OWN)
    for person in (ALICE, BOB):
        await comes(house, person)
    assert first(house).config_room == OWN


async def restart(house: House) -> None:
    await house.close()
    await house.open()
