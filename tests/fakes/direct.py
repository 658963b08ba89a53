"""Direct chats with the bot, for the tests of the flows."""

from bot.domain.ids import EventId, RoomId, UserId
from bot.domain.inputs.room import Invited, MemberChanged
from bot.ports import Member
from tests.fakes.chat import BOB, BOT, ROOM
from tests.fakes.house import House
from tests.fakes.looking import NOW, happens
from tests.fakes.writing import event_id, says

DIRECT, SECOND = RoomId("!direct:localhost"), RoomId("!second:localhost")


async def invites(
    house: House, room: RoomId = DIRECT, *others: UserId, by: UserId = BOB, is_direct: bool = True
) -> None:
    """Somebody makes a room, where others may be too, and invites the bot, which looks at it from within."""
    house.homeserver.members[room] = tuple(Member(one, one) for one in (by, *others, BOT))
    await happens(house, Invited(room, by, house.clock.now(), is_direct))
    if room in house.homeserver.joined:
        await house.keeper.enter(room)
        await house.settle(NOW)


def said_in(house: House, room: RoomId = DIRECT) -> list[str]:
    return [str(p.content["body"]) for p in house.homeserver.posted if p.room == room and not p.is_edit]


async def asks(
    house: House,
    words: str,
    room: RoomId = DIRECT,
    *,
    by: UserId = BOB,
    reply_to: EventId | None = None,
    encrypted: bool = False,
    sealed: bool = True,
) -> list[str]:
    """What is said in the chat after somebody has written there."""
    before = len(said_in(house, room))
    await happens(
        house, says(words, room=room, sender=by, reply_to=reply_to, encrypted=encrypted, sealed=encrypted and sealed)
    )
    return said_in(house, room)[before:]


def goes(house: House, who: UserId, membership: str = "leave", room: RoomId = ROOM) -> MemberChanged:
    """Somebody comes to a room, or leaves it."""
    known = house.homeserver.members.get(room, ())
    if membership == "join":
        house.homeserver.members[room] = (*known, Member(who, who))
    else:
        house.homeserver.members[room] = tuple(one for one in known if one.user != who)
    return MemberChanged(room, event_id(), who, membership, str(who), house.clock.now())
