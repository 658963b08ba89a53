"""One folder that is watched and read: the port `Inbox`."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, assert_never

import structlog

from bot.adapters.imap.account import ImapAccount
from bot.adapters.imap.connection import Connection, Selected
from bot.adapters.imap.reply import SERVICE, IdleRefused, Reply
from bot.adapters.imap.responses import FetchRow, fetch_rows, list_rows, search_uids
from bot.adapters.imap.wire import folder_argument, number, search_day, tokens, uid_set
from bot.ports import FetchedMail, FolderMissing, FolderStatus, Unavailable

BATCH_COUNT: Final = 200
BATCH_BYTES: Final = 4 * 1024 * 1024
"""What one FETCH brings into memory."""
SMALL: Final = 256 * 1024
"""Bytes; from here on a mail is fetched alone, in parts, into a file."""
PART: Final = 1024 * 1024
HEAD_LIMIT: Final = 256 * 1024
SEARCHES: Final = 3
"""As often a search is repeated while mails arrive; what still comes ends the next wait."""
FAILURES_BEFORE_GIVING_UP: Final = 3
GIVE_UP_SECONDS: Final = 120.0
"""So long a server may have trouble with a mail before the line moves on without it."""
IDLE_REFUSALS: Final = 2

log = structlog.get_logger("imap")
IDLE_SECONDS: Final = 270.0
# RFC 2177 asks for 29 minutes, but servers and routers forget a silent connection sooner (AOL after 5 minutes).
POLL_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class _Listed:
    """A mail that is there, not fetched yet."""

    uid: int
    size: int
    received_at: datetime
    flags: tuple[str, ...]


class ImapInbox:
    """Reads one folder without changing anything in it: it is opened read-only, so that no flag moves."""

    def __init__(
        self,
        account: ImapAccount,
        folder: str,
        *,
        size_limit: int,
        idle_seconds: float = IDLE_SECONDS,
        poll_seconds: float = POLL_SECONDS,
        give_up_seconds: float = GIVE_UP_SECONDS,
    ) -> None:
        """`size_limit`: bytes; of larger mails only the head is fetched."""
        self._account = account
        self._folder = folder
        self._size_limit = size_limit
        self._large_from = min(SMALL, size_limit + 1)
        self._idle_seconds = idle_seconds
        self._poll_seconds = poll_seconds
        self._connection: Connection | None = None
        self._failures: dict[int, list[float]] = {}
        """By UID: when the server could not read that mail."""
        self._give_up_seconds = give_up_seconds
        self._idle_refusals = 0
        self._polls = False

    async def open(self) -> FolderStatus:
        """See `ports.Inbox.open`."""
        await self.close()
        connection = await Connection.open(self._account)
        try:
            status = await self._select(connection)
        except BaseException:
            connection.abort()
            raise
        self._connection = connection
        return status

    async def uids_above(self, uid: int) -> tuple[int, ...]:
        """See `ports.Inbox.uids_above`."""
        # `n:*` always names the last mail, also where its UID is below n (RFC 3501 6.4.8).
        return tuple(found for found in await self._search(f"UID {uid + 1}:*") if found > uid)

    async def uids_since(self, day: datetime) -> tuple[int, ...]:
        """See `ports.Inbox.uids_since`; the server compares the date of INTERNALDATE without its time zone."""
        return await self._search(f"SINCE {search_day(day)}")

    async def fetch(self, uids: Sequence[int], scratch: Path) -> AsyncIterator[FetchedMail]:
        """See `ports.Inbox.fetch`."""
        for start in range(0, len(uids), BATCH_COUNT):
            listed = await self._sizes(uids[start : start + BATCH_COUNT])
            for batch in _batches(listed, large_from=self._large_from):
                if batch[0].size >= self._large_from:
                    yield await self._fetch_large(batch[0], scratch)
                else:
                    async for mail in self._fetch_small(batch):
                        yield mail

    async def wait(self, timeout: float) -> None:
        """See `ports.Inbox.wait`."""
        connection = self._opened()
        loop = asyncio.get_running_loop()
        end = loop.time() + timeout
        # News that came with an earlier command would be told by no IDLE again.
        while not connection.has_news and (left := end - loop.time()) > 0:
            if connection.has("IDLE") and not self._polls:
                try:
                    await connection.idle(min(left, self._idle_seconds))
                except IdleRefused as error:
                    self._give_up_idle()
                    if error.was_silent:
                        raise
                else:
                    self._idle_refusals = 0
            else:
                await connection.rest(min(left, self._poll_seconds))
                (await connection.run("NOOP")).expect_ok()
        connection.expect_alive()

    async def close(self) -> None:
        """See `ports.Inbox.close`."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    # --- inside

    def _give_up_idle(self) -> None:
        # Once may be the server's bad moment.
        self._idle_refusals += 1
        if self._idle_refusals >= IDLE_REFUSALS and not self._polls:
            self._polls = True
            log.warning("imap_idle_given_up", mailbox=self._account.label)

    def _opened(self) -> Connection:
        if self._connection is None:
            raise Unavailable(SERVICE, "not_open")
        return self._connection

    async def _select(self, connection: Connection) -> FolderStatus:
        match await connection.select(self._folder):
            case Selected() as selected:
                pass
            case Reply() as refused:
                if await self._is_missing(connection, refused):
                    raise FolderMissing(self._folder)
                raise Unavailable(SERVICE, (refused.code.name or "select").lower())
            case never:
                assert_never(never)
        if not (selected.uidvalidity and selected.uidnext):
            told = await self._status(connection)
            selected = Selected(
                uidvalidity=selected.uidvalidity or told.get("UIDVALIDITY", 0),
                uidnext=selected.uidnext or told.get("UIDNEXT", 0),
                exists=selected.exists,
            )
        return FolderStatus(selected.uidvalidity, selected.uidnext, selected.exists)

    async def _is_missing(self, connection: Connection, refused: Reply) -> bool:
        """Whether a refused SELECT means that there is no such folder; not every server says so by a code."""
        if refused.code.name in ("NONEXISTENT", "TRYCREATE"):
            return True
        rows = list_rows((await connection.run("LIST", '""', folder_argument(self._folder))).expect_ok().rows)
        return not rows or all({"\\noselect", "\\nonexistent"} & row.attributes for row in rows)

    async def _status(self, connection: Connection) -> dict[str, int]:
        """STATUS, for servers that do not tell all at SELECT."""
        reply = await connection.run("STATUS", folder_argument(self._folder), "(UIDVALIDITY UIDNEXT)")
        told: dict[str, int] = {}
        for row in reply.rows:
            match tokens(row):
                case (b"STATUS", _, tuple() as items):
                    for name, value in zip(items[::2], items[1::2], strict=False):
                        count = number(value)
                        if isinstance(name, bytes) and count is not None:
                            told[name.decode("ascii", "replace").upper()] = count
                case _:
                    pass
        return told

    async def _search(self, criteria: str) -> tuple[int, ...]:
        connection = self._opened()
        found: tuple[int, ...] = ()
        for _ in range(SEARCHES):
            connection.forget_news()
            # Without CHARSET: Exchange and others refuse it, and there is nothing but ASCII in it.
            reply = await connection.run("SEARCH", criteria, uid=True, timeout=self._account.timeouts.transfer)
            found = search_uids(reply.expect_ok().rows)
            # Servers tell of a new mail along with an answer that does not have it yet, and never again.
            if not connection.has_news:
                break
        return found

    async def _fetch_rows(self, uids: Sequence[int], items: str) -> tuple[dict[int, FetchRow], Reply]:
        reply = await self._opened().run(
            "FETCH", uid_set(uids), f"({items})", uid=True, timeout=self._account.timeouts.transfer
        )
        if reply.is_outage or reply.result == "BAD":
            reply.expect_ok()
        return fetch_rows(reply.rows), reply

    async def _sizes(self, uids: Sequence[int]) -> list[_Listed]:
        """What is still there, in the order given."""
        rows, reply = await self._fetch_rows(uids, "UID RFC822.SIZE INTERNALDATE FLAGS")
        if not reply.is_ok and len(uids) > 1:
            # One mail that the server cannot read spoils the answer for all: find it.
            return [listed for uid in uids for listed in await self._sizes([uid])]
        now = datetime.now(UTC)
        listed: list[_Listed] = []
        for uid in uids:
            row = rows.get(uid)
            if row is None and reply.is_ok:
                continue
            known = row if row is not None else self._failed(uid)
            listed.append(_Listed(uid, known.size or 0, known.received_at or now, known.flags or ()))
        return listed

    async def _fetch_small(self, batch: Sequence[_Listed]) -> AsyncIterator[FetchedMail]:
        rows, reply = await self._fetch_rows([listed.uid for listed in batch], "UID BODY.PEEK[]")
        for listed in batch:
            row = rows.pop(listed.uid, None)
            if row is not None and row.body is not None:
                yield _small(listed, row.body)
            elif row is not None or not reply.is_ok:
                mail = await self._fetch_alone(listed)
                if mail is not None:
                    yield mail

    async def _fetch_alone(self, listed: _Listed) -> FetchedMail | None:
        """A mail that did not come with its batch; None where it vanished."""
        rows, reply = await self._fetch_rows([listed.uid], "UID BODY.PEEK[]")
        row = rows.get(listed.uid)
        if row is not None and row.body is not None:
            return _small(listed, row.body)
        if row is None and reply.is_ok:
            return None
        self._failed(listed.uid)
        return self._unread(listed, await self._head(listed.uid))

    async def _fetch_large(self, listed: _Listed, scratch: Path) -> FetchedMail:
        if listed.size > self._size_limit:
            return self._unread(listed, await self._head(listed.uid))
        path = _new_file(scratch)
        try:
            size = await self._download(listed.uid, path)
            if size is None:
                self._failed(listed.uid)
            elif size <= self._size_limit:
                return FetchedMail(listed.uid, size, listed.received_at, listed.flags, raw=path)
            path.unlink(missing_ok=True)
            return self._unread(listed, await self._head(listed.uid))
        except BaseException:
            path.unlink(missing_ok=True)
            raise

    async def _download(self, uid: int, path: Path) -> int | None:
        """Its bytes, in parts, into the file; how many there were, None where the server cannot read it."""
        written = 0
        with path.open("wb") as file:
            # RFC822.SIZE is an estimate on some servers (Exchange): only a short part is the end.
            while written <= self._size_limit:
                rows, reply = await self._fetch_rows([uid], f"UID BODY.PEEK[]<{written}.{PART}>")
                row = rows.get(uid)
                if row is None or row.body is None:
                    return written if written and reply.is_ok else None
                file.write(row.body)
                written += len(row.body)
                if len(row.body) < PART:
                    break
        return written

    async def _head(self, uid: int) -> bytes:
        rows, _ = await self._fetch_rows([uid], f"UID BODY.PEEK[HEADER]<0.{HEAD_LIMIT}>")
        row = rows.get(uid)
        return (row.body or b"") if row is not None else b""

    def _failed(self, uid: int) -> FetchRow:
        """The server said NO to this mail. Said often enough, it counts: shown with its head, and the line moves on.

        Raises:
            Unavailable: it may still be the server's own trouble.
        """
        now = asyncio.get_running_loop().time()
        failures = self._failures.setdefault(uid, [])
        failures.append(now)
        if len(failures) < FAILURES_BEFORE_GIVING_UP or now - failures[0] < self._give_up_seconds:
            raise Unavailable(SERVICE, "mail_not_readable")
        log.warning("imap_mail_not_readable", mailbox=self._account.label, uid=uid)
        return FetchRow(uid)

    def _unread(self, listed: _Listed, head: bytes) -> FetchedMail:
        return FetchedMail(listed.uid, listed.size, listed.received_at, listed.flags, raw=None, head=head)


def _small(listed: _Listed, raw: bytes) -> FetchedMail:
    return FetchedMail(listed.uid, len(raw), listed.received_at, listed.flags, raw=raw)


def _new_file(scratch: Path) -> Path:
    with tempfile.NamedTemporaryFile(dir=scratch, prefix="mail-", suffix=".eml", delete=False) as file:
        return Path(file.name)


def _batches(listed: Sequence[_Listed], *, large_from: int) -> Iterator[list[_Listed]]:
    """Runs that one FETCH brings: large mails alone, small ones together, in order."""
    batch: list[_Listed] = []
    size = 0
    for mail in listed:
        if batch and (mail.size >= large_from or size + mail.size > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        if mail.size >= large_from:
            yield [mail]
            continue
        batch.append(mail)
        size += mail.size
    if batch:
        yield batch
