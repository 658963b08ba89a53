"""Loads what became of mails: those that the index finds, each with its conversation and its submission."""

import json
from collections.abc import Sequence

from bot.domain.conversation import Direction, MailRecord
from bot.domain.ids import ConversationId, MailboxId, MessageRow
from bot.domain.needs import TraceOf
from bot.domain.rules.draft import submit_key
from bot.domain.tracing import FolderRead, Submission, Traced, Traces
from storage import conversations, cursors, events, mails, outbox, search, shunted
from storage.database import Tx

MOST_LOOKED_AT = 500
"""Texts that are looked at."""
_MOST_NAMED = 5
_MAILS = frozenset({"MailArrived", "MailUnreadable"})


async def load_traces(tx: Tx, need: TraceOf) -> Traces:
    """A page of mails; how far was read, where there is none."""
    found: set[int] = set()
    for query in need.queries:
        found.update(await search.find_texts(tx, need.mailboxes, query, MOST_LOOKED_AT))
    newest = sorted(found, reverse=True)[:MOST_LOOKED_AT]
    texts = await search.texts(tx, newest)
    named = await mails.by_id_in(tx, need.homes, need.message_id) if need.message_id else ()
    of_texts = [MessageRow(mail) for id in newest if (mail := texts[id][0]) is not None]
    rows = list(dict.fromkeys((*await _visible(tx, need, named), *of_texts)))
    skip = need.size * (need.page - 1)
    shown = await _those(tx, need, rows[skip : skip + need.size])
    if rows:
        return Traces(shown, len(rows), len(found) >= MOST_LOOKED_AT)
    folders, put_aside = await _read(tx, need.mailboxes), await _put_aside(tx, need.mailboxes)
    return Traces((), 0, folders=folders, put_aside=put_aside, went=await _went(tx, need, named))


async def _went(tx: Tx, need: TraceOf, named: Sequence[MailRecord]) -> tuple[ConversationId, ...]:
    """Conversations in other rooms, of mails that were shown in this one: of what came there since nothing is said."""
    others = tuple(one for one in need.homes if one not in need.mailboxes)
    if need.room is None or not others:
        return ()
    found: set[int] = set()
    for query in need.queries:
        found.update(await search.find_texts(tx, others, query, MOST_LOOKED_AT))
    texts = await search.texts(tx, sorted(found, reverse=True)[:MOST_LOOKED_AT])
    rows = [MessageRow(mail) for mail, *_ in texts.values() if mail is not None]
    by_number: dict[ConversationId, list[MessageRow]] = {}
    for one in (*named, *await mails.several(tx, rows)):
        by_number.setdefault(one.conversation, []).append(one.row)
    there = [one.id for one in await conversations.several(tx, sorted(by_number)) if one.mailbox in others]
    shown = [number for number in there if await events.mails_in(tx, number, need.room, by_number[number])]
    return tuple(sorted(shown, reverse=True)[:_MOST_NAMED])


async def _those(tx: Tx, need: TraceOf, rows: Sequence[MessageRow]) -> tuple[Traced, ...]:
    known = {one.row: one for one in await mails.several(tx, rows)}
    numbers = {one.conversation for one in known.values()}
    there = {one.id: one for one in await conversations.several(tx, sorted(numbers))}
    found = []
    for row in rows:
        record = known.get(row)
        one = there.get(record.conversation) if record is not None else None
        if record is None or one is None or one.mailbox not in need.mailboxes:
            continue
        call = await outbox.get_by_key(tx, submit_key(record)) if record.direction is Direction.OUT else None
        handed = Submission(call.state.value, call.attempt, call.ref or call.reason) if call is not None else None
        found.append(Traced(record, one, handed))
    return tuple(found)


async def _visible(tx: Tx, need: TraceOf, named: Sequence[MailRecord]) -> list[MessageRow]:
    """The mails of that Message-ID whose conversation is in one of these mailboxes."""
    numbers = sorted({one.conversation for one in named})
    here = {one.id for one in await conversations.several(tx, numbers) if one.mailbox in need.mailboxes}
    return [one.row for one in named if one.conversation in here]


async def _read(tx: Tx, mailboxes: Sequence[MailboxId]) -> tuple[FolderRead, ...]:
    found = []
    for mailbox in mailboxes:
        for folder, cursor in await cursors.folders(tx, mailbox):
            found.append(FolderRead(mailbox, folder, cursor.uid, cursor.floor))
    return tuple(found)


async def _put_aside(tx: Tx, mailboxes: Sequence[MailboxId]) -> int:
    """Mails of these mailboxes that could not be decided: they came, and are in no thread."""
    count = 0
    for one in await shunted.listing(tx):
        if one.kind in _MAILS:
            place = json.loads(one.payload).get("place")
            count += isinstance(place, dict) and place.get("mailbox") in mailboxes
    return count
