"""One folder that is watched and read: the port `Inbox`."""

import asyncio
import math
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, assert_never

import structlog

from bot.adapters.imap.account import ImapAccount
from bot.adapters.imap.connection import Connection, Selected
from bot.adapters.imap.content import id_in
from bot.adapters.imap.fetching import Fetching
from bot.adapters.imap.patience import GIVE_UP_SECONDS, Patience
from bot.adapters.imap.reply import SERVICE, IdleRefused, Reply
from bot.adapters.imap.responses import FetchRow, fetch_rows, list_rows, search_uids
from bot.adapters.imap.wire import folder_argument, number, search_day, tokens, uid_set
from bot.ports import Fetched, FolderMissing, FolderStatus, Unavailable

SEARCHES: Final = 3
"""Times that a search is repeated while mails arrive; a later mail ends the next wait."""
IDLE_REFUSALS: Final = 2

log = structlog.get_logger("imap")
IDLE_SECONDS: Final = 25.0
"""Seconds after which IDLE is renewed. A server that died silently, while something between acknowledges, is noticed
after that and the time for an answer. RFC 2177 asks for 29 minutes, but routers forget a silent connection sooner."""
POLL_SECONDS: Final = 25.0
"""Seconds between questions to a server without IDLE."""


class ImapInbox:
    """Reads one folder, which is opened read-only, so that no flag moves."""

    def __init__(
        self,
        account: ImapAccount,
        folder: str,
        *,
        size_limit: int,
        idle_seconds: float = IDLE_SECONDS,
        poll_seconds: float = POLL_SECONDS,
        give_up_seconds: float = GIVE_UP_SECONDS,
        phase: float = 0.0,
    ) -> None:
        """
        Args:
            size_limit: bytes; only the head of a larger mail is fetched.
            phase: 0 to 1; folders with another one renew IDLE at another moment.
        """
        self._account = account
        self._phase = phase
        self._folder = folder
        self._patience = Patience(give_up_seconds)
        self._fetching = Fetching(
            account.label,
            size_limit=size_limit,
            transfer_seconds=account.timeouts.transfer,
            patience=self._patience,
        )
        self._uidvalidity = 0
        self._idle_seconds = idle_seconds
        self._poll_seconds = poll_seconds
        self._connection: Connection | None = None
        self._idle_refusals = 0
        self._polls = False
        self._was_told_nothing = False
        """The last wait ended without news."""
        self._untold = 0
        """How many such waits were followed by a new mail."""

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
        if status.uidvalidity != self._uidvalidity:
            self._patience.forget()
            self._uidvalidity = status.uidvalidity
        return status

    async def look(self) -> FolderStatus:
        """See `ports.Inbox.look`."""
        return await self._select(self._opened())

    async def received(self, uids: Sequence[int]) -> Mapping[int, datetime]:
        """See `ports.Inbox.received`."""
        rows = await self._rows(uids, "UID INTERNALDATE")
        return {uid: row.received_at for uid, row in rows.items() if row.received_at is not None}

    async def message_ids(self, uids: Sequence[int]) -> Mapping[int, str]:
        """See `ports.Inbox.message_ids`."""
        rows = await self._rows(uids, "UID BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]")
        return {uid: found for uid, row in rows.items() if (found := id_in(row.body or b""))}

    async def uids_above(self, uid: int) -> tuple[int, ...]:
        """See `ports.Inbox.uids_above`."""
        # `n:*` always names the last mail, also where its UID is below n (RFC 3501 6.4.8).
        new = tuple(found for found in await self._search(f"UID {uid + 1}:*") if found > uid)
        if new and self._was_told_nothing and not self._polls:
            self._untold += 1
            # A single mail may have come in the moment between.
            if self._untold >= IDLE_REFUSALS:
                self._poll()
        self._was_told_nothing = False
        return new

    async def uids_since(self, day: datetime) -> tuple[int, ...]:
        """See `ports.Inbox.uids_since`; the server compares the date of INTERNALDATE without its time zone."""
        return await self._search(f"SINCE {search_day(day)}")

    async def uids(self) -> tuple[int, ...]:
        """See `ports.Inbox.uids`."""
        timeout = self._account.timeouts.transfer
        reply = await self._opened().run("SEARCH", "ALL", uid=True, timeout=timeout)
        return tuple(sorted(search_uids(reply.expect_ok().rows)))

    async def fetch(self, uids: Sequence[int], scratch: Path) -> AsyncIterator[Fetched]:
        """See `ports.Inbox.fetch`."""
        async for answer in self._fetching.fetch(self._opened(), uids, scratch):
            yield answer

    async def wait(self, timeout: float) -> None:
        """See `ports.Inbox.wait`."""
        connection = self._opened()
        loop = asyncio.get_running_loop()
        end = loop.time() + timeout
        # News that came with an earlier command would be told by no IDLE again.
        while not connection.has_news and (left := end - loop.time()) > 0:
            if connection.has("IDLE") and not self._polls:
                try:
                    await connection.idle(min(left, self._until_renewal(self._idle_seconds)))
                except IdleRefused as error:
                    self._give_up_idle()
                    if error.was_silent:
                        raise
                else:
                    self._idle_refusals = 0
            else:
                await connection.rest(min(left, self._until_renewal(self._poll_seconds)))
                (await connection.run("NOOP", timeout=connection.patience)).expect_ok()
        connection.expect_alive()
        self._was_told_nothing = not connection.has_news
        if connection.has_news:
            self._untold = 0

    def silent_for(self) -> float:
        """See `ports.Inbox.silent_for`."""
        return math.inf if self._connection is None else self._connection.silent_for

    async def close(self) -> None:
        """See `ports.Inbox.close`."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    # --- inside

    def _until_renewal(self, every: float) -> float:
        """Seconds to this folder's next place on the clock, at least half a round away."""
        left = every - (asyncio.get_running_loop().time() - self._phase * every) % every
        return left if left >= every / 2 else left + every / 2

    def _give_up_idle(self) -> None:
        # A single failure may be the server's bad moment.
        self._idle_refusals += 1
        if self._idle_refusals >= IDLE_REFUSALS and not self._polls:
            self._poll()

    def _poll(self) -> None:
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
        """Whether a refused SELECT means a missing folder; not every server says so by a code."""
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

    async def _rows(self, uids: Sequence[int], items: str) -> dict[int, FetchRow]:
        reply = await self._opened().run("FETCH", uid_set(uids), f"({items})", uid=True)
        return fetch_rows(reply.expect_ok().rows)

    async def _search(self, criteria: str) -> tuple[int, ...]:
        connection = self._opened()
        found: tuple[int, ...] = ()
        for _ in range(SEARCHES):
            connection.forget_news()
            # Without CHARSET, which Exchange and others refuse; the search holds only ASCII.
            reply = await connection.run("SEARCH", criteria, uid=True, timeout=self._account.timeouts.transfer)
            found = search_uids(reply.expect_ok().rows)
            # Some servers announce a new mail beside an answer that does not have that mail yet, and never again.
            if not connection.has_news:
                break
        return found
