"""The bytes of DATA."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.smtp import content

FRAGMENTS = st.sampled_from([b".", b"..", b"\r\n", b"\r", b"\n", b"a", b"bc", b"\r\n.", b"\n\r", b"\xe9", b""])


def expected(raw: bytes) -> bytes:
    lines = re.sub(rb"\r\n|\r|\n", b"\n", raw).split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    return b"".join((b"." if line.startswith(b".") else b"") + line + b"\r\n" for line in lines)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1 << 18])
def test_lines_end_with_crlf_and_dots_are_doubled_wherever_the_pieces_are_cut(
    size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(content, "_CHUNK", size)
    path = tmp_path / "mail"

    @given(st.lists(FRAGMENTS, max_size=20).map(b"".join))
    def check(raw: bytes) -> None:
        path.write_bytes(raw)
        assert b"".join(content.chunks(path)) == expected(raw)
        assert content.is_ascii(path) == raw.isascii()

    check()
