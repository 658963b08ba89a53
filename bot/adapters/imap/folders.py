"""Acts on a mailbox's folders over one connection that is opened when needed: the port `Folders`."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar

from bot.adapters.imap.account import ImapAccount
from bot.adapters.imap.connection import Connection, Selected
from bot.adapters.imap.content import chunks, id_in, message_id_of, size_on_the_wire
from bot.adapters.imap.reply import ConnectionLost, Reply
from bot.adapters.imap.responses import FetchRow, codes_of, fetch_rows, list_rows, personal_prefix, search_uids
from bot.adapters.imap.special_use import find_special_folder
from bot.adapters.imap.wire import folder_argument, format_internaldate, quote, uid_set
from bot.domain.outcomes import (
    Accepted,
    InFolder,
    Moved,
    MoveOutcome,
    NotDone,
    Outcome,
    Refused,
    Saved,
    SaveOutcome,
    TryLater,
)
from bot.ports import CredentialsRefused, FolderName, Unavailable

IDLE_CLOSE_SECONDS: Final = 60.0
_SPECIAL_USES: Final = ("\\Sent", "\\Junk", "\\Trash", "\\Drafts", "\\Archive", "\\All", "\\Flagged", "\\Important")
_MOST_FETCHED: Final = 3
"""The most mails of one Message-ID that are fetched."""
_FLAG: Final = re.compile(r"\\?[A-Za-z0-9$_.-]+")
# Characters that mean only themselves in a quoted string and in every server's index.
_SEARCHABLE: Final = re.compile(r"[A-Za-z0-9!#$'*+/=?^_`{|}~.@-]+")
_Result = TypeVar("_Result")


class ImapFolders:
    """See `ports.Folders`. Every act first looks whether it was done already, so it may be repeated at will."""

    def __init__(self, account: ImapAccount, *, idle_close_seconds: float = IDLE_CLOSE_SECONDS) -> None:
        """`idle_close_seconds`: how long an unused connection is kept."""
        self._account = account
        self._idle_close_seconds = idle_close_seconds
        self._lock = asyncio.Lock()
        self._connection: Connection | None = None
        self._closing: asyncio.TimerHandle | None = None

    # --- port

    async def names(self) -> tuple[FolderName, ...]:
        """See `ports.Folders.names`; folders that hold no mails are left out."""
        return await self._with_connection(_names)

    async def special_folder(self, special_use: str) -> str | None:
        """The name of the folder with this use (`\\Sent`, `\\Junk`), by attribute, else by name.

        Raises:
            Unavailable, CredentialsRefused.
        """
        return await self._with_connection(lambda connection: _special(connection, special_use))

    async def count(self, folder: str) -> int:
        """See `ports.Folders.count`."""

        async def count(connection: Connection) -> int:
            selected = await connection.select(folder)
            return selected.exists if isinstance(selected, Selected) else 0

        return await self._with_connection(count)

    async def append(self, folder: str, raw: Path, flags: tuple[str, ...], date: datetime) -> SaveOutcome:
        """See `ports.Folders.append`; a missing folder is created."""
        return await self._outcome(lambda connection: self._append(connection, folder, raw, flags, date))

    async def find(self, folder: str, message_id: str) -> tuple[int, ...]:
        """See `ports.Folders.find`; none where the folder is missing."""

        async def find(connection: Connection) -> tuple[int, ...]:
            match await connection.select(folder):
                case Selected():
                    return await self._find(connection, message_id)
                case Reply():
                    return ()

        return await self._with_connection(find)

    async def fetch(self, folder: str, *, message_id: str, uidvalidity: int, uid: int) -> tuple[bytes, ...]:
        """See `ports.Folders.fetch`."""

        async def fetch(connection: Connection) -> tuple[bytes, ...]:
            match await connection.select(folder):
                case Selected() as selected if selected.uidvalidity == uidvalidity and uid:
                    uids: tuple[int, ...] = (uid,)
                case Selected():
                    uids = (await self._find(connection, message_id))[-_MOST_FETCHED:]
                case Reply():
                    return ()
            return tuple([raw for one in uids if (raw := await self._raw(connection, one)) is not None])

        return await self._with_connection(fetch)

    async def add_flag(self, folder: str, uidvalidity: int, uid: int, flag: str) -> Outcome:
        """See `ports.Folders.add_flag`; a mail that vanished meanwhile counts as done."""
        if not _FLAG.fullmatch(flag):
            return Refused("BAD FLAG", "")

        async def store(connection: Connection) -> Outcome:
            match await connection.select(folder, writable=True):
                case Selected() as selected if selected.uidvalidity == uidvalidity:
                    return _outcome_of(await connection.run("STORE", str(uid), "+FLAGS.SILENT", f"({flag})", uid=True))
                case Selected():
                    return Refused("UIDVALIDITY", "")
                case Reply() as refused:
                    return _outcome_of(refused)

        return await self._outcome(store)

    async def move(self, source: str, target: str, *, message_id: str, uidvalidity: int, uid: int) -> MoveOutcome:
        """See `ports.Folders.move`; a missing target is created."""
        if source == target:
            return Moved()
        return await self._outcome(
            lambda connection: self._move(connection, source, target, message_id, uidvalidity, uid)
        )

    async def remove(self, folder: str, message_id: str) -> Outcome:
        """See `ports.Folders.remove`."""
        return await self._outcome(lambda connection: self._remove(connection, folder, message_id))

    async def reach(self) -> None:
        """See `ports.Folders.reach`; keeps the connection open."""
        if self._lock.locked():
            return

        async def ask(connection: Connection) -> None:
            (await connection.run("NOOP")).expect_ok()

        await self._with_connection(ask)

    async def check(self) -> None:
        """See `ports.Folders.check`."""
        connection = await Connection.open(self._account)
        connection.close()

    async def close(self) -> None:
        """See `ports.Folders.close`; waits for the act that is under way."""
        async with self._lock:
            self._drop()

    # --- acts

    async def _append(
        self, connection: Connection, folder: str, raw: Path, flags: tuple[str, ...], date: datetime
    ) -> SaveOutcome:
        if not all(_FLAG.fullmatch(flag) for flag in flags):
            return Refused("BAD FLAG", "")
        match await connection.select(folder):
            case Selected():
                there = await self._find(connection, message_id_of(raw))
                if there:
                    return Saved(there[-1])
            case Reply():
                await self._create(connection, folder)
        size = size_on_the_wire(raw)
        when = format_internaldate(date)
        reply = await connection.append(folder, flags=flags, date=when, size=size, content=chunks(raw))
        if reply.code.name == "TRYCREATE" and await self._create(connection, folder):
            reply = await connection.append(folder, flags=flags, date=when, size=size, content=chunks(raw))
        if not reply.is_ok:
            return _failure(reply)
        # RFC 4315: APPENDUID uidvalidity uid.
        return Saved(reply.code.number(1) if reply.code.name == "APPENDUID" else 0)

    async def _move(
        self, connection: Connection, source: str, target: str, message_id: str, uidvalidity: int, uid: int
    ) -> MoveOutcome:
        found = 0
        match await connection.select(source, writable=True):
            case Selected() as selected:
                if selected.uidvalidity == uidvalidity and await self._is_there(connection, uid):
                    found = uid
                else:
                    found = max(await self._find(connection, message_id), default=0)
            case Reply() as refused:
                if refused.is_server_bug:
                    return _failure(refused)
        if not found:
            return await self._already_in(connection, target, message_id) or Refused("NONEXISTENT", "")
        if connection.has("MOVE"):
            return await self._move_by_command(connection, target, found)
        return await self._move_by_copy(connection, source, target, message_id, found)

    async def _move_by_command(self, connection: Connection, target: str, uid: int) -> MoveOutcome:
        reply = await connection.run("MOVE", str(uid), folder_argument(target), uid=True)
        if reply.code.name == "TRYCREATE" and await self._create(connection, target):
            reply = await connection.run("MOVE", str(uid), folder_argument(target), uid=True)
        return _copied_to(reply, target) if reply.is_ok else _failure(reply)

    async def _move_by_copy(
        self, connection: Connection, source: str, target: str, message_id: str, uid: int
    ) -> MoveOutcome:
        """For servers without MOVE (RFC 6851). A copy that an earlier, broken-off try made is not made again."""
        same = await self._identity(connection, uid)
        done = await self._already_in(connection, target, message_id, same)
        match await connection.select(source, writable=True):
            case Selected():
                pass
            case Reply() as refused:
                return _failure(refused)
        if done is None:
            reply = await connection.run("COPY", str(uid), folder_argument(target), uid=True)
            if reply.code.name == "TRYCREATE" and await self._create(connection, target):
                reply = await connection.run("COPY", str(uid), folder_argument(target), uid=True)
            if not reply.is_ok:
                return _failure(reply)
            done = _copied_to(reply, target)
        stored = await connection.run("STORE", str(uid), "+FLAGS.SILENT", "(\\Deleted)", uid=True)
        if not stored.is_ok:
            return _failure(stored)
        if connection.has("UIDPLUS"):
            # Never EXPUNGE without UID: that would remove mails which other people have marked.
            await connection.run("EXPUNGE", str(uid), uid=True)
        return done

    async def _remove(self, connection: Connection, folder: str, message_id: str) -> Outcome:
        trash = None if connection.has("UIDPLUS") else await _special(connection, "\\Trash")
        match await connection.select(folder, writable=True):
            case Selected():
                found = await self._find(connection, message_id)
            case Reply() as refused:
                return _outcome_of(refused)
        if not found:
            return Accepted()
        uids = uid_set(found)
        flags = "(\\Seen \\Deleted)" if connection.has("UIDPLUS") else "(\\Seen)"
        stored = await connection.run("STORE", uids, "+FLAGS.SILENT", flags, uid=True)
        if not stored.is_ok:
            return _failure(stored)
        if connection.has("UIDPLUS"):
            # Never EXPUNGE without UID: that would remove mails which other people have marked.
            return _outcome_of(await connection.run("EXPUNGE", uids, uid=True))
        if trash and trash != folder and connection.has("MOVE"):
            return _outcome_of(await connection.run("MOVE", uids, folder_argument(trash), uid=True))
        return Refused("NO UIDPLUS", "")

    async def _identity(self, connection: Connection, uid: int) -> FetchRow | None:
        """The values that a copy shares with its original, and another mail with the same Message-ID does not."""
        reply = await connection.run("FETCH", str(uid), "(UID RFC822.SIZE INTERNALDATE)", uid=True)
        row = fetch_rows(reply.expect_ok().rows).get(uid)
        return None if row is None else FetchRow(0, row.size, row.received_at)

    async def _already_in(
        self, connection: Connection, folder: str, message_id: str, same: FetchRow | None = None
    ) -> Moved | None:
        """`Moved` if the mail is in that folder; with `same`, only if it is a copy of that mail."""
        match await connection.select(folder):
            case Selected(uidvalidity=uidvalidity):
                there = await self._find(connection, message_id)
                if same is not None:
                    there = tuple([uid for uid in there if await self._identity(connection, uid) == same])
                return Moved(InFolder(folder, uidvalidity, there[-1])) if there else None
            case Reply():
                return None

    async def _raw(self, connection: Connection, uid: int) -> bytes | None:
        timeout = self._account.timeouts.transfer
        reply = await connection.run("FETCH", str(uid), "(UID BODY.PEEK[])", uid=True, timeout=timeout)
        row = fetch_rows(reply.expect_ok().rows).get(uid)
        return None if row is None else row.body

    async def _is_there(self, connection: Connection, uid: int) -> bool:
        reply = (await connection.run("FETCH", str(uid), "(UID)", uid=True)).expect_ok()
        return uid in fetch_rows(reply.rows)

    async def _find(self, connection: Connection, message_id: str) -> tuple[int, ...]:
        """UIDs in the open folder, ascending. The search is for a part of the id; the answer is checked."""
        # Only ASCII goes without CHARSET and literal, and HEADER looks for substrings (RFC 3501 6.4.4) anyway.
        needle = max(_SEARCHABLE.findall(message_id), key=len, default="")
        if not needle:
            return ()
        timeout = self._account.timeouts.transfer
        reply = await connection.run("SEARCH", "HEADER", "Message-ID", quote(needle), uid=True, timeout=timeout)
        found = search_uids(reply.expect_ok().rows)
        if not found:
            return ()
        items = "(UID BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])"
        rows = fetch_rows((await connection.run("FETCH", uid_set(found), items, uid=True, timeout=timeout)).rows)
        wanted = "".join(message_id.split())
        return tuple(uid for uid in found if uid in rows and wanted == id_in(rows[uid].body or b""))

    async def _create(self, connection: Connection, folder: str) -> bool:
        reply = await connection.run("CREATE", folder_argument(folder))
        if reply.is_ok:
            # Most programs show only the folders that are subscribed to.
            await connection.run("SUBSCRIBE", folder_argument(folder))
        return reply.is_ok or reply.code.name == "ALREADYEXISTS"

    # --- connection

    async def _outcome(self, act: Callable[[Connection], Awaitable[_Result]]) -> _Result | TryLater:
        try:
            return await self._with_connection(act)
        except Unavailable as error:
            return TryLater(error.reason, is_outage=True)
        except CredentialsRefused as error:
            return TryLater("credentials", error.text, is_outage=True)

    async def _with_connection(self, act: Callable[[Connection], Awaitable[_Result]]) -> _Result:
        async with self._lock:
            self._keep_open()
            kept = self._connection
            if kept is not None and not kept.is_lost:
                try:
                    return await self._act(kept, act)
                except ConnectionLost:
                    # The server had closed the idle connection: once more on a new one.
                    pass
            connection = await Connection.open(self._account)
            return await self._act(connection, act)

    async def _act(self, connection: Connection, act: Callable[[Connection], Awaitable[_Result]]) -> _Result:
        self._connection = connection
        try:
            result = await act(connection)
        except BaseException:
            self._connection = None
            connection.abort()
            raise
        self._closing = asyncio.get_running_loop().call_later(self._idle_close_seconds, self._drop)
        return result

    def _keep_open(self) -> None:
        if self._closing is not None:
            self._closing.cancel()
            self._closing = None

    def _drop(self) -> None:
        self._keep_open()
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


async def _special(connection: Connection, special_use: str) -> str | None:
    folders = await _names(connection)
    prefix = ""
    if connection.has("NAMESPACE"):
        prefix = personal_prefix((await connection.run("NAMESPACE")).rows)
    return find_special_folder(folders, special_use, prefix=prefix)


async def _names(connection: Connection) -> tuple[FolderName, ...]:
    pattern = ['""', '"*"']
    if connection.has("SPECIAL-USE") and connection.has("LIST-EXTENDED"):
        pattern += ["RETURN", "(SPECIAL-USE)"]
    rows = list_rows((await connection.run("LIST", *pattern)).expect_ok().rows)
    return tuple(
        FolderName(row.name, next((use for use in _SPECIAL_USES if use.lower() in row.attributes), ""))
        for row in rows
        if not {"\\noselect", "\\nonexistent"} & row.attributes
    )


def _outcome_of(reply: Reply) -> Outcome:
    return Accepted() if reply.is_ok else _failure(reply)


def _failure(reply: Reply) -> NotDone:
    code = reply.code.name
    if reply.is_outage or reply.is_server_bug:
        return TryLater((code or reply.result).lower(), reply.words)
    return Refused(f"{reply.result} {code}".strip(), reply.words)


def _copied_to(reply: Reply, folder: str) -> Moved:
    """The place that COPYUID tells, which MOVE puts into an untagged OK (RFC 6851 4.3)."""
    codes = codes_of(reply.rows)
    code = reply.code if reply.code.name == "COPYUID" else codes.get("COPYUID")
    is_told = code is not None and code.number(2)
    return Moved(InFolder(folder, code.number(0), code.number(2)) if code is not None and is_told else None)
