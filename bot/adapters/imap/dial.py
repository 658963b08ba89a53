"""A TCP or TLS connection to an IMAP server, up to its greeting."""

import asyncio
import socket
import ssl

import aioimaplib.aioimaplib as library

from bot.adapters.imap.account import ImapAccount
from bot.adapters.imap.protocol import Protocol
from bot.adapters.imap.reply import SERVICE
from bot.ports import Unavailable


async def dial(account: ImapAccount) -> Protocol:
    """A connection after the greeting; its state says whether a login is needed (PREAUTH needs none).

    Raises:
        Unavailable: not reachable, or the server sends us away.
    """
    loop = asyncio.get_running_loop()
    protocol = Protocol(loop)
    try:
        context = account.tls() if account.security == "tls" else None
        async with asyncio.timeout(account.timeouts.connect):
            transport, _ = await loop.create_connection(
                lambda: protocol, account.host, account.port, ssl=context, happy_eyeballs_delay=0.25
            )
            try:
                _keep_alive(transport.get_extra_info("socket"))
                greeting = (await protocol.greeting).upper()
            except BaseException:
                transport.abort()
                raise
    except (OSError, TimeoutError, library.AioImapException) as error:
        raise Unavailable(SERVICE, network_reason(error)) from error
    if greeting.startswith(b"PREAUTH"):
        protocol.state = library.AUTH
    elif greeting.startswith(b"OK"):
        protocol.state = library.NONAUTH
    else:
        transport.abort()
        raise Unavailable(SERVICE, "greeting_refused")
    return protocol


def _keep_alive(connected: socket.socket) -> None:
    """Notice within half a minute that the other side is gone without a word (NAT, cable, machine)."""
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    # Not every system has each of them.
    for name, value in (("TCP_KEEPIDLE", 15), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 3), ("TCP_USER_TIMEOUT", 30_000)):
        option = getattr(socket, name, None)
        if option is not None:
            connected.setsockopt(socket.IPPROTO_TCP, option, value)


def network_reason(error: Exception) -> str:
    """A short technical name for the log."""
    match error:
        case ssl.SSLCertVerificationError():
            return "certificate"
        case ssl.SSLError():
            return "tls"
        case FileNotFoundError():
            return "ca_file"
        case TimeoutError():
            return "timeout"
        case socket.gaierror():
            return "dns"
        case ConnectionRefusedError():
            return "refused"
        case library.AioImapException():
            return "connection_lost"
        case _:
            return "unreachable"
