"""Faults of a configuration: mistakes by key path, findings of a check, and the errors of validators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pydantic_core import PydanticCustomError

from bot.domain.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing to put right. `path` is the key's (`mailboxes[0].imap.port`), empty for the file as a whole."""

    path: str
    problem: Sentence
    line: int | None = None
    """The line in the file, from 1."""


class ConfigMistakes(Exception):
    """The configuration cannot be used; every mistake that was found, in the order of the file.

    `language` is what the file asks for, where that much could be read.
    """

    def __init__(self, file: Path, mistakes: tuple[Mistake, ...], language: str | None = None) -> None:
        super().__init__(", ".join(f"{one.path or file.name}: {one.problem.key}" for one in mistakes))
        self.file = file
        self.mistakes = mistakes
        self.language = language


class Level(StrEnum):
    """The weight of a finding."""

    OK = "ok"
    WARNING = "warning"
    MISTAKE = "mistake"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of `postroom check`. `path` is a key's path, or empty."""

    level: Level
    path: str
    problem: Sentence


def wrong(key: str, /, *, under: str = "", **values: str | int) -> PydanticCustomError:
    """The error that a validator raises: a sentence's key and values, and the key below the field that it is about."""
    return PydanticCustomError(key, key, {"under": under, "values": values})


def folder_of(context: object) -> Path:
    """The folder of the configuration file: what relative paths in it start from."""
    if isinstance(context, Mapping) and isinstance(folder := context.get("folder"), Path):
        return folder
    return Path()


def joined(path: str, key: str) -> str:
    """`joined("mailboxes[0]", "imap")` is `mailboxes[0].imap`."""
    return f"{path}.{key}" if path and key else path or key
