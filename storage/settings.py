"""Settings that were decided in the house, above those of config.yaml (`bot/domain/merged.py`).

Settings hold for whole transactions: a transaction that decides reads their version first. On PostgreSQL it then
shares a lock, which a transaction that changes settings holds alone.
"""

import itertools
from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import and_, bindparam, exists, func, or_, select

from bot.domain.addresses import normal
from bot.domain.adjusting import ALIASES, PLUS_ADDRESS, TRUSTED_SERVER
from bot.domain.ids import MailboxId, RoomId, UserId
from bot.domain.merged import (
    ADMINS,
    AUTOREPLY,
    AUTOREPLY_SINCE,
    CONFIG_ROOM,
    FOLDERS,
    GONE,
    HOUSE,
    NUMBER,
    PASSWORD,
    PLUS,
    REMOVED,
    SET,
    STANDING,
    KeptMailbox,
    Origin,
    Rows,
    Values,
    continued,
    mailbox_scope,
)
from bot.domain.settings import MailboxSettings
from storage import choices, cursors, directs, grants, mails, numbers, own_addresses, vouching
from storage.codec import text_key
from storage.database import Tx
from storage.faults import MailboxTaken
from storage.schema.bookkeeping import counters, mailboxes, seen, settings
from storage.seen import was_seen
from storage.upsert import insert_or_replace

LOCK = 7_076_687
"""The number of a PostgreSQL advisory lock: deciding shares it, changing the settings holds it alone."""
_COUNTER = "settings"
_s = settings.c
_VALUES = select(_s.scope, _s.key, _s.value)
_VALUE = select(_s.value).where(_s.scope == bindparam("scope"), _s.key == bindparam("key"))
_MAILBOXES = select(mailboxes).order_by(mailboxes.c.mailbox)
_KEEP = insert_or_replace(mailboxes)
_PUT = insert_or_replace(settings)
_DROP = settings.delete().where(_s.scope == bindparam("scope_"), _s.key == bindparam("key_"))
_SETTINGS = TypeAdapter(MailboxSettings)
_PEOPLE = TypeAdapter(tuple[UserId, ...])
_OF_ADDRESS = (PLUS, f"{SET}{TRUSTED_SERVER}", f"{SET}{PLUS_ADDRESS}")
"""What was seen or vouched for where a mailbox had its address of before, and nowhere else."""
_OF_SERVERS = (STANDING, GONE, FOLDERS, f"{SET}{ALIASES}", *_OF_ADDRESS)
"""What was true of the servers that a mailbox had, and of no others."""
_REMOVED_BEFORE = select(_s.scope).where(
    or_(_s.key == GONE, and_(_s.key == STANDING, _s.value == REMOVED)), _s.at < bindparam("when")
)
_ALONE = select(func.pg_advisory_xact_lock(LOCK))
_SHARED = (
    # Locking the row shows the newest version: after a wait for the other lock the snapshot is older.
    select(
        counters.c.next,
        func.pg_advisory_xact_lock_shared(LOCK),
        exists().where(seen.c.key == bindparam("key")).label("was_seen"),
    )
    .where(counters.c.name == _COUNTER)
    .with_for_update(read=True, of=counters)
)


async def version(tx: Tx) -> int:
    """The version of the settings, which rises with each change. Of one version every transaction reads the same."""
    return (await enter(tx, ""))[0]


async def enter(tx: Tx, key: str) -> tuple[int, bool]:
    """The version, and whether an input of this key was decided: one look-up with the lock, on PostgreSQL.

    The answer may be False while another transaction decides the input; but only one of them can mark the key.
    """
    if tx.is_sqlite or not tx.may_write:
        return await numbers.next_number(tx, _COUNTER), bool(key) and await was_seen(tx, key)
    row = await tx.first(_SHARED, {"key": text_key(key)})
    return (1, bool(key) and await was_seen(tx, key)) if row is None else (int(row.next), bool(row.was_seen))


async def every(tx: Tx) -> Rows:
    """All settings in the database."""
    return Rows(
        await _values(tx),
        await _mailboxes(tx),
        await grants.every(tx),
        await choices.every(tx),
        await directs.every(tx),
        await directs.every_own(tx),
        await own_addresses.every(tx),
    )


async def _values(tx: Tx) -> Values:
    return {(row.scope, row.key): row.value for row in await tx.all(_VALUES)}


async def _mailboxes(tx: Tx) -> dict[MailboxId, KeptMailbox]:
    return {
        MailboxId(row.mailbox): KeptMailbox(Origin(row.origin), _SETTINGS.validate_json(row.settings))
        for row in await tx.all(_MAILBOXES)
    }


async def change_alone(tx: Tx) -> None:
    """Let nothing else be decided until the commit. Called before a decision that changes the settings.

    Raises:
        Conflict: another transaction waits for the same.
    """
    if not tx.is_sqlite:
        await tx.all(_ALONE)
    await numbers.taken(tx, _COUNTER, await numbers.next_number(tx, _COUNTER))


async def continue_as(tx: Tx, old: RoomId, new: RoomId, at: datetime) -> None:
    """Let all that used the room `old` use `new` from this commit on."""
    before = await _values(tx)
    after = continued(before, old, new)
    for scope, key in before.keys() - after.keys():
        await tx.run(_DROP, {"scope_": scope, "key_": key})
    for (scope, key), value in after.items():
        if before.get((scope, key)) != value:
            await tx.run(_PUT, {"scope": scope, "key": key, "value": value, "by": None, "at": at})


async def put(tx: Tx, scope: str, key: str, value: str | None, by: UserId | None, at: datetime) -> None:
    """Give a key its value from this commit on; with None the file's value holds."""
    if value is None:
        await tx.run(_DROP, {"scope_": scope, "key_": key})
    else:
        await tx.run(_PUT, {"scope": scope, "key": key, "value": value, "by": by, "at": at})


async def value_of(tx: Tx, scope: str, key: str) -> str | None:
    """The value of a key; None where the file's holds."""
    row = await tx.first(_VALUE, {"scope": scope, "key": key})
    return None if row is None else str(row.value)


async def keep_mailbox(tx: Tx, kept: KeptMailbox, at: datetime) -> None:
    """Keep a mailbox, in place of its earlier row."""
    values = {"mailbox": kept.settings.id, "origin": kept.origin.value, "at": at}
    await tx.run(_KEEP, {**values, "settings": _SETTINGS.dump_json(kept.settings).decode()})


async def add_mailbox(tx: Tx, added: MailboxSettings, at: datetime, *, goes_on: bool) -> None:
    """Keep a mailbox of the house, and forget what was set of one with its address before, and who had rights there.

    Of one that goes on under another address only what belongs to its servers is forgotten: also how far they were
    read, so that its `start` says what of the new ones is shown.
    """
    await keep_mailbox(tx, KeptMailbox(Origin.HOUSE, added), at)
    if goes_on:
        await cursors.forget(tx, added.id)
        await mails.forget_all_places(tx, added.id)
        await vouching.forget(tx, added.id)
    else:
        await grants.forget(tx, added.id)
        await choices.forget(tx, added.id)
    scope, values = mailbox_scope(added.id), await _values(tx)
    await _number(tx, [added.id], values, at)
    for one, key in values:
        is_set = key in (AUTOREPLY, AUTOREPLY_SINCE, CONFIG_ROOM) or key.startswith(SET)
        if one == scope and (key in _OF_SERVERS or (is_set and not goes_on)):
            await put(tx, scope, key, None, None, at)


async def keep_file(tx: Tx, named: Sequence[MailboxSettings], at: datetime) -> tuple[MailboxId, ...]:
    """Note the mailboxes of config.yaml, as they stand there, and since when they answer by themselves.

    One that it names no more stays as it was last.

    Returns: those that it had not named for a while, and names again.

    Raises:
        Conflict: another transaction waits to change the settings.
        MailboxTaken: one is known by the address that a mailbox of the house had before.
    """
    await look_for_taken(tx, named)
    known = await _mailboxes(tx)
    news = [kept for one in named if (kept := KeptMailbox(Origin.FILE, one)) != known.get(one.id)]
    values = await _values(tx)
    switched = [one for one in named if one.autoreply.is_on and not _answered(one, known, values)]
    house = [one for one in known if known[one].origin is Origin.HOUSE]
    # Those that are served first: at the first start of a version that numbers them they keep their places.
    house.sort(key=lambda one: values.get((mailbox_scope(one), STANDING)) == REMOVED)
    every = [*(one.id for one in named), *house, *(one for one in known if one not in house)]
    if news or switched or any((mailbox_scope(one), NUMBER) not in values for one in every):
        await change_alone(tx)
    await _number(tx, every, values, at)
    for one in switched:
        await put(tx, mailbox_scope(one.id), AUTOREPLY_SINCE, at.isoformat(), None, at)
    for kept in news:
        before = known.get(kept.settings.id)
        if before is not None and normal(before.settings.address) != normal(kept.settings.address):
            await _readdressed(tx, kept.settings.id, at)
        await keep_mailbox(tx, kept, at)
    are_gone = {scope for scope, key in values if key == GONE}
    here, back = {one.id for one in named}, []
    for id, before in known.items():
        scope = mailbox_scope(id)
        if id in here and scope in are_gone:
            await put(tx, scope, GONE, None, None, at)
            back.append(id)
        elif id not in here and before.origin is Origin.FILE and scope not in are_gone:
            await put(tx, scope, GONE, at.isoformat(), None, at)
    return tuple(back)


async def keep_admins(tx: Tx, named: Sequence[UserId], at: datetime) -> tuple[UserId, ...]:
    """Note the admins of config.yaml.

    Returns: those whom it named when that was noted last, and names no more.
    """
    before = await value_of(tx, HOUSE, ADMINS)
    now = _PEOPLE.dump_json(tuple(sorted(named))).decode()
    if before == now:
        return ()
    await put(tx, HOUSE, ADMINS, now, None, at)
    return tuple(one for one in _PEOPLE.validate_json(before or "[]") if one not in named)


async def look_for_taken(tx: Tx, named: Sequence[MailboxSettings]) -> None:
    """Look whether each mailbox of config.yaml is another one than those of the house.

    Raises:
        MailboxTaken: see there.
    """
    known = await _mailboxes(tx)
    places = tuple(place for place, one in enumerate(named) if (of := known.get(one.id)) and _is_another(of, one))
    if places:
        raise MailboxTaken(places)


def _is_another(kept: KeptMailbox, named: MailboxSettings) -> bool:
    """Whether they share an id alone. Who writes a mailbox of the house into config.yaml names its address of today."""
    return kept.origin is Origin.HOUSE and normal(kept.settings.address) not in named.own_addresses


async def _readdressed(tx: Tx, mailbox: MailboxId, at: datetime) -> None:
    """Forget what was true of the address of before. How far a folder was read holds as long as it is the same folder;
    of another one only what comes from now on is ours."""
    for key in _OF_ADDRESS:
        await put(tx, mailbox_scope(mailbox), key, None, None, at)
    await vouching.forget(tx, mailbox)
    await cursors.raise_floors(tx, mailbox, at)


def _answered(one: MailboxSettings, known: Mapping[MailboxId, KeptMailbox], values: Values) -> bool:
    """Whether the file had the mailbox answer by itself before, and it is known since when."""
    before, scope = known.get(one.id), mailbox_scope(one.id)
    is_there = (scope, AUTOREPLY_SINCE) in values and (scope, GONE) not in values
    return before is not None and before.settings.autoreply.is_on and is_there


async def _number(tx: Tx, mailboxes: Sequence[MailboxId], values: Values, at: datetime) -> None:
    """Give each a number that none had, unless it has one."""
    free = itertools.count(1 + max((int(value) for (_, key), value in values.items() if key == NUMBER), default=-1))
    for one in dict.fromkeys(mailboxes):
        if (mailbox_scope(one), NUMBER) not in values:
            await put(tx, mailbox_scope(one), NUMBER, str(next(free)), None, at)


async def gone(tx: Tx) -> tuple[tuple[MailboxId, datetime], ...]:
    """The mailboxes that config.yaml names no more, each with when that was noted."""
    found = [(scope, value) for (scope, key), value in (await _values(tx)).items() if key == GONE]
    return tuple((MailboxId(scope.partition(":")[2]), datetime.fromisoformat(value)) for scope, value in sorted(found))


async def removed_before(tx: Tx, when: datetime) -> tuple[MailboxId, ...]:
    """The mailboxes with a password of the house that were removed before this time and did not come back."""
    rows = await tx.all(_REMOVED_BEFORE, {"when": when})
    has_password = {scope for scope, key in await _values(tx) if key == PASSWORD} if rows else set()
    scopes = sorted({row.scope for row in rows} & has_password)
    return tuple(MailboxId(scope.partition(":")[2]) for scope in scopes)
