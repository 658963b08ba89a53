"""`python -m benchmarks`: measure the bot on real servers and print a table (docs/benchmarks.md)."""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import sys
from dataclasses import replace
from pathlib import Path

from benchmarks.rows import FULL, MEASUREMENTS, QUICK, Sizes
from benchmarks.table import Row, as_markdown
from bot.demo.servers.process import ServerMissing
from bot.demo.stage import installed_imap


def main() -> int:
    """The exit status: 0 when every goal is met, 1 when one is missed, 2 when a server is missing."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"which: {', '.join(MEASUREMENTS)} (default: all)")
    parser.add_argument("--quick", action="store_true", help="fewer mails: a few minutes instead of half an hour")
    parser.add_argument("--backlog", type=int, action="append", metavar="N", help="size of a backlog, may be repeated")
    parser.add_argument("--corpus", type=Path, metavar="FOLDER", help="mails (*.eml) for the row `parse`")
    chosen = parser.parse_args()
    unknown = [name for name in chosen.rows if name not in MEASUREMENTS]
    if unknown:
        parser.error(f"no row {unknown[0]!r}: choose from {', '.join(MEASUREMENTS)}")
    sizes = replace(QUICK if chosen.quick else FULL, corpus=chosen.corpus)
    if chosen.backlog:
        sizes = replace(sizes, backlogs=tuple(chosen.backlog))
    print(_machine(), flush=True)
    try:
        rows = asyncio.run(_measure(chosen.rows or list(MEASUREMENTS), sizes))
    except ServerMissing as missing:
        print(missing, file=sys.stderr)
        return 2
    print(f"\n{as_markdown(rows)}")
    return 1 if any(row.is_met is False for row in rows) else 0


async def _measure(names: list[str], sizes: Sizes) -> list[Row]:
    rows: list[Row] = []
    for name in names:
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        rows += await MEASUREMENTS[name](sizes)
    return rows


def _machine() -> str:
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return (
        f"{os.cpu_count()} cores, load average {load} at the start, Python {platform.python_version()}, "
        f"IMAP server {installed_imap()}, homeserver Synapse on SQLite without rate limits"
    )


if __name__ == "__main__":
    sys.exit(main())
