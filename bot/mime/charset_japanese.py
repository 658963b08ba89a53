"""Japanese as it is sent: the ISO-2022 and EUC forms with the characters that vendors added."""

from __future__ import annotations

import re
from typing import Final

from bot.domain.patterns import pattern

_SHIFT: Final = pattern(rb"\x1b(\$[@BA]|\$\([A-Z]|\([A-Z]|&@|\$\+?[C])|([\x0e\x0f])")


def from_iso_2022_jp(data: bytes) -> str:
    """ISO-2022-JP as it is sent: with NEC row 13 (①), half-width katakana and a missing last shift."""
    out: list[str] = []
    mode = b"(B"
    at = 0
    for match in _SHIFT.finditer(data):
        out.append(_iso_2022_run(data[at : match.start()], mode))
        mode = match[1] or (b"(I" if match[2] == b"\x0e" else b"(B")
        at = match.end()
    out.append(_iso_2022_run(data[at:], mode))
    return "".join(out)


def _iso_2022_run(run: bytes, mode: bytes) -> str:
    if not run:
        return ""
    if mode in (b"$B", b"$@"):
        # RFC 1468: a line end returns to ASCII.
        return "\n".join(_from_jis(line) for line in run.split(b"\n"))
    if mode == b"$A":
        return bytes(byte | 0x80 if 0x20 < byte < 0x7F else byte for byte in run).decode("gb18030", "replace")
    if mode in (b"$(C", b"$C"):
        return bytes(byte | 0x80 if 0x20 < byte < 0x7F else byte for byte in run).decode("cp949", "replace")
    if mode == b"$(D":
        return b"".join(b"\x8f" + pair for pair in _pairs(run)).decode("euc-jp", "replace")
    if mode == b"(I":
        return bytes(byte | 0x80 if 0x21 <= byte <= 0x5F else byte for byte in run).decode("cp932", "replace")
    return run.decode("utf-8", "replace")


def _pairs(run: bytes) -> list[bytes]:
    return [bytes(byte | 0x80 for byte in run[at : at + 2]) for at in range(0, len(run) - 1, 2)]


def _from_jis(run: bytes) -> str:
    # JIS X 0208 row and cell to Shift JIS, since cp932 knows the vendors' rows.
    out = bytearray()
    at = 0
    while at < len(run):
        first = run[at] & 0x7F
        if not 0x21 <= first <= 0x7E or at + 1 >= len(run):
            out.append(run[at] if first < 0x21 or first == 0x7F else 0x3F)
            at += 1
            continue
        second = run[at + 1] & 0x7F
        if not 0x21 <= second <= 0x7E:
            out.append(0x3F)
            at += 1
            continue
        out += _shift_jis(first, second)
        at += 2
    return out.decode("cp932", "replace")


def _shift_jis(first: int, second: int) -> bytes:
    lead = ((first - 0x21) >> 1) + 0x81
    if lead > 0x9F:
        lead += 0x40
    trail = second + (0x1F if second <= 0x5F else 0x20) if first & 1 else second + 0x7E
    return bytes((lead, trail))


def from_euc_jp(data: bytes) -> str:
    # EUC-JP with the vendors' rows: the same pairs with the eighth bit.
    out: list[str] = []
    for run in re.findall(rb"[\xa1-\xfe]+|[^\xa1-\xfe]+", data):
        out.append(_from_jis(run) if run[0] >= 0xA1 else run.decode("euc-jp", "replace"))
    return "".join(out)
