"""Knocks at a mail server: does it greet as one, behind a certificate for its name? Nothing else is said to it."""

import asyncio
import re

from bot.adapters.servers.network import Missed, Network, reason
from bot.domain.servers import Result, Security, Server

_LONGEST = 5.0
"""Seconds for one server."""
_MOST_LINES = 30
_IMAP = re.compile(rb"\* (?:OK|PREAUTH)\b", re.IGNORECASE)
_SMTP = re.compile(rb"220[ -]")
_EHLO = b"EHLO [127.0.0.1]\r\n"

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def knock(network: Network, server: Server, *, is_imap: bool) -> None:
    """Come back if the server is there and proves its name, after STARTTLS where that is its way.

    Raises:
        Missed
    """
    is_tls = server.security is Security.TLS
    try:
        async with asyncio.timeout(_LONGEST), network.connected(server.host, server.port, tls=is_tls) as streams:
            await (_imap if is_imap else _smtp)(streams)
            if not is_tls:
                await (_imap_starttls if is_imap else _smtp_starttls)(streams)
                await streams[1].start_tls(network.tls(), server_hostname=server.host)
    except (OSError, TimeoutError, EOFError, ValueError, asyncio.LimitOverrunError) as error:
        raise Missed(reason(error)) from None


async def _imap(streams: Streams) -> None:
    if not _IMAP.match(await _line(streams)):
        raise Missed(Result.NOT_UNDERSTOOD)


async def _imap_starttls(streams: Streams) -> None:
    writer = streams[1]
    writer.write(b"a STARTTLS\r\n")
    for _ in range(_MOST_LINES):
        line = await _line(streams)
        if line.startswith(b"a "):
            if line[2:4].upper() != b"OK":
                raise Missed(Result.NOT_SAFE)
            return
    raise Missed(Result.NOT_UNDERSTOOD)


async def _smtp(streams: Streams) -> None:
    await _reply(streams, _SMTP, Result.NOT_UNDERSTOOD)


async def _smtp_starttls(streams: Streams) -> None:
    writer = streams[1]
    writer.write(_EHLO)
    await _reply(streams, re.compile(rb"250[ -]"), Result.NOT_UNDERSTOOD)
    writer.write(b"STARTTLS\r\n")
    await _reply(streams, _SMTP, Result.NOT_SAFE)


async def _reply(streams: Streams, wanted: re.Pattern[bytes], otherwise: Result) -> None:
    """Read a reply of several lines (RFC 5321 4.2.1)."""
    for _ in range(_MOST_LINES):
        line = await _line(streams)
        if not wanted.match(line):
            raise Missed(otherwise)
        if line[3:4] == b" ":
            return
    raise Missed(Result.NOT_UNDERSTOOD)


async def _line(streams: Streams) -> bytes:
    line = await streams[0].readline()
    if not line.endswith(b"\n"):
        raise EOFError
    return line
