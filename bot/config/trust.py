"""The certificate authorities in a `ca_file`, as they stand there at each connection."""

from __future__ import annotations

import ssl
from pathlib import Path


class TrustedFile:
    """Trusts the authorities in one file alone; called for each connection, it reads the file where that changed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int, int] | None = None
        self._context: ssl.SSLContext | None = None

    def __call__(self) -> ssl.SSLContext:
        """Raises:
        OSError: the file cannot be read, or holds no certificate, and never could or did.
        """
        try:
            found = self._path.stat()
            state = (found.st_ino, found.st_mtime_ns, found.st_size)
            if self._context is None or state != self._seen:
                self._context, self._seen = ssl.create_default_context(cafile=str(self._path)), state
        except OSError:
            # Somebody may be writing it just now: what held until now holds until it can be read again.
            if self._context is None:
                raise
        return self._context
