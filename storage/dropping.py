"""Lets whole conversations go, with all rows that belong to them; or keeps them with less."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Column, Table, bindparam, func, or_, select, tuple_

from bot.domain.conversation import Conversation, EventKind, MailRecord, Status
from bot.domain.ids import ConversationId, MailboxId
from bot.domain.retention import LEAVING, Drop, Fade, Place, RetentionChange, Step, past_key_of
from bot.domain.rules.moves import snooze_timer
from bot.domain.rules.scheduling import timer_of_mail
from storage import conversations, members, people, search, seen
from storage import mails as kept_mails
from storage.codec import FORGOTTEN, mail_from_row
from storage.database import Tx
from storage.schema import metadata
from storage.schema.bookkeeping import timers
from storage.schema.calls import has_ended_badly, is_unfinished, outbox, outbox_calls
from storage.schema.chat import read_marks
from storage.schema.search import HAS_NOTE, sought, sought_words
from storage.schema.threads import conversations as rows_of
from storage.schema.threads import dialogues, events, history, mails, slots

_IDS: Final = "ids"
AT_ONCE: Final = 200
ids: Final[Any] = bindparam(_IDS, expanding=True)
_BY_OTHER_WAYS = frozenset({"outbox", "sought", "events"})
"""Their rows lead to others, which go with them."""
_OF_CONVERSATIONS = [
    one for one in metadata.sorted_tables if "conversation" in one.c and one.name not in _BY_OTHER_WAYS
]
_OF_MAILS = [one for one in metadata.sorted_tables if "mail" in one.c and one.name not in _BY_OTHER_WAYS]
"""Also tables that are not yet thought of."""
_EVENTS = select(events.c.room, events.c.event).where(
    # Edits go with their messages.
    events.c.conversation.in_(ids),
    events.c.kind != EventKind.EDIT.value,
)
_EVENTS_OF_MAILS = select(events.c.room, events.c.event).where(events.c.mail.in_(ids))
_SOUGHT = select(sought.c.id).where(sought.c.conversation.in_(ids))
_SOUGHT_OF_MAILS = select(sought.c.id).where(sought.c.mail.in_(ids))
_o, _c, _m = outbox.c, rows_of.c, mails.c
_REFUSED = select(_o.id).where(_o.conversation.in_(ids), has_ended_badly(outbox))
_BUSY = select(_o.conversation).where(_o.conversation.in_(ids), is_unfinished(outbox)).distinct()
_ASKED = (
    select(events.c.conversation)
    .where(events.c.conversation.in_(ids), events.c.event.in_(select(dialogues.c.about)))
    .distinct()
)
_OLDER = (
    select(_c.id, _c.changed_at)
    .where(
        _c.mailbox == bindparam("mailbox"),
        _c.status == bindparam("status"),
        _c.changed_at < bindparam("before"),
        tuple_(_c.changed_at, _c.id) > tuple_(bindparam("at", type_=_c.changed_at.type), bindparam("number")),
    )
    .order_by(_c.changed_at, _c.id)
    .limit(bindparam("limit"))
)
_COUNT = select(func.count().label("n")).select_from(
    select(_c.id)
    .where(_c.mailbox == bindparam("mailbox"), _c.status == bindparam("status"), _c.changed_at < bindparam("before"))
    .limit(bindparam("limit"))
    .subquery("counted")
)
_WITH_BYTES = select(_m.conversation).where(_m.conversation.in_(ids), _m.raw.not_in(["", FORGOTTEN])).distinct()
_WITH_WORDS = select(_m.conversation).where(_m.conversation.in_(ids), _m.text != "").distinct()
_FADING = select(mails).where(_m.conversation == bindparam("conversation_")).order_by(_m.row).limit(bindparam("limit"))
_UNFADED = {
    Step.ORIGINALS: _FADING.where(_m.raw != FORGOTTEN),
    Step.WORDS: _FADING.where(or_(_m.raw != FORGOTTEN, _m.text != "", _m.detail != "")),
}
_LEAVING = (
    select(_m.conversation).where(_m.conversation.in_(ids), _m.state.in_([one.value for one in LEAVING])).distinct()
)
_WITH_NOTES = select(sought.c.conversation).where(sought.c.conversation.in_(ids), HAS_NOTE).distinct()
_WITH_TALK = select(events.c.conversation).where(events.c.conversation.in_(ids), events.c.body != "").distinct()
_MERGED = select(_c.goes_on_as).where(_c.goes_on_as.in_(ids)).distinct()
_NOTES = select(sought.c.id).where(sought.c.conversation.in_(ids), HAS_NOTE)
_NO_TALK = events.update().where(events.c.conversation == bindparam("id_"), events.c.body != "").values(body="")
_NO_NOTED = (
    history.update()
    .where(history.c.conversation == bindparam("id_"), history.c.action == "history.noted_before")
    .values(detail="")
)
"""The beginning of a note of before stands in its line as well."""
_NO_WORDS = rows_of.update().where(_c.id == bindparam("id_")).values(words="", draft=None)


async def drop(
    tx: Tx,
    whole: Sequence[Conversation],
    rows: Sequence[int],
    *,
    loose: Sequence[int] = (),
    kept: Collection[str | None] = (),
) -> tuple[tuple[str, str], ...]:
    """Delete these conversations, and these mails, with what belongs to them, but for their calls.

    Args:
        loose: those of the mails that are in other conversations.
        kept: cards that stay, and keep their threads together.

    Returns:
        Room and event of all that was posted for them.
    """
    numbers: list[object] = [one.id for one in whole]
    posted = [*await all_of(tx, _EVENTS, numbers), *await all_of(tx, _EVENTS_OF_MAILS, loose)]
    places = dict.fromkeys((str(row.room), str(row.event)) for row in posted)
    named = [event for _, event in places if event not in kept]
    texts = [int(row.id) for row in (*await all_of(tx, _SOUGHT, numbers), *await all_of(tx, _SOUGHT_OF_MAILS, loose))]
    await delete(tx, sought, sought.c.id, texts)
    await delete(tx, sought_words, sought_words.c.rowid, texts)
    await delete(tx, slots, slots.c.event, named)
    await delete(tx, dialogues, dialogues.c.about, named)
    await delete(tx, events, events.c.conversation, numbers)
    for table in _OF_CONVERSATIONS:
        await delete(tx, table, table.c.conversation, numbers)
    await delete(tx, read_marks, read_marks.c.conversation, [n for one in whole for n in members.numbers_of(one.id)])
    for table in _OF_MAILS:
        await delete(tx, table, table.c.mail, rows)
    await delete(tx, events, events.c.event, named)
    await delete(tx, mails, mails.c.row, rows)
    for one in whole:
        await conversations.drop(tx, one)
        await people.forget_where_gone(tx, one)
    await delete(tx, timers, timers.c.timer, [*(snooze_timer(one.id) for one in whole), *map(timer_of_mail, rows)])  # type: ignore[arg-type]
    return tuple(places)


async def apply(tx: Tx, change: RetentionChange, now: datetime) -> None:
    """Take one step.

    Raises:
        Conflict: the conversation has changed since it was read.
    """
    one = change.conversation
    await conversations.hold(tx, (one,))
    match change:
        case Drop(_, folders):
            records = (await kept_mails.of_conversations(tx, [one.id])).get(one.id, ())
            for record in records:
                await seen.rule_out(tx, past_key_of(record, folders), now)
            # Those that ended well tell for some days that they are ours; then they go like all.
            refused = [int(row.id) for row in await all_of(tx, _REFUSED, [one.id])]
            await delete(tx, outbox_calls, outbox_calls.c.id, refused)
            await delete(tx, outbox, outbox.c.id, refused)
            await drop(tx, (replace(one, version=one.version + 1),), [record.row for record in records])
        case Fade(_, faded, words):
            for record in faded:
                await kept_mails.update(tx, record)
                if words:
                    await search.keep_mail(tx, record, one.mailbox)
            if words:
                notes = [int(row.id) for row in await all_of(tx, _NOTES, [one.id])]
                await delete(tx, sought, sought.c.id, notes)
                await delete(tx, sought_words, sought_words.c.rowid, notes)
                await tx.run(_NO_TALK, {"id_": one.id})
                await tx.run(_NO_NOTED, {"id_": one.id})
                await tx.run(_NO_WORDS, {"id_": one.id})


async def older(tx: Tx, place: Place, before: datetime, limit: int) -> tuple[Place, ...]:
    """The next conversations of a pass that have not changed since that time, each as a place."""
    values = {"mailbox": place.mailbox, "status": place.status.value, "before": before}
    rows = await tx.all(_OLDER, {**values, "at": place.at, "number": place.number, "limit": limit})
    return tuple(Place(place.mailbox, place.status, row.changed_at, ConversationId(row.id)) for row in rows)


async def count(tx: Tx, mailbox: MailboxId, status: Status, before: datetime, most: int) -> int:
    """How many of a status have not changed since that time, at most so many."""
    row = await tx.first(_COUNT, {"mailbox": mailbox, "status": status.value, "before": before, "limit": most})
    return 0 if row is None else int(row.n)


async def with_bytes(tx: Tx, numbers: Sequence[ConversationId]) -> frozenset[int]:
    """Those of which an original is kept."""
    return frozenset(int(row.conversation) for row in await all_of(tx, _WITH_BYTES, numbers))


async def with_words(tx: Tx, numbers: Sequence[ConversationId]) -> frozenset[int]:
    """Those of which words are kept: of mails, of notes, of talk."""
    asked = (_WITH_WORDS, _WITH_NOTES, _WITH_TALK)
    found = [await all_of(tx, each, numbers) for each in asked]
    return frozenset(int(row.conversation) for rows in found for row in rows)


async def unfaded(tx: Tx, number: ConversationId, step: Step, limit: int) -> tuple[MailRecord, ...]:
    """Mails of one of which something goes with that step, which is not the last."""
    rows = await tx.all(_UNFADED[step], {"conversation_": number, "limit": limit})
    return tuple(mail_from_row(row) for row in rows)


async def busy(tx: Tx, numbers: Sequence[ConversationId]) -> frozenset[int]:
    """Those for which a call is still to be made, of which a mail may still leave, or about which somebody was asked
    something that they may answer."""
    found = [row for asked in (_BUSY, _LEAVING, _ASKED) for row in await all_of(tx, asked, numbers)]
    return frozenset(int(row.conversation) for row in found)


async def merged_into(tx: Tx, numbers: Sequence[ConversationId]) -> frozenset[int]:
    """Those as which others go on."""
    return frozenset(int(row.goes_on_as) for row in await all_of(tx, _MERGED, numbers))


async def all_of(tx: Tx, asked: Any, wanted: Sequence[object]) -> list[Any]:
    """The rows of an answer about many, which are asked for some at a time."""
    return [row for some in _pieces(wanted) for row in await tx.all(asked, {_IDS: some})]


async def delete(tx: Tx, table: Table, column: Column[Any], wanted: Sequence[object]) -> None:
    """Delete the rows whose column is one of these."""
    for some in _pieces(wanted):
        await tx.run(table.delete().where(column.in_(ids)), {_IDS: some})


def _pieces(wanted: Sequence[Any]) -> Iterator[list[Any]]:
    for at in range(0, len(wanted), AT_ONCE):
        yield list(wanted[at : at + AT_ONCE])
