"""Reads mails that were damaged at random: no exception, no hang, always a valid mail.

Run as `python -m tests.fuzz.mutate --count 100000 [--seed N]`; the seed of a failing mail is printed with it.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bot.reader.whole import read_bytes
from tests.mime.cases import CASES
from tests.mime.validity import faults_of

CORPUS: Final = Path(__file__).resolve().parents[2].parent / "shared" / "corpus"
LARGEST: Final = 40_000
"""Bytes of a mail that is mutated: the damage matters, not the length."""
_PIECES: Final = (
    b"\r",
    b"\n",
    b"\r\n",
    b"\0",
    b"\x1b$B",
    b"\x1b(B",
    b"=?utf-8?q?",
    b"?=",
    b"=?",
    b"--",
    b'"',
    b"<",
    b">",
    b"(",
    b")",
    b";",
    b"boundary=",
    b"Content-Type: multipart/mixed; boundary=x\n",
    b"Content-Type: message/rfc822\n\n",
    b"begin 644 a\n",
    b"Content-Transfer-Encoding: base64\n",
    b"charset=utf-16",
    b"charset=utf-7",
    b"charset=hz",
    b"\xff",
    b"\xe3\x81",
    b"+AAA-",
    b"name*0*=",
    b"Date: ",
    b"From: ",
    b"From x\n",
    b"Final-Recipient: rfc822;",
    b"Status: 5.1.1\n",
    b"@",
    b"<div>",
    b"</",
    b"<table><tr><td>",
    b"<!--",
    b"cid:",
    b"\xed\xa0\x80",
    b"\xf0\x9f\x98\x80",
    b"\xe2\x80\xae",
    b"Message-ID: <",
    b" ",
    b"\t",
)


def sources() -> list[bytes]:
    """The mails of the corpus where it is at hand, and our own cases."""
    found = [case.encode("utf-8", "surrogateescape") if isinstance(case, str) else case for case in CASES.values()]
    if CORPUS.is_dir():
        manifest = (CORPUS / "MANIFEST.tsv").read_text(encoding="utf-8").splitlines()
        for line in manifest:
            kind, path, size, *_ = line.split("\t")
            if kind == "mail" and int(size) <= LARGEST and (CORPUS / path).exists():
                found.append((CORPUS / path).read_bytes())
    return found


def mutated(raw: bytes, source: random.Random, others: Sequence[bytes]) -> bytes:
    """The mail with a few random damages, in its headers as often as in its body."""
    data = bytearray(raw)
    for _ in range(source.choice((1, 1, 2, 3, 5, 10, 30))):
        reach = len(data) if source.random() < 0.5 else min(len(data), 2000)
        at = source.randrange(reach + 1)
        until = min(len(data), at + int(source.expovariate(1 / 20)) + 1)
        match source.randrange(7):
            case 0:
                del data[at:until]
            case 1:
                data[at:at] = source.choice(_PIECES)
            case 2:
                data[at:until] = source.choice(_PIECES)
            case 3 if at < len(data):
                data[at] = source.randrange(256)
            case 4:
                data[at:at] = data[at:until] * source.choice((1, 2, 50))
            case 5:
                other = source.choice(others)
                begin = source.randrange(len(other) + 1)
                data[at:at] = other[begin : begin + source.randrange(2000)]
            case _:
                del data[at : at + source.randrange(1, max(2, len(data) // 2))]
    return bytes(data[: 4 * LARGEST])


def run(*, count: int, seed: int, seconds_each: float = 2.0) -> list[str]:
    """Read `count` mutated mails; what went wrong, one line each."""
    found: list[str] = []
    mails = sources()
    for number in range(count):
        source = random.Random(f"{seed}-{number}")
        raw = mutated(source.choice(mails), source, mails)
        started = time.process_time()
        try:
            read = read_bytes(raw)
        except Exception as failed:  # noqa: BLE001  # the very thing that is looked for
            places = traceback.extract_tb(failed.__traceback__)
            place = " < ".join(f"{Path(one.filename).name}:{one.lineno}" for one in places[:-4:-1])
            found.append(f"seed {seed}-{number}: {type(failed).__name__}: {failed} ({place})")
            continue
        spent = time.process_time() - started
        if spent > seconds_each:
            found.append(f"seed {seed}-{number}: {spent:.1f} s")
        found.extend(f"seed {seed}-{number}: {fault}" for fault in faults_of(read))
    return found


def main(argv: Sequence[str]) -> int:
    """Print what went wrong; status 1 if anything did."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(argv)
    started = time.monotonic()
    found = run(count=options.count, seed=options.seed)
    for line in found[:100]:
        print(line)
    print(f"{options.count} mails, {len(found)} faults, {time.monotonic() - started:.0f} s")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
