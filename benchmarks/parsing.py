"""How fast `postroom parse` reads mails, in one process."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.letters import letters
from benchmarks.watch import watched
from bot.demo.mails import first_mails

_REPOSITORY = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Parsing:
    mails: int
    per_second: float
    peak_memory: int


async def parsing(count: int, *, corpus: Path | None = None) -> Parsing:
    """So many letters and the mails of the demo, or the files under a folder; the start of the process is left out."""
    with TemporaryDirectory(prefix="postroom-bench-") as name:
        if corpus is None:
            folder = Path(name)
            for number, raw in enumerate([*letters(count), *(mail.raw for mail in first_mails() * 10)]):
                (folder / f"{number}.eml").write_bytes(raw)
            files = sorted(folder.iterdir())
        else:
            files = sorted(path for path in corpus.rglob("*.eml") if path.is_file())
        empty, _ = await _parse(files[:1])
        seconds, peak = await _parse(files)
        return Parsing(len(files), (len(files) - 1) / (seconds - empty), peak)


async def _parse(files: list[Path]) -> tuple[float, int]:
    started = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.cli.parse", *map(str, files), cwd=_REPOSITORY, stdout=subprocess.DEVNULL
    )
    async with watched(process.pid) as watch:
        status = await process.wait()
    if status != 0:
        raise RuntimeError(f"parse ended with status {status}")
    return time.monotonic() - started, watch.peak
