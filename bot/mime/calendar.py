"""A calendar invitation (RFC 5545) as one line: what, when, where."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from bot.domain.patterns import pattern

_FOLD: Final = pattern(r"\n[ \t]")
_LINE: Final = pattern(r"([A-Za-z-]+)((?:;[^:;=]+=(?:\"[^\"]*\"|[^:;\"]*))*):(.*)")
_ZONE: Final = pattern(r";TZID=\"?([^;:\"]+)", re.IGNORECASE)
_TIME: Final = pattern(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(?:\d{2})?(Z?))?")
_ESCAPED: Final = pattern(r"\\([\\;,nN])")
_SCANNED: Final = 256 * 1024


@dataclass(slots=True)
class _Event:
    fields: dict[str, str] = field(default_factory=dict)
    zone: str = ""


def summary_line(text: str) -> str:
    """`📅 Summary · 2026-03-01 10:00-11:00 Europe/Paris · Place`; empty where there is no event in it.

    The marks ❌ (cancelled) and the words of the event itself need no language.
    """
    event, method = _first_event(text[:_SCANNED])
    if event is None:
        return ""
    cancelled = method == "CANCEL" or event.fields.get("STATUS", "").upper() == "CANCELLED"
    parts = [event.fields.get("SUMMARY", ""), _when(event), event.fields.get("LOCATION", "")]
    said = " · ".join(part for part in (" ".join(part.split()) for part in parts) if part)
    return f"{'❌' if cancelled else '📅'} {said}"[:1000] if said else ""


def _first_event(text: str) -> tuple[_Event | None, str]:
    event: _Event | None = None
    method = ""
    inside: list[str] = []
    for line in _FOLD.sub("", text.replace("\r\n", "\n")).split("\n"):
        match = _LINE.match(line)
        if not match:
            continue
        name, parameters, value = match[1].upper(), match[2], match[3].strip()
        if name == "BEGIN":
            inside.append(value.upper())
            if value.upper() in ("VEVENT", "VTODO") and event is None:
                event = _Event()
        elif name == "END":
            if inside:
                inside.pop()
            if value.upper() in ("VEVENT", "VTODO"):
                break
        elif name == "METHOD":
            method = value.upper()
        elif event is not None and inside and inside[-1] in ("VEVENT", "VTODO"):
            event.fields.setdefault(name, _ESCAPED.sub(_unescaped, value))
            if name == "DTSTART" and (zone := _ZONE.search(parameters)):
                event.zone = zone[1]
    return event, method


def _unescaped(match: re.Match[str]) -> str:
    return " " if match[1] in "nN" else match[1]


def _when(event: _Event) -> str:
    start = _TIME.match(event.fields.get("DTSTART", event.fields.get("DUE", "")))
    end = _TIME.match(event.fields.get("DTEND", ""))
    if not start:
        return ""
    day = _day(start)
    if not start[4]:
        return day
    said = f"{day} {start[4]}:{start[5]}"
    if end and end[4]:
        until = f"{end[4]}:{end[5]}"
        said += f"-{until}" if _day(end) == day else f" - {_day(end)} {until}"
    zone = "UTC" if start[6] else event.zone
    return f"{said} {zone}".strip()


def _day(match: re.Match[str]) -> str:
    return f"{match[1]}-{match[2]}-{match[3]}"
