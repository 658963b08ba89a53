"""The charset of bytes that nobody declared: by their form, then by how common their characters are."""

from __future__ import annotations

from functools import cache
from typing import Final

from bot.mime.charset_japanese import from_iso_2022_jp

_STATISTICS_FROM: Final = 16
"""Bytes above ASCII from which statistics are better than assuming Western Europe."""
_SAMPLE: Final = 4096
_COMMON: Final = 0.75
"""Share of common characters from which a reading is believed."""


def guess(data: bytes, fallback: str = "") -> str:
    """Text of `data`; `fallback` is a codec that is likelier than others, such as that of the mail's body."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if b"\x1b$" in data:
        return from_iso_2022_jp(data)
    if fallback and fallback != "utf-8":
        try:
            return data.decode(fallback)
        except UnicodeDecodeError:
            pass
    if len(data) - ascii_count(data) >= _STATISTICS_FROM:
        sample = _sample(data)
        found = _east_asian(sample) or _by_statistics(sample)
        if found:
            return data.decode(found, "replace")
    return from_1252(data)


def from_1252(data: bytes) -> str:
    # WHATWG: the five holes of windows-1252 are the C1 controls, which nobody means.
    return data.decode("cp1252", "replace")


def ascii_count(data: bytes) -> int:
    return len(data.decode("ascii", "ignore"))


def _sample(data: bytes) -> bytes:
    """Lines with something to see, and not too many: the cost is linear in what is looked at."""
    return b"\n".join(line for line in data[:65536].splitlines() if not line.isascii())[:_SAMPLE].rstrip()


def _east_asian(sample: bytes) -> str:
    """Two-byte charsets of China, Japan and Korea; empty where none of them fits well."""
    for codec in ("cp932", "euc-jp"):
        text = _decoded(sample, codec)
        wide = [char for char in text if char > "\x7f"]
        kana = sum(1 for char in wide if "\u3041" <= char <= "\u30fe")
        if wide and kana / len(wide) >= 0.2 and not any("\uff61" <= char <= "\uff9f" for char in wide):
            return codec
    # EUC: both bytes above ASCII. Hangul fills rows 16 to 40, the common Chinese characters rows 16 to 55.
    if (
        (leads := _leads(sample, "euc-kr"))
        and _share(leads, 0xB0, 0xC8) >= 0.9
        and sample.count(b" ") * 12 > len(leads)
    ):
        return "cp949"
    if (leads := _leads(sample, "gb2312")) and _share(leads, 0xB0, 0xD7) >= _COMMON:
        return "gb18030"
    if (leads := _leads(sample, "big5")) and _share(leads, 0xA4, 0xC6) >= _COMMON:
        return "big5hkscs"
    return ""


def _leads(sample: bytes, codec: str) -> list[int]:
    """The first bytes of the letters, where the sample decodes (its last character may be cut); else none."""
    text = _decoded(sample, codec)
    letters = (char.encode(codec) for char in text if char.isalpha() and char > "\x7f")
    return [one[0] for one in letters if len(one) == 2]


def _decoded(sample: bytes, codec: str) -> str:
    for end in (len(sample), len(sample) - 1):
        try:
            return sample[:end].decode(codec)
        except UnicodeDecodeError:
            continue
    return ""


def _share(leads: list[int], first: int, last: int) -> float:
    return sum(1 for lead in leads if first <= lead <= last) / len(leads)


def _by_statistics(sample: bytes) -> str:
    from charset_normalizer import from_bytes  # late: most mails never need it

    best = from_bytes(sample, steps=4, chunk_size=256, threshold=0.35, cp_isolation=_candidates()).best()
    if best is None:
        return ""
    found = best.encoding
    try:
        sample.decode(found)
    except (UnicodeDecodeError, LookupError):
        return ""
    return found


@cache
def _candidates() -> list[str]:
    # What mail clients sent, without what was looked for before; loading all that exist takes longer than ten mails.
    return """
    ascii utf_8 utf_16_le utf_16_be latin_1 iso8859_2 iso8859_3 iso8859_4 iso8859_5 iso8859_6 iso8859_7 iso8859_8
    iso8859_9 iso8859_13 iso8859_14 iso8859_15 cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 cp437
    cp850 cp852 cp866 cp874 koi8_r koi8_u mac_roman mac_cyrillic euc_jp shift_jis iso2022_jp euc_kr iso2022_kr gbk
    gb2312 cp950 big5hkscs
    """.split()
