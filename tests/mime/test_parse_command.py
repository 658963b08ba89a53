"""`postroom parse`: one object a line, in order, whatever the mails hold."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

from bot.cli.parse import parse_files
from tests.mime.cases import CASES

_KEYS = [
    "file",
    "message_id",
    "in_reply_to",
    "references",
    "from",
    "reply_to",
    "to",
    "cc",
    "subject",
    "date",
    "text",
    "html",
    "visible_reply_text",
    "chat_html",
    "attachments",
    "is_auto_reply",
    "is_bounce",
    "is_feedback_report",
    "bounce",
    "defects",
]
_BOUNCE_KEYS = ["recipient", "status", "status_class", "permanent", "reason", "diagnostic", "original_message_id"]


def test_each_file_is_one_line_with_the_promised_keys(tmp_path: Path) -> None:
    paths = []
    for number, raw in enumerate(CASES.values()):
        path = tmp_path / f"{number}.eml"
        path.write_bytes(raw)
        paths.append(str(path))
    out = io.StringIO()
    parse_files(paths, out, readable=False)
    objects = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [one["file"] for one in objects] == paths
    for one in objects:
        assert [key for key in _KEYS if key not in one] == []
        if one["bounce"] is not None:
            assert list(one["bounce"]) == _BOUNCE_KEYS


def test_the_readable_form_has_no_braces(tmp_path: Path) -> None:
    path = tmp_path / "a.eml"
    path.write_bytes(CASES["report"])
    out = io.StringIO()
    parse_files([str(path)], out, readable=True)
    assert "bob@example.org" in out.getvalue()
    assert "{" not in out.getvalue()


def test_a_mail_may_come_from_standard_input() -> None:
    done = subprocess.run(  # our own interpreter
        [sys.executable, "-m", "bot.cli.parse", "-"],
        input=CASES["plain"],
        capture_output=True,
        timeout=60,
        check=True,
        cwd=Path(__file__).resolve().parents[2],
    )
    assert json.loads(done.stdout)["subject"] == "Hello"


def test_the_entry_point_reads_mails_without_the_library_of_the_command_line(tmp_path: Path) -> None:
    path = tmp_path / "a.eml"
    path.write_bytes(CASES["plain"])
    code = "import sys; from bot.cli.start import main; sys.modules['click'] = None; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "parse", str(path), "--json"], capture_output=True, check=True, timeout=60
    )
    assert json.loads(done.stdout)["subject"] == "Hello"


def test_the_entry_point_tells_which_file_cannot_be_read_and_reads_the_others(tmp_path: Path) -> None:
    path = tmp_path / "a.eml"
    path.write_bytes(CASES["plain"])
    done = subprocess.run(
        [sys.executable, "-m", "bot.cli.start", "parse", str(tmp_path / "none"), str(path)],
        check=False,
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert b"none" in done.stderr and b"Traceback" not in done.stderr
    assert json.loads(done.stdout)["subject"] == "Hello"


def test_the_entry_point_ends_quietly_where_nobody_reads_on(tmp_path: Path) -> None:
    path = tmp_path / "a.eml"
    path.write_bytes(CASES["plain"])
    with subprocess.Popen(
        [sys.executable, "-m", "bot.cli.start", "parse", *[str(path)] * 400],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 1
