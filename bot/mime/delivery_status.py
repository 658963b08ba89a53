"""The machine-readable part of a bounce (RFC 3464, RFC 6533) and its relatives: fields in blocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.domain.patterns import pattern
from bot.mime.charset import clean

_FIELD: Final = pattern(r"([A-Za-z][A-Za-z0-9-]{1,60})[ \t]*:[ \t]*(.*)")
_UNICODE: Final = pattern(r"\\x\{([0-9A-Fa-f]{2,6})\}")
_ADDRESS: Final = pattern(r"(?<![^\s<>()\[\],;:\"'|])[^\s<>()\[\],;:\"'|]+@[^\s<>()\[\],;:\"'|]+")
_STATUS: Final = pattern(r"([245])\.(\d{1,3})\.(\d{1,3})")
_RECIPIENT_FIELDS: Final = ("final-recipient", "original-recipient", "x-actual-recipient")
_BLOCKS: Final = 500
_FIELD_LENGTH: Final = 4000
"""Characters of one field to which further lines are added."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of one recipient in a report."""

    final: str
    original: str
    action: str
    """`failed`, `delayed`, `delivered`, `relayed`, `expanded`, or empty."""
    status: str
    diagnostic: str

    @property
    def recipient(self) -> str:
        """The address where the delivery failed in the end: the final one, which an alias led to."""
        return self.final or self.original

    @property
    def addressed_to(self) -> str:
        """The address that the sender wrote, where it is another one."""
        return self.original if self.original.lower() != self.recipient.lower() else ""


def read_fields(text: str) -> list[dict[str, str]]:
    """Blocks of fields, names in lower case, folded lines joined; the first of two equal fields counts."""
    blocks: list[dict[str, str]] = []
    current: dict[str, str] = {}
    last = ""
    for line in text.split("\n"):
        if not line.strip():
            if current and len(blocks) < _BLOCKS:
                blocks.append(current)
            current, last = {}, ""
        elif line[0] in " \t" and last:
            if len(current[last]) < _FIELD_LENGTH:
                current[last] += " " + line.strip()
        elif match := _FIELD.match(line.strip()):
            last = match[1].lower()
            if last in current and last in ("final-recipient", "action"):
                # A report without blank lines between its recipients.
                blocks.append(current)
                current = {}
            if last in current:
                last = ""
            else:
                current[last] = match[2].strip()
    if current:
        blocks.append(current)
    return blocks


def read_delivery_status(text: str) -> list[Outcome]:
    """The recipients of a report, in order; a block that names none but an outcome counts as one."""
    outcomes: list[Outcome] = []
    for block in _joined(read_fields(text)):
        if not any(name in block for name in (*_RECIPIENT_FIELDS, "action", "status")):
            continue
        final = address_of(block.get("final-recipient", "")) or address_of(block.get("x-actual-recipient", ""))
        status = _STATUS.search(block.get("status", ""))
        outcomes.append(
            Outcome(
                final=final,
                original=address_of(block.get("original-recipient", "")),
                action=(block.get("action", "").lower().split() or [""])[0].strip(".,;()"),
                status=status[0] if status else "",
                diagnostic=diagnostic_of(block.get("diagnostic-code", "")),
            )
        )
    return [one for one in outcomes if one.recipient] or outcomes


def _joined(blocks: list[dict[str, str]]) -> list[dict[str, str]]:
    """Blocks that a stray blank line tore apart put together again: a recipient here, its outcome below."""
    joined: list[dict[str, str]] = []
    for block in blocks:
        names_recipient = any(name in block for name in _RECIPIENT_FIELDS)
        if joined and not names_recipient and "reporting-mta" not in block:
            before = joined[-1]
            if any(name in before for name in _RECIPIENT_FIELDS) and "action" not in before:
                joined[-1] = {**block, **before}
                continue
        joined.append(block)
    return joined


def address_of(value: str) -> str:
    """The address of a typed field: `rfc822; <a@b>`, `utf-8; …` with `\\x{…}` for characters (RFC 6533 3)."""
    text = value.partition(";")[2] or value
    text = _UNICODE.sub(lambda match: chr(min(int(match[1], 16), 0x10FFFF)), text)
    text = text.strip().strip("<>\"' ")
    if text.lower().startswith("mailto:"):
        text = text[7:]
    match = _ADDRESS.search(clean(text))
    return match[0].strip(".<>") if match else ""


def diagnostic_of(value: str) -> str:
    """The server's words in a Diagnostic-Code field (RFC 3464 2.3.6), without their type."""
    kind, separator, text = value.partition(";")
    said = text if separator and len(kind) < 20 and " " not in kind.strip() else value
    return " ".join(said.split())[:1000]
