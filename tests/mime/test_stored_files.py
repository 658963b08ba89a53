"""Files of a mail on the disk."""

import os
from pathlib import Path

from bot.reader.whole import read_bytes, store_files
from tests.fakes.writing import mail


def test_a_file_that_is_there_already_is_young_again_so_that_no_sweep_takes_it(tmp_path: Path) -> None:
    read = read_bytes(mail(file=b"%PDF x"))
    store_files(read, tmp_path)
    (kept,) = (one for one in tmp_path.rglob("*") if one.is_file())
    os.utime(kept, (0, 0))
    store_files(read, tmp_path)
    assert kept.stat().st_mtime > 1_000_000 and kept.read_bytes() == b"%PDF x"
    assert [one for one in tmp_path.rglob("*") if one.is_file()] == [kept]
