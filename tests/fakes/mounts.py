"""File systems of their own for a test, where this machine lets it mount any."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def mounted_where_allowed(folder: Path, *options: str) -> Iterator[str]:
    """An empty file system in memory there meanwhile, with these options (tmpfs(5)); an ordinary folder where nobody may
    mount: in a container without the capability CAP_SYS_ADMIN, or for an ordinary user. Gives why not, or nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", ",".join((*options, "mode=700")), "tmpfs", str(folder)]
    tried = subprocess.run(command, capture_output=True, text=True, check=False)
    if tried.returncode:
        yield tried.stderr.strip() or "mount ended with an error"
        return
    try:
        yield ""
    finally:
        # What still has a file open there keeps nobody: it is gone with its last user.
        subprocess.run(["umount", "--lazy", str(folder)], check=False)


@contextmanager
def mounted(folder: Path, *options: str) -> Iterator[None]:
    """The same; skips the test where nobody may mount."""
    with mounted_where_allowed(folder, *options) as refused:
        if refused:
            pytest.skip(f"no file system can be mounted here: {refused}")
        yield
