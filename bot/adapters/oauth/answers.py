"""What a provider's token page answers, read strictly."""

import json
from dataclasses import dataclass, field
from typing import Final

from bot.adapters.servers.https import Answered
from bot.ports import Unavailable

SERVICE: Final = "oauth"
_MOST_WORDS: Final = 300
_MOST_TOKEN: Final = 16 * 1024
_MOST_SECONDS: Final = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Granted:
    """Tokens."""

    access: str = field(repr=False)
    seconds: float
    """For so long the access token is good."""
    refresh: str = field(repr=False, default="")
    """Empty: the one of before stays."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A refusal: its name (RFC 6749 5.2, RFC 8628 3.5), and the provider's words for people."""

    error: str
    words: str


@dataclass(frozen=True, slots=True)
class Device:
    """What a person types where (RFC 8628 3.2)."""

    code: str = field(repr=False)
    words: str
    url: str
    every: float


def granted(answered: Answered) -> Granted | Fault:
    """Raises: Unavailable: neither tokens nor a refusal."""
    fields = _fields(answered)
    if answered.status != 200:
        return _fault(fields)
    access, refresh = _text(fields, "access_token", _MOST_TOKEN), _text(fields, "refresh_token", _MOST_TOKEN)
    if not access or _text(fields, "token_type", 20).lower() != "bearer":
        raise Unavailable(SERVICE, "bad_answer")
    return Granted(access, _number(fields, "expires_in", 3600.0), refresh)


def device(answered: Answered) -> Device | Fault:
    """Raises: Unavailable: neither a device code nor a refusal."""
    fields = _fields(answered)
    if answered.status != 200:
        return _fault(fields)
    # Google and Microsoft wrote `verification_url` once.
    url = _text(fields, "verification_uri", 500) or _text(fields, "verification_url", 500)
    found = Device(
        _text(fields, "device_code", _MOST_TOKEN), _text(fields, "user_code", 50), url, _number(fields, "interval", 5.0)
    )
    if not found.code or not found.words or not found.url.startswith("https://"):
        raise Unavailable(SERVICE, "bad_answer")
    return found


def _fields(answered: Answered) -> dict[str, object]:
    if answered.status != 200 and not 400 <= answered.status < 429:
        raise Unavailable(SERVICE, f"http_{answered.status}")
    try:
        fields = json.loads(answered.body)
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict):
        raise Unavailable(SERVICE, "bad_answer")
    return fields


def _fault(fields: dict[str, object]) -> Fault:
    error = _text(fields, "error", 60)
    if not error:
        raise Unavailable(SERVICE, "bad_answer")
    words = fields.get("error_description")
    # Microsoft's own go on with numbers for its support, a line each.
    first = words.strip().splitlines()[0] if isinstance(words, str) and words.strip() else error
    return Fault(error, first.partition(" Trace ID:")[0][:_MOST_WORDS])


def _text(fields: dict[str, object], key: str, most: int) -> str:
    """Empty where it is missing, too long, or nothing that can be printed."""
    value = fields.get(key)
    return value if isinstance(value, str) and len(value) <= most and value.isprintable() else ""


def _number(fields: dict[str, object], key: str, default: float) -> float:
    value = fields.get(key)
    if isinstance(value, str) and value.isdigit() and value.isascii() and len(value) < 10:
        # Microsoft's older pages write numbers as text.
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= _MOST_SECONDS:
        return default
    return float(value)
