"""Reads fields out of JSON that anybody may have written: each answer has the type asked for, or is empty."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from bot.domain.ids import EventId, RoomId, UserId

JsonObject = Mapping[str, object]

_NOTHING: JsonObject = {}
# NUL cannot be stored in PostgreSQL, lone surrogates cannot be written as UTF-8 at all.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_EVENT_ID = re.compile(r"\$[^\s\x00-\x1f\x7f\ud800-\udfff]{1,254}\Z")
_ROOM_ID = re.compile(r"![^\s\x00-\x1f\x7f\ud800-\udfff]{1,254}\Z")
_USER_ID = re.compile(r"@[^\s:\x00-\x1f\x7f\ud800-\udfff]{0,253}:[^\s\x00-\x1f\x7f\ud800-\udfff]{1,253}\Z")
_NUMBER_LIMIT = 2**53
"""Canonical JSON (appendices 3.1) has integers within these bounds only."""
_ID_LIMIT = 255
"""Matrix spec, appendices 4.2: identifiers have at most 255 bytes."""


class NotJson(ValueError):
    """The text is not a JSON object."""


def loads(raw: bytes | str) -> JsonObject:
    """Raises: NotJson."""
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError) as fault:
        raise NotJson(type(fault).__name__) from fault
    if not isinstance(value, dict):
        raise NotJson("not an object")
    return value


def dumps(value: JsonObject) -> str:
    return clean(json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=dict))


def sendable(content: str) -> bytes:
    """JSON text as bytes without lone surrogates, written out or escaped: Synapse answers 500 to them.

    Raises: NotJson.
    """
    if "\\u" in content:
        content = dumps(loads(content))
    return clean(content).encode()


def dumps_ascii(value: JsonObject) -> bytes:
    """As `dumps`, for strings that may hold lone surrogates."""
    return json.dumps(value, separators=(",", ":"), default=dict).encode("ascii")


def clean(text: str) -> str:
    """The text with what no database can hold replaced by U+FFFD."""
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def text(source: JsonObject, key: str) -> str:
    value = source.get(key)
    return clean(value) if isinstance(value, str) else ""


def has_text(source: JsonObject, key: str) -> bool:
    return isinstance(source.get(key), str)


def child(source: JsonObject, *keys: str) -> JsonObject:
    """The object under the keys, one below the other; empty where a key is missing or holds something else."""
    here: object = source
    for key in keys:
        if not isinstance(here, dict):
            return _NOTHING
        here = here.get(key)
    return here if isinstance(here, dict) else _NOTHING


def items(source: JsonObject, key: str) -> tuple[object, ...]:
    value = source.get(key)
    return tuple(value) if isinstance(value, list) else ()


def objects(source: JsonObject, key: str) -> Iterator[JsonObject]:
    """The members of a list that are objects."""
    for value in items(source, key):
        if isinstance(value, dict):
            yield value


def number(source: JsonObject, key: str) -> int | None:
    """A whole number, written as `50.0` too; never a boolean, nor a number that no JSON of Matrix can hold."""
    value = source.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not -_NUMBER_LIMIT < value < _NUMBER_LIMIT:
        return None
    return int(value) if isinstance(value, int) or value.is_integer() else None


def event_id(value: object) -> EventId | None:
    return EventId(value) if isinstance(value, str) and _is_id(value, _EVENT_ID) else None


def room_id(value: object) -> RoomId | None:
    return RoomId(value) if isinstance(value, str) and _is_id(value, _ROOM_ID) else None


def user_id(value: object) -> UserId | None:
    return UserId(value) if isinstance(value, str) and _is_id(value, _USER_ID) else None


def moment(value: object, now: datetime) -> datetime:
    """Milliseconds since 1970 as a time; `now` if they make no sense or lie in the future (the sender sets them)."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e14:
        return now
    return min(datetime.fromtimestamp(value / 1000, tz=UTC), now)


def _is_id(value: str, pattern: re.Pattern[str]) -> bool:
    return pattern.match(value) is not None and len(value.encode()) <= _ID_LIMIT
