"""The program of the child that reads: `python -m bot.reader.process`."""

from __future__ import annotations

from pathlib import Path

from bot.reader import HEAD
from bot.reader.serving import serve
from bot.reader.whole import headers_only, read_beginning, read_bytes, store_files


def handle(request: object) -> object:
    """Answer one request of `Reader`: a `Mail`, or the OSError of a disk that refuses."""
    try:
        match request:
            case ("mail", str() as path, str() as blobs):
                done = read_bytes(Path(path).read_bytes())
                store_files(done, Path(blobs))
                return done.mail
            case ("file", str() as path):
                with Path(path).open("rb") as file:
                    return headers_only(file.read(HEAD))
            case ("head", bytes() as raw):
                return headers_only(raw)
            case ("beginning", bytes() as raw):
                return read_beginning(raw)
            case _:
                raise TypeError("a request names what is to be read")
    except OSError as refused:
        return refused


if __name__ == "__main__":
    serve(handle)
