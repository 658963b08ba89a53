"""The login of a MySQL 8 whose users log in by `caching_sha2_password`, as far as a first login goes; no more of it.

https://dev.mysql.com/doc/dev/mysql-server/latest/page_caching_sha2_authentication_exchanges.html
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from bot.demo.servers.process import LOOPBACK

_SSL, _REST = 0x800, 0x200 | 0x8 | 0x8000 | 0x80000 | 0x200000
"""TLS; and the current protocol, a database's name at the login, and plug-ins for it."""
_FULL, _KEY = b"\x01\x04", b"\x01-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"
_OK = b"\x00\x00\x00\x02\x00\x00\x00"


@dataclass
class MySql8:
    """What it was told. It reads as many bytes as it wants: what comes behind them may be TLS already."""

    context: ssl.SSLContext
    port: int = 0
    passwords: list[bytes] = field(default_factory=list)
    """Given within TLS."""
    in_clear: list[bytes] = field(default_factory=list)
    """What came in place of one without TLS."""

    def serve(self, listening: socket.socket) -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            connection.settimeout(20)
            with connection, suppress(OSError, EOFError):
                self._login(connection)

    def _login(self, plain: socket.socket) -> None:
        flags = _SSL | _REST
        greeting = b"\x0a8.0.36\0" + (7).to_bytes(4, "little") + b"saltsalt\0" + (flags & 0xFFFF).to_bytes(2, "little")
        greeting += b"\x2d\x02\x00" + (flags >> 16).to_bytes(2, "little") + b"\x15" + bytes(10)
        _says(plain, 0, greeting + b"saltsaltsalt\0caching_sha2_password\0")
        number, said = _hears(plain)
        if len(said) != 32:
            _says(plain, number + 1, _FULL)
            number, said = _hears(plain)
            self.in_clear.append(said)
            _says(plain, number + 1, _KEY)
            self.in_clear.append(_hears(plain)[1])
            return
        with self.context.wrap_socket(plain, server_side=True) as sealed:
            number, _ = _hears(sealed)
            _says(sealed, number + 1, _FULL)
            number, said = _hears(sealed)
            self.passwords.append(said)
            _says(sealed, number + 1, _OK)
            while True:
                number, _ = _hears(sealed)
                _says(sealed, number + 1, b"\xff\x28\x04#42000no more of it")


def _hears(connection: socket.socket) -> tuple[int, bytes]:
    head = _exactly(connection, 4)
    return head[3], _exactly(connection, int.from_bytes(head[:3], "little"))


def _exactly(connection: socket.socket, count: int) -> bytes:
    found = b""
    while len(found) < count:
        more = connection.recv(count - len(found))
        if not more:
            raise EOFError
        found += more
    return found


def _says(connection: socket.socket, number: int, words: bytes) -> None:
    connection.sendall(len(words).to_bytes(3, "little") + bytes([number]) + words)


@contextmanager
def mysql8(context: ssl.SSLContext) -> Iterator[MySql8]:
    """It listens at `port` of loopback."""
    one = MySql8(context)
    with socket.create_server((LOOPBACK, 0)) as listening:
        one.port = listening.getsockname()[1]
        thread = threading.Thread(target=one.serve, args=(listening,))
        thread.start()
        try:
            yield one
        finally:
            with suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)
            thread.join(30)
