"""A stored mail as APPEND needs it: its Message-ID, its size and its bytes with CRLF line ends."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_CHUNK: Final = 256 * 1024
_HEAD: Final = 256 * 1024
_LINE_END: Final = re.compile(rb"\r\n|\n|\r")
_HEAD_END: Final = re.compile(rb"\r?\n\r?\n")
_MESSAGE_ID: Final = re.compile(rb"^message-id[ \t]*:(.*(?:\r?\n[ \t].*)*)", re.IGNORECASE | re.MULTILINE)


def message_id_of(path: Path) -> str:
    """The mail's Message-ID without angle brackets, or empty."""
    with path.open("rb") as file:
        head = _HEAD_END.split(file.read(_HEAD), maxsplit=1)[0]
    found = _MESSAGE_ID.search(head)
    if found is None:
        return ""
    return "".join(found[1].decode("utf-8", "replace").split()).removeprefix("<").removesuffix(">")


def id_in(header: bytes) -> str:
    """The Message-ID, without angle brackets, of a header block that holds only this field."""
    value = "".join(header.decode("utf-8", "replace").partition(":")[2].split())
    return value.removeprefix("<").removesuffix(">")


def size_on_the_wire(path: Path) -> int:
    """Number of bytes that `chunks` gives."""
    return sum(len(chunk) for chunk in chunks(path))


def chunks(path: Path) -> Iterator[bytes]:
    """The mail in pieces, each line end as CRLF: some servers refuse a lone LF (RFC 9051 2.2 asks for CRLF)."""
    held = b""
    with path.open("rb") as file:
        while read := file.read(_CHUNK):
            data = held + read
            # A CR at the end of a piece may be half a line end.
            held = b"\r" if data.endswith(b"\r") else b""
            yield _LINE_END.sub(b"\r\n", data.removesuffix(b"\r"))
    if held:
        yield b"\r\n"
