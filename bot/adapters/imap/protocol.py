"""aioimaplib's protocol with its faults cured: framing, untagged data, lost connections, continuations.

The library (pinned: private methods are touched) keeps tags, states, timers and the life of a command. Its reading of
received bytes is replaced: it is recursive, quadratic in the lines of a FETCH, and alters them.
"""

import asyncio
import re
from collections import deque
from collections.abc import Iterable
from typing import Final

import aioimaplib.aioimaplib as library

from bot.adapters.imap.wire import Pieces

_LITERAL: Final = re.compile(rb"~?\{(\d{1,12})\+?\}$")
# RFC 3501 7.1: these carry text for people, which may well end in {3}.
_STATUS: Final = re.compile(rb"\S+ (?:OK|NO|BAD|BYE|PREAUTH)\b", re.IGNORECASE)
_EXISTS: Final = re.compile(rb"(\d+) EXISTS\b", re.IGNORECASE)
_MAX_LINE: Final = 32 * 1024 * 1024
"""Bytes; a SEARCH answer over a million mails has 8 MB."""
MAX_LITERAL: Final = 64 * 1024 * 1024
"""Bytes; nothing that is asked for is larger than a few MB, but RFC822.SIZE is an estimate on some servers."""


class Exchange(library.Command):  # type: ignore[misc]  # the library has no types
    """One command, the responses that came while it ran, and its end."""

    def __init__(
        self,
        name: str,
        tag: str,
        *args: str,
        prefix: str = "",
        replies: Iterable[bytes] = (),
        loop: asyncio.AbstractEventLoop,
        timeout: float | None,
    ) -> None:
        """`replies`: what is sent at each continuation request, in order; an empty line when they are used up."""
        super().__init__(name, tag, *args, prefix=prefix, loop=loop, timeout=timeout)
        self.replies = deque(replies)
        self.rows: list[Pieces] = []
        self.result = ""
        self.text = b""
        self.ready = asyncio.Event()
        """The server asked for more (`+`)."""

    def finish(self, result: str, text: bytes) -> None:
        self.result = result
        self.text = text
        self.ready.set()
        self.close(text, result)

    def fail(self, error: Exception) -> None:
        self._exception = error
        self.finish("KO", b"")

    def is_alive(self) -> None:
        """The server said something, or took bytes of ours: its time starts anew."""
        self._reset_timer()

    def _timeout_callback(self) -> None:
        # The library's exception has no text; `ready` must wake an upload that waits for its continuation.
        self.fail(library.CommandTimeout(self))


class Protocol(library.IMAP4ClientProtocol):  # type: ignore[misc]  # the library has no types
    """One connection to a server. `Connection` gives it one command at a time."""

    transport: asyncio.Transport
    capabilities: set[str]
    pending_sync_command: library.Command | None
    pending_async_commands: dict[str, library.Command]

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop)
        self.greeting: asyncio.Future[bytes] = loop.create_future()
        self.exists = 0
        self.news = asyncio.Event()
        """EXISTS rose, whichever command it came with, or the connection ended."""
        self.lost = asyncio.Event()
        self.goodbye = b""
        """The text of the server's BYE."""
        self.has_stray_data = False
        """Bytes in clear after the answer to STARTTLS: somebody in between may have put them in (CVE-2011-0411)."""
        self._heard_at = loop.time()
        self._is_frozen = False
        self._writable = asyncio.Event()
        self._writable.set()
        self._pieces: list[bytes] = []
        self._line = bytearray()
        self._literal: bytearray | None = None
        self._missing = 0

    # --- transport

    def connection_lost(self, error: Exception | None) -> None:
        # The library lets pending commands run into their timeouts.
        reason = library.Abort("connection lost")
        self.state = library.LOGOUT
        waiting = [*self.pending_async_commands.values()]
        if self.pending_sync_command is not None:
            waiting.append(self.pending_sync_command)
        self.pending_async_commands.clear()
        self.pending_sync_command = None
        for command in waiting:
            if isinstance(command, Exchange):
                command.fail(reason)
        if not self.greeting.done():
            self.greeting.set_exception(reason)
            # Nobody may wait for the greeting any more; once its exception was read, asyncio does not complain.
            self.greeting.exception()
        self.lost.set()
        self.news.set()
        self._writable.set()
        super().connection_lost(error)

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    async def drained(self) -> None:
        """Return when the socket takes more, or is gone."""
        await self._writable.wait()

    def send(self, line: str, scrub: str | None = None) -> None:
        # The library's own formats each line for its log, secrets among them.
        self.transport.write(line.encode() + library.CRLF)

    def freeze(self) -> None:
        """Take all bytes received in clear for a fault, from the answer to STARTTLS until `thaw`."""
        self._is_frozen = True

    def thaw(self, transport: asyncio.Transport) -> None:
        self.transport = transport
        self._is_frozen = False
        self.capabilities = set()

    @property
    def silent_for(self) -> float:
        """Seconds since the server said something."""
        return float(self.loop.time() - self._heard_at)

    # --- framing

    def data_received(self, data: bytes) -> None:
        """Cut what came into responses. Each byte is looked at once, whatever the number of lines."""
        self._heard_at = self.loop.time()
        if self._is_frozen:
            self.has_stray_data = True
            return
        exchange = self._exchange
        if exchange is not None:
            exchange.is_alive()
        position = 0
        while position < len(data):
            if self._literal is not None:
                taken = data[position : position + self._missing]
                self._literal += taken
                position += len(taken)
                self._missing -= len(taken)
                if self._missing == 0:
                    self._pieces.append(bytes(self._literal))
                    self._literal = None
                continue
            end = data.find(b"\n", position)
            if end < 0:
                self._line += data[position:]
                if len(self._line) > _MAX_LINE:
                    self.transport.abort()
                return
            line = data[position:end]
            if self._line:
                line = bytes(self._line) + line
                self._line.clear()
            position = end + 1
            self._take_line(line.removesuffix(b"\r"))
            if self._is_frozen and position < len(data):
                self.has_stray_data = True
                return

    def _take_line(self, line: bytes) -> None:
        announced = _LITERAL.search(line) if line.endswith(b"}") else None
        if announced is not None and (self._pieces or not _STATUS.match(line)):
            size = int(announced[1])
            if size > MAX_LITERAL:
                self.transport.abort()
                return
            self._pieces.append(line[: announced.start()])
            if size == 0:
                self._pieces.append(b"")
            else:
                self._literal = bytearray()
                self._missing = size
            return
        self._pieces.append(line)
        pieces = tuple(self._pieces)
        self._pieces.clear()
        self._take_response(pieces)

    # --- responses

    @property
    def _exchange(self) -> Exchange | None:
        command = self.pending_sync_command
        if command is None:
            command = next(iter(self.pending_async_commands.values()), None)
        return command if isinstance(command, Exchange) else None

    def _take_response(self, pieces: Pieces) -> None:
        first = pieces[0]
        if self.state == library.CONNECTED:
            if not self.greeting.done():
                self.greeting.set_result(first.removeprefix(b"* "))
        elif first.startswith(b"* "):
            self._take_untagged((first[2:], *pieces[1:]))
        elif first.startswith(b"+"):
            self._continuation(first)
        elif first:
            self._take_tagged(first)

    def _take_untagged(self, row: Pieces) -> None:
        exists = _EXISTS.match(row[0])
        if exists is not None:
            count = int(exists[1])
            if count > self.exists:
                self.news.set()
            self.exists = count
        elif row[0][:3].upper() == b"BYE":
            self.goodbye = row[0][4:]
            self.news.set()
        elif row[0][-7:].upper() == b"EXPUNGE" and self.exists:
            # RFC 3501 7.4.1: so that the next EXISTS is recognised as a rise.
            self.exists -= 1
        exchange = self._exchange
        if exchange is not None:
            exchange.rows.append(row)

    def _take_tagged(self, line: bytes) -> None:
        tag, _, rest = line.partition(b" ")
        result, _, text = rest.partition(b" ")
        exchange = self._exchange
        if exchange is None or exchange.tag.encode() != tag:
            # RFC 3501 2.2.1: an answer to no question of ours; what follows cannot be trusted.
            self.transport.abort()
            return
        if self.pending_sync_command is not None:
            self.pending_sync_command = None
        else:
            self.pending_async_commands.pop(exchange.untagged_resp_name, None)
        if exchange.name == "STARTTLS" and result.upper() == b"OK":
            self.freeze()
        exchange.finish(result.decode("ascii", "replace").upper(), text)

    def _continuation(self, line: bytes) -> None:
        exchange = self._exchange
        if exchange is None:
            return
        if exchange.name in ("AUTHENTICATE", "LOGIN"):
            # A refused XOAUTH2 sends its reason as a challenge and waits for an empty line.
            self.transport.write((exchange.replies.popleft() if exchange.replies else b"") + library.CRLF)
        exchange.ready.set()
