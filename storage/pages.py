"""Lists of conversations, page by page, and the board: bounded reads, however many conversations there are."""

from collections.abc import Collection, Mapping, Sequence
from itertools import product
from operator import attrgetter

from sqlalchemy import ColumnElement, Select, bindparam, false, func, select, true

from bot.domain.board import COMING_ROWS, BoardListing
from bot.domain.conversation import LISTED, Conversation, Status
from bot.domain.ids import ConversationId, MailboxId, UserId
from bot.domain.needs import Listed
from bot.domain.tags import tag_key
from storage import mails, persons
from storage.codec import conversation_from_row
from storage.conversations import NEEDS_NOBODY, NEWEST_OF_PERSON, OF_PERSON, SNOOZED, several
from storage.database import Tx
from storage.lists import FOLLOWED, MOST_COUNTED, STARRED, TAGGED, WAITING, List, Place, place
from storage.schema.threads import conversations, tallies

_c = conversations.c
_TALLIES = select(tallies).where(tallies.c.mailbox.in_(bindparam("mailboxes", expanding=True)))
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
_COUNT_WITH_PERSON = select(func.count().label("n")).select_from(OF_PERSON.limit(MOST_COUNTED).subquery("counted"))
_COMING = (
    select(_c.id, _c.snoozed_until)
    .where(_c.mailbox == bindparam("mailbox"), _c.status == Status.PENDING.value, _c.snoozed_until.is_not(None))
    .order_by(_c.snoozed_until)
    .limit(bindparam("limit"))
)

_DRAFTED = (
    select(_c.id, _c.drafted_at)
    .where(_c.mailbox == bindparam("mailbox"), _c.drafted_at.is_not(None), _c.status != Status.DELETED.value)
    .order_by(_c.drafted_at.desc())
)
_COUNT_DRAFTED = select(func.count().label("n")).select_from(_DRAFTED.limit(MOST_COUNTED).subquery("counted"))


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
    snoozed = _under(counts, {SNOOZED})
    coming = await _coming(tx, mailboxes, COMING_ROWS) if snoozed else []
    return BoardListing(
        nobodys=tuple(nobodys),
        assigned=tuple(assigned),
        oldest=tuple(oldest),
        active=_under(counts, {Status.ACTIVE.value}),
        unassigned=_under(counts, {Status.ACTIVE.value}, unassigned=True),
        quiet=_under(counts, {NEEDS_NOBODY}),
        pending=_under(counts, {Status.PENDING.value}),
        snoozed=snoozed,
        coming=await _page(tx, coming, 0, COMING_ROWS),
        unapproved=sum([await mails.unapproved(tx, one) for one in mailboxes]),
    )


async def _coming(tx: Tx, mailboxes: Sequence[MailboxId], limit: int) -> list[Place]:
    """The places of the snoozed ones that come back next."""
    places: list[Place] = []
    for mailbox in mailboxes:
        found = await tx.all(_COMING, {"mailbox": mailbox, "limit": limit})
        places.extend((False, row.snoozed_until.timestamp(), -row.id) for row in found)
    return places


async def _counts(tx: Tx, mailboxes: Sequence[MailboxId]) -> dict[tuple[str, bool], int]:
    """Counts by heading and by whether somebody has the conversation."""
    counts: dict[tuple[str, bool], int] = {}
    for row in await tx.all(_TALLIES, {"mailboxes": list(mailboxes)}):
        key = (row.status, row.is_assigned)
        counts[key] = counts.get(key, 0) + int(row.n)
    return counts


def _under(counts: Mapping[tuple[str, bool], int], headings: Collection[str], *, unassigned: bool = False) -> int:
    """The number of conversations under some headings; with `unassigned`, of those that nobody has."""
    return sum(n for (name, is_assigned), n in counts.items() if name in headings and not (unassigned and is_assigned))


async def listing(tx: Tx, asked: Listed) -> tuple[tuple[Conversation, ...], int]:
    """A page of the conversations that match, and how many match: of a status in a mailbox, `MOST_COUNTED` at most."""
    wanted, to_here = asked.status or LISTED, asked.skip + asked.size
    if asked.correspondent:
        return await _with_person(tx, asked.mailboxes, asked.correspondent, asked.skip, asked.size)
    if (listed := _kept_list(asked)) is not None:
        kind, word = listed
        places, total = await kind.places(tx, word, asked.mailboxes, wanted, to_here)
        return await _page(tx, places, asked.skip, asked.size), total
    if asked.drafts:
        return await _with_draft(tx, asked.mailboxes, asked.skip, asked.size)
    counts = await _counts(tx, asked.mailboxes) if asked.snoozed or asked.assignee is None else {}
    if asked.snoozed:
        total = _under(counts, {SNOOZED})
        return await _page(tx, await _coming(tx, asked.mailboxes, to_here), asked.skip, asked.size), total
    narrow = _narrow(asked.assignee, asked.unassigned)
    if asked.snoozed is False:
        narrow.append(_c.snoozed_until.is_(None))
    places = []
    total = 0
    for mailbox, one in product(asked.mailboxes, wanted):
        at = _c.waiting_since if one in WAITING else _c.changed_at
        for kinds in _kinds(one, asked.needs_nobody):
            query = select(_c.id, at.label("at")).where(_c.mailbox == mailbox, _c.status == one.value, *kinds, *narrow)
            query = query if asked.before is None else query.where(at < asked.before)
            found = await tx.all(query.order_by(at.desc()).limit(to_here))
            places.extend(place(one, row.at, row.id) for row in found)
            if asked.assignee is not None:
                total += await _count(tx, query)
    if asked.assignee is None:
        headings = _headings(wanted, asked.needs_nobody, asked.snoozed)
        total = _under(counts, headings, unassigned=asked.unassigned)
    return await _page(tx, places, asked.skip, asked.size), total


def _kept_list(asked: Listed) -> tuple[List, str] | None:
    """The list that is kept row by row, and the word that it is kept under; None where none answers it."""
    if asked.follower is not None:
        return FOLLOWED, asked.follower
    if asked.starrer is not None:
        return STARRED, asked.starrer
    return (TAGGED, tag_key(asked.tag)) if asked.tag else None


def _kinds(status: Status, needs_nobody: bool | None) -> Sequence[Sequence[ColumnElement[bool]]]:
    """What an index needs to be told to give the order: each kind is read by itself."""
    if needs_nobody is not None:
        return ((_c.needs_nobody == (true() if needs_nobody else false()),),)
    if status is Status.ACTIVE:
        return ((_c.needs_nobody == false(),), (_c.needs_nobody == true(),))
    # None of those who wait for somebody needs nobody.
    return ((_c.needs_nobody == false(),),) if status is Status.PENDING else ((),)


async def _page(tx: Tx, places: list[Place], skip: int, limit: int) -> tuple[Conversation, ...]:
    """The rows of a page; only these are read whole, for a page may be far down."""
    ids = [-place[2] for place in sorted(places)[skip : skip + limit]]
    found = {one.id: one for one in await several(tx, [ConversationId(id) for id in ids])}
    return tuple(found[ConversationId(id)] for id in ids)


async def _with_person(
    tx: Tx, mailboxes: Sequence[MailboxId], address: str, skip: int, limit: int
) -> tuple[tuple[Conversation, ...], int]:
    """By number, the newest first; of all addresses of that person."""
    places: list[Place] = []
    total = 0
    for mailbox, key in product(mailboxes, await persons.keys_of(tx, mailboxes, address)):
        values = {"mailbox": mailbox, "key": key}
        found = await tx.all(NEWEST_OF_PERSON, {**values, "limit": skip + limit})
        places.extend((False, 0.0, -row.id) for row in found)
        counted = await tx.first(_COUNT_WITH_PERSON, values) if len(found) == skip + limit else None
        total += len(found) if counted is None else int(counted.n)
    return await _page(tx, places, skip, limit), total


async def _with_draft(
    tx: Tx, mailboxes: Sequence[MailboxId], skip: int, limit: int
) -> tuple[tuple[Conversation, ...], int]:
    places: list[Place] = []
    total = 0
    for mailbox in mailboxes:
        for row in await tx.all(_DRAFTED.limit(skip + limit), {"mailbox": mailbox}):
            places.append((False, -row.drafted_at.timestamp(), -row.id))
        counted = await tx.first(_COUNT_DRAFTED, {"mailbox": mailbox})
        total += 0 if counted is None else int(counted.n)
    return await _page(tx, places, skip, limit), total


def _headings(wanted: Sequence[Status], needs_nobody: bool | None, snoozed: bool | None) -> set[str]:
    headings = set() if needs_nobody else {one.value for one in wanted}
    if needs_nobody is not False and Status.ACTIVE in wanted:
        headings.add(NEEDS_NOBODY)
    if snoozed is not False and not needs_nobody and Status.PENDING in wanted:
        headings.add(SNOOZED)
    return headings


def _narrow(assignee: UserId | None, unassigned: bool) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if assignee is not None:
        conditions.append(_c.assignee == assignee)
    if unassigned:
        conditions.append(_c.assignee.is_(None))
    return conditions


async def _count(tx: Tx, query: Select[tuple[object, ...]]) -> int:
    row = await tx.first(select(func.count().label("n")).select_from(query.limit(MOST_COUNTED).subquery("counted")))
    return 0 if row is None else int(row.n)
