"""Reads what a direct chat is now: who is there, and the mailboxes whose rooms its person is in."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.command import Asked
from bot.domain.conversation import Conversation, Direction, HistoryEntry, Status
from bot.domain.direct import Direct, HoldNews
from bot.domain.due_snapshots import OwnTimeSnapshot, WentAway
from bot.domain.happening import CAME_FROM, NOTES, split_off, what_of
from bot.domain.ids import ConversationId, RoomId, UserId
from bot.domain.needs import Found, Listed
from bot.domain.room_snapshots import RoomSnapshot
from bot.domain.rules.put_off import is_thrown_away
from bot.domain.rules.said_notes import standing_notes
from bot.domain.rules.still_told import (
    ReadTo,
    came_from,
    has_come_back,
    is_still_kept,
    moved_out_of,
    was_moved,
)
from bot.domain.rules.told import unless_mute
from bot.domain.settings import Instance, MailboxSettings
from bot.domain.stories.own_time import MOST_WAITING
from bot.domain.within import Within
from bot.flows.load.away import as_it_came, mailboxes_of, rooms_of, upgraded_at
from bot.flows.load.notices import said_to, standing_of
from bot.flows.load.sight import as_shown, posted_to, seen_in
from storage import conversations, directs, history, mails, members, pages, search
from storage.database import Tx

_MOST_ACTS, _MOST_MAILS = 200, 30
"""Of a conversation."""


async def has_access(tx: Tx, instance: Instance, person: UserId, besides: RoomId | None = None) -> bool:
    """Whether the person is in the room of a mailbox, `besides` one that they have just left."""
    theirs = {one.room for one in instance.mailboxes} - {besides}
    return bool(await members.joined_among(tx, sorted(theirs), person))


async def may_be_read(tx: Tx, person: UserId, numbers: Sequence[ConversationId]) -> bool:
    """Whether the person is in the rooms of all these conversations."""
    found = await conversations.several(tx, numbers)
    rooms = {one.room for one in found}
    return len(found) == len(numbers) and await members.joined_among(tx, sorted(rooms), person) == rooms


async def load_direct(tx: Tx, known: RoomSnapshot, room: RoomId) -> RoomSnapshot:
    """For a room that is a direct chat, or may become one: who is there, and whether its person has access."""
    standing, waiting = known.instance.direct_in(room), known.waiting
    asks = waiting.inviter if waiting is not None and waiting.is_direct else None
    person = standing.person if standing is not None else asks
    if person is None:
        return known
    present = await members.people(tx, room)
    return replace(known, present=present, has_access=await has_access(tx, known.instance, person))


async def with_access(tx: Tx, asked: Asked, encrypted: AbstractSet[RoomId]) -> Asked:
    """With what a direct chat gives access to, if the person writes in theirs.

    What stands in encrypted rooms is not told in a chat that is not: the homeserver would read it.
    """
    chat = asked.instance.direct_in(asked.room)
    if chat is None:
        return asked
    is_sealed = asked.room_encrypted or asked.room in encrypted
    return replace(asked, within=await _within(tx, asked.instance, chat, asked.person, encrypted, is_sealed))


async def _within(
    tx: Tx, instance: Instance, chat: Direct, person: UserId, encrypted: AbstractSet[RoomId], is_sealed: bool
) -> Within:
    """What the chat gives access to; nothing to anybody else than its person."""
    present = await members.people(tx, chat.room)
    theirs = await rooms_of(tx, instance.mailboxes, person) if person == chat.person else frozenset()
    found = [one for one in instance.mailboxes if one.room in theirs]
    withheld = tuple(one for one in found if not is_sealed and one.room in encrypted)
    return Within(chat, present, tuple(one for one in found if one not in withheld), withheld)


async def load_own_time(
    tx: Tx, person: UserId, instance: Instance, now: datetime, encrypted: AbstractSet[RoomId], *, with_lists: bool
) -> OwnTimeSnapshot:
    """For the end of quiet hours what happened in them; `with_lists`: for the digest what waits."""
    chat = instance.direct_with(person)
    if chat is None and with_lists:
        return OwnTimeSnapshot(instance, person)
    if chat is None:
        news, heard = await _news(tx, person), await _heard(tx, instance, person)
        held, away = _of(heard, await _held(tx, instance, person, news)), await _away(tx, person, news, now)
        return OwnTimeSnapshot(instance, person, held=held, gone=_gone(instance, heard, news), away=away)
    is_sealed = chat.room in encrypted
    within = await _within(tx, instance, chat, person, encrypted, is_sealed)
    if not with_lists:
        news, heard = await _news(tx, person), await _heard(tx, instance, person)
        found = await _held(tx, instance, person, news)
        held = _of([one for one in heard if is_sealed or one.room not in encrypted], found)
        left = _gone(instance, heard, news)
        gone = tuple(one for one in left if is_sealed or one.room not in encrypted)
        withheld = len(_of(heard, found)) - len(held) + len(left) - len(gone)
        return OwnTimeSnapshot(instance, person, within, held, withheld, gone, await _away(tx, person, news, now))
    mine, nobodys = await _waiting(tx, _unless_mute(within.mailboxes, instance, person), person)
    unsaid = await _waiting(tx, _unless_mute(within.withheld, instance, person), person)
    withheld = sum(found.total for found in unsaid)
    return OwnTimeSnapshot(instance, person, within, withheld=withheld, mine=mine, unassigned=nobodys)


async def _waiting(tx: Tx, mailboxes: Sequence[MailboxSettings], person: UserId) -> tuple[Found, Found]:
    """What is to do in these mailboxes: what is the person's, and what is nobody's."""
    if not mailboxes:
        return Found((), 0), Found((), 0)
    ids, to_do = tuple(one.id for one in mailboxes), (Status.ACTIVE,)
    mine = Listed(ids, status=to_do, assignee=person, size=MOST_WAITING)
    nobodys = Listed(ids, status=to_do, unassigned=True, needs_nobody=False, size=MOST_WAITING)
    return await _found(tx, mine), await _found(tx, nobodys)


async def _heard(tx: Tx, instance: Instance, person: UserId) -> tuple[MailboxSettings, ...]:
    """The mailboxes whose conversations the person reads, also those that were removed, and of which they are told."""
    return _unless_mute(await mailboxes_of(tx, person, instance), instance, person)


@dataclass(frozen=True, slots=True)
class _News:
    """What is kept for a person."""

    one: Conversation
    since: datetime
    done: tuple[HistoryEntry, ...]
    is_here: bool
    """They are in its room."""


async def _news(tx: Tx, person: UserId) -> tuple[_News, ...]:
    held = dict(await directs.held_news(tx, person))
    found = await conversations.several(tx, tuple(held))
    theirs = await members.joined_among(tx, sorted({one.room for one in found}), person)
    acts = [await history.of(tx, one.id, _MOST_ACTS) for one in found]
    return tuple(_News(one, held[one.id], done, one.room in theirs) for one, done in zip(found, acts, strict=True))


async def _held(tx: Tx, instance: Instance, person: UserId, news: Sequence[_News]) -> tuple[Conversation, ...]:
    """What the person is to be told of, and what colleagues have split off from it meanwhile; nothing that they have
    read, or of which they chose to be told nothing, and of what was thrown away that alone."""
    kept = [each.one for each in news if await _is_kept(tx, instance, person, each)]
    since = ((entry, each) for each in news for entry in each.done if entry.at >= each.since and entry.actor != person)
    parted = {other for entry, _ in since if (other := split_off(entry)) is not None} - {each.one.id for each in news}
    kept += [one for one in await conversations.several(tx, sorted(parted)) if not is_thrown_away(one)]
    return tuple(sorted(kept, key=lambda one: one.changed_at, reverse=True))


async def _is_kept(tx: Tx, instance: Instance, person: UserId, news: _News) -> bool:
    """Whether it is still to be told."""
    one, since, done = news.one, news.since, news.done
    recent = await mails.recent(tx, one.id, _MOST_MAILS)
    shown = [record for record in recent if record.direction is Direction.IN and not record.is_folded]
    posted = await posted_to(tx, shown, person, is_elsewhere=was_moved(done, instance))
    times = [posted.get(record.row) for record in shown]
    came = [at for at in times if at is None or at >= since]
    seen = await seen_in(tx, one, person, instance.bot)
    shown_at = await as_shown(tx, one, done, recent, seen, instance.bot)
    lines = await as_it_came(tx, shown_at, person, instance)
    standing = await _standing(tx, one, person, lines, since)
    read = ReadTo(seen.thread)
    back = has_come_back(person, recent)
    return is_still_kept(
        person, one, standing, instance, since=since, came=came, read=read, with_gone=lines, came_back=back
    )


async def _standing(
    tx: Tx, one: Conversation, person: UserId, lines: Sequence[HistoryEntry], since: datetime
) -> Sequence[HistoryEntry]:
    """The history without the notes that were deleted."""
    if not any(entry.at >= since and what_of(entry.action) in NOTES for entry in lines):
        return lines
    said, are_all_known = await said_to(tx, one, person)
    written = standing_of(said, await search.texts(tx, [search.number_of_note(event) for event in said]))
    return standing_notes(lines, person, written, are_all_known=are_all_known)


async def _away(tx: Tx, person: UserId, news: Sequence[_News], now: datetime) -> tuple[HoldNews, ...]:
    """What is kept of conversations whose room was upgraded to one where the person is not yet."""
    left = (each for each in news if not each.is_here)
    return tuple(
        [
            HoldNews(person, each.one.id, each.since)
            for each in left
            if await upgraded_at(tx, each.one.room, person, now) is not None
        ]
    )


def _gone(instance: Instance, read: Sequence[MailboxSettings], news: Sequence[_News]) -> tuple[WentAway, ...]:
    """What was moved since it was kept from one of the mailboxes into a room where the person is not."""
    rooms, found = {one.id: one.room for one in read}, list[WentAway]()
    for each in (each for each in news if not each.is_here):
        since = [entry for entry in each.done if entry.at >= each.since and entry.actor is not None]
        entry = moved_out_of(rooms, since, instance)
        left = came_from(entry, instance) if entry is not None else None
        if entry is not None and entry.actor is not None and left is not None:
            found.append(WentAway(each.one.id, rooms[left], entry.actor, entry.detail.partition(CAME_FROM)[0]))
    return tuple(found)


def _unless_mute(
    mailboxes: Sequence[MailboxSettings], instance: Instance, person: UserId
) -> tuple[MailboxSettings, ...]:
    """Those of the mailboxes of which the person is told something."""
    return tuple(one for one in mailboxes if unless_mute((person,), one.id, instance.choices))


def _of(mailboxes: Sequence[MailboxSettings], found: Sequence[Conversation]) -> tuple[Conversation, ...]:
    rooms_of = {one.id: one.room for one in mailboxes}
    return tuple(one for one in found if rooms_of.get(one.mailbox) == one.room)


async def _found(tx: Tx, wanted: Listed) -> Found:
    return Found(*await pages.listing(tx, wanted))
