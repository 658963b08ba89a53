"""`!search` in a large database: time of a page, bytes a mail, CPU of an incoming mail.

python -m benchmarks.searching sqlite:////tmp/large.db 1000000
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from bot.domain.conversation import Conversation, Direction, MailRecord, Status, Verdict
from bot.domain.ids import BlobId, ConversationId, MailboxId, MessageRow, RoomId
from bot.domain.mail import Address
from bot.domain.needs import Searched
from bot.domain.searching import Field, Query, Term
from bot.flows.load.searching import load_hits
from storage import search
from storage.codec import conversation_to_row, mail_to_row
from storage.database import Database
from storage.schema import threads

_BOX = MailboxId("contact@asso.example")
_MAILS_EACH = 10
_AT_ONCE = 100
_YEARS = 8
_END = datetime(2026, 11, 1, tzinfo=UTC)
_COMMON = "bonjour je voudrais savoir si vous avez une place pour atelier merci cordialement".split()
_RANDOM = random.Random(11)
_RARE = [f"mot{number}x" for number in range(200_000)]
QUERIES = {
    "in every mail": Query((Term(("bonjour",)),)),
    "three, in every mail": Query((Term(("bonjour",)), Term(("merci",)), Term(("place",)))),
    "phrase, in every mail": Query((Term(("je", "voudrais", "savoir")),)),
    "start, in every mail": Query((Term(("atel",), is_start=True),)),
    "in every second mail": Query((Term(("moitie",)),)),
    "in one of a thousand": Query((Term(("mille",)),)),
    "rare": Query((Term((_RARE[77],)),)),
    "rare and in every mail": Query((Term((_RARE[77],)), Term(("bonjour",)))),
    "in no mail": Query((Term(("introuvable",)),)),
    "of a person": Query((Term(("personne77",), Field.FROM),)),
    "old time": Query((Term(("bonjour",)),), before=_END - timedelta(days=365 * 6)),
    "of a status": Query((Term(("bonjour",)),), status=Status.SPAM),
}


def _text(number: int) -> str:
    words = _RANDOM.choices(_RARE, k=40) + _COMMON
    words += ["moitie"] if number % 2 else []
    words += ["mille"] if number % 1000 == 0 else []
    _RANDOM.shuffle(words)
    return "je voudrais savoir " + " ".join(words)


def _mail(number: int, count: int) -> MailRecord:
    who = number // _MAILS_EACH
    return MailRecord(
        row=MessageRow(number), conversation=ConversationId(who + 1), mailbox=_BOX, direction=Direction.IN,
        message_id=f"{number}@x.example", in_reply_to=(), references=(),
        from_=(Address(f"Personne{who % 5000} Martin", f"p{who}@example.net"),), reply_to=(),
        to=(Address("", _BOX),), cc=(), subject=f"Question {who} atelier",
        date=_END - timedelta(days=365 * _YEARS) * ((count - number) / count), text=_text(number),
        raw=BlobId(f"{number:064x}"),
    )  # fmt: skip


def _conversation(number: int, at: datetime) -> Conversation:
    status = Status.SPAM if number % 30 == 0 else Status.CLOSED
    return Conversation(
        id=ConversationId(number), mailbox=_BOX, room=RoomId("!a:x"), subject="Question",
        correspondent=Address("Personne", f"p{number}@example.net"), status=status, status_before=Status.ACTIVE,
        assignee=None, followers=(), verdict=Verdict.UNKNOWN, words="", mails=_MAILS_EACH, earlier=(), created_at=at,
        waiting_since=at, changed_at=at,
    )  # fmt: skip


async def _size(database: Database) -> int:
    asked = "SELECT page_count * page_size AS n FROM pragma_page_count(), pragma_page_size()"
    there = "SELECT pg_total_relation_size('sought') + pg_total_relation_size('sought_words') AS n"
    async with database.read() as tx:
        row = await tx.first(text(asked if tx.is_sqlite else there))
    return int(row.n) if row is not None else 0


async def main(url: str, count: int) -> None:
    database = await Database.open(url)
    without = with_index = 0.0
    bare = 0
    for start in range(0, count, _AT_ONCE):
        records = [_mail(number, count) for number in range(start, start + _AT_ONCE)]
        firsts = {one.conversation: one.date for one in reversed(records)}
        async with database.write() as tx:
            began = time.process_time()
            rows = [conversation_to_row(_conversation(number, at)) for number, at in firsts.items()]
            await tx.run(threads.conversations.insert(), rows)
            await tx.run(threads.mails.insert(), [mail_to_row(one) for one in records])
            without += time.process_time() - began
        if start == 0:
            bare = await _size(database)
        async with database.write() as tx:
            began = time.process_time()
            for one in records:
                await search.keep_mail(tx, one, one.mailbox)
            with_index += time.process_time() - began
    print(
        f"{count:,} mails; index: {with_index / count * 1000:.2f} ms CPU a mail (its row: {without / count * 1000:.2f})"
    )
    if not database.is_sqlite:
        print(f"index: {(await _size(database) - bare) / count:.0f} bytes a mail")
        async with database.write() as tx:
            await tx.run(text("ANALYZE"))
    else:
        async with database.read() as tx:
            row = await tx.first(text("SELECT sum(pgsize) AS n FROM dbstat WHERE name LIKE 'sought%'"))
        print(f"index: {int(row.n) / count:.0f} bytes a mail" if row is not None else "")
    for name, query in QUERIES.items():
        times = []
        for _ in range(5):
            async with database.read() as tx:
                began = time.perf_counter()
                hits = await load_hits(tx, Searched((_BOX,), query))
                times.append((time.perf_counter() - began) * 1000)
        print(f"{name}: {sorted(times)[2]:.1f} ms (first {times[0]:.1f}), {hits.total}{'+' if hits.is_more else ''}")
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
