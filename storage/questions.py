"""What members were asked back about, and what their commands changed: kept for as long as it can be answered."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row, bindparam, select

from bot.domain.ids import ConversationId, EventId, MessageRow, UserId
from bot.domain.question import Deed, Question
from storage.database import Conflict, Tx
from storage.schema import deeds, questions
from storage.upsert import insert_or_ignore

_q, _d = questions.c, deeds.c
_ASK = questions.insert()
_USE = (
    questions.update()
    .where(_q.row == bindparam("row_"), _q.is_used == bindparam("open"))
    .values(is_used=bindparam("used"))
)
_GET = select(questions).where(_q.row == bindparam("row"))
_OF = (
    select(questions)
    .where(_q.conversation == bindparam("conversation"), _q.person == bindparam("person"), _q.at >= bindparam("since"))
    .order_by(_q.at, _q.row)
)
_ABOUT = select(questions).where(_q.event == bindparam("event")).order_by(_q.at.desc(), _q.row).limit(1)
_FORGET = questions.delete().where(_q.at < bindparam("before"))
_DO = insert_or_ignore(deeds)
_DONE = select(deeds).where(_d.event == bindparam("event")).order_by(_d.conversation)
_UNDONE = deeds.delete().where(_d.event == bindparam("event_"))
_FORGET_DEEDS = deeds.delete().where(_d.at < bindparam("before"))
_QUESTION = TypeAdapter(Question)
_DEED = TypeAdapter(Deed)


async def ask(tx: Tx, question: Question) -> None:
    """Keep a question.

    Raises:
        Conflict: it was put already.
    """
    values: dict[str, object] = {
        "row": question.row,
        "conversation": question.conversation,
        "person": question.person,
        "event": question.event,
        "at": question.at,
        "is_used": question.is_used,
        "asked": _QUESTION.dump_json(question).decode(),
    }
    await tx.run(_ASK, values)


async def use(tx: Tx, row: MessageRow) -> None:
    """Use up the question.

    Raises:
        Conflict: it was answered before.
    """
    if not await tx.run(_USE, {"row_": row, "open": False, "used": True}):
        raise Conflict("the question has been answered meanwhile")


async def get(tx: Tx, row: MessageRow) -> Question | None:
    found = await tx.first(_GET, {"row": row})
    return None if found is None else _question(found)


async def of(tx: Tx, conversation: ConversationId, person: UserId, since: datetime) -> tuple[Question, ...]:
    """What the person was asked in the conversation since then, answered or not, oldest first."""
    values: dict[str, object] = {"conversation": conversation, "person": person, "since": since}
    return tuple(_question(row) for row in await tx.all(_OF, values))


async def about(tx: Tx, event: EventId) -> Question | None:
    """The newest question about the words of this message."""
    found = await tx.first(_ABOUT, {"event": event})
    return None if found is None else _question(found)


async def do(tx: Tx, deed: Deed) -> None:
    """Keep what a command changed."""
    values: dict[str, object] = {
        "event": deed.event,
        "conversation": deed.conversation,
        "at": deed.at,
        "deed": _DEED.dump_json(deed).decode(),
    }
    await tx.run(_DO, values)


async def done_by(tx: Tx, event: EventId) -> tuple[Deed, ...]:
    """What the command of this event changed."""
    return tuple(_DEED.validate_json(row.deed) for row in await tx.all(_DONE, {"event": event}))


async def undone(tx: Tx, event: EventId) -> None:
    """Note that the command of this event was taken back, so that this happens once."""
    await tx.run(_UNDONE, {"event_": event})


async def forget_before(tx: Tx, at: datetime) -> None:
    """Delete what nobody can answer or take back any more."""
    await tx.run_slowly(_FORGET, {"before": at})
    await tx.run_slowly(_FORGET_DEEDS, {"before": at})


def _question(row: Row[Any]) -> Question:
    return replace(_QUESTION.validate_json(row.asked), is_used=row.is_used)
