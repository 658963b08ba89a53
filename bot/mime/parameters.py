"""`Content-Type` and `Content-Disposition`: the value and its parameters, also split and encoded (RFC 2231)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote_to_bytes

from bot.domain.patterns import pattern
from bot.mime import limits
from bot.mime.charset import decode
from bot.mime.words import decode_words

_VALUE: Final = pattern(rb"[^;\s,]*+")
_PARAMETER: Final = pattern(
    rb"""[;,\s]\s*([A-Za-z0-9_!#$%&'+.^`{|}~*-]{1,100})\s*=\s*("[^"\\]*(?:\\.[^"\\]*)*"|[^;]*)""", re.DOTALL
)
_BLANKS: Final = pattern(rb"\s{2,}")
_ESCAPED: Final = pattern(rb'\\(["\\])')
_SECTION: Final = pattern(r"(.+?)\*(\d{1,4})(\*?)")


@dataclass(frozen=True, slots=True)
class Value:
    """A structured field: `value` in lower case, parameters decoded, names in lower case."""

    value: str
    parameters: dict[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """A parameter; empty where it is missing."""
        return self.parameters.get(name, "")


EMPTY: Final = Value(value="")


def read_value(raw: bytes) -> Value:
    """Read a field leniently: missing semicolons, open quotes and bare blanks are all sent."""
    raw = _BLANKS.sub(b" ", raw).strip()
    if not raw:
        return EMPTY
    match = _VALUE.match(raw)
    assert match is not None  # it can be empty, but always matches
    if b"=" in match[0]:  # parameters only: the value itself is missing
        value, rest = "", b";" + raw
    else:
        value, rest = match[0].decode("ascii", "replace").strip("\"'").lower(), raw[match.end() :]
    plain: dict[str, bytes] = {}
    sections: dict[str, dict[int, tuple[bytes, bool]]] = {}
    for count, found in enumerate(_PARAMETER.finditer(rest)):
        if count >= limits.PARAMETERS:
            break
        _take(found[1].decode("ascii").lower(), _unquoted(found[2]), plain, sections)
    parameters = {name: decode_words(data) for name, data in plain.items()}
    for name, parts in sections.items():
        parameters[name] = _joined(parts)
    return Value(value=value, parameters=parameters)


def _take(name: str, data: bytes, plain: dict[str, bytes], sections: dict[str, dict[int, tuple[bytes, bool]]]) -> None:
    if "*" not in name:
        plain.setdefault(name, data)
    elif match := _SECTION.fullmatch(name):
        sections.setdefault(match[1], {}).setdefault(int(match[2]), (data, bool(match[3])))
    elif name.endswith("*") and len(name) > 1:
        sections.setdefault(name[:-1], {}).setdefault(0, (data, True))


def _unquoted(data: bytes) -> bytes:
    data = data.strip()
    if data[:1] == b'"':
        inner = data[1:-1] if len(data) > 1 and data[-1:] == b'"' else data[1:]
        # Windows paths come unescaped: only a quote and a backslash are taken as escaped.
        return _ESCAPED.sub(rb"\1", inner)
    return data


def _joined(parts: dict[int, tuple[bytes, bool]]) -> str:
    """RFC 2231 3 and 4: sections in order; the charset stands in the first encoded one."""
    charset = ""
    encoded = False
    out: list[bytes] = []
    for _, (data, is_encoded) in sorted(parts.items()):
        piece = data
        if is_encoded:
            if not encoded and piece.count(b"'") >= 2:
                name, _, piece = piece.split(b"'", 2)
                charset = name.decode("ascii", "replace")
            encoded = True
            piece = unquote_to_bytes(piece.strip(b'"'))
        out.append(piece)
    joined = b"".join(out)
    return decode(joined, charset) if encoded and b"=?" not in joined else decode_words(joined)
