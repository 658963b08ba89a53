"""Reads what a notification by mail is made of, when its time has come."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.domain.conversation import Conversation, EventKind, HistoryEntry, KnownEvent
from bot.domain.due_snapshots import NoticeSnapshot
from bot.domain.happening import What, what_of
from bot.domain.ids import ConversationId, RoomId, UserId
from bot.domain.inputs.inside import TimerDue
from bot.domain.notices import MOST_IN_ONE, RIPE, TIMER, WHEN_FULL, Noted, Written, told_in
from bot.domain.rules.put_off import may_be_told_at
from bot.domain.rules.still_told import was_moved
from bot.domain.settings import Instance
from bot.domain.signing import Signer
from bot.flows.load.away import as_it_came, gone_at
from bot.flows.load.sight import as_shown, latest, posted_to, seen_in
from bot.flows.load.work import load_work
from storage import conversations, events, history, mails, member_mails, members, notices, search, timers
from storage.database import Tx

_MOST_TIMERS: Final = 1000
"""Of a person. More than may wait at once."""
_MOST_MAILS, _MOST_ACTS, _MOST_SAID = 30, 200, 60
"""Of a conversation. More than a mail shows of it: by what was done first it is decided whether one is sent."""


async def load_notice(
    tx: Tx, input: TimerDue, instance: Instance, signer: Signer, now: datetime, encrypted: AbstractSet[RoomId]
) -> NoticeSnapshot:
    """With it whatever else the person is to be told of the same mailbox by now (`RIPE`), or was put off; while nothing
    may be told, of the same conversation alone."""
    number, person, _ = told_in(input.timer, input.due)
    first = await load_one(tx, number, person, instance, signer, now, encrypted)
    mailbox = first.mailbox
    if mailbox is None:
        return first
    waiting = dict[ConversationId, list[tuple[str, datetime]]]()
    for timer, due in await timers.of_kind_ending(tx, TIMER, f":{person}", _MOST_TIMERS):
        waiting.setdefault(told_in(timer, due)[0], []).append((timer, due))
    under_way = await member_mails.under_way(tx, person)
    first = replace(first, is_under_way=number in under_way, timers=tuple(waiting.pop(number, ())))
    if may_be_told_at(first, now) > now:
        return first
    first = await _with_work(tx, replace(first, lately=await notices.lately(tx, person, now)), instance, now)
    joined, beside = None, list[NoticeSnapshot]()
    if first.onward is not None and (of_it := waiting.get(first.onward.id)):
        other = await load_one(tx, first.onward.id, person, instance, signer, now, encrypted)
        joined = replace(other, timers=tuple(of_it), lately=first.lately)
    for about, of_it in waiting.items():
        soonest, begun = min(due for _, due in of_it), min(told_in(*each)[2] for each in of_it)
        if len(beside) == MOST_IN_ONE - 1 or soonest > now + WHEN_FULL or now - begun < RIPE or about in under_way:
            continue
        other = await load_one(tx, about, person, instance, signer, now, encrypted)
        if other.mailbox is not None and other.mailbox.id == mailbox.id:
            beside.append(replace(other, timers=tuple(of_it), lately=first.lately))
    return replace(first, beside=tuple(beside), joined=joined)


async def _with_work(tx: Tx, first: NoticeSnapshot, instance: Instance, now: datetime) -> NoticeSnapshot:
    """With what says who gets an answer."""
    one = first.conversation
    if one is None or first.is_gone:
        return first
    return replace(first, work=await load_work(tx, one, instance, first.person, now))


async def load_one(
    tx: Tx,
    number: ConversationId,
    person: UserId,
    instance: Instance,
    signer: Signer,
    now: datetime,
    encrypted: AbstractSet[RoomId],
    *,
    is_coming: bool = False,
) -> NoticeSnapshot:
    """Of a conversation that is gone, or a person who has left, nothing more is read.

    Args:
        is_coming: the person comes to its room in this commit.
    """
    one = await conversations.get(tx, number)
    if one is None:
        return NoticeSnapshot(instance, signer, person, None)
    done = await history.of(tx, number, _MOST_ACTS)
    if not (is_coming or await members.is_joined(tx, one.room, person)):
        gone = await gone_at(tx, one, done, person, instance, now)
        return NoticeSnapshot(instance, signer, person, one, gone_at=gone)
    records = await mails.recent(tx, number, _MOST_MAILS)
    parent = await _parent(tx, one, done)
    # What was split off, or moved, was posted before, and perhaps read there.
    is_elsewhere = parent is not None or was_moved(done, instance)
    seen = [await seen_in(tx, each, person, instance.bot) for each in (one, parent) if each is not None]
    shown = await as_shown(tx, one, done, records, seen[0], instance.bot)
    said, are_all_known = await said_to(tx, one, person)
    words = await search.texts(tx, [search.number_of_note(event) for event in said])
    return NoticeSnapshot(
        instance,
        signer,
        person,
        one,
        mailbox=instance.also_removed(one.mailbox),
        records=records,
        posted=await posted_to(tx, records, person, is_elsewhere=is_elsewhere),
        history=await as_it_came(tx, shown, person, instance),
        seen_at=latest(*(each.thread for each in seen)),
        line_seen_at=latest(*(each.line for each in seen)),
        # What was said in an encrypted room leaves it in no mail.
        notes=notes_of((event for event in said if event.room not in encrypted), words),
        written=standing_of(said, words),
        are_all_known=are_all_known,
        is_encrypted=one.room in encrypted,
        parent=parent,
        onward=await _onward(tx, one),
        sent=await notices.sent(tx, person, one.mailbox, now),
    )


async def _onward(tx: Tx, one: Conversation) -> Conversation | None:
    """As which it goes on, where colleagues merged it: what a late answer began anew is another matter."""
    _, *later = await conversations.those_after(tx, one)
    return later[-1] if later and later[-1].room == one.room and later[0].continues != one.id else None


async def said_to(tx: Tx, one: Conversation, person: UserId) -> tuple[tuple[KnownEvent, ...], bool]:
    """What colleagues said in the threads of a conversation, of a room that it was moved out of to whoever is there
    still; and whether that is all."""
    every = await events.said_in(tx, one.id, person, _MOST_SAID)
    theirs = {one.room} | await members.joined_among(tx, sorted({event.room for event in every}), person)
    return tuple(event for event in every if event.room in theirs), len(every) < _MOST_SAID


async def _parent(tx: Tx, one: Conversation, done: Sequence[HistoryEntry]) -> Conversation | None:
    """The conversation that the mails came to first, where a colleague has split them off."""
    is_split = any(what_of(entry.action) is What.SPLIT_FROM for entry in done)
    return await conversations.get(tx, one.continues) if is_split and one.continues is not None else None


def notes_of(said: Iterable[KnownEvent], words: Mapping[int, tuple[int | None, str]]) -> tuple[Noted, ...]:
    """The messages that are notes whose words, or file, stand still. `words`: by the number of a note."""
    found = list[Noted]()
    for event in said:
        number = search.number_of_note(event)
        text = words[number][1].strip() and words[number][1] if number in words else ""
        # The words of `!note` name its file.
        files = (event.file.as_attachment,) if event.file is not None and event.kind is EventKind.NOTE else ()
        if event.sender is not None and (text or files):
            found.append(Noted(event.sender, event.at, text, number, event.event, files))
    return tuple(found)


def standing_of(said: Iterable[KnownEvent], words: Collection[int]) -> Written:
    """When those were written that stand there; one without words may be a file."""
    noted = (event for event in said if search.number_of_note(event) in words or event.file is not None)
    return {event.event: event.at for event in noted}
