"""Bytes to text, whatever charset they claim: aliases, the supersets that senders really use, and detection."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache
from typing import Final

from bot.domain.patterns import pattern
from bot.mime.charset_guess import ascii_count, from_1252, guess
from bot.mime.charset_japanese import from_euc_jp, from_iso_2022_jp

_ALIASES: Final = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "usascii": "cp1252",
    "ansi_x3.4-1968": "cp1252",
    "iso646-us": "cp1252",
    "646": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso_8859-1": "cp1252",
    "iso88591": "cp1252",
    "iso-8859-1-windows-3.1-latin-1": "cp1252",
    "iso-8851-1": "cp1252",
    "iso-8559-1": "cp1252",
    "8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "l1": "cp1252",
    "ansi": "cp1252",
    "western": "cp1252",
    "x-ansi": "cp1252",
    "x-cp1252": "cp1252",
    "windows1252": "cp1252",
    "iso-8859-9": "cp1254",
    "iso8859-9": "cp1254",
    "latin5": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "tis620": "cp874",
    "windows-874": "cp874",
    "dos-874": "cp874",
    "iso-8859-8-i": "cp1255",
    "iso-8859-8-e": "cp1255",
    "iso-8859-8": "cp1255",
    "logical": "cp1255",
    "visual": "iso8859-8",
    "iso-8859-6-i": "iso8859-6",
    "iso-8859-6-e": "iso8859-6",
    "utf8": "utf-8",
    "utf-8": "utf-8",
    "utf_8": "utf-8",
    "utf8mb3": "utf-8",
    "utf8mb4": "utf-8",
    "utf-8-sig": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "unicode-2-0-utf-8": "utf-8",
    "x-unicode-2-0-utf-8": "utf-8",
    "x-utf-8": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-2-0-utf-7": "utf-7",
    "x-unicode-2-0-utf-7": "utf-7",
    "csunicode11utf7": "utf-7",
    "unicode": "utf-16",
    "ucs-2": "utf-16",
    "iso-10646-ucs-2": "utf-16",
    "unicodefffe": "utf-16-be",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601-1989": "cp949",
    "ks_c_5601": "cp949",
    "ksc_5601": "cp949",
    "ksc5601": "cp949",
    "ks-c5601": "cp949",
    "korean": "cp949",
    "iso-ir-149": "cp949",
    "euc-kr": "cp949",
    "euckr": "cp949",
    "windows-949": "cp949",
    "x-windows-949": "cp949",
    "uhc": "cp949",
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "gb2312-80": "gb18030",
    "gb-2312": "gb18030",
    "gb": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "x-euc-cn": "gb18030",
    "euc-cn": "gb18030",
    "chinese": "gb18030",
    "iso-ir-58": "gb18030",
    "cp936": "gb18030",
    "windows-936": "gb18030",
    "ms936": "gb18030",
    "x-hz-gb-2312": "hz",
    "hz-gb-2312": "hz",
    "big5": "big5hkscs",
    "big-5": "big5hkscs",
    "big5-eten": "big5hkscs",
    "x-x-big5": "big5hkscs",
    "cn-big5": "big5hkscs",
    "csbig5": "big5hkscs",
    "windows-950": "cp950",
    "x-windows-950": "cp950",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "shiftjis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "s_jis": "cp932",
    "ms_kanji": "cp932",
    "windows-31j": "cp932",
    "windows-932": "cp932",
    "x-ms-cp932": "cp932",
    "csshiftjis": "cp932",
    "x-euc-jp": "euc-jp",
    "x-euc": "euc-jp",
    "ujis": "euc-jp",
    "cseucpkdfmtjapanese": "euc-jp",
    "cp51932": "euc-jp",
    "iso-2022-jp": "iso-2022-jp",
    "iso-2022-jp-1": "iso-2022-jp",
    "iso-2022-jp-2": "iso-2022-jp-2",
    "iso-2022-jp-ms": "iso-2022-jp",
    "iso-2022-jp-3": "iso-2022-jp",
    "iso-2022-jp-2004": "iso-2022-jp",
    "csiso2022jp": "iso-2022-jp",
    "cp50220": "iso-2022-jp",
    "cp50221": "iso-2022-jp",
    "cp50222": "iso-2022-jp",
    "jis": "iso-2022-jp",
    "x-jis": "iso-2022-jp",
    "koi8": "koi8-r",
    "koi": "koi8-r",
    "koi8r": "koi8-r",
    "koi8-ru": "koi8-u",
    "koi8u": "koi8-u",
    "x-mac-roman": "mac-roman",
    "x-macroman": "mac-roman",
    "macintosh": "mac-roman",
    "mac": "mac-roman",
    "csmacintosh": "mac-roman",
    "x-mac-ce": "mac-latin2",
    "x-mac-centraleurroman": "mac-latin2",
    "x-mac-cyrillic": "mac-cyrillic",
    "x-mac-ukrainian": "mac-cyrillic",
    "x-mac-greek": "mac-greek",
    "x-mac-turkish": "mac-turkish",
    "x-mac-icelandic": "mac-iceland",
    "x-mac-japanese": "cp932",
    "ibm-850": "cp850",
    "dos-850": "cp850",
    "dos-862": "cp862",
    "viscii": "cp1258",
    "iso-8859-15": "iso8859-15",
    "latin-9": "iso8859-15",
    "latin9": "iso8859-15",
    "iso-8859-12": "cp1252",
}
# Codecs of the standard library that are no charset of text, or cost more than linear time.
_REFUSED: Final = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "palmos"})
_WINDOWS: Final = pattern(r"(?:x-|ms-?)?(?:windows|win|cp|cp-|ibm|dos)[-_ ]?(\d{3,5})")
_ISO: Final = pattern(r"iso[-_ ]?8859[-_ ]?(\d{1,2})")
_PLAIN_NAME: Final = pattern(r"[a-z0-9][a-z0-9_.:+-]{0,40}")
_LINE_END: Final = pattern("\r+\n?")
_SURROGATES: Final = pattern("[\ud800-\udfff]")
_CONTROLS: Final = pattern("[\x00-\x08\x0b\x0e-\x1f\x7f]")


@lru_cache(maxsize=256)
def known_charset(name: str) -> str:
    """The codec to decode a declared charset with; empty where the name says nothing."""
    plain = name.strip(" \t\r\n\"'<>;,=").lower().removeprefix("charset=").strip("\"'")
    plain = plain.split("*", 1)[0]
    if not _PLAIN_NAME.fullmatch(plain):
        return ""
    if plain in _ALIASES:
        return _ALIASES[plain]
    if match := _ISO.fullmatch(plain):
        return _ALIASES.get(f"iso-8859-{match[1]}") or _codec(f"iso8859-{match[1]}")
    if match := _WINDOWS.fullmatch(plain):
        number = match[1]
        return {"65001": "utf-8", "932": "cp932", "936": "gb18030", "28591": "cp1252"}.get(number) or _codec(
            f"cp{number}"
        )
    return _codec(plain)


def _codec(name: str) -> str:
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        return ""
    # `_is_text_encoding` is how bytes.decode itself tells rot13 and base64 from charsets.
    if found.name.replace("_", "-") in _REFUSED or not found._is_text_encoding:
        return ""
    return found.name


def decode(data: bytes, charset: str = "", *, fallback: str = "") -> str:
    """Text of `data`: as declared where that can be, else as it looks. Valid Unicode, without NUL and controls."""
    return clean(_decode(data, charset, fallback))


def _line_ends(run: re.Match[str]) -> str:
    # One alternative for both: to try the longer one first at each CR of a long run would cost the square.
    return "\n" if run[0][-1] == "\n" else "\n" * len(run[0])


def clean(text: str) -> str:
    """Drop NUL and other control characters, replace lone surrogates, make all line ends LF."""
    if "\r" in text:
        # Gateways double the CR; alone it is a line end too.
        text = _LINE_END.sub(_line_ends, text)
    if _CONTROLS.search(text):
        text = _CONTROLS.sub("", text)
    if not text.isascii():
        text = _SURROGATES.sub("\ufffd", text)
        if text.startswith("\ufeff"):
            text = text.lstrip("\ufeff")
    return text


def _decode(data: bytes, charset: str, fallback: str) -> str:
    codec = known_charset(charset) if charset else ""
    if data.isascii():
        if codec in ("iso-2022-jp", "iso-2022-jp-2") or (not codec and b"\x1b$" in data) or _shifts_to_japanese(data):
            return from_iso_2022_jp(data)
        if codec in ("utf-7", "hz", "iso2022_kr", "iso2022-kr"):
            return data.decode(codec, "replace")
        if codec.startswith(("utf-16", "utf-32")):
            return _from_wide(data, codec)
        return data.decode("ascii")
    if codec.startswith(("utf-16", "utf-32")) or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _from_wide(data, codec or "utf-16")
    try:
        # UTF-8 that says it is something else is common; the other way round it hardly ever decodes by chance.
        if codec not in ("cp949", "gb18030", "big5hkscs", "cp950", "cp932", "euc-jp"):
            return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if codec in ("iso-2022-jp", "iso-2022-jp-2"):
        return from_iso_2022_jp(data)
    if codec and codec != "utf-8":
        return _strictly(data, codec)
    if codec == "utf-8":
        text = data.decode("utf-8", "replace")
        # A few broken characters (a body cut in the middle, a bad gateway) do not make it another charset.
        if text.count("\ufffd") * 20 < len(text) - ascii_count(data):
            return text
    return guess(data, known_charset(fallback) if fallback else "")


def _strictly(data: bytes, codec: str) -> str:
    if codec == "cp1252":
        return from_1252(data)
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if codec == "euc-jp":
        return from_euc_jp(data)
    if codec == "big5hkscs":
        candidates = ("big5hkscs", "cp950", "gb18030")
        return min((data.decode(one, "replace") for one in candidates), key=lambda text: text.count("\ufffd"))
    return data.decode(codec, "replace")


def _from_wide(data: bytes, codec: str) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in data[:200]:
        if data[:2] not in (b"\xff\xfe", b"\xfe\xff") and codec == "utf-16":
            codec = "utf-16-be" if data[:1] == b"\x00" else "utf-16-le"
        return data.decode(codec, "replace")
    # Declared wide, but without a single zero byte: the label is wrong.
    return guess(data)


def _shifts_to_japanese(data: bytes) -> bool:
    return b"\x1b$B" in data or b"\x1b$@" in data or b"\x1b(I" in data
