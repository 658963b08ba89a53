"""Direct chats, and what people set for themselves: parts of the settings, and read with these."""

from datetime import datetime

from sqlalchemy import bindparam, or_, select

from bot.domain.direct import Direct, Own, OwnSetting, lane_of, quiet_timer
from bot.domain.ids import ConversationId, EventId, RoomId, UserId
from storage import outbox, timers
from storage.database import Tx
from storage.schema.bookkeeping import own_settings, quiet_news
from storage.schema.chat import direct_chats
from storage.upsert import insert_or_ignore, insert_or_replace

_d = direct_chats.c
_o = own_settings.c
_PUT = insert_or_replace(direct_chats)
_EVERY = select(direct_chats).order_by(_d.person)
_MAKE_WAY = direct_chats.delete().where(or_(_d.room == bindparam("room_"), _d.person == bindparam("person_")))
_PERSON = select(_d.person).where(_d.room == bindparam("room"))
_END = direct_chats.delete().where(_d.room == bindparam("room_"))
_PUT_OWN = insert_or_replace(own_settings)
_EVERY_OWN = select(own_settings).order_by(_o.person, _o.what)
_q = quiet_news.c
_HOLD = insert_or_ignore(quiet_news)
_HELD = select(_q.conversation, _q.at).where(_q.person == bindparam("person")).order_by(_q.at.desc(), _q.conversation)
_DROP_NEWS = quiet_news.delete().where(_q.person == bindparam("person_"))
_DROP_OWN = own_settings.delete().where(_o.person == bindparam("person_"), _o.what == bindparam("what_"))


async def every(tx: Tx) -> tuple[Direct, ...]:
    return tuple(Direct(RoomId(row.room), UserId(row.person), row.at) for row in await tx.all(_EVERY))


async def put(tx: Tx, one: Direct) -> None:
    """Keep it in place of the person's other one."""
    await tx.run(_MAKE_WAY, {"room_": one.room, "person_": one.person})
    await tx.run(_PUT, {"person": one.person, "room": one.room, "at": one.at})


async def end(tx: Tx, room: RoomId, now: datetime) -> None:
    """What waits to be said there is taken back; the news in it are held, and due now, or with what is held already."""
    row = await tx.first(_PERSON, {"room": room})
    if row is not None:
        person, waiting = UserId(row.person), await outbox.waiting_in(tx, lane_of(room))
        for number in dict.fromkeys(number for planned in waiting for number in planned.news):
            await hold_news(tx, person, number, now)
            await timers.set_where_none(tx, quiet_timer(person), now)
    await outbox.drop_lane(tx, lane_of(room), now)
    await tx.run(_END, {"room_": room})


async def every_own(tx: Tx) -> tuple[OwnSetting, ...]:
    return tuple(
        OwnSetting(UserId(row.person), Own(row.what), row.value, row.at, EventId(row.source), row.before)
        for row in await tx.all(_EVERY_OWN)
    )


async def put_own(tx: Tx, one: OwnSetting) -> None:
    """Keep it; what is not set is forgotten once no command can be taken back."""
    if one.value or one.source:
        values = {"person": one.person, "what": one.what.value, "value": one.value, "at": one.at}
        await tx.run(_PUT_OWN, {**values, "source": one.source, "before": one.before})
    else:
        await tx.run(_DROP_OWN, {"person_": one.person, "what_": one.what.value})


async def hold_news(tx: Tx, person: UserId, conversation: ConversationId, at: datetime) -> None:
    """Keep it from the first happening on."""
    await tx.run(_HOLD, {"person": person, "conversation": conversation, "at": at})


async def held_news(tx: Tx, person: UserId) -> tuple[tuple[ConversationId, datetime], ...]:
    """The conversations of which the person is to be told, and since when, the newest first."""
    return tuple((ConversationId(row.conversation), row.at) for row in await tx.all(_HELD, {"person": person}))


async def drop_news(tx: Tx, person: UserId) -> None:
    await tx.run(_DROP_NEWS, {"person_": person})
