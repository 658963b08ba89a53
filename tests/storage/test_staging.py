"""Rows of elsewhere are laid out on the disk, however large they are."""

import tracemalloc
from pathlib import Path

from storage.staging import Staging


def test_large_rows_do_not_wait_in_memory(tmp_path: Path) -> None:
    tracemalloc.start()
    try:
        with Staging(tmp_path / "rows.db") as staging:
            for number in range(60):
                staging.add("threads", number, 1, {"body": "x" * (1 << 20)})
            staging.settle()
            peak = tracemalloc.get_traced_memory()[1]
            assert staging.count("threads", 1) == 60 and staging.get("threads", 59) is not None
    finally:
        tracemalloc.stop()
    assert peak < 20 << 20
