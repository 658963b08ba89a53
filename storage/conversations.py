"""Conversations: saved by compare and set, found by number, by card, by correspondent. Lists: `storage/pages.py`."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import Row, bindparam, false, func, select, tuple_

from bot.domain.conversation import MOST_EARLIER, Conversation, Status
from bot.domain.ids import ConversationId, EventId, MailboxId, RoomId, UserId
from bot.domain.searching import AsItIs
from bot.domain.tags import tag_key
from storage import numbers, people, search
from storage.batch import padded
from storage.codec import address_key, conversation_from_row, conversation_to_row, tags_of
from storage.database import Conflict, Tx
from storage.lists import FOLLOWED, STARRED, TAGGED, WAITING
from storage.schema.threads import conversations, tallies
from storage.upsert import insert_or_add

NEEDS_NOBODY = "needs_nobody"
"""The name under which active conversations that need no answer are counted, instead of their status."""
SNOOZED = "snoozed"
"""The name under which pending conversations that are snoozed are counted."""

_c = conversations.c
_GET = select(conversations).where(_c.id == bindparam("id"))
_SEVERAL = select(conversations).where(_c.id.in_(bindparam("ids", expanding=True))).order_by(_c.id)
_AS_THEY_ARE = select(_c.id, _c.mailbox, _c.status, _c.assignee, _c.tags).where(
    _c.id.in_(bindparam("ids", expanding=True))
)
_BEFORE = (
    select(
        _c.id,
        _c.mailbox,
        _c.room,
        _c.status,
        _c.needs_nobody,
        _c.assignee,
        _c.followers,
        _c.tags,
        _c.starred,
        _c.snoozed_until,
        _c.version,
        _c.correspondent_name,
        _c.correspondent_key,
        _c.subject,
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
_DROP = conversations.delete().where(_c.id == bindparam("id_"))
_HOLD = (
    conversations.update()
    .where(tuple_(_c.id, _c.version).in_(bindparam("read", expanding=True)))
    .values(version=_c.version + 1)
)
_SET_ROOT = conversations.update().where(_c.id == bindparam("id_")).values(root=bindparam("root"))
_TALLY = insert_or_add(tallies)
OF_PERSON = select(_c.id).where(
    _c.mailbox == bindparam("mailbox"),
    _c.correspondent_key == bindparam("key"),
    _c.status != Status.DELETED.value,
)
NEWEST_OF_PERSON = OF_PERSON.order_by(_c.id.desc()).limit(bindparam("limit"))
_ANY_DELETED = (
    select(tallies.c.n)
    .where(
        tallies.c.mailbox.in_(bindparam("mailboxes", expanding=True)),
        tallies.c.status == Status.DELETED.value,
        tallies.c.n > 0,
    )
    .limit(1)
)
_AT_ONCE = 1000
_DELETED_OF = select(_c.id).where(_c.id.in_(bindparam("ids", expanding=True)), _c.status == Status.DELETED.value)
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
_CHANGED = (
    select(conversations)
    .where(_c.mailbox == bindparam("mailbox"), _c.status == bindparam("status"), _c.changed_at >= bindparam("since"))
    .order_by(_c.changed_at.desc())
    .limit(bindparam("limit"))
)
_ASSIGNED = (
    select(conversations)
    .where(
        _c.assignee == bindparam("user"),
        _c.room == bindparam("room"),
        _c.status.in_([Status.ACTIVE.value, Status.PENDING.value]),
    )
    .order_by(_c.id)
)
_first = select(_c.id).where(_c.goes_on_as == bindparam("id")).cte("merged", recursive=True)
_merged = _first.union(select(_c.id).where(_c.goes_on_as == _first.c.id))
_MERGED_INTO = (
    select(_merged.c.id).where(_merged.c.id != bindparam("id")).order_by(_merged.c.id.desc()).limit(bindparam("limit"))
)
_ROOTS = select(_c.id, _c.room, _c.root).where(_c.id.in_(bindparam("ids", expanding=True)), _c.root.is_not(None))


async def get(tx: Tx, id: ConversationId) -> Conversation | None:
    row = await tx.first(_GET, {"id": id})
    return None if row is None else conversation_from_row(row)


async def several(tx: Tx, ids: Sequence[ConversationId]) -> tuple[Conversation, ...]:
    """The conversations of these numbers that exist, by number."""
    rows = await tx.all(_SEVERAL, {"ids": list(ids)}) if ids else ()
    return tuple(conversation_from_row(row) for row in rows)


async def as_they_are(tx: Tx, ids: Sequence[ConversationId]) -> tuple[AsItIs, ...]:
    """What conditions ask of the conversations of these numbers: a tenth of what it costs to read them whole."""
    found: list[AsItIs] = []
    for at in range(0, len(ids), _AT_ONCE):
        for row in await tx.all(_AS_THEY_ARE, {"ids": padded(ids[at : at + _AT_ONCE])}):
            tags = frozenset(tag_key(tag) for tag in tags_of(row.tags))
            assignee = None if row.assignee is None else UserId(row.assignee)
            found.append(AsItIs(ConversationId(row.id), MailboxId(row.mailbox), Status(row.status), assignee, tags))
    return tuple(found)


async def going_on(tx: Tx, one: Conversation) -> Conversation:
    """The conversation as which this one goes on, at the end of a chain of merges; itself where there is none."""
    return (await those_after(tx, one))[-1]


async def those_after(tx: Tx, one: Conversation) -> tuple[Conversation, ...]:
    """The conversation, and those as which it goes on, one after another."""
    passed = {one.id: one}
    while one.goes_on_as is not None and one.goes_on_as not in passed:
        following = await get(tx, one.goes_on_as)
        if following is None:
            # A database that was put back may know nothing of it: then mail comes to this one.
            passed[one.id] = replace(one, goes_on_as=None)
            break
        one = following
        passed[one.id] = one
    return tuple(passed.values())


async def merged_into(tx: Tx, id: ConversationId, limit: int) -> tuple[ConversationId, ...]:
    """Conversations that go on as this one, at the end of a chain or at once; where there are many, the last begun."""
    rows = await tx.all(_MERGED_INTO, {"id": id, "limit": limit})
    return tuple(sorted(ConversationId(row.id) for row in rows))


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


async def _sought(tx: Tx, one: Conversation, before: Row[Any], values: Mapping[str, object]) -> None:
    """Keep the index with what the conversation is found by beside its mails."""
    if before.mailbox != one.mailbox:
        await search.keep_all_of(tx, one, is_elsewhere=before.room != one.room)
    elif (before.subject, before.correspondent_key) != (one.subject, values["correspondent_key"]):
        await search.keep_conversation(tx, one)


async def _save(tx: Tx, conversation: Conversation, before: Row[Any] | None) -> None:
    values = conversation_to_row(conversation)
    if conversation.version == 0:
        await tx.later(_INSERT, values)
        await numbers.taken(tx, "conversation", conversation.id)
        await tx.later(_TALLY, _tally(conversation.mailbox, _heading(conversation), conversation.assignee, 1))
        await _list(tx, conversation, None, values)
        await people.note(tx, conversation)
        return
    if before is None or before.version != conversation.version:
        raise Conflict(f"conversation {conversation.id} has changed since version {conversation.version}")
    named = {"id_": values.pop("id"), "root_": values.pop("root"), "version_": conversation.version}
    await tx.later(_UPDATE, values | named)
    old = _tally(
        before.mailbox, _heading_of(before.status, before.needs_nobody, before.snoozed_until), before.assignee, -1
    )
    new = _tally(conversation.mailbox, _heading(conversation), conversation.assignee, 1)
    if {**old, "n": 1} != new:
        await tx.later(_TALLY, old, new)
    if (before.mailbox, before.correspondent_name, before.correspondent_key) != (
        conversation.mailbox,
        values["correspondent_name"],
        values["correspondent_key"],
    ):
        await people.note(tx, conversation)
    await _sought(tx, conversation, before, values)
    await _list(tx, conversation, before, values)


async def _list(tx: Tx, one: Conversation, before: Row[Any] | None, values: Mapping[str, object]) -> None:
    """Keep the conversation's place in the lists of its followers, its tags, and of those who keep it at hand."""
    keys = tuple(tag_key(tag) for tag in one.tags)
    every = ((FOLLOWED, one.followers, "followers"), (TAGGED, keys, "tags"), (STARRED, one.starred, "starred"))
    for kind, words, column in every:
        were_others = before is None or getattr(before, column) != values[column]
        await kind.keep(tx, one, words, were_others=were_others, is_new=before is None)


async def hold(tx: Tx, read: Sequence[Conversation]) -> None:
    """Count a decision on these as a change of them: nobody else decides on the same version.

    Raises:
        Conflict: one of them has another version by now.
    """
    if read and await tx.run(_HOLD, {"read": [(one.id, one.version) for one in read]}) != len(read):
        raise Conflict("a conversation has changed since it was read")


async def drop(tx: Tx, one: Conversation) -> None:
    """Delete a conversation's own row, and its place in lists and counts. Its number is not given again."""
    await tx.later(_DROP, {"id_": one.id})
    await tx.later(_TALLY, _tally(one.mailbox, _heading(one), one.assignee, -1))
    for kind in (FOLLOWED, TAGGED, STARRED):
        await kind.keep(tx, one, (), were_others=True, is_new=False)


async def set_root(tx: Tx, id: ConversationId, root: EventId) -> None:
    """Note the posted card. The version stays: nothing that a decision read has changed."""
    await tx.later(_SET_ROOT, {"id_": id, "root": root})


def _heading(conversation: Conversation) -> str:
    return _heading_of(conversation.status.value, conversation.needs_nobody, conversation.snoozed_until)


def _heading_of(status: str, needs_nobody: bool, snoozed_until: datetime | None) -> str:
    """The heading under which a conversation is counted: its status, `needs_nobody` or `snoozed`."""
    if needs_nobody:
        return NEEDS_NOBODY
    return SNOOZED if snoozed_until is not None and status == Status.PENDING.value else status


def _tally(mailbox: str, status: str, assignee: str | None, n: int) -> dict[str, object]:
    return {"mailbox": mailbox, "status": status, "is_assigned": assignee is not None, "n": n}


async def earlier_of(tx: Tx, mailbox: MailboxId, address: str, limit: int = MOST_EARLIER) -> tuple[ConversationId, ...]:
    """Conversations of this correspondent, newest first; the case of the address does not count."""
    rows = await tx.all(NEWEST_OF_PERSON, {"mailbox": mailbox, "key": address_key(address), "limit": limit})
    return tuple(ConversationId(row.id) for row in rows)


async def deleted_of(
    tx: Tx, mailboxes: Sequence[MailboxId], numbers: Sequence[ConversationId]
) -> frozenset[ConversationId]:
    """Those of some conversations of the mailboxes that are deleted; where none is, none is looked at."""
    if not numbers or await tx.first(_ANY_DELETED, {"mailboxes": padded(mailboxes)}) is None:
        return frozenset()
    found: set[ConversationId] = set()
    for at in range(0, len(numbers), _AT_ONCE):
        some = padded(numbers[at : at + _AT_ONCE])
        found |= {ConversationId(row.id) for row in await tx.all(_DELETED_OF, {"ids": some})}
    return frozenset(found)


async def to_do_in(tx: Tx, room: RoomId, mailboxes: Sequence[MailboxId], limit: int) -> tuple[Conversation, ...]:
    """The active and pending conversations of a room, at most `limit`: those that wait longest."""
    rows: list[Conversation] = []
    for mailbox in mailboxes:
        for status in WAITING:
            values = {"mailbox": mailbox, "status": status.value, "room": room, "limit": limit}
            rows.extend(conversation_from_row(row) for row in await tx.all(_TO_DO_IN, values))
    rows.sort(key=attrgetter("waiting_since", "id"))
    return tuple(rows[:limit])


async def by_root(tx: Tx, room: RoomId, event: EventId) -> Conversation | None:
    """The conversation of a card."""
    row = await tx.first(_BY_ROOT, {"root": event, "room": room})
    return None if row is None else conversation_from_row(row)


async def assigned_to(tx: Tx, room: RoomId, user: UserId) -> tuple[Conversation, ...]:
    """The active and pending conversations of a member, by number."""
    return tuple(conversation_from_row(row) for row in await tx.all(_ASSIGNED, {"user": user, "room": room}))


async def changed_since(
    tx: Tx, mailbox: MailboxId, status: Status, since: datetime, limit: int
) -> tuple[Conversation, ...]:
    """Those of a mailbox in which something happened since, the newest first."""
    values = {"mailbox": mailbox, "status": status.value, "since": since, "limit": limit}
    return tuple(conversation_from_row(row) for row in await tx.all(_CHANGED, values))


async def roots(tx: Tx, ids: Sequence[ConversationId]) -> tuple[tuple[ConversationId, RoomId, EventId], ...]:
    """Number, room and card of the conversations that have a card."""
    rows = await tx.all(_ROOTS, {"ids": padded(ids)})
    return tuple((ConversationId(row.id), RoomId(row.room), EventId(row.root)) for row in rows)
