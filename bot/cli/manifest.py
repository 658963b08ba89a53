"""What a backup holds: written last and in one step, so that an unfinished backup is never taken for one."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from pathlib import Path
from typing import Final, Literal

FORMAT: Final = 1
NAME: Final = "manifest.json"
_CHUNK = 1 << 20
DIGEST = re.compile(r"[0-9a-f]{64}")
FILE = re.compile(r"database-[0-9A-Za-z]+\.(?:db|dump)")

Kind = Literal["sqlite", "postgresql"]


class NoBackup(Exception):
    """There is no finished backup there, or not one of ours."""


class NewerBackup(Exception):
    """A later Postroom wrote it."""


class Taken(Enum):
    """What became of a kept file in a backup."""

    FRESH = auto()
    HAD = auto()
    DAMAGED = auto()
    """Its bytes are not those that its name says."""
    GONE = auto()
    """It was deleted meanwhile."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """Of one backup."""

    made_at: datetime
    postroom: str
    """The version of the program."""
    kind: Kind
    file: str
    """The database's, in the backup's folder."""
    schema: str
    """The version of its tables."""
    sha256: str
    size: int
    blobs: Mapping[str, int]
    """The size of each kept file by its SHA-256, which is its name."""


def as_bytes(manifest: Manifest) -> bytes:
    """As it is written."""
    content = {
        "format": FORMAT,
        "made_at": manifest.made_at.isoformat(),
        "postroom": manifest.postroom,
        "database": {
            "kind": manifest.kind,
            "file": manifest.file,
            "schema": manifest.schema,
            "sha256": manifest.sha256,
            "size": manifest.size,
        },
        "blobs": dict(sorted(manifest.blobs.items())),
    }
    return json.dumps(content, indent=1).encode()


def written(folder: Path, manifest: Manifest) -> None:
    """Replace the manifest of this folder. Raises: OSError."""
    fresh = folder / f"{NAME}.new"
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
        out.write(as_bytes(manifest))
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(folder / NAME)
    sync_folder(folder)


def read(folder: Path) -> Manifest:
    """Raises: NoBackup, NewerBackup."""
    try:
        found = json.loads((folder / NAME).read_text("utf-8"))
        if int(found["format"]) > FORMAT:
            raise NewerBackup
        database = found["database"]
        kind: Kind = "sqlite" if database["kind"] == "sqlite" else "postgresql"
        manifest = Manifest(
            datetime.fromisoformat(found["made_at"]),
            str(found["postroom"]),
            kind,
            str(database["file"]),
            str(database["schema"]),
            str(database["sha256"]),
            int(database["size"]),
            {str(name): int(size) for name, size in found["blobs"].items()},
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as fault:
        raise NoBackup from fault
    # Names lead to files: none of them leads out of the folder.
    if not FILE.fullmatch(manifest.file) or not all(DIGEST.fullmatch(name) for name in manifest.blobs):
        raise NoBackup
    return manifest


def blob_path(folder: Path, name: str) -> Path:
    return folder / "blobs" / name[:2] / name


def digest_of(file: Path) -> str:
    """The SHA-256 of a file. Raises: OSError."""
    digest = hashlib.sha256()
    with file.open("rb") as source:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def copied(source: Path, target: Path) -> str:
    """Copy a file into one for our eyes only, to last; the SHA-256 of what was copied. Raises: OSError."""
    digest = hashlib.sha256()
    handle = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with source.open("rb") as old, os.fdopen(handle, "wb") as new:
        while chunk := old.read(_CHUNK):
            digest.update(chunk)
            new.write(chunk)
        new.flush()
        os.fsync(new.fileno())
    return digest.hexdigest()


def sync_folder(folder: Path) -> None:
    """Let the names in it last. Raises: OSError."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
