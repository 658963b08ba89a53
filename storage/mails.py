"""Mails in and out, found by Message-ID, by bytes, by place, and by the ids they refer to."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from operator import attrgetter
from typing import Any

from sqlalchemy import CompoundSelect, and_, bindparam, case, false, func, or_, select, union_all

from bot.domain.conversation import KEPT_BACK, Direction, MailRecord, OutState
from bot.domain.ids import BlobId, ConversationId, EventId, MailboxId, MessageRow
from storage.batch import padded
from storage.codec import id_key, mail_from_row, mail_to_row
from storage.database import Tx
from storage.schema.threads import CAME, mail_references, mails

_m = mails.c
_GET = select(mails).where(_m.row == bindparam("row"))
_INSERT = mails.insert()
_UPDATE = mails.update().where(_m.row == bindparam("row_"))
_OF_PLACE = frozenset({"folder", "uidvalidity", "uid"})
_REFER = mail_references.insert()
_BY_ID = select(mails).where(_m.id_key.in_(bindparam("keys", expanding=True))).order_by(_m.row)
_BY_RAW = select(mails).where(_m.raw == bindparam("raw"), _m.mailbox == bindparam("mailbox")).order_by(_m.row).limit(1)
_BY_ID_OR_RAW = (
    select(mails)
    .where(
        or_(
            _m.id_key.in_(bindparam("keys", expanding=True)),
            and_(_m.raw == bindparam("raw"), _m.raw != "", _m.mailbox == bindparam("mailbox")),
        )
    )
    .order_by(_m.row)
)
_REFERRING = (
    select(_m.conversation)
    .join(mail_references, mail_references.c.mail == _m.row)
    .where(mail_references.c.id_key == bindparam("key"))
    .group_by(_m.conversation)
    .order_by(func.max(_m.row).desc())
)
_MOST_SIBLINGS = 20
_SIBLINGS_NAMED = (
    select(mail_references.c.mail)
    .where(mail_references.c.id_key.in_(bindparam("keys", expanding=True)))
    .limit(_MOST_SIBLINGS * 5)
)
_SIBLINGS = select(mails).where(_m.row.in_(_SIBLINGS_NAMED)).order_by(_m.date.desc(), _m.row).limit(_MOST_SIBLINGS)
# A server's date of arrival has seconds only; within one, a folder's UIDs tell the order (RFC 3501 2.3.1.1).
_IN_ORDER = (_m.date, _m.uid, _m.row)
_OF_CONVERSATION = select(mails).where(_m.conversation == bindparam("conversation")).order_by(*_IN_ORDER)
_OF_CONVERSATIONS = (
    select(mails).where(_m.conversation.in_(bindparam("ids", expanding=True))).order_by(_m.conversation, *_IN_ORDER)
)
_CAME = select(mails).where(_m.mailbox == bindparam("mailbox"), CAME).order_by(_m.date.desc()).limit(bindparam("limit"))
_RECENT = (
    select(mails)
    .where(_m.conversation == bindparam("conversation"))
    .order_by(*(one.desc() for one in _IN_ORDER))
    .limit(bindparam("limit"))
)
_RECENT_UNTIL = _RECENT.where(_m.date <= bindparam("until"))
_LENGTHS = (
    select(_m.row, func.length(_m.text).label("length"))
    .where(_m.conversation == bindparam("conversation"))
    .order_by(*_IN_ORDER)
    .limit(bindparam("limit"))
)
_SEVERAL = select(mails).where(_m.row.in_(bindparam("rows", expanding=True)))
_FIRST = _OF_CONVERSATION.limit(1)
_NEWEST = (
    select(mails)
    .where(
        _m.conversation == bindparam("conversation"),
        _m.direction == bindparam("direction"),
        # What a program of ours answered by itself is no answer that anybody wrote.
        or_(_m.direction == Direction.IN.value, _m.is_automatic == false(), _m.author.is_not(None)),
    )
    .order_by(_m.date.desc(), _m.uid.desc(), _m.row.desc())
    .limit(1)
)
_NEWEST_OF_PERSON = _NEWEST.where(_m.is_automatic == false())
# A mail that was taken back gives way to a later one of the same message.
_BY_SOURCE = (
    select(mails)
    .where(_m.source == bindparam("source"))
    .order_by(case((_m.state == OutState.CANCELLED.value, 1), else_=0), _m.date.desc(), _m.row)
    .limit(1)
)
_OPEN_STATES = [state.value for state in (*KEPT_BACK, OutState.RETRYING, OutState.UNKNOWN, OutState.REFUSED)]
_OPEN_OUT = (
    select(mails)
    .where(
        _m.conversation == bindparam("conversation"),
        _m.direction == Direction.OUT.value,
        _m.state.in_(_OPEN_STATES),
    )
    .order_by(_m.date, _m.row)
)
_WAITING_IN = (
    select(mails)
    .where(_m.conversation == bindparam("conversation"), _m.waits_until.is_not(None))
    .order_by(_m.waits_until, _m.row)
)
_WAITING_OF = (
    select(mails)
    .where(_m.mailbox == bindparam("mailbox"), _m.waits_until.is_not(None))
    .order_by(_m.waits_until, _m.row)
    .limit(bindparam("limit"))
)
_NOT_COUNTED = [OutState.CANCELLED.value, OutState.REFUSED.value]
_SENT_SINCE = select(func.count().label("n")).where(
    _m.mailbox == bindparam("mailbox"),
    _m.date >= bindparam("since"),
    _m.state.is_not(None),
    _m.state.not_in(_NOT_COUNTED),
)
_LEAVING_OF = (
    select(mails)
    .where(
        _m.mailbox == bindparam("mailbox"),
        _m.state.in_([state.value for state in (*KEPT_BACK, OutState.RETRYING)]),
    )
    .order_by(_m.row)
    .limit(bindparam("limit"))
)
_LEAVING = select(func.count().label("n")).where(
    _m.mailbox == bindparam("mailbox"), _m.state.in_([state.value for state in (*KEPT_BACK, OutState.RETRYING)])
)
_UNAPPROVED = select(func.count().label("n")).where(
    _m.mailbox == bindparam("mailbox"), _m.state == OutState.UNAPPROVED.value
)
_MOST_AUTO = 1_000
_AUTO_SINCE = (
    select(mails)
    .where(
        _m.mailbox == bindparam("mailbox"),
        _m.date >= bindparam("since"),
        _m.state.is_not(None),
        _m.author.is_(None),
        _m.is_automatic,
    )
    .order_by(_m.date.desc())
    .limit(_MOST_AUTO)
)
_PLACE = (
    mails.update()
    .where(_m.row == bindparam("row_"))
    .values(folder=bindparam("folder"), uidvalidity=bindparam("uidvalidity"), uid=bindparam("uid"))
)
_SET_EVENT = mails.update().where(_m.row == bindparam("row_")).values(event=bindparam("event"))
_AT_PLACE = (
    select(mails)
    .where(
        _m.mailbox == bindparam("mailbox"),
        _m.folder == bindparam("folder"),
        _m.uidvalidity == bindparam("uidvalidity"),
        _m.uid == bindparam("uid"),
    )
    .order_by(_m.row)
    .limit(1)
)
_NEWEST_PLACES = (
    select(mails)
    .where(
        _m.mailbox == bindparam("mailbox"),
        _m.folder == bindparam("folder"),
        _m.uidvalidity == bindparam("uidvalidity"),
        _m.uid > 0,
    )
    .order_by(_m.uid.desc())
    .limit(bindparam("limit"))
)
_PLACED = select(_m.uid).where(
    _m.mailbox == bindparam("mailbox"),
    _m.folder == bindparam("folder"),
    _m.uidvalidity == bindparam("uidvalidity"),
    _m.uid.between(bindparam("first"), bindparam("last")),
)
_KNOWN_KEYS = select(_m.id_key).where(_m.id_key.in_(bindparam("keys", expanding=True))).distinct()
_WITHOUT_BYTES = (
    select(_m.uid)
    .where(
        _m.raw == "",
        _m.mailbox == bindparam("mailbox"),
        _m.folder == bindparam("folder"),
        _m.uidvalidity == bindparam("uidvalidity"),
        _m.uid > 0,
    )
    .limit(bindparam("limit"))
)
_FORGET_FOLDER = (
    mails.update()
    .where(_m.mailbox == bindparam("mailbox_"), _m.folder == bindparam("folder_"), _m.uid > 0)
    .values(uid=0, uidvalidity=0)
)
_FORGET_PLACES = mails.update().where(_m.mailbox == bindparam("mailbox_"), _m.uid > 0).values(uid=0, uidvalidity=0)


async def add(tx: Tx, record: MailRecord) -> None:
    """Keep a new mail, with the ids it refers to.

    Raises:
        Conflict: the row is taken; at the latest by the commit.
    """
    await tx.later(_INSERT, mail_to_row(record))
    named = [one for one in dict.fromkeys((*record.in_reply_to, *record.references)) if one]
    if named:
        await tx.later(_REFER, *({"id_key": id_key(record.mailbox, one), "mail": record.row} for one in named))


async def update(tx: Tx, record: MailRecord) -> None:
    """Replace the mail of the same row. What it refers to stays as it was added, where it lies as `place` says last."""
    values = {name: value for name, value in mail_to_row(record).items() if name not in _OF_PLACE}
    await tx.later(_UPDATE, {**values, "row_": record.row})


async def get(tx: Tx, row: MessageRow) -> MailRecord | None:
    found = await tx.first(_GET, {"row": row})
    return None if found is None else mail_from_row(found)


async def by_message_id(tx: Tx, mailbox: MailboxId, ids: Sequence[str]) -> tuple[MailRecord, ...]:
    """The mails of the mailbox that have one of these ids, oldest row first."""
    keys = [id_key(mailbox, one) for one in dict.fromkeys(ids) if one]
    rows = await tx.all(_BY_ID, {"keys": keys}) if keys else ()
    return tuple(mail_from_row(row) for row in rows)


async def by_ids_or_raw(
    tx: Tx, mailbox: MailboxId, ids: Sequence[str], raw: BlobId | None
) -> tuple[tuple[MailRecord, ...], MailRecord | None]:
    """The mails of `by_message_id` and `by_raw`, in one look-up."""
    keys = [id_key(mailbox, one) for one in dict.fromkeys(ids) if one]
    rows = await tx.all(_BY_ID_OR_RAW, {"keys": padded(keys), "raw": raw or "", "mailbox": mailbox})
    of_ids = tuple(mail_from_row(row) for row in rows if row.id_key in keys)
    same = next((row for row in rows if raw and (row.raw, row.mailbox) == (raw, mailbox)), None)
    return of_ids, None if same is None else mail_from_row(same)


async def by_id_in(tx: Tx, mailboxes: Sequence[MailboxId], message_id: str) -> tuple[MailRecord, ...]:
    """The mails of these mailboxes with this Message-ID."""
    return await by_ids_in(tx, mailboxes, (message_id,))


async def by_ids_in(tx: Tx, mailboxes: Sequence[MailboxId], ids: Sequence[str]) -> tuple[MailRecord, ...]:
    """The mails of these mailboxes that have one of these Message-IDs."""
    keys = [id_key(mailbox, one) for mailbox in mailboxes for one in ids if one]
    if not keys:
        return ()
    rows = await tx.all(_BY_ID_OR_RAW, {"keys": padded(keys), "raw": "", "mailbox": ""})
    return tuple(mail_from_row(row) for row in rows)


async def by_raw(tx: Tx, mailbox: MailboxId, raw: BlobId) -> MailRecord | None:
    """The mail of the mailbox that has exactly these bytes."""
    row = await tx.first(_BY_RAW, {"raw": raw, "mailbox": mailbox})
    return None if row is None else mail_from_row(row)


async def referring_to(tx: Tx, mailbox: MailboxId, message_id: str) -> tuple[ConversationId, ...]:
    """Conversations with a mail that names this id, the one with the newest such mail first."""
    rows = await tx.all(_REFERRING, {"key": id_key(mailbox, message_id)}) if message_id else ()
    return tuple(ConversationId(row.conversation) for row in rows)


async def naming(tx: Tx, mailbox: MailboxId, ids: Sequence[str]) -> tuple[MailRecord, ...]:
    """Mails that name one of these ids, newest first; only some if a hundred do."""
    keys = [id_key(mailbox, one) for one in dict.fromkeys(ids) if one]
    rows = await tx.all(_SIBLINGS, {"keys": keys}) if keys else ()
    return tuple(mail_from_row(row) for row in rows)


async def of_conversations(tx: Tx, ids: Sequence[ConversationId]) -> dict[ConversationId, tuple[MailRecord, ...]]:
    """All mails of each of them, oldest first."""
    found: dict[ConversationId, list[MailRecord]] = {}
    for row in await tx.all(_OF_CONVERSATIONS, {"ids": list(ids)}) if ids else ():
        record = mail_from_row(row)
        found.setdefault(record.conversation, []).append(record)
    return {number: tuple(records) for number, records in found.items()}


@cache
def _recent_of(count: int) -> CompoundSelect[Any]:
    """One look-up for so many conversations, each by its index: a window would read all of their mails."""
    each = (
        select(mails)
        .where(_m.conversation == bindparam(f"conversation_{n}"))
        .order_by(*(one.desc() for one in _IN_ORDER))
        .limit(bindparam(f"limit_{n}"))
        .subquery(f"newest_{n}")
        for n in range(count)
    )
    return union_all(*(select(one) for one in each))


async def recent_of(tx: Tx, wanted: Sequence[tuple[ConversationId, int]]) -> list[tuple[MailRecord, ...]]:
    """The newest mails of each conversation, at most so many of it, oldest first; in the order of `wanted`."""
    values: dict[str, object] = {}
    for n, (id, most) in enumerate(wanted):
        values |= {f"conversation_{n}": id, f"limit_{n}": most}
    found: dict[ConversationId, list[MailRecord]] = {}
    for row in await tx.all(_recent_of(len(wanted)), values) if wanted else ():
        record = mail_from_row(row)
        found.setdefault(record.conversation, []).append(record)
    return [tuple(sorted(found.get(id, ()), key=attrgetter("order"))) for id, _ in wanted]


async def came(tx: Tx, mailbox: MailboxId, limit: int) -> tuple[MailRecord, ...]:
    """The newest mails in which somebody outside wrote words to the mailbox, the newest first."""
    return tuple(mail_from_row(row) for row in await tx.all(_CAME, {"mailbox": mailbox, "limit": limit}))


async def recent(tx: Tx, id: ConversationId, limit: int) -> tuple[MailRecord, ...]:
    """The conversation's newest mails, oldest first."""
    rows = await tx.all(_RECENT, {"conversation": id, "limit": limit})
    return tuple(mail_from_row(row) for row in reversed(rows))


async def recent_until(tx: Tx, id: ConversationId, until: datetime, limit: int) -> tuple[MailRecord, ...]:
    """The newest mails that it had at that time, by their date, oldest first."""
    rows = await tx.all(_RECENT_UNTIL, {"conversation": id, "until": until, "limit": limit})
    return tuple(mail_from_row(row) for row in reversed(rows))


async def lengths_of(tx: Tx, id: ConversationId, limit: int) -> list[tuple[MessageRow, int]]:
    """The conversation's oldest mails, each with the characters of its words."""
    found = await tx.all(_LENGTHS, {"conversation": id, "limit": limit})
    return [(MessageRow(row.row), int(row.length)) for row in found]


async def several(tx: Tx, rows: Sequence[MessageRow]) -> tuple[MailRecord, ...]:
    """The mails of these rows that there are."""
    found = await tx.all(_SEVERAL, {"rows": padded(rows)}) if rows else ()
    return tuple(mail_from_row(row) for row in found)


async def first(tx: Tx, id: ConversationId) -> MailRecord | None:
    """The conversation's oldest mail."""
    row = await tx.first(_FIRST, {"conversation": id})
    return None if row is None else mail_from_row(row)


async def newest_of_person(tx: Tx, conversation: ConversationId) -> MailRecord | None:
    """The newest incoming mail that no machine wrote."""
    row = await tx.first(_NEWEST_OF_PERSON, {"conversation": conversation, "direction": Direction.IN.value})
    return None if row is None else mail_from_row(row)


async def newest(tx: Tx, conversation: ConversationId, direction: Direction) -> MailRecord | None:
    row = await tx.first(_NEWEST, {"conversation": conversation, "direction": direction.value})
    return None if row is None else mail_from_row(row)


async def by_source(tx: Tx, event: EventId) -> MailRecord | None:
    """The outgoing mail that was made from a room event."""
    row = await tx.first(_BY_SOURCE, {"source": event})
    return None if row is None else mail_from_row(row)


async def open_out(tx: Tx, conversation: ConversationId) -> tuple[MailRecord, ...]:
    """Outgoing mails that are not settled (queued, retrying, unknown, refused), oldest first."""
    return tuple(mail_from_row(row) for row in await tx.all(_OPEN_OUT, {"conversation": conversation}))


async def waiting_in(tx: Tx, conversation: ConversationId) -> tuple[MailRecord, ...]:
    """The conversation's mails that wait for their time or for somebody's word, the soonest first."""
    return tuple(mail_from_row(row) for row in await tx.all(_WAITING_IN, {"conversation": conversation}))


async def waiting_of(tx: Tx, mailbox: MailboxId, limit: int) -> tuple[MailRecord, ...]:
    """The mailbox's mails that wait for their time or for somebody's word, the soonest first."""
    values: dict[str, object] = {"mailbox": mailbox, "limit": limit}
    return tuple(mail_from_row(row) for row in await tx.all(_WAITING_OF, values))


async def sent_since(tx: Tx, mailbox: MailboxId, at: datetime) -> int:
    """Mails written here since `at` that were sent or will be; neither cancelled nor refused ones."""
    row = await tx.first(_SENT_SINCE, {"mailbox": mailbox, "since": at})
    return 0 if row is None else int(row.n)


async def sent_lately(tx: Tx, mailbox: MailboxId, now: datetime) -> tuple[int, int]:
    """Those of the last hour, and those of the last day."""
    hour, day = now - timedelta(hours=1), now - timedelta(days=1)
    return await sent_since(tx, mailbox, hour), await sent_since(tx, mailbox, day)


async def leaving_of(tx: Tx, mailbox: MailboxId, limit: int) -> tuple[MailRecord, ...]:
    """Those mails themselves."""
    return tuple(mail_from_row(row) for row in await tx.all(_LEAVING_OF, {"mailbox": mailbox, "limit": limit}))


async def leaving(tx: Tx, mailbox: MailboxId) -> int:
    """Mails that wait to leave from the mailbox, or to be tried again."""
    row = await tx.first(_LEAVING, {"mailbox": mailbox})
    return 0 if row is None else int(row.n)


async def unapproved(tx: Tx, mailbox: MailboxId) -> int:
    """Mails that wait for somebody's approval."""
    row = await tx.first(_UNAPPROVED, {"mailbox": mailbox})
    return 0 if row is None else int(row.n)


async def auto_answers_since(tx: Tx, mailbox: MailboxId, at: datetime) -> tuple[MailRecord, ...]:
    """What the mailbox answered by itself since `at`, whether or not it left, the newest first."""
    return tuple(mail_from_row(row) for row in await tx.all(_AUTO_SINCE, {"mailbox": mailbox, "since": at}))


async def place(tx: Tx, row: MessageRow, folder: str, uidvalidity: int, uid: int) -> None:
    """Note the mail's place on the server."""
    await tx.later(_PLACE, {"row_": row, "folder": folder, "uidvalidity": uidvalidity, "uid": uid})


async def set_event(tx: Tx, row: MessageRow, event: EventId) -> None:
    """Note the mail's event in the thread."""
    await tx.later(_SET_EVENT, {"row_": row, "event": event})


async def at_place(tx: Tx, mailbox: MailboxId, folder: str, uidvalidity: int, uid: int) -> MailRecord | None:
    values: dict[str, object] = {"mailbox": mailbox, "folder": folder, "uidvalidity": uidvalidity, "uid": uid}
    row = await tx.first(_AT_PLACE, values) if uid else None
    return None if row is None else mail_from_row(row)


async def newest_places(
    tx: Tx, mailbox: MailboxId, folder: str, uidvalidity: int, limit: int
) -> tuple[MailRecord, ...]:
    """The known mails with the highest UIDs there."""
    values: dict[str, object] = {"mailbox": mailbox, "folder": folder, "uidvalidity": uidvalidity, "limit": limit}
    rows = await tx.all(_NEWEST_PLACES, values)
    return tuple(mail_from_row(row) for row in rows)


async def placed(tx: Tx, mailbox: MailboxId, folder: str, uidvalidity: int, uids: tuple[int, int]) -> frozenset[int]:
    """The UIDs between these two, both included, at which a mail of ours is."""
    values: dict[str, object] = {"mailbox": mailbox, "folder": folder, "uidvalidity": uidvalidity}
    rows = await tx.all(_PLACED, {**values, "first": uids[0], "last": uids[1]})
    return frozenset(int(row.uid) for row in rows)


async def known_ids(tx: Tx, mailbox: MailboxId, ids: Sequence[str]) -> frozenset[str]:
    """Those of these Message-IDs that a mail of the mailbox has."""
    keys = {id_key(mailbox, one): one for one in ids if one}
    rows = await tx.all(_KNOWN_KEYS, {"keys": padded(list(keys))}) if keys else ()
    return frozenset(keys[row.id_key] for row in rows)


async def without_bytes(tx: Tx, mailbox: MailboxId, folder: str, uidvalidity: int, limit: int) -> tuple[int, ...]:
    """UIDs of mails that are announced there and were not given, or were too big."""
    values: dict[str, object] = {"mailbox": mailbox, "folder": folder, "uidvalidity": uidvalidity, "limit": limit}
    return tuple(int(row.uid) for row in await tx.all(_WITHOUT_BYTES, values))


async def forget_places(tx: Tx, mailbox: MailboxId, folder: str) -> int:
    """Forget the UIDs of a folder, which mean nothing any more (RFC 9051 2.3.1.1)."""
    return await tx.run_slowly(_FORGET_FOLDER, {"mailbox_": mailbox, "folder_": folder})


async def forget_all_places(tx: Tx, mailbox: MailboxId) -> None:
    """Forget the UIDs of all its folders: the mailbox is on another server from now on."""
    await tx.run_slowly(_FORGET_PLACES, {"mailbox_": mailbox})
