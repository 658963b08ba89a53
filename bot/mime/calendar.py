"""Reads a calendar object (RFC 5545): an invitation, a cancellation, somebody's answer (RFC 5546)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from bot.domain.mail import Address, Invitation, InvitationKind
from bot.domain.patterns import pattern
from bot.mime.calendar_zones import Observance, moment

_FOLD: Final = pattern(r"\n[ \t]")
_LINE: Final = pattern(r"([A-Za-z-]+)((?:;[^:;=]+=(?:\"[^\"]*\"|[^:;\"]*))*):(.*)")
_PARAMETER: Final = pattern(r";([A-Za-z-]+)=(?:\"([^\"]*)\"|([^:;\"]*))")
_TIME: Final = pattern(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(?:\d{2})?(Z?))?")
_ESCAPED: Final = pattern(r"\\([\\;,nN])")
_SCANNED: Final = 256 * 1024
_LONGEST: Final = 1000
_EVENTS: Final = ("VEVENT", "VTODO")
_MARKS: Final = {
    InvitationKind.INVITED: "📅",
    InvitationKind.CANCELLED: "❌",
    InvitationKind.ACCEPTED: "✅",
    InvitationKind.DECLINED: "❌",
    InvitationKind.TENTATIVE: "❔",
    InvitationKind.PROPOSED: "🕑",
}
_ANSWERS: Final = {
    "ACCEPTED": InvitationKind.ACCEPTED,
    "DECLINED": InvitationKind.DECLINED,
    "TENTATIVE": InvitationKind.TENTATIVE,
}


@dataclass(slots=True)
class _Event:
    fields: dict[str, str] = field(default_factory=dict)
    zones: dict[str, str] = field(default_factory=dict)
    """By field: the name of its zone."""
    attendee: Address | None = None
    status: str = ""
    """PARTSTAT of the attendee."""


@dataclass(slots=True)
class _Object:
    event: _Event | None = None
    method: str = ""
    observances: dict[str, list[Observance]] = field(default_factory=dict)
    """By zone."""


def read_invitation(text: str) -> Invitation | None:
    """The invitation of the first event, or None."""
    found = _read(text[:_SCANNED])
    event = found.event
    if event is None:
        return None
    summary, place = (_line(event.fields.get(name, "")) for name in ("SUMMARY", "LOCATION"))
    if not (summary or place or event.fields.get("DTSTART")):
        return None

    def at(name: str) -> str:
        return event.fields.get(name, "")

    zone = event.zones.get("DTSTART", "")
    said = Invitation(
        kind=_kind(found, event),
        summary=summary,
        place=place,
        start=moment(at("DTSTART"), zone, found.observances.get(zone, ())),
        end=moment(at("DTEND"), zone, found.observances.get(zone, ())),
        written=_when(event),
        who=event.attendee if found.method in ("REPLY", "COUNTER") else None,
        comment=_line(at("COMMENT")),
        line="",
    )
    return _with_line(said)


def _kind(found: _Object, event: _Event) -> InvitationKind:
    if found.method == "COUNTER":
        return InvitationKind.PROPOSED
    if found.method == "REPLY":
        return _ANSWERS.get(event.status, InvitationKind.TENTATIVE)
    is_cancelled = found.method == "CANCEL" or event.fields.get("STATUS", "").upper() == "CANCELLED"
    return InvitationKind.CANCELLED if is_cancelled else InvitationKind.INVITED


def _with_line(said: Invitation) -> Invitation:
    """`📅 Summary · 2026-03-01 10:00-11:00 Europe/Paris · Place`: a mail that is nothing else, without a language."""
    from dataclasses import replace

    who = (said.who.name or said.who.address) if said.who else ""
    comment = f"“{said.comment}”" if said.comment else ""
    parts = (who, said.summary, said.written, said.place, comment)
    line = f"{_MARKS[said.kind]} {' · '.join(part for part in parts if part)}"
    return replace(said, line=line[:_LONGEST])


def _read(text: str) -> _Object:
    found = _Object()
    inside: list[str] = []
    zone, half = "", dict[str, str]()
    for line in _FOLD.sub("", text.replace("\r\n", "\n")).split("\n"):
        match = _LINE.match(line)
        if not match:
            continue
        name, parameters, value = match[1].upper(), match[2], match[3].strip()
        if name == "BEGIN":
            inside.append(value.upper())
            half = {}
            if value.upper() in _EVENTS and found.event is None:
                found.event = _Event()
        elif name == "END":
            if inside:
                inside.pop()
            if value.upper() in ("STANDARD", "DAYLIGHT"):
                one = Observance(half.get("DTSTART", ""), half.get("TZOFFSETTO", ""), half.get("RRULE", ""))
                found.observances.setdefault(zone, []).append(one)
            if value.upper() in _EVENTS:
                break
        elif name == "METHOD":
            found.method = value.upper()
        elif name == "TZID" and inside[-1:] == ["VTIMEZONE"]:
            zone = value
        elif inside[-1:] in (["STANDARD"], ["DAYLIGHT"]):
            half.setdefault(name, value)
        elif found.event is not None and inside[-1:] and inside[-1] in _EVENTS:
            _take(found.event, name, parameters, value)
    return found


def _take(event: _Event, name: str, parameters: str, value: str) -> None:
    if name == "ATTENDEE" and event.attendee is None:
        said = {key.upper(): quoted or bare for key, quoted, bare in _PARAMETER.findall(parameters[:2000])}
        address = value[7:] if value[:7].lower() == "mailto:" else value
        event.attendee = Address(_line(said.get("CN", "")), _line(address)[:254])
        event.status = said.get("PARTSTAT", "").upper()
    elif name not in event.fields:
        event.fields[name] = _ESCAPED.sub(_unescaped, value)
        if name in ("DTSTART", "DTEND", "DUE"):
            said = {key.upper(): quoted or bare for key, quoted, bare in _PARAMETER.findall(parameters[:2000])}
            event.zones[name] = said.get("TZID", "")


def _line(text: str) -> str:
    return " ".join(text.split())[:_LONGEST]


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
    zone = "UTC" if start[6] else event.zones.get("DTSTART", "")
    return _line(f"{said} {zone}")


def _day(match: re.Match[str]) -> str:
    return f"{match[1]}-{match[2]}-{match[3]}"
