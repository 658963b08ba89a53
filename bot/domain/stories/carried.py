"""A conversation of another help desk is brought in whole: its mails, its team's notes, its status. Nobody is told.

It has no card until it wakes, as after any import (`stories/imported.py`); the board counts one that is to do.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.domain.canned import MOST_LETTERS, MOST_SAVED, MOST_WORDS, Canned, canned_key
from bot.domain.conversation import THROWN_AWAY, Conversation, EventKind, HistoryEntry, KnownEvent, Status
from bot.domain.decision import (
    NOTHING,
    AddEvent,
    AddHistory,
    AddMail,
    Change,
    Decision,
    SaveCanned,
    SaveConversation,
    SetWords,
)
from bot.domain.effects import ShowCard
from bot.domain.ids import OF_BEFORE, EventId
from bot.domain.inputs.imported import CarriedMail, ConversationImported, RepliesImported
from bot.domain.inputs.mail import FolderRole
from bot.domain.participants import with_named
from bot.domain.rules.moves import refresh_board
from bot.domain.rules.old_mail import put_off, with_old
from bot.domain.rules.recording import added, opened_by, record_of
from bot.domain.rules.weight import is_message
from bot.domain.signing import row_of, token_of
from bot.domain.snapshots import MailSnapshot, RepliesSnapshot
from bot.domain.tags import MOST_TAGS, tag_key, with_tags

CARRIED: Final = "history.carried"
"""The act of history by which a conversation knows which one it was elsewhere."""
_NOTE_SHOWN: Final = 300
"""Characters of a note in the history; a search finds all of it."""


def decide_carried(snapshot: MailSnapshot, input: ConversationImported, now: datetime) -> Decision:
    """Keep what is not here yet. Where a mail of it is here, all the rest joins that one's conversation."""
    known = {record.message_id for record in snapshot.same_id} - {""}
    fresh = tuple(one for one in input.mails if one.mail.mail.message_id not in known)
    if snapshot.conversation is not None:
        return _joined(snapshot, input, snapshot.conversation, fresh, now)
    if not fresh:
        return NOTHING
    after, kept = _begun(snapshot, input, fresh, now)
    changes: list[Change] = [SaveConversation(after), *kept, *_noted(snapshot, input, after), *_history(input, after)]
    changes += put_off(snapshot.instance, (snapshot.mailbox.id, after.mailbox), now)
    if after.status in (Status.ACTIVE, Status.PENDING):
        changes.append(refresh_board(after.room, now))
    return Decision(tuple(changes))


def _begun(
    snapshot: MailSnapshot, input: ConversationImported, mails: tuple[CarriedMail, ...], now: datetime
) -> tuple[Conversation, list[AddMail]]:
    """The conversation with all its mails; each of ours knows how many had come by then."""
    first = mails[0].mail
    begun = opened_by(snapshot, first, min(first.received_at, now))
    begun = replace(begun, mails=0, heard=0, folded=0, words="")
    whose = input.correspondent if input.correspondent.address else begun.correspondent
    kept: list[AddMail] = []
    after = replace(begun, correspondent=whose)
    for one in mails:
        is_heard = one.mail.place.role is not FolderRole.SENT and is_message(one.mail.mail)
        after = with_old(after, one.mail, snapshot.mailbox, now)
        after = replace(after, heard=after.heard + is_heard)
        if is_heard:
            after = replace(after, waiting_since=min(one.mail.received_at, now))
        kept.append(_kept(snapshot, input, one, after, now))
    own = snapshot.mailbox.own_addresses
    before = Status.CLOSED if input.status in THROWN_AWAY else Status.ACTIVE
    after = replace(
        after,
        subject=input.subject or after.subject,
        participants=with_named(after.participants, (whose,), own),
        status=input.status,
        status_before=before,
        assignee=input.assignee,
        followers=input.followers,
        tags=input.tags,
    )
    return after, kept


def _joined(
    snapshot: MailSnapshot,
    input: ConversationImported,
    before: Conversation,
    fresh: tuple[CarriedMail, ...],
    now: datetime,
) -> Decision:
    """What the team here has decided stays: its status, and whose it is. A card is edited: nobody is told."""
    after = before
    for one in fresh:
        after = with_old(after, one.mail, snapshot.mailbox, now)
    tags, _, _ = with_tags(after.tags, input.tags, ())
    after = replace(
        after,
        assignee=after.assignee or input.assignee,
        followers=tuple(dict.fromkeys((*after.followers, *input.followers))),
        tags=tags[: max(MOST_TAGS, len(after.tags))],
    )
    changes: list[Change] = [
        SaveConversation(after),
        *put_off(snapshot.instance, (snapshot.mailbox.id, after.mailbox), now),
    ]
    changes += (_kept(snapshot, input, one, after, now) for one in fresh)
    if not snapshot.was_here:
        changes += (*_noted(snapshot, input, after), *_history(input, after))
    is_seen = after.root is not None and (after.assignee, after.tags) != (before.assignee, before.tags)
    if is_seen:
        changes.append(refresh_board(after.room, now))
    return Decision(tuple(changes), (ShowCard(after, is_backlog=True),) if is_seen else ())


def _kept(
    snapshot: MailSnapshot, input: ConversationImported, one: CarriedMail, conversation: Conversation, now: datetime
) -> AddMail:
    is_out = one.mail.place.role is FolderRole.SENT
    record = record_of(snapshot, one.mail, conversation, now, is_out=is_out)
    return added(replace(record, row=row_of(f"{input.key}:{one.place}"), is_folded=True), conversation)


def note_event(input: ConversationImported, number: int) -> EventId:
    """The id under which its note of this place is kept."""
    return EventId(f"{OF_BEFORE}{token_of(input.key)}:{number}")


def _noted(snapshot: MailSnapshot, input: ConversationImported, about: Conversation) -> Iterator[Change]:
    """Notes are messages of the team that stand in no room: they are found, exported and erased like others."""
    for number, note in enumerate(input.notes):
        id = note_event(input, number)
        author = note.author or snapshot.instance.bot
        known = KnownEvent(id, about.room, EventKind.NOTE, about.id, author, None, note.at, note.text)
        yield AddEvent(known)
        yield SetWords(known, note.text)


def _history(input: ConversationImported, about: Conversation) -> Iterator[AddHistory]:
    lines = [HistoryEntry(about.id, one.at, one.actor, one.action, one.detail) for one in input.deeds]
    lines += [
        HistoryEntry(about.id, one.at, one.author, "history.noted_before", " ".join(one.text.split())[:_NOTE_SHOWN])
        for one in input.notes
    ]
    began = HistoryEntry(about.id, about.created_at, None, CARRIED, input.there)
    for entry in sorted((began, *lines), key=lambda entry: entry.at):
        yield AddHistory(entry)


def is_kept_otherwise(here: Conversation, input: ConversationImported) -> bool:
    """Whether a conversation that was here has another status, another person or fewer tags than it had there."""
    tags = {tag_key(one) for one in here.tags}
    is_whole = input.assignee in (None, here.assignee) and all(tag_key(one) in tags for one in input.tags)
    return here.status is not input.status or not is_whole


def decide_replies(snapshot: RepliesSnapshot, input: RepliesImported) -> Decision:
    """Keep the saved replies whose names are free; the team's own stay as they are."""
    taken = {one.key for one in snapshot.saved}
    changes: list[Change] = []
    for one in input.replies:
        name, text = one.name.strip()[:MOST_LETTERS], one.text.strip()[:MOST_WORDS]
        key = canned_key(name)
        if not key or not text or key in taken or len(taken) >= MOST_SAVED:
            continue
        taken.add(key)
        source = EventId(f"{OF_BEFORE}{token_of(input.key)}:{len(changes)}")
        changes.append(SaveCanned(Canned(input.mailbox, name, text, snapshot.bot, input.at, source)))
    return Decision(tuple(changes))
