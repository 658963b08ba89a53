"""A file that only a passphrase opens, written and read in pieces: AES-256-GCM, the key by scrypt.

Each piece is bound to the file, to its place and to whether it is the last: one that was changed, moved, left out or
added is found, and so is a file that breaks off.
"""

from __future__ import annotations

import hashlib
import unicodedata
from typing import BinaryIO, Final

from Crypto.Random import get_random_bytes

from bot.adapters.aead import closed, opened

MAGIC: Final = b"postroom backup 1\n"
_SALT: Final = 16
_PIECE: Final = 1 << 20
_MORE: Final = len(closed(bytes(32), b""))
"""Bytes by which a piece grows."""
_COST: Final = 1 << 15
"""Of scrypt: 32 MB and a tenth of a second for each guess."""


class NotOpened(Exception):
    """Another passphrase closed it, or its beginning was changed."""


class Damaged(Exception):
    """It was changed, or breaks off."""


class SealedWriter:
    """Writes a sealed file; without `close` it is not whole."""

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        salt = get_random_bytes(_SALT)
        self._file, self._head = file, MAGIC + salt
        self._key = _key(passphrase, salt)
        self._held, self._count = bytearray(), 0
        file.write(self._head)

    def write(self, raw: bytes) -> int:
        """Raises: OSError."""
        self._held += raw
        # The last piece is known by nothing coming after it.
        while len(self._held) > _PIECE:
            self._put(bytes(self._held[:_PIECE]), is_last=False)
            del self._held[:_PIECE]
        return len(raw)

    def close(self) -> None:
        """Raises: OSError."""
        self._put(bytes(self._held), is_last=True)

    def _put(self, plain: bytes, *, is_last: bool) -> None:
        self._file.write(closed(self._key, plain, _place(self._head, self._count, is_last=is_last)))
        self._count += 1


class SealedReader:
    """Reads a sealed file: no byte comes out that was not written so."""

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        """Raises: Damaged (it is no such file), OSError."""
        self._file, self._head = file, file.read(len(MAGIC) + _SALT)
        if not self._head.startswith(MAGIC) or len(self._head) < len(MAGIC) + _SALT:
            raise Damaged
        self._key = _key(passphrase, self._head[len(MAGIC) :])
        self._held, self._count = memoryview(b""), 0
        self._next = file.read(_PIECE + _MORE)

    def read(self, size: int) -> bytes:
        """At most so many bytes; none at its end. Raises: NotOpened, Damaged, OSError."""
        while not self._held and self._next:
            sealed, self._next = self._next, self._file.read(_PIECE + _MORE)
            try:
                plain = opened(self._key, sealed, _place(self._head, self._count, is_last=not self._next))
            except ValueError:
                raise Damaged if self._count else NotOpened from None
            self._held = memoryview(plain)
            self._count += 1
        taken, self._held = self._held[:size], self._held[size:]
        return bytes(taken)

    def finish(self) -> None:
        """Read to the end, so that it is known to be whole. Raises: NotOpened, Damaged, OSError."""
        while self.read(_PIECE):
            pass
        if not self._count:
            raise Damaged


def _place(head: bytes, count: int, *, is_last: bool) -> bytes:
    return head + count.to_bytes(8) + bytes((is_last,))


def _key(passphrase: str, salt: bytes) -> bytes:
    # The same letters may be typed in two forms.
    words = unicodedata.normalize("NFC", passphrase).encode()
    return hashlib.scrypt(words, salt=salt, n=_COST, r=8, p=1, maxmem=1 << 26, dklen=32)
