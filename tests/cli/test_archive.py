"""`postroom backup --archive` and its restore: one file that a passphrase opens, whole or not at all."""

from __future__ import annotations

import asyncio
import json
import os
import random
import resource
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest

from bot.cli.sealed import MAGIC, Damaged, NotOpened, SealedReader, SealedWriter
from tests.cli.test_backup import ENGLISH, Desk
from tests.cli.test_postroom import QUIET, postroom

WORDS = "cheval agrafe batterie correcte"
PIECE = 1 << 20


@pytest.fixture
async def desk(tmp_path: Path) -> Desk:
    one = Desk(tmp_path)
    await one.writes(7)
    await one.has_a_mail_of(b"the bytes of a mail")
    return one


def archive(desk: Desk) -> Path:
    return desk.data.parent / "house.postroom"


def seals(desk: Desk, words: str = WORDS) -> tuple[int, str]:
    order = ("backup", "-c", str(desk.config), "--archive", str(archive(desk)))
    done = postroom(*order, LC_ALL=ENGLISH, POSTROOM_BACKUP_PASSPHRASE=words)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout + done.stderr


def opens(desk: Desk, *more: str, words: str = WORDS) -> tuple[int, str]:
    order = ("restore", "-c", str(desk.config), *more, str(archive(desk)))
    done = postroom(*order, LC_ALL=ENGLISH, POSTROOM_BACKUP_PASSPHRASE=words)
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout + done.stderr


async def test_the_whole_house_comes_out_of_one_file_that_nobody_else_reads(desk: Desk) -> None:
    raw = next(one for one in desk.data.rglob("*") if one.is_file() and one.read_bytes() == b"the bytes of a mail")
    old = os.umask(0o022)
    try:
        status, said = seals(desk)
    finally:
        os.umask(old)
    assert (status, "2 kept files" in said) == (0, True)
    assert archive(desk).stat().st_mode & 0o777 == 0o600
    sealed = archive(desk).read_bytes()
    assert sealed.startswith(MAGIC) and b"the bytes of a mail" not in sealed and b"SQLite" not in sealed
    raw.unlink()
    await desk.writes(8)

    status, said = opens(desk, "--replace")

    assert (status, "mails are made of" in said) == (0, False), said
    assert (raw.read_bytes(), await desk.reads()) == (b"the bytes of a mail", -1)
    assert [*desk.data.glob("unpacked-*"), *desk.data.glob("archiving/database-*")] == []


async def test_its_passphrase_comes_from_a_file_as_well_and_is_long_enough(desk: Desk, tmp_path: Path) -> None:
    words = tmp_path / "words"
    words.write_text(WORDS + "\n")
    assert "at least 12 characters" in seals(desk, "short")[1]
    assert "wants a passphrase" in seals(desk, "")[1]
    assert not archive(desk).exists()
    seals(desk)

    done = postroom(
        *("restore", "-c", str(desk.config), "--replace", "--passphrase-file", str(words), str(archive(desk))),
        LC_ALL=ENGLISH,
    )

    assert (done.returncode, await desk.reads()) == (0, -1)


@pytest.mark.parametrize("what", ["another passphrase", "none", "cut", "changed", "longer", "another file"])
async def test_what_is_not_whole_or_not_ours_changes_nothing(desk: Desk, what: str) -> None:
    seals(desk)
    whole = archive(desk).read_bytes()
    words = {"another passphrase": WORDS.title(), "none": ""}.get(what, WORDS)
    match what:
        case "cut":
            archive(desk).write_bytes(whole[:-1])
        case "changed":
            archive(desk).write_bytes(whole[:200_000] + bytes((whole[200_000] ^ 1,)) + whole[200_001:])
        case "longer":
            archive(desk).write_bytes(whole + b"x")
        case "another file":
            archive(desk).write_bytes(b"PK\x03\x04" * 100)
        case _:
            pass
    await desk.writes(8)

    status, said = opens(desk, "--replace", words=words)

    assert (status, await desk.reads()) == (1, 8), said
    assert [*desk.data.glob("unpacked-*"), *desk.data.glob("*.replaced-*")] == []


async def test_a_disk_that_fills_leaves_the_archive_and_the_folder_of_before(desk: Desk) -> None:
    assert seals(desk)[0] == 0
    desk.saves()
    before = archive(desk).read_bytes(), desk.manifest()
    await desk.keeps(random.Random(7).randbytes(3 * PIECE))

    for target in (("--archive", str(archive(desk))), (str(desk.backup),)):
        done = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-m", "bot", "backup", "-c", str(desk.config), *target],
            capture_output=True,
            env={**os.environ, **QUIET, "LC_ALL": ENGLISH, "POSTROOM_BACKUP_PASSPHRASE": WORDS},
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (2 * PIECE, 2 * PIECE)),
            check=False,
        )
        assert (done.returncode, b"Traceback" in done.stderr) == (1, False), done.stderr
        assert b"No backup was made" in done.stderr

    assert (archive(desk).read_bytes(), desk.manifest()) == before
    assert [one.name for one in archive(desk).parent.iterdir() if one.name.endswith(".new")] == []
    assert json.loads((desk.backup / "manifest.json").read_text())["database"]["file"] in {
        one.name for one in desk.backup.iterdir()
    }


def test_either_a_folder_or_a_file_is_named(desk: Desk) -> None:
    for target in ((), ("--archive", str(archive(desk)), str(desk.backup))):
        done = postroom("backup", "-c", str(desk.config), *target, LC_ALL=ENGLISH)
        assert (done.returncode, "Name either" in done.stderr) == (2, True)


# --- the file itself ------------------------------------------------------------------------------------------------


def sealed(raw: bytes) -> bytes:
    file = BytesIO()
    writer = SealedWriter(file, WORDS)
    for start in range(0, len(raw), 300_000):
        writer.write(raw[start : start + 300_000])
    writer.close()
    return file.getvalue()


def unsealed(raw: bytes, words: str = WORDS) -> bytes:
    reader, found = SealedReader(BytesIO(raw), words), b""
    while piece := reader.read(70_000):
        found += piece
    reader.finish()
    return found


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 2 * PIECE + 7])
def test_what_was_written_is_read(size: int) -> None:
    raw = random.Random(size).randbytes(size)
    assert unsealed(sealed(raw)) == raw


HEAD, GROWN = len(MAGIC) + 16, PIECE + 28


@pytest.mark.parametrize(
    "end", [HEAD + GROWN, HEAD + 2 * GROWN, HEAD + 2 * GROWN + 3, HEAD, HEAD - 1, 0], ids="cut at {}".format
)
def test_one_that_breaks_off_is_not_taken_for_whole(end: int) -> None:
    with pytest.raises((Damaged, NotOpened)):
        unsealed(sealed(bytes(2 * PIECE + 50_000))[:end])


def test_pieces_that_change_places_or_come_from_another_file_are_found() -> None:
    whole, other = sealed(bytes(3 * PIECE)), sealed(bytes(3 * PIECE))
    first, second, third = (whole[HEAD + n * GROWN : HEAD + (n + 1) * GROWN] for n in range(3))
    for pieces in ((first, third, second), (second, first, third), (first, third), (first, second, third, third)):
        with pytest.raises((Damaged, NotOpened)):
            unsealed(whole[:HEAD] + b"".join(pieces))
    with pytest.raises(Damaged):
        unsealed(whole[: HEAD + GROWN] + other[HEAD + GROWN :])
    with pytest.raises(NotOpened):
        unsealed(whole, WORDS + "x")


def test_the_same_letters_typed_otherwise_open_it() -> None:
    file = BytesIO()
    writer = SealedWriter(file, "un été à la plage")
    writer.write(b"x")
    writer.close()
    assert unsealed(file.getvalue(), "un e\u0301te\u0301 a\u0300 la plage") == b"x"
