"""YAML as people expect it: dates and numbers of people's own stay what they wrote, a key stands once, and every value
knows its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import yaml

from bot.config.problem import Mistake, joined
from bot.domain.sentences import sentence

_MERGE: Final = "tag:yaml.org,2002:merge"
_DEEPEST: Final = 20


class _Loader(yaml.SafeLoader):
    """YAML 1.2's core values: `2026-01-31` and `12:30` are text, only `true` and `false` are truth values."""


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", "-+0123456789."),
    ("null", r"~|null|Null|NULL|", "~nN\0"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), list(_first))
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile("^$"), [""])
_Loader.add_implicit_resolver(_MERGE, re.compile("^<<$"), ["<"])


def _decimal(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> int:
    return int(str(loader.construct_scalar(node)))


_Loader.add_constructor("tag:yaml.org,2002:int", _decimal)


@dataclass(frozen=True, slots=True)
class ReadYaml:
    """A file's values as JSON knows them, and the line of each key path."""

    data: object
    lines: dict[str, int]
    mistakes: tuple[Mistake, ...]


def read_yaml(text: str) -> ReadYaml:
    """Read one document. Syntax errors come as a mistake with line and column; `data` is None then."""
    loader: _Loader | None = None
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        if node is None:
            return ReadYaml(None, {}, (Mistake("", sentence("config.empty_file")),))
        lines: dict[str, int] = {}
        mistakes = tuple(_walk(node, "", lines, 0))
        if mistakes:
            return ReadYaml(None, lines, mistakes)
        return ReadYaml(loader.construct_document(node), lines, ())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        problem = sentence("config.yaml_syntax", line=line, column=column, detail=error.problem or "?")
        return ReadYaml(None, {}, (Mistake("", problem, line),))
    except (yaml.YAMLError, ValueError) as error:
        detail = getattr(error, "reason", "") or type(error).__name__
        return ReadYaml(None, {}, (Mistake("", sentence("config.yaml_unreadable", detail=str(detail))),))
    finally:
        if loader is not None:
            loader.dispose()


def _walk(node: yaml.Node, path: str, lines: dict[str, int], depth: int) -> Iterator[Mistake]:
    """Note the line of each key, and find keys that stand twice or are no text."""
    lines.setdefault(path, node.start_mark.line + 1)
    if depth > _DEEPEST:
        yield Mistake(path, sentence("config.too_deep"), node.start_mark.line + 1)
        return
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _walk(item, f"{path}[{index}]", lines, depth + 1)
    elif isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            line = key.start_mark.line + 1
            if key.tag == _MERGE:
                continue
            if not isinstance(key, yaml.ScalarNode) or key.tag != "tag:yaml.org,2002:str":
                yield Mistake(path, sentence("config.key_not_text"), line)
                continue
            below = joined(path, key.value)
            if key.value in seen:
                yield Mistake(below, sentence("config.key_twice"), line)
            seen.add(key.value)
            lines.setdefault(below, line)
            yield from _walk(value, below, lines, depth + 1)
