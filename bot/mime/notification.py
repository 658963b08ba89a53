"""Amazon SES tells bounces and complaints by mail in JSON (SES developer guide, "notification contents")."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from bot.domain.mail import Nature
from bot.mime import limits
from bot.mime.delivery_status import Outcome, diagnostic_of
from bot.mime.header_block import Headers

_KINDS: Final = {"Bounce": "bounce", "Complaint": "complaint", "Delivery": "delivery", "DeliveryDelay": "deliveryDelay"}
_RECIPIENTS: Final = 100
_SENDERS: Final = (".amazonaws.com", ".amazonses.com")


class Notification:
    """SES's word on one mail; `nature` is set for good news, the outcomes for bad."""

    __slots__ = ("complainant", "message_id", "nature", "outcomes")

    def __init__(self, kind: str, told: Mapping[str, object], mail: Mapping[str, object]) -> None:
        self.nature = Nature.DELIVERED if kind == "Delivery" else None
        self.message_id = _message_id(mail)
        self.outcomes: list[Outcome] = []
        self.complainant: str | None = None
        if kind in ("Bounce", "DeliveryDelay"):
            action = "delayed" if kind == "DeliveryDelay" or told.get("bounceType") == "Transient" else "failed"
            names = ("bouncedRecipients", "delayedRecipients")
            self.outcomes = [_outcome(one, action) for name in names for one in _objects(told.get(name))]
        elif kind == "Complaint":
            people = _objects(told.get("complainedRecipients"))
            self.complainant = _text(people[0].get("emailAddress")) if people else ""


def read_notification(headers: Headers, sender: str, text: str) -> Notification | None:
    """The notification that a mail is; None for any other mail."""
    if text.lstrip()[:1] != "{":
        return None
    domain = "." + sender.rpartition("@")[2].lower()
    if "x-amz-sns-message-id" not in headers and not domain.endswith(_SENDERS):
        return None
    payload = _parsed(_unfolded(text.lstrip()[: limits.TEXT]))
    if isinstance(payload.get("Message"), str):
        payload = _parsed(_text(payload["Message"]))
    kind = _text(payload.get("notificationType")) or _text(payload.get("eventType"))
    if kind not in _KINDS:
        return None
    found = Notification(kind, _object(payload.get(_KINDS[kind])), _object(payload.get("mail")))
    is_said = found.nature is not None or found.outcomes or found.complainant is not None
    return found if is_said else None


def _unfolded(text: str) -> str:
    """The JSON before the footer; some relays break its lines with `!` and a blank (sendmail's limit of lines)."""
    lines: list[str] = []
    is_folded = False
    for line in text.split("\n"):
        if line.rstrip() == "--":
            break
        line = line[1:] if is_folded and line[:1] == " " else line
        is_folded = line.endswith("!")
        lines.append(line[:-1] if is_folded else line)
    return "".join(lines)


def _parsed(text: str) -> Mapping[str, object]:
    try:
        found, _ = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return {}
    return _object(found)


def _outcome(one: Mapping[str, object], action: str) -> Outcome:
    said = diagnostic_of(_text(one.get("diagnosticCode")))
    return Outcome(_text(one.get("emailAddress")), "", action, _text(one.get("status")), said)


def _message_id(mail: Mapping[str, object]) -> str:
    common = _text(_object(mail.get("commonHeaders")).get("messageId"))
    named = (_text(one.get("value")) for one in _objects(mail.get("headers")) if _is_id(one.get("name")))
    return (common or next(named, "") or _text(mail.get("messageId"))).strip("<> ")


def _is_id(name: object) -> bool:
    return isinstance(name, str) and name.lower() == "message-id"


def _object(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _objects(value: object) -> list[Mapping[str, object]]:
    return [one for one in value[:_RECIPIENTS] if isinstance(one, dict)] if isinstance(value, list) else []


def _text(value: object) -> str:
    return value[: limits.TEXT] if isinstance(value, str) else ""
