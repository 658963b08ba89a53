"""A secret of the configuration: as text, `{env: NAME}` or `{file: PATH}`, in a value that cannot be printed."""

from __future__ import annotations

import hmac
import os
from collections.abc import Awaitable, Callable
from enum import StrEnum
from pathlib import Path
from typing import Final, Never, Protocol

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from bot.config.problem import folder_of, wrong

PasswordSource = Callable[[], Awaitable[str]]
HIDDEN: Final = "(secret)"
_LARGEST_FILE: Final = 64 * 1024


class TokenSource(Protocol):
    """The source of an OAuth 2 access token, as the ports have it."""

    def __call__(self, refused: str = "") -> Awaitable[str]:
        """A token that is good now; never `refused`."""
        ...


class Origin(StrEnum):
    """The source of a secret."""

    TEXT = "text"
    ENVIRONMENT = "env"
    FILE = "file"
    HOUSE = "house"
    """An admin gave it in the config room."""


class Secret:
    """A password, key or URL with a password. Only `reveal` gives the text; printing, comparing and pickling do not."""

    __slots__ = ("_text", "file", "origin", "source", "token")

    def __init__(
        self,
        text: str,
        origin: Origin = Origin.TEXT,
        file: Path | None = None,
        token: TokenSource | None = None,
        source: PasswordSource | None = None,
    ) -> None:
        self._text = text
        self.origin = origin
        self.file = file
        self.token = token
        """Gives the text of each hour where there is no other: an OAuth 2 access token."""
        self.source = source
        """Reads the text anew for each login, where there is no other."""

    def reveal(self) -> str:
        """The text itself, for the one call that needs it."""
        return self._text

    def replaced(self, text: str) -> Secret:
        """The same secret with its text put right."""
        return Secret(text, self.origin, self.file)

    def __repr__(self) -> str:
        return HIDDEN

    def __format__(self, spec: str) -> str:
        return format(HIDDEN, spec)

    def __bool__(self) -> bool:
        return bool(self._text) or self.source is not None or self.token is not None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(self._text.encode(), other._text.encode())

    def __hash__(self) -> int:
        return hash((Secret, self._text))

    def __reduce__(self) -> Never:
        raise TypeError("a secret is not written out")

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: object) -> Secret:
        return self

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(
            _read, serialization=core_schema.plain_serializer_function_ser_schema(lambda _: HIDDEN)
        )


def named_secret(words: str) -> Secret:
    """The secret that a command line names: `env:NAME` or `file:PATH`.

    Raises:
        PydanticCustomError: as of one in the configuration; its type is the sentence.
    """
    kind, _, name = words.partition(":")
    match kind:
        case "env":
            return _from_environment(name)
        case "file":
            return _from_file(Path(name))
        case _:
            raise wrong("config.bad_secret")


def _read(given: object, info: core_schema.ValidationInfo) -> Secret:
    match given:
        case Secret():
            return given
        case str():
            return _not_empty(Secret(given))
        case {"env": str() as name, **rest} if not rest:
            return _from_environment(name)
        case {"file": str() as name, **rest} if not rest:
            return _from_file(folder_of(info.context) / name)
        case int() | float():
            raise wrong("config.not_text")
        case _:
            raise wrong("config.bad_secret")


def _from_environment(name: str) -> Secret:
    text = os.environ.get(name)
    if text is None:
        raise wrong("config.env_missing", under="env", name=name)
    return _not_empty(Secret(text, Origin.ENVIRONMENT), under="env")


def _from_file(path: Path) -> Secret:
    try:
        with path.open("rb") as file:
            raw = file.read(_LARGEST_FILE + 1)
    except OSError as refused:
        raise wrong("config.file_unreadable", under="file", file=str(path), reason=reason_of(refused)) from None
    try:
        text = raw.decode("utf-8").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise wrong("config.file_not_text", under="file", file=str(path)) from None
    if len(raw) > _LARGEST_FILE:
        raise wrong("config.file_not_text", under="file", file=str(path))
    return _not_empty(Secret(text, Origin.FILE, path), under="file")


def _not_empty(secret: Secret, under: str = "") -> Secret:
    if not secret:
        raise wrong("config.empty_secret", under=under)
    return secret


def reason_of(error: OSError) -> str:
    """The operating system's words, without the file's name."""
    return error.strerror or type(error).__name__
