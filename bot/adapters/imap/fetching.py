"""Asks for mails, and keeps three answers apart: given whole, not there, not given.

Any server may cut the connection at one mail, leave it out, or name it without its bytes (RFC 3501 7.4.2 has no word
for that). None of these says that the mail is not there, nor that it is empty.
"""

import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import structlog

from bot.adapters.imap.connection import Connection
from bot.adapters.imap.patience import Part, Patience
from bot.adapters.imap.reply import SERVICE, Reply
from bot.adapters.imap.responses import FetchRow, fetch_rows, search_uids
from bot.adapters.imap.wire import uid_set
from bot.ports import Fetched, FetchedMail, Gone, NotGiven, Unavailable

BATCH_COUNT: Final = 200
BATCH_BYTES: Final = 4 * 1024 * 1024
"""The most that one FETCH brings into memory."""
SMALL: Final = 256 * 1024
"""Bytes; a larger mail is fetched alone, in parts, into a file."""
PART: Final = 1024 * 1024
HEAD_LIMIT: Final = 256 * 1024
ESTIMATES: Final = 3
"""Mails that came twice with the same bytes and another size than named, after which a server's sizes are estimates."""
_FIELDS: Final = "DATE FROM REPLY-TO TO CC SUBJECT MESSAGE-ID IN-REPLY-TO REFERENCES"
_HEADS: Final[tuple[tuple[Part, str], ...]] = (
    ("head", f"UID BODY.PEEK[HEADER]<0.{HEAD_LIMIT}>"),
    ("fields", f"UID BODY.PEEK[HEADER.FIELDS ({_FIELDS})]"),
)

log = structlog.get_logger("imap")


@dataclass(frozen=True, slots=True)
class _Listed:
    """A mail that is there, not fetched yet."""

    uid: int
    size: int | None
    """RFC822.SIZE; None where the server does not say."""
    received_at: datetime
    flags: tuple[str, ...] = ()

    def is_whole(self, body: bytes | None, *, sizes_are_estimates: bool) -> bool:
        if body is None:
            return False
        if len(body) == self.size:
            return True
        return bool(body) and (sizes_are_estimates or self.size is None)


class Fetching:
    """The mails of one folder. An object lives longer than a connection, and remembers where connections broke."""

    def __init__(self, label: str, *, size_limit: int, transfer_seconds: float, patience: Patience) -> None:
        """`transfer_seconds`: how long the server may send no byte."""
        self._label = label
        self._size_limit = size_limit
        self._large_from = min(SMALL, size_limit + 1)
        self._transfer_seconds = transfer_seconds
        self._patience = patience
        self._estimates = 0

    async def fetch(self, connection: Connection, uids: Sequence[int], scratch: Path) -> AsyncIterator[Fetched]:
        """One answer for each UID, in the order given. Raises: Unavailable, also when a mail is to be tried again."""
        for start in range(0, len(uids), BATCH_COUNT):
            for run in self._patience.apart(uids[start : start + BATCH_COUNT]):
                async for answer in self._run(connection, run, scratch):
                    self._patience.settled(answer.uid)
                    yield answer

    async def _run(self, connection: Connection, uids: Sequence[int], scratch: Path) -> AsyncIterator[Fetched]:
        if len(uids) == 1 and self._patience.gave_up(uids[0], "size"):
            yield await self._not_given(connection, _Listed(uids[0], None, datetime.now(UTC)))
            return
        for batch in _batches(await self._sizes(connection, uids), large_from=self._large_from):
            match batch:
                case [Gone() | NotGiven() as known]:
                    yield known
                case [_Listed() as alone] if self._patience.gave_up(alone.uid, "body"):
                    yield await self._not_given(connection, alone)
                case [_Listed(size=size) as large] if size is None or size >= self._large_from:
                    yield await self._large(connection, large, scratch)
                case several:
                    listed = [one for one in several if isinstance(one, _Listed)]
                    async for answer in self._small(connection, listed):
                        yield answer

    async def _sizes(self, connection: Connection, uids: Sequence[int]) -> list[_Listed | Gone | NotGiven]:
        """The items known of each mail, in the order given."""
        rows, reply = await self._ask(connection, uids, "UID RFC822.SIZE INTERNALDATE FLAGS", "size")
        left_out = [uid for uid in uids if uid not in rows]
        if left_out and not reply.is_ok and len(uids) > 1:
            # One mail that the server cannot read spoils the answer for all: find it.
            return [listed for uid in uids for listed in await self._sizes(connection, [uid])]
        there = await self._second_look(connection, left_out) if left_out else frozenset()
        now = datetime.now(UTC)
        if there:
            failed = await self._failed(connection, _Listed(min(there), None, now), "size")
            # Only an answer to a single UID is clear at once.
            return [failed]
        return [
            Gone(uid)
            if (row := rows.get(uid)) is None
            else _Listed(uid, row.size, row.received_at or now, row.flags or ())
            for uid in uids
        ]

    async def _small(self, connection: Connection, batch: Sequence[_Listed]) -> AsyncIterator[Fetched]:
        rows, _ = await self._ask(connection, [listed.uid for listed in batch], "UID BODY.PEEK[]", "body")
        for listed in batch:
            row = rows.pop(listed.uid, None)
            body = None if row is None else row.body
            if body is not None and self._is_whole(listed, body):
                yield _given(listed, body)
            else:
                yield await self._alone(connection, listed, body)

    async def _alone(self, connection: Connection, listed: _Listed, before: bytes | None) -> Fetched:
        """Fetch a mail again that did not come whole with its batch; `before` is what came."""
        rows, _ = await self._ask(connection, [listed.uid], "UID BODY.PEEK[]", "body")
        row = rows.get(listed.uid)
        body = None if row is None else row.body
        if body is not None and self._is_whole(listed, body):
            return _given(listed, body)
        if body and body == before:
            # Sizes are estimates on some servers (Exchange), or wrong after a line end was changed (a maildir's S=).
            self._estimates += 1
            log.info("imap_size_differs", mailbox=self._label, uid=listed.uid, said=listed.size, size=len(body))
            return _given(listed, body)
        if row is None and not await self._second_look(connection, [listed.uid]):
            return Gone(listed.uid)
        return await self._failed(connection, listed, "body")

    async def _large(self, connection: Connection, listed: _Listed, scratch: Path) -> Fetched:
        if listed.size is not None and listed.size > self._size_limit:
            return await self._too_big(connection, listed, listed.size)
        path = _new_file(scratch)
        is_kept = False
        try:
            size = await self._download(connection, listed, path)
            if size is not None and size <= self._size_limit:
                is_kept = True
                return FetchedMail(listed.uid, size, listed.received_at, listed.flags, raw=path)
        finally:
            if not is_kept:
                path.unlink(missing_ok=True)
        if size is not None:
            return await self._too_big(connection, listed, size)
        if not await self._second_look(connection, [listed.uid]):
            return Gone(listed.uid)
        return await self._failed(connection, listed, "body")

    async def _download(self, connection: Connection, listed: _Listed, path: Path) -> int | None:
        """Write the mail's bytes to the file in parts; their number, or None where the server did not give them."""
        written = 0
        with path.open("wb") as file:
            while written <= self._size_limit:
                items = f"UID BODY.PEEK[]<{written}.{PART}>"
                rows, reply = await self._ask(connection, [listed.uid], items, "body")
                row = rows.get(listed.uid)
                if row is None or row.body is None:
                    return written if written and reply.is_ok else None
                file.write(row.body)
                written += len(row.body)
                if not row.body:
                    break
                if len(row.body) < PART and written >= (listed.size or 0):
                    # A short part before the named size may be cut by the server: only an empty part is the end.
                    break
        return written if written or listed.size == 0 else None

    async def _too_big(self, connection: Connection, listed: _Listed, size: int) -> FetchedMail:
        """Fetch the beginning of a large mail, where its words mostly stand; the files come behind them."""
        rows, _ = await self._ask(connection, [listed.uid], f"UID BODY.PEEK[]<0.{PART}>", "body")
        row = rows.get(listed.uid)
        head = row.body if row is not None and row.body else await self._head(connection, listed.uid)
        return FetchedMail(listed.uid, size, listed.received_at, listed.flags, raw=None, head=head)

    async def _not_given(self, connection: Connection, listed: _Listed) -> NotGiven:
        head = await self._head(connection, listed.uid)
        log.warning("imap_mail_not_given", mailbox=self._label, uid=listed.uid, has_head=bool(head))
        return NotGiven(listed.uid, listed.size, listed.received_at, head)

    async def _head(self, connection: Connection, uid: int) -> bytes:
        """The mail's header block, or the fields that the server has at hand; empty where the server gives neither."""
        for part, items in _HEADS:
            if self._patience.gave_up(uid, part):
                continue
            rows, _ = await self._ask(connection, [uid], items, part)
            row = rows.get(uid)
            if row is not None and row.body:
                return row.body
        return b""

    # --- inside

    async def _ask(
        self, connection: Connection, uids: Sequence[int], items: str, part: Part
    ) -> tuple[dict[int, FetchRow], Reply]:
        try:
            reply = await connection.run("FETCH", uid_set(uids), f"({items})", uid=True, timeout=self._transfer_seconds)
            if reply.is_outage or reply.result == "BAD":
                reply.expect_ok()
        except Unavailable:
            self._patience.blame(uids, part)
            raise
        return fetch_rows(reply.rows), reply

    async def _second_look(self, connection: Connection, uids: Sequence[int]) -> frozenset[int]:
        """The UIDs that may still exist: another client may have expunged some, which NOOP tells.

        A SEARCH that ends without an answer (RFC 3501 6.4.4 requires one) proves no mail gone.
        """
        await connection.run("NOOP")
        reply = await connection.run("SEARCH", f"UID {uid_set(uids)}", uid=True, timeout=self._transfer_seconds)
        if not any(row[0][:6].upper() == b"SEARCH" for row in reply.expect_ok().rows):
            return frozenset(uids)
        return frozenset(search_uids(reply.rows)) & frozenset(uids)

    def _is_whole(self, listed: _Listed, body: bytes) -> bool:
        return listed.is_whole(body, sizes_are_estimates=self._estimates >= ESTIMATES)

    async def _failed(self, connection: Connection, listed: _Listed, part: Part) -> NotGiven:
        """The answer for a mail that the server has and did not give.

        Raises:
            Unavailable: a later try may show that it was the server's bad moment.
        """
        self._patience.blame([listed.uid], part)
        if not self._patience.gave_up(listed.uid, part):
            raise Unavailable(SERVICE, "mail_not_given")
        return await self._not_given(connection, listed)


def _given(listed: _Listed, raw: bytes) -> FetchedMail:
    return FetchedMail(listed.uid, len(raw), listed.received_at, listed.flags, raw=raw)


def _new_file(scratch: Path) -> Path:
    with tempfile.NamedTemporaryFile(dir=scratch, prefix="mail-", suffix=".eml", delete=False) as file:
        return Path(file.name)


def _batches(
    listed: Sequence[_Listed | Gone | NotGiven], *, large_from: int
) -> Iterator[list[_Listed | Gone | NotGiven]]:
    """The mails of each FETCH, in order: small mails together, every other one alone."""
    batch: list[_Listed | Gone | NotGiven] = []
    taken = 0
    for mail in listed:
        size = large_from if not isinstance(mail, _Listed) or mail.size is None else mail.size
        is_alone = size >= large_from
        if batch and (is_alone or taken + size > BATCH_BYTES):
            yield batch
            batch, taken = [], 0
        if is_alone:
            yield [mail]
            continue
        batch.append(mail)
        taken += size
    if batch:
        yield batch
