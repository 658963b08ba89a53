"""An mbox, a Maildir and a folder of mails are read whole, within bounds, and nothing outside of them."""

from __future__ import annotations

import io
import mailbox
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli.import_sources import DRAFT, NO_FILE, Kind, kind_of, mails_of, mbox
from bot.domain.inputs.mail import TOO_BIG
from bot.flows.pump.archive import THROWN_AWAY

FROM = b"From a@example.org Mon Nov 23 09:00:00 2026\n"
BIG = 1 << 20
_LINES = st.lists(
    st.one_of(
        st.sampled_from([b"", b"From here on", b">From there", FROM.strip(), b"From: x", b">>From far", b"\r"]),
        st.binary(max_size=40).map(lambda raw: raw.replace(b"\n", b"")),
    ),
    max_size=12,
)


def quoted(raw: bytes) -> bytes:
    """As an mboxrd has it."""
    lines = raw.split(b"\n")
    return b"\n".join(b">" + one if one.lstrip(b">").startswith(b"From ") else one for one in lines)


@given(st.lists(_LINES, min_size=1, max_size=5))
def test_every_mail_comes_back_as_it_was_put_in(mails: list[list[bytes]]) -> None:
    raws = [b"".join(line + b"\n" for line in one) for one in mails]
    box = b"".join(FROM + quoted(raw) + b"\n" for raw in raws)
    found = list(mbox(io.BytesIO(box), BIG))
    assert [one.raw for one in found] == raws
    assert all(one.at == datetime(2026, 11, 23, 9, tzinfo=UTC) for one in found)


@given(st.binary(max_size=4000), st.integers(1, 200))
def test_any_bytes_are_read_within_the_limit_and_none_is_counted_twice(raw: bytes, limit: int) -> None:
    found = list(mbox(io.BytesIO(raw), limit))
    assert all(one.raw is None or len(one.raw) <= limit for one in found)
    assert sum(one.size for one in found) <= len(raw)
    assert bool(found) == bool(raw)


@pytest.mark.parametrize(
    "separator",
    [
        b"From - Mon Nov 23 09:00:00 2026\r\n",
        b"From 1234567@xxx Mon Nov 23 09:00:00 +0000 2026\n",
        b"From MAILER-DAEMON Mon Nov 23 09:00 2026\n",
        b"From ???@??? Mon Nov 23 09:00:00 CET 2026\n",
    ],
)
def test_the_separators_of_usual_programs_part_mails(separator: bytes) -> None:
    box = separator + b"Subject: 1\n\nFrom me, at 9.\n\nFrom me, again\n\n" + separator + b"Subject: 2\n"
    assert [one.raw for one in mbox(io.BytesIO(box), BIG)] == [
        b"Subject: 1\n\nFrom me, at 9.\n\nFrom me, again\n",
        b"Subject: 2\n",
    ]


def test_a_mail_that_is_too_large_is_named_and_the_next_one_is_read() -> None:
    box = FROM + b"x" * 300_000 + b"\n" * 3 + FROM + b"Subject: 2\n"
    first, second = mbox(io.BytesIO(box), 1000)
    assert (first.raw, first.reason, dict(first.place.values)) == (None, TOO_BIG, {"number": 1, "byte": 0})
    assert second.raw == b"Subject: 2\n" and dict(second.place.values)["byte"] == len(box) - len(FROM) - 11


def test_what_the_standard_library_writes_is_read(tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "a.mbox")
    for number in range(3):
        box.add(f"Subject: {number}\n\nFrom me\n")
    box.close()
    assert kind_of(tmp_path / "a.mbox") is Kind.MBOX
    found = list(mails_of(tmp_path / "a.mbox", Kind.MBOX, BIG))
    assert [one.raw for one in found] == [f"Subject: {n}\n\nFrom me\n".encode() for n in range(3)]


def test_a_maildir_is_read_in_the_order_of_delivery_without_drafts(tmp_path: Path) -> None:
    for name in ("cur", "new", "tmp", ".Sent/cur"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "cur" / "2000.b:2,S").write_bytes(b"2")
    (tmp_path / "new" / "1000.a").write_bytes(b"1")
    (tmp_path / "cur" / "3000.c:2,DS").write_bytes(b"draft")
    (tmp_path / "cur" / "4000.d:2,T").write_bytes(b"gone")
    (tmp_path / ".Sent" / "cur" / "5000.e").write_bytes(b"another folder")
    assert kind_of(tmp_path) is Kind.MAILDIR
    found = list(mails_of(tmp_path, Kind.MAILDIR, BIG))
    assert [(one.raw, one.reason) for one in found] == [
        (b"1", TOO_BIG), (b"2", TOO_BIG), (None, DRAFT), (None, THROWN_AWAY)
    ]  # fmt: skip


def test_mails_in_folders_are_read_by_name_and_no_link_or_pipe_is_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside.eml"
    outside.write_bytes(b"secret")
    source = tmp_path / "mails"
    (source / "2025").mkdir(parents=True)
    (source / "2025" / "b.EML").write_bytes(b"2")
    (source / "a.eml").write_bytes(b"1")
    (source / "notes.txt").write_bytes(b"no mail")
    (source / "link.eml").symlink_to(outside)
    (source / "loop").symlink_to(source, target_is_directory=True)
    os.mkfifo(source / "pipe.eml")
    (source / "big\x1b[2J.eml").write_bytes(b"x" * 100)
    found = list(mails_of(source, Kind.EML, 50))
    assert [(one.raw, one.reason) for one in found] == [
        (b"1", TOO_BIG), (None, TOO_BIG), (None, NO_FILE), (None, NO_FILE), (b"2", TOO_BIG)
    ]  # fmt: skip
    assert dict(found[1].place.values)["file"] == "big?[2J.eml"


def test_a_single_mail_and_what_is_none_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes(b"Received: by x\r\nSubject: y\r\n\r\n")
    (tmp_path / "picture").write_bytes(b"\x89PNG\r\n")
    assert kind_of(tmp_path / "one") is Kind.EML and kind_of(tmp_path / "picture") is None
    assert [one.raw for one in mails_of(tmp_path / "one", Kind.EML, BIG)] == [b"Received: by x\r\nSubject: y\r\n\r\n"]
