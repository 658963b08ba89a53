"""Reads what a notification by mail is made of, when its time has come."""

from collections.abc import Set as AbstractSet
from datetime import datetime

from bot.domain.conversation import Conversation
from bot.domain.due_snapshots import NoticeSnapshot
from bot.domain.ids import RoomId, UserId
from bot.domain.notices import Noted, about_in
from bot.domain.settings import Instance
from bot.domain.signing import Signer
from storage import conversations, events, history, mails, members, notices, search
from storage.database import Tx

_MOST_MAILS, _MOST_ACTS, _MOST_NOTES = 8, 20, 20


async def load_notice(
    tx: Tx, about: str, instance: Instance, signer: Signer, now: datetime, encrypted: AbstractSet[RoomId]
) -> NoticeSnapshot:
    """Of a conversation that is gone, or a person who has left, nothing more is read."""
    number, person = about_in(about)
    one = await conversations.get(tx, number)
    if one is None or not await members.is_joined(tx, one.room, person):
        return NoticeSnapshot(instance, signer, person, one)
    records = await mails.recent(tx, number, _MOST_MAILS)
    found = {record.row: await events.posted_at(tx, record.event) for record in records if record.event is not None}
    read = await members.read_up_to(tx, one.room, person, number)
    wrote = await events.last_by(tx, number, person)
    times = [at for at in (read[1] if read is not None else None, wrote) if at is not None]
    return NoticeSnapshot(
        instance,
        signer,
        person,
        one,
        mailbox=instance.mailbox(one.mailbox),
        records=records,
        posted={row: at for row, at in found.items() if at is not None},
        history=await history.of(tx, number, _MOST_ACTS),
        seen_at=max(times, default=None),
        # What was said in an encrypted room leaves it in no mail.
        notes=() if one.room in encrypted else await _notes(tx, one, person),
        sent=await notices.sent(tx, person, one.mailbox, now),
    )


async def _notes(tx: Tx, one: Conversation, person: UserId) -> tuple[Noted, ...]:
    found = {
        search.number_of_note(event): event
        for event in await events.commands_in(tx, one.id, one.room, person, _MOST_NOTES)
    }
    words = await search.texts(tx, list(found))
    return tuple(
        Noted(event.sender, event.at, words[number][1], number)
        for number, event in found.items()
        if event.sender is not None and number in words and words[number][1].strip()
    )
