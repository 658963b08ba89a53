"""Conversations: saved by compare and set, found by number, by card, by correspondent, and as lists."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, false, func, select, true, tuple_

from bot.domain.board import BoardListing
from bot.domain.conversation import Conversation, Status
from bot.domain.ids import ConversationId, EventId, MailboxId, RoomId, UserId
from storage import following, numbers, people
from storage.batch import padded
from storage.codec import address_key, conversation_from_row, conversation_to_row
from storage.database import Conflict, Tx
from storage.following import WAITING
from storage.schema.threads import conversations, tallies
from storage.upsert import insert_or_add

NEEDS_NOBODY = "needs_nobody"
"""The name under which active conversations that need no answer are counted, instead of their status."""

_c = conversations.c
_GET = select(conversations).where(_c.id == bindparam("id"))
_SEVERAL = select(conversations).where(_c.id.in_(bindparam("ids", expanding=True))).order_by(_c.id)
_BEFORE = (
    select(
        _c.id,
        _c.mailbox,
        _c.status,
        _c.needs_nobody,
        _c.assignee,
        _c.followers,
        _c.version,
        _c.correspondent_name,
        _c.correspondent_key,
    )
    .where(_c.id.in_(bindparam("ids", expanding=True)))
    .order_by(_c.id)
    # Nobody else changes them before we have.
    .with_for_update()
)
_INSERT = conversations.insert()
_UPDATE = (
    conversations.update()
    .where(_c.id == bindparam("id_"), _c.version == bindparam("version_"))
    # The card may have been posted since the conversation was read (`set_root` leaves the version alone).
    .values(root=func.coalesce(bindparam("root_"), _c.root))
)
_HOLD = (
    conversations.update()
    .where(tuple_(_c.id, _c.version).in_(bindparam("read", expanding=True)))
    .values(version=_c.version + 1)
)
_SET_ROOT = conversations.update().where(_c.id == bindparam("id_")).values(root=bindparam("root"))
_TALLY = insert_or_add(tallies)
_TALLIES = select(tallies).where(tallies.c.mailbox.in_(bindparam("mailboxes", expanding=True)))
_EARLIER = (
    select(_c.id)
    .where(_c.mailbox == bindparam("mailbox"), _c.correspondent_key == bindparam("key"))
    .order_by(_c.id.desc())
    .limit(bindparam("limit"))
)
_TO_DO = (
    select(conversations)
    .where(_c.mailbox == bindparam("mailbox"), _c.status == Status.ACTIVE.value, _c.needs_nobody == false())
    .order_by(_c.waiting_since)
    .limit(bindparam("limit"))
)
_NEWEST_TO_DO = select(conversations).where(
    _c.mailbox == bindparam("mailbox"), _c.status == Status.ACTIVE.value, _c.needs_nobody == false()
)
_NOBODYS = _NEWEST_TO_DO.where(_c.assignee.is_(None)).order_by(_c.waiting_since.desc()).limit(bindparam("limit"))
_SOMEBODYS = _NEWEST_TO_DO.where(_c.assignee.is_not(None)).order_by(_c.waiting_since.desc()).limit(bindparam("limit"))
_TO_DO_IN = (
    select(conversations)
    .where(
        _c.mailbox == bindparam("mailbox"),
        _c.status == bindparam("status"),
        _c.needs_nobody == false(),
        _c.room == bindparam("room"),
    )
    .order_by(_c.waiting_since)
    .limit(bindparam("limit"))
)
_BY_ROOT = select(conversations).where(_c.root == bindparam("root"), _c.room == bindparam("room"))
_ASSIGNED = (
    select(conversations)
    .where(
        _c.assignee == bindparam("user"),
        _c.room == bindparam("room"),
        _c.status.in_([Status.ACTIVE.value, Status.PENDING.value]),
    )
    .order_by(_c.id)
)
_ROOTS = select(_c.id, _c.room, _c.root).where(_c.id.in_(bindparam("ids", expanding=True)), _c.root.is_not(None))


async def get(tx: Tx, id: ConversationId) -> Conversation | None:
    row = await tx.first(_GET, {"id": id})
    return None if row is None else conversation_from_row(row)


async def several(tx: Tx, ids: Sequence[ConversationId]) -> tuple[Conversation, ...]:
    """The conversations of these numbers that exist, by number."""
    rows = await tx.all(_SEVERAL, {"ids": list(ids)}) if ids else ()
    return tuple(conversation_from_row(row) for row in rows)


async def next_number(tx: Tx) -> ConversationId:
    """The number the next conversation would get; it is taken by saving one of that number."""
    return ConversationId(await numbers.next_number(tx, "conversation"))


async def save_all(tx: Tx, changed: Sequence[Conversation]) -> None:
    """Save each as `save` does; the stored rows of all are read at once."""
    known = [one.id for one in changed if one.version]
    before = {row.id: row for row in await tx.all(_BEFORE, {"ids": padded(known)})} if known else {}
    for one in changed:
        await _save(tx, one, before.get(one.id))


async def save(tx: Tx, conversation: Conversation) -> None:
    """Insert where `version` is 0, else replace the row that has this version. The stored version is one higher.

    Raises:
        Conflict: the number is taken, or the row has another version by now; at the latest by the commit.
    """
    await save_all(tx, (conversation,))


async def _save(tx: Tx, conversation: Conversation, before: Row[Any] | None) -> None:
    values = conversation_to_row(conversation)
    if conversation.version == 0:
        await tx.later(_INSERT, values)
        await numbers.taken(tx, "conversation", conversation.id)
        await tx.later(_TALLY, _tally(conversation.mailbox, _heading(conversation), conversation.assignee, 1))
        await following.set_followers(tx, conversation, were_others=True, is_new=True)
        await people.note(tx, conversation)
        return
    if before is None or before.version != conversation.version:
        raise Conflict(f"conversation {conversation.id} has changed since version {conversation.version}")
    named = {"id_": values.pop("id"), "root_": values.pop("root"), "version_": conversation.version}
    await tx.later(_UPDATE, values | named)
    old = _tally(before.mailbox, NEEDS_NOBODY if before.needs_nobody else before.status, before.assignee, -1)
    new = _tally(conversation.mailbox, _heading(conversation), conversation.assignee, 1)
    if {**old, "n": 1} != new:
        await tx.later(_TALLY, old, new)
    if (before.correspondent_name, before.correspondent_key) != (
        values["correspondent_name"],
        values["correspondent_key"],
    ):
        await people.note(tx, conversation)
    were_others = before.followers != values["followers"]
    await following.set_followers(tx, conversation, were_others=were_others, is_new=False)


async def hold(tx: Tx, read: Sequence[Conversation]) -> None:
    """Count a decision on these as a change of them: nobody else decides on the same version.

    Raises:
        Conflict: one of them has another version by now.
    """
    if read and await tx.run(_HOLD, {"read": [(one.id, one.version) for one in read]}) != len(read):
        raise Conflict("a conversation has changed since it was read")


async def set_root(tx: Tx, id: ConversationId, root: EventId) -> None:
    """Note the posted card. The version stays: nothing that a decision read has changed."""
    await tx.later(_SET_ROOT, {"id_": id, "root": root})


def _heading(conversation: Conversation) -> str:
    """The heading under which a conversation is counted: its status, or `needs_nobody`."""
    return NEEDS_NOBODY if conversation.needs_nobody else conversation.status.value


def _tally(mailbox: str, status: str, assignee: str | None, n: int) -> dict[str, object]:
    return {"mailbox": mailbox, "status": status, "is_assigned": assignee is not None, "n": n}


async def earlier_of(tx: Tx, mailbox: MailboxId, address: str, limit: int = 5) -> tuple[ConversationId, ...]:
    """Conversations of this correspondent, newest first; the case of the address does not count."""
    rows = await tx.all(_EARLIER, {"mailbox": mailbox, "key": address_key(address), "limit": limit})
    return tuple(ConversationId(row.id) for row in rows)


async def open_board(tx: Tx, mailboxes: Sequence[MailboxId], limit: int) -> BoardListing:
    """The newest and the oldest active conversations, and how many there are; unassigned are those of nobody."""
    found: list[list[Conversation]] = []
    for query in (_NOBODYS, _SOMEBODYS, _TO_DO):
        rows: list[Conversation] = []
        for mailbox in mailboxes:
            values = {"mailbox": mailbox, "limit": limit}
            rows.extend(conversation_from_row(row) for row in await tx.all(query, values))
        rows.sort(key=attrgetter("waiting_since", "id"), reverse=query is not _TO_DO)
        found.append(rows[:limit])
    nobodys, assigned, oldest = found
    counts = await _counts(tx, mailboxes)
    active, unassigned = Status.ACTIVE.value, counts.get((Status.ACTIVE.value, False), 0)
    return BoardListing(
        nobodys=tuple(nobodys),
        assigned=tuple(assigned),
        oldest=tuple(oldest),
        active=counts.get((active, True), 0) + unassigned,
        unassigned=unassigned,
        quiet=sum(n for (status, _), n in counts.items() if status == NEEDS_NOBODY),
        pending=sum(n for (status, _), n in counts.items() if status == Status.PENDING.value),
    )


async def to_do_in(tx: Tx, room: RoomId, mailboxes: Sequence[MailboxId], limit: int) -> tuple[Conversation, ...]:
    """The active and pending conversations of a room, at most `limit`: those that wait longest."""
    rows: list[Conversation] = []
    for mailbox in mailboxes:
        for status in WAITING:
            values = {"mailbox": mailbox, "status": status.value, "room": room, "limit": limit}
            rows.extend(conversation_from_row(row) for row in await tx.all(_TO_DO_IN, values))
    rows.sort(key=attrgetter("waiting_since", "id"))
    return tuple(rows[:limit])


async def _counts(tx: Tx, mailboxes: Sequence[MailboxId]) -> dict[tuple[str, bool], int]:
    """Counts by heading and by whether somebody has the conversation."""
    counts: dict[tuple[str, bool], int] = {}
    for row in await tx.all(_TALLIES, {"mailboxes": list(mailboxes)}):
        key = (row.status, row.is_assigned)
        counts[key] = counts.get(key, 0) + int(row.n)
    return counts


async def listing(
    tx: Tx,
    mailboxes: Sequence[MailboxId],
    *,
    status: tuple[Status, ...] | None,
    assignee: UserId | None,
    unassigned: bool,
    follower: UserId | None,
    limit: int,
    needs_nobody: bool | None = None,
    skip: int = 0,
) -> tuple[tuple[Conversation, ...], int]:
    """A page of the conversations that match, and how many match.

    Those that wait (active, pending) come first, then the others; the newest on top.
    `needs_nobody` asks for those alone that need no answer, or for the others; None for both. With `follower` nothing
    but the status narrows the list further.
    """
    wanted = status or tuple(Status)
    if follower is not None:
        places, total = await following.followed(tx, follower, mailboxes, wanted, skip + limit)
        return await _page(tx, places, skip, limit), total
    narrow = _narrow(assignee, unassigned)
    if needs_nobody is not None:
        narrow.append(_c.needs_nobody == (true() if needs_nobody else false()))
    places = []
    total = 0
    for mailbox in mailboxes:
        for one in wanted:
            at = _c.waiting_since if one in WAITING else _c.changed_at
            query = select(_c.id, at.label("at")).where(_c.mailbox == mailbox, _c.status == one.value, *narrow)
            found = await tx.all(query.order_by(at.desc()).limit(skip + limit))
            places.extend(following.place(one, row.at, row.id) for row in found)
            if assignee is not None:
                total += await _count(tx, query)
    if assignee is None:
        counts = await _counts(tx, mailboxes)
        headings = _headings(wanted, needs_nobody)
        total = sum(
            n for (name, is_assigned), n in counts.items() if name in headings and not (unassigned and is_assigned)
        )
    return await _page(tx, places, skip, limit), total


async def _page(tx: Tx, places: list[following.Place], skip: int, limit: int) -> tuple[Conversation, ...]:
    """The rows of a page; only these are read whole, for a page may be far down."""
    ids = [-place[2] for place in sorted(places)[skip : skip + limit]]
    rows = await tx.all(_SEVERAL, {"ids": ids}) if ids else ()
    found = {row.id: conversation_from_row(row) for row in rows}
    return tuple(found[id] for id in ids)


def _headings(wanted: Sequence[Status], needs_nobody: bool | None) -> set[str]:
    headings = set() if needs_nobody else {one.value for one in wanted}
    if needs_nobody is not False and Status.ACTIVE in wanted:
        headings.add(NEEDS_NOBODY)
    return headings


def _narrow(assignee: UserId | None, unassigned: bool) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if assignee is not None:
        conditions.append(_c.assignee == assignee)
    if unassigned:
        conditions.append(_c.assignee.is_(None))
    return conditions


async def _count(tx: Tx, query: Select[tuple[object, ...]]) -> int:
    row = await tx.first(select(func.count().label("n")).select_from(query.subquery()))
    return 0 if row is None else int(row.n)


async def by_root(tx: Tx, room: RoomId, event: EventId) -> Conversation | None:
    """The conversation of a card."""
    row = await tx.first(_BY_ROOT, {"root": event, "room": room})
    return None if row is None else conversation_from_row(row)


async def assigned_to(tx: Tx, room: RoomId, user: UserId) -> tuple[Conversation, ...]:
    """The active and pending conversations of a member, by number."""
    return tuple(conversation_from_row(row) for row in await tx.all(_ASSIGNED, {"user": user, "room": room}))


async def roots(tx: Tx, ids: Sequence[ConversationId]) -> tuple[tuple[ConversationId, RoomId, EventId], ...]:
    """Number, room and card of the conversations that have a card."""
    rows = await tx.all(_ROOTS, {"ids": padded(ids)})
    return tuple((ConversationId(row.id), RoomId(row.room), EventId(row.root)) for row in rows)
