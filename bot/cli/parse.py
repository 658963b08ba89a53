"""`postroom parse FILE…`: shows how the bot would read a mail."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TextIO

from bot.domain.mail import Address, Bounce, Mail
from bot.reader import HEAD
from bot.reader.whole import headers_only, read_bytes


def parse_files(files: Sequence[str], out: TextIO, *, readable: bool) -> None:
    """Print each mail in order, one JSON object a line; `-` is standard input; `readable` is for a terminal.

    Raises:
        OSError: a file cannot be read.
    """
    for name in files:
        raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        try:
            mail = read_bytes(raw).mail
        except MemoryError:
            mail = headers_only(raw[:HEAD])
        if readable:
            out.writelines(f"{line}\n" for line in _readable(name, mail))
        else:
            out.write(json.dumps(_as_object(name, mail), ensure_ascii=False) + "\n")


def parse_all(files: Sequence[str], *, as_json: bool, unreadable: Callable[[str, str], None]) -> int:
    """The command: each mail on standard output; `unreadable` is told of a file and why. 1 if there was one, else 0."""
    out = sys.stdout
    with contextlib.suppress(AttributeError):
        out.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    status = 0
    for name in files:
        try:
            parse_files([name], out, readable=out.isatty() and not as_json)
        except BrokenPipeError:
            raise
        except OSError as refused:
            unreadable(name, refused.strerror or type(refused).__name__)
            status = 1
    return status


def main(argv: Sequence[str]) -> int:
    """Run as `postroom parse FILE…`."""
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    parse_files(argv, sys.stdout, readable=sys.stdout.isatty())
    return 0


def _people(people: tuple[Address, ...]) -> list[dict[str, str]]:
    return [{"name": one.name, "address": one.address} for one in people]


def _bounce(bounce: Bounce | None) -> dict[str, str | bool] | None:
    if bounce is None:
        return None
    return {
        "recipient": bounce.recipient,
        "status": bounce.status,
        "status_class": bounce.status_class,
        "permanent": bounce.permanent,
        "reason": bounce.reason.value,
        "diagnostic": bounce.diagnostic,
        "original_message_id": bounce.original_message_id,
    }


def _as_object(name: str, mail: Mail) -> dict[str, object]:
    return {
        "file": name.encode("utf-8", "replace").decode(),
        "message_id": mail.message_id,
        "in_reply_to": list(mail.in_reply_to),
        "references": list(mail.references),
        "from": _people(mail.from_),
        "reply_to": _people(mail.reply_to),
        "to": _people(mail.to),
        "cc": _people(mail.cc),
        "subject": mail.subject,
        "date": mail.date.isoformat() if mail.date else None,
        "text": mail.text,
        "html": mail.html,
        "visible_reply_text": mail.visible_text,
        "chat_html": mail.chat_html,
        "attachments": [
            {
                "filename": one.filename,
                "content_type": one.content_type,
                "size": one.size,
                "inline": one.inline,
                "content_id": one.content_id,
                "sha256": one.sha256,
            }
            for one in mail.attachments
        ],
        "is_auto_reply": mail.is_auto_reply,
        "is_bounce": mail.is_bounce,
        "is_feedback_report": mail.is_feedback_report,
        "bounce": _bounce(mail.bounce),
        "defects": list(mail.defects),
    }


def _readable(name: str, mail: Mail) -> Iterator[str]:
    """The mail for people: one field a line, empty ones left out, the words last."""
    yield f"── {name}"
    fields: list[tuple[str, str]] = [
        ("from", _names(mail.from_)),
        ("reply_to", _names(mail.reply_to)),
        ("to", _names(mail.to)),
        ("cc", _names(mail.cc)),
        ("date", mail.date.isoformat() if mail.date else ""),
        ("subject", mail.subject),
        ("message_id", mail.message_id),
        ("in_reply_to", " ".join(mail.in_reply_to)),
        ("references", " ".join(mail.references[-5:])),
    ]
    marks = ("is_auto_reply", "is_bounce", "is_feedback_report", "is_bulk", "is_marked_spam")
    fields.append(("marks", " ".join(mark for mark in marks if getattr(mail, mark))))
    fields.extend((f"bounce.{key}", str(value)) for key, value in (_bounce(mail.bounce) or {}).items())
    for one in mail.attachments:
        place = " inline" if one.inline else ""
        fields.append(("attachment", f"{one.filename} ({one.content_type}, {one.size} B{place})"))
    fields.append(("defects", " ".join(mail.defects)))
    yield from (f"{key + ':':14} {_shown(value)}" for key, value in fields if value)
    yield ""
    yield from (f"  {_shown(line)}" for line in mail.visible_text.split("\n"))
    yield ""


def _names(people: tuple[Address, ...]) -> str:
    return ", ".join(f"{one.name} <{one.address}>" if one.name else one.address for one in people)


def _shown(text: str) -> str:
    # A terminal obeys control characters, also those of a hostile mail.
    return "".join(char if char.isprintable() or char == "\t" else "\ufffd" for char in text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
