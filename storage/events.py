"""The room's events with a meaning to us: our own, and the team's in our threads."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import takewhile
from typing import Any, Final

from pydantic import TypeAdapter
from sqlalchemy import Row, bindparam, func, select, true

from bot.domain.conversation import COMMANDS, WRITTEN, EventKind, KnownEvent
from bot.domain.files import SharedFile
from bot.domain.ids import OF_BEFORE, ConversationId, EventId, MessageRow, RoomId, UserId
from storage.batch import padded
from storage.database import Tx
from storage.schema.chat import members
from storage.schema.threads import IS_PAGE, events, slots
from storage.upsert import insert_or_ignore, insert_or_replace

_MOST_EDITS: Final = 20
_e = events.c
_ADD = insert_or_ignore(events)
_PUT = insert_or_replace(events)
_AT = select(events).where(_e.event == bindparam("event"), _e.room == bindparam("room"))
_GET = _AT.where(_e.kind.not_in([EventKind.EDIT.value, EventKind.SHOWN.value]))
_EDITED_BY = select(events).where(_e.edit == bindparam("edit"), _e.room == bindparam("room"))
_OF_NOTHING = (
    select(_e.event)
    .where(_e.conversation.is_(None), _e.at < bindparam("before"), _e.event.not_in(select(slots.c.event)))
    .limit(bindparam("limit"))
)
_FORGET_OF_NOTHING = events.delete().where(_e.conversation.is_(None), _e.event.in_(_OF_NOTHING))
_POSTED_OF = (
    select(_e.event, _e.at)
    .where(_e.event.in_(bindparam("events", expanding=True)), _e.sender.is_(None))
    # Of several rooms the first one counts.
    .order_by(_e.room.desc())
)
_FIRST_POSTED = (
    select(_e.mail, func.min(_e.at).label("at"))
    .where(
        _e.mail.in_(bindparam("rows", expanding=True)),
        _e.kind == EventKind.MAIL.value,
        _e.sender.is_(None),
        select(members.c.room)
        .where(members.c.room == _e.room, members.c.user == bindparam("user"), members.c.is_joined == true())
        .exists(),
    )
    .group_by(_e.mail)
)
_IS_THERE = select(_e.at).where(_e.event == bindparam("event")).limit(1)
_LAST = (
    select(events)
    .where(_e.conversation == bindparam("conversation"), _e.kind == bindparam("kind"))
    .order_by(_e.at.desc())
    .limit(1)
)
_LAST_IN = _LAST.where(_e.room == bindparam("room"))
_MAIL_BEFORE = _LAST_IN.where(_e.at <= bindparam("before"))
_MAILS_IN = (
    select(_e.mail, _e.event)
    .where(
        _e.conversation == bindparam("conversation"),
        _e.kind == EventKind.MAIL.value,
        _e.room == bindparam("room"),
        _e.mail.in_(bindparam("rows", expanding=True)),
    )
    .order_by(_e.at)
)
_AMONG = select(events).where(_e.event.in_(bindparam("events", expanding=True)))
_LAST_SAID = (
    select(_e.conversation, func.max(_e.at).label("at"))
    .where(
        _e.conversation.in_(bindparam("conversations", expanding=True)),
        _e.kind == EventKind.NOTE.value,
        _e.event.not_like(f"{OF_BEFORE}%"),
    )
    .group_by(_e.conversation)
)
_FOLLOWING = (
    select(events)
    .where(
        _e.conversation == bindparam("conversation"),
        _e.at > bindparam("after"),
        _e.at <= bindparam("until"),
        _e.room == bindparam("room"),
        _e.kind.not_in([one.value for one in (EventKind.CONVERSATION, EventKind.NEWS, EventKind.ABOVE)]),
    )
    .order_by(_e.at)
    .limit(_MOST_EDITS)
)
_LAST_BY = (
    select(_e.at)
    .where(
        _e.conversation == bindparam("conversation"),
        _e.sender == bindparam("sender"),
        _e.event != bindparam("but"),
        _e.kind.not_in([one.value for one in (*COMMANDS, EventKind.EDIT)]),
        _e.event.not_like(f"{OF_BEFORE}%"),
    )
    .order_by(_e.at.desc())
    .limit(1)
)
_SAID = (
    select(events)
    .where(
        _e.conversation == bindparam("conversation"),
        _e.kind.in_([one.value for one in WRITTEN]),
        _e.sender != bindparam("but"),
    )
    .order_by(_e.at.desc())
    .limit(bindparam("limit"))
)
_LAST_OF = (
    select(events)
    .where(_e.conversation == bindparam("conversation"), _e.kind == bindparam("kind"), _e.sender == bindparam("sender"))
    .order_by(_e.at.desc())
    .limit(1)
)
_WITH_FILES = (
    select(events)
    .where(
        _e.conversation == bindparam("conversation"),
        _e.kind == EventKind.NOTE.value,
        _e.sender == bindparam("sender"),
        _e.room == bindparam("room"),
        _e.file != "",
    )
    .order_by(_e.at.desc())
    .limit(bindparam("limit"))
)
_PAGES = (
    select(events)
    .where(_e.room == bindparam("room"), _e.at >= bindparam("since"), IS_PAGE)
    .order_by(_e.at.desc())
    .limit(bindparam("limit"))
)
_FILE = TypeAdapter(SharedFile)


async def add(tx: Tx, event: KnownEvent) -> None:
    """Keep an event; one that is known already stays as it is."""
    await tx.later(_ADD, _row(event))


async def put(tx: Tx, event: KnownEvent) -> None:
    """Keep an event, in place of its earlier row."""
    await tx.later(_PUT, _row(event))


async def at(tx: Tx, room: RoomId, event: EventId) -> KnownEvent | None:
    """A message, or what a receipt may stand at beside: a member's edit, a command of the main timeline."""
    row = await tx.first(_AT, {"event": event, "room": room})
    return None if row is None else known_from_row(row)


async def get(tx: Tx, room: RoomId, event: EventId) -> KnownEvent | None:
    """A message."""
    row = await tx.first(_GET, {"event": event, "room": room})
    return None if row is None else known_from_row(row)


async def several(tx: Tx, wanted: Sequence[EventId]) -> dict[EventId, KnownEvent]:
    """Those of the events that are known, in whichever room."""
    rows = await tx.all(_AMONG, {"events": padded(wanted)}) if wanted else ()
    return {one.event: one for one in map(known_from_row, rows)}


async def edited_by(tx: Tx, room: RoomId, edit: EventId) -> KnownEvent | None:
    """The message that reads as it does by this edit; None for an edit that another one came after."""
    row = await tx.first(_EDITED_BY, {"edit": edit, "room": room})
    return None if row is None else known_from_row(row)


async def posted_at(tx: Tx, event: EventId) -> datetime | None:
    """The time at which an event of ours was posted, in any room: conversations may come from another room."""
    return (await posted(tx, [event])).get(event)


async def posted(tx: Tx, events: Sequence[EventId]) -> Mapping[EventId, datetime]:
    """The times at which these were posted, of those that are kept."""
    rows = await tx.all(_POSTED_OF, {"events": padded(events)}) if events else ()
    return {EventId(row.event): row.at for row in rows}


async def first_posted(tx: Tx, rows: Sequence[MessageRow], person: UserId) -> dict[MessageRow, datetime]:
    """The times at which these mails were posted first, in whichever thread of the rooms where the person is."""
    found = await tx.all(_FIRST_POSTED, {"rows": padded(rows), "user": person}) if rows else ()
    return {MessageRow(row.mail): row.at for row in found}


async def is_there(tx: Tx, event: EventId) -> bool:
    """Whether an event is kept, of whichever room."""
    return await tx.first(_IS_THERE, {"event": event}) is not None


async def last_of_kind(tx: Tx, conversation: ConversationId, kind: EventKind) -> KnownEvent | None:
    """The newest event of this kind in the conversation."""
    row = await tx.first(_LAST, {"conversation": conversation, "kind": kind.value})
    return None if row is None else known_from_row(row)


async def last_of_kind_in(tx: Tx, conversation: ConversationId, kind: EventKind, room: RoomId) -> KnownEvent | None:
    """The newest event of this kind in the conversation that stands in this room."""
    row = await tx.first(_LAST_IN, {"conversation": conversation, "kind": kind.value, "room": room})
    return None if row is None else known_from_row(row)


async def mail_before(tx: Tx, conversation: ConversationId, room: RoomId, before: datetime) -> KnownEvent | None:
    """The newest mail of the conversation that stood in this room by that time."""
    values = {"conversation": conversation, "kind": EventKind.MAIL.value, "room": room, "before": before}
    row = await tx.first(_MAIL_BEFORE, values)
    return None if row is None else known_from_row(row)


async def mails_in(
    tx: Tx, conversation: ConversationId, room: RoomId, rows: Sequence[MessageRow]
) -> tuple[tuple[MessageRow, EventId], ...]:
    """Those of some mails that stand in this room, each with its newest event."""
    values = {"conversation": conversation, "room": room, "rows": padded(rows)}
    found = {MessageRow(row.mail): EventId(row.event) for row in await tx.all(_MAILS_IN, values)} if rows else {}
    return tuple(found.items())


async def last_of_kind_by(tx: Tx, conversation: ConversationId, kind: EventKind, sender: UserId) -> KnownEvent | None:
    """The newest event of this kind that the member wrote in the conversation."""
    row = await tx.first(_LAST_OF, {"conversation": conversation, "kind": kind.value, "sender": sender})
    return None if row is None else known_from_row(row)


async def files_by(
    tx: Tx, conversation: ConversationId, room: RoomId, sender: UserId, most: int
) -> tuple[KnownEvent, ...]:
    """The newest files that the member posted in the conversation's thread in this room, oldest first."""
    values = {"conversation": conversation, "room": room, "sender": sender, "limit": most}
    rows = await tx.all(_WITH_FILES, values)
    return tuple(known_from_row(row) for row in reversed(rows))


async def pages_in(tx: Tx, room: RoomId, since: datetime, most: int) -> tuple[KnownEvent, ...]:
    """The newest answers in a room that other pages stand beside, the newest first."""
    rows = await tx.all(_PAGES, {"room": room, "since": since, "limit": most})
    return tuple(known_from_row(row) for row in rows)


async def said_in(tx: Tx, conversation: ConversationId, but: UserId, most: int) -> tuple[KnownEvent, ...]:
    """The newest commands and words of members in its threads, in whichever room, but for one person's, the oldest
    first."""
    rows = await tx.all(_SAID, {"conversation": conversation, "but": but, "limit": most})
    return tuple(known_from_row(row) for row in reversed(rows))


async def last_said(tx: Tx, conversations: Sequence[ConversationId]) -> dict[ConversationId, datetime]:
    """When the team talked last in the threads of these, by words or files."""
    rows = await tx.all(_LAST_SAID, {"conversations": padded(conversations)}) if conversations else ()
    return {ConversationId(row.conversation): row.at for row in rows}


async def edits_below(
    tx: Tx, conversation: ConversationId, room: RoomId, after: datetime, until: datetime
) -> tuple[KnownEvent, ...]:
    """The edits that were made of what stands in a thread after one time and until another, and before its next
    message."""
    values = {"conversation": conversation, "room": room, "after": after, "until": until}
    found = map(known_from_row, await tx.all(_FOLLOWING, values))
    return tuple(takewhile(lambda one: one.kind is EventKind.EDIT, found))


async def last_by(tx: Tx, conversation: ConversationId, sender: UserId, but: EventId | None = None) -> datetime | None:
    """The time of a member's last words in the thread, without `but`, edits and commands, which prove no reading."""
    row = await tx.first(_LAST_BY, {"conversation": conversation, "sender": sender, "but": but or ""})
    found: datetime | None = None if row is None else row.at
    return found


def _row(event: KnownEvent) -> dict[str, object]:
    return {
        "event": event.event,
        "room": event.room,
        "kind": event.kind.value,
        "conversation": event.conversation,
        "sender": event.sender,
        "mail": event.mail,
        "at": event.at,
        "body": event.body,
        "file": "" if event.file is None else _FILE.dump_json(event.file).decode(),
        "edit": event.edit,
    }


def known_from_row(row: Row[Any]) -> KnownEvent:
    return KnownEvent(
        event=EventId(row.event),
        room=RoomId(row.room),
        kind=EventKind(row.kind),
        conversation=None if row.conversation is None else ConversationId(row.conversation),
        sender=None if row.sender is None else UserId(row.sender),
        mail=None if row.mail is None else MessageRow(row.mail),
        at=row.at,
        body=row.body,
        file=_FILE.validate_json(row.file) if row.file else None,
        edit=None if row.edit is None else EventId(row.edit),
    )


async def forget_of_nothing(tx: Tx, before: datetime, limit: int) -> int:
    """Forget some messages of before that time that belong to no conversation and stand in no slot; how many."""
    return await tx.run_slowly(_FORGET_OF_NOTHING, {"before": before, "limit": limit})
