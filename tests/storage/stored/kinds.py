"""Stored values of each kind in `kinds.json`; `python -m tests.storage.stored.kinds` adds those that are missing."""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter

from bot.domain.inputs.inside import Receipt
from bot.domain.kinds import CALLS, INPUTS, STATES

FILE = Path(__file__).with_name("kinds.json")
STORED: Mapping[str, type] = {
    name: kind for table in (CALLS, INPUTS, STATES) for kind, name in table.items() if kind is not Receipt
}
"""A receipt that cannot be decided is kept as text for people, and never read again."""


def stored() -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def as_stored(value: object, kind: Any) -> dict[str, object]:
    """As the database would hold it today."""
    found: dict[str, object] = json.loads(TypeAdapter(kind).dump_json(value))
    return found


def sample(kind: Any) -> Any:
    """A value of the type with something in every field, and nowhere what a field has by itself."""
    if hasattr(kind, "__supertype__"):
        return sample(kind.__supertype__)
    if get_origin(kind) is tuple:
        return tuple(sample(one) for one in get_args(kind) if one is not ...)
    if isinstance(kind, UnionType) or get_args(kind):
        return sample(next(one for one in get_args(kind) if one is not NoneType))
    if is_dataclass(kind):
        return _filled(kind)
    if issubclass(kind, Enum):
        return list(kind)[-1]
    simple: Mapping[type, object] = {
        str: "words",
        int: 7,
        float: 7.5,
        bytes: b"bytes",
        datetime: datetime(2026, 7, 12, 14, 30, tzinfo=UTC),
        timedelta: timedelta(hours=2),
        date: date(2026, 7, 12),
    }
    return simple[kind]


def _filled(kind: Any) -> Any:
    types = get_type_hints(kind)
    given = {one.name: not one.default if types[one.name] is bool else sample(types[one.name]) for one in fields(kind)}
    return kind(**given)


def main() -> None:
    known = stored() if FILE.exists() else {}
    for name, kind in STORED.items():
        known.setdefault(name, as_stored(sample(kind), kind))
    FILE.write_text(json.dumps(known, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
