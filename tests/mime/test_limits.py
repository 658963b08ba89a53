"""Mails that are made to hurt stay below two seconds and 200 MB."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.mime.bombs import BOMBS

_ROOT = Path(__file__).resolve().parents[2]
_READ = """
import sys, time
from bot.reader.whole import read_bytes
from tests.mime.bombs import BOMBS
for name in sys.argv[1:]:
    raw = BOMBS[name]()
    started = time.process_time()
    read_bytes(raw)
    # Not ru_maxrss: that one starts with what the process had that started us.
    (peak,) = (line for line in open("/proc/self/status") if line.startswith("VmHWM"))
    print(f"{time.process_time() - started:.2f} {int(peak.split()[1]) // 1024}")
"""


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_read_in_time_and_room(name: str) -> None:
    done = subprocess.run(  # our own interpreter
        [sys.executable, "-c", _READ, name], capture_output=True, text=True, timeout=60, cwd=_ROOT, check=True
    )
    seconds, megabytes = done.stdout.split()
    assert float(seconds) < 2.0
    assert int(megabytes) < 200
