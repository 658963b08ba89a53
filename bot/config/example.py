"""Writes config.yaml.example from the types: `python -m bot.config.example > config.yaml.example`."""

from __future__ import annotations

import json
import re
import sys
import textwrap
import typing
from collections.abc import Iterator
from enum import Enum
from typing import Final

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from bot.config.load import section_in
from bot.config.section import NOT_USUAL, SUCH_AS, Section
from bot.config.types import Config

_WIDTH: Final = 110
_PLAIN: Final = re.compile(r"(?!(?:true|false|null)$)[A-Za-z/][\w./@-]*", re.ASCII)
"""Text that YAML reads as text without quotes."""
_HEAD: Final = """\
# The configuration of Postroom. `postroom check -c config.yaml` names what is wrong in it.
#
# Keys without a # must be there, or usually are; those behind a # show their default.
# A secret is written as text, as {env: NAME} or as {file: PATH}; relative paths start from this file's folder.
# This file is made from the types: `python -m bot.config.example`.
"""


def example() -> str:
    """The whole file; it is a valid configuration."""
    return _HEAD + "".join(f"{line}\n" for line in _section(Config, 0))


def _section(section: type[Section], indent: int) -> Iterator[str]:
    space = " " * indent
    for name, field in section.model_fields.items():
        if indent == 0:
            yield ""
        for line in textwrap.wrap(field.description or "", _WIDTH - indent):
            yield f"{space}# {line}"
        inner = section_in(field.annotation)
        extra = field.json_schema_extra
        if inner is not None and isinstance(extra, dict) and extra.get(NOT_USUAL):
            yield f"{space}#{name}:"
            yield from (f"{space}#{line}" for line in _section(inner, 2))
            continue
        if inner is None:
            mark = "" if _is_shown(field) else "#"
            yield f"{space}{mark}{name}: {_as_yaml(_value(field))}"
            continue
        yield f"{space}{name}:"
        if typing.get_origin(field.annotation) is tuple:
            yield from _list_item(inner, indent + 2)
        else:
            yield from _section(inner, indent + 2)


def _list_item(section: type[Section], indent: int) -> Iterator[str]:
    """The keys of one item; its dash stands on a line of its own, so that any key may be taken out."""
    yield f"{' ' * indent}-"
    yield from _section(section, indent + 2)


def _is_shown(field: FieldInfo) -> bool:
    return bool(field.examples)


def _value(field: FieldInfo) -> object:
    if field.examples:
        return field.examples[0]
    extra = field.json_schema_extra
    if isinstance(extra, dict) and SUCH_AS in extra:
        return extra[SUCH_AS]
    default: object = field.get_default(call_default_factory=True)
    assert default is not PydanticUndefined, f"{field.description}: a key without default needs an example"
    return default


def _as_yaml(value: object) -> str:
    match value:
        case Enum():
            return str(value.value)
        case bool() | int() | None:
            return json.dumps(value)
        case str():
            return value if _PLAIN.fullmatch(value) else json.dumps(value, ensure_ascii=False)
        case dict():
            return "{" + ", ".join(f"{_as_yaml(key)}: {_as_yaml(one)}" for key, one in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(_as_yaml(one) for one in value) + "]"
        case _:
            raise TypeError(type(value))


if __name__ == "__main__":
    sys.stdout.write(example())
