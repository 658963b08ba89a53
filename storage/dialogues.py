"""Dialogues: talks of several turns, as they are kept between two turns."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row, and_, bindparam, literal_column, select, true

from bot.domain.dialogue import Dialogue, State, about_of, takes_secrets
from bot.domain.ids import ConversationId, DialogueId, EventId, RoomId, UserId
from bot.domain.kinds import STATES, kind_of
from bot.domain.question import Question
from storage import secrets
from storage.database import Conflict, Tx
from storage.schema.chat import members
from storage.schema.threads import dialogues

ADAPTERS: Mapping[str, TypeAdapter[State]] = {name: TypeAdapter(state) for state, name in STATES.items()}
"""Adapters of the states, by the name in `dialogues.kind`."""

_d, _m = dialogues.c, members.c
_ADD = dialogues.insert()
_SAVE = (
    dialogues.update()
    .where(_d.id == bindparam("id_"), _d.version == bindparam("known"))
    .values({column.name: bindparam(column.name) for column in _d if column.name != "id"})
)
_END = dialogues.delete().where(_d.id == bindparam("id_"), _d.version == bindparam("known"))
_GET = select(dialogues).where(_d.id == bindparam("id"))
_ABOUT = select(dialogues).where(_d.about == bindparam("event")).order_by(_d.expires_at.desc(), _d.id).limit(1)
_OF = (
    select(_m.is_joined, dialogues)
    .select_from(
        members.outerjoin(
            dialogues,
            and_(_d.person == _m.user, _d.hears == true(), _d.expires_at >= bindparam("now", type_=_d.expires_at.type)),
        )
    )
    .where(_m.room == bindparam("room"), _m.user == bindparam("person"))
    .order_by(_d.expires_at, _d.id)
)


_TAKING_SECRETS = (
    select(dialogues)
    .where(_d.room == bindparam("room"), literal_column("takes_secrets"))
    .order_by(_d.expires_at, _d.id)
)
_IN_ROOM = select(dialogues).where(_d.room == bindparam("room")).order_by(_d.id)


async def save(tx: Tx, dialogue: Dialogue) -> None:
    """Keep the state of a dialogue.

    Raises:
        Conflict: the dialogue went on, or ended, meanwhile.
    """
    one = dialogue
    kind = kind_of(one.state)
    values: dict[str, object] = {
        "kind": kind,
        "room": one.room,
        "thread": one.thread,
        "person": one.person,
        "about": about_of(one.state),
        "hears": one.state.hears,
        "takes_secrets": takes_secrets(one.state),
        "state": ADAPTERS[kind].dump_json(one.state).decode(),
        "version": one.version + 1,
        "expires_at": one.state.expires_at,
    }
    if not one.version:
        await tx.run(_ADD, {"id": one.id, **values})
    elif not await tx.run(_SAVE, {"id_": one.id, "known": one.version, **values}):
        raise Conflict("the dialogue has gone on meanwhile")


async def end(tx: Tx, id: DialogueId, version: int) -> None:
    """Forget a dialogue, with the secrets that it was told.

    Raises:
        Conflict: the dialogue went on, or ended, meanwhile.
    """
    if not await tx.run(_END, {"id_": id, "known": version}):
        raise Conflict("the dialogue has gone on meanwhile")
    await secrets.drop_of(tx, id)


async def get(tx: Tx, id: DialogueId) -> Dialogue | None:
    """The dialogue; None where it has ended."""
    row = await tx.first(_GET, {"id": id})
    return None if row is None else _dialogue(row)


async def about(tx: Tx, event: EventId) -> Dialogue | None:
    """The newest dialogue about the words of this message."""
    row = await tx.first(_ABOUT, {"event": event})
    return None if row is None else _dialogue(row)


async def of(tx: Tx, room: RoomId, person: UserId, now: datetime) -> tuple[bool, tuple[Dialogue, ...]]:
    """Whether the person is in the room, and the dialogues that their words may answer, oldest first: in one trip."""
    rows = await tx.all(_OF, {"room": room, "person": person, "now": now})
    is_joined = any(row.is_joined for row in rows)
    return is_joined, tuple(_dialogue(row) for row in rows if row.id is not None)


async def taking_secrets(tx: Tx, room: RoomId) -> tuple[Dialogue, ...]:
    """The dialogues in this room that may be told a secret, oldest first, whether or not their time is over."""
    return tuple(_dialogue(row) for row in await tx.all(_TAKING_SECRETS, {"room": room}))


async def end_questions(tx: Tx, room: RoomId, conversation: ConversationId) -> None:
    """Forget the questions about a conversation that are open in this room."""
    for row in await tx.all(_IN_ROOM, {"room": room}):
        one = _dialogue(row)
        if isinstance(one.state, Question) and one.state.conversation == conversation:
            await end(tx, one.id, one.version)


async def move(tx: Tx, old: RoomId, new: RoomId, has_moved: Callable[[State], Awaitable[bool]]) -> None:
    """Move dialogues of `old`, where `has_moved` is true, to the main timeline of `new`: threads stay behind."""
    for row in await tx.all(_IN_ROOM, {"room": old}):
        one = _dialogue(row)
        if await has_moved(one.state):
            await save(tx, replace(one, room=new, thread=None))


def _dialogue(row: Row[Any]) -> Dialogue:
    return Dialogue(
        id=DialogueId(row.id),
        room=RoomId(row.room),
        thread=None if row.thread is None else EventId(row.thread),
        person=UserId(row.person),
        state=ADAPTERS[row.kind].validate_json(row.state),
        version=row.version,
    )
