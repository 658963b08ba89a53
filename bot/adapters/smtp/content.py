"""A stored mail as DATA needs it: CRLF line ends and doubled dots, in pieces, whatever its size."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_CHUNK: Final = 256 * 1024
_LINE_END: Final = re.compile(rb"\r\n|\n|\r")
END: Final = b".\r\n"
"""The end of the content, after the last piece."""


def size_of(path: Path) -> int:
    """The stored mail's size in bytes; SIZE announces an estimate (RFC 1870 6)."""
    return path.stat().st_size


def is_ascii(path: Path) -> bool:
    """Whether the mail needs no 8BITMIME (RFC 6152)."""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            if not chunk.isascii():
                return False
    return True


def chunks(path: Path) -> Iterator[bytes]:
    """The mail up to and with the CRLF of its last line (RFC 5321 4.5.2)."""
    held = b""
    at_line_start = True
    with path.open("rb") as file:
        while read := file.read(_CHUNK):
            data = held + read
            # A CR at the end of a piece may be half a line end.
            held = b"\r" if data.endswith(b"\r") else b""
            piece = _LINE_END.sub(b"\r\n", data.removesuffix(b"\r"))
            if not piece:
                continue
            stuffed = piece.replace(b"\n.", b"\n..")
            yield b"." + stuffed if at_line_start and piece.startswith(b".") else stuffed
            at_line_start = piece.endswith(b"\n")
    if held or not at_line_start:
        yield b"\r\n"
