"""Inputs as JSON and back: the form in which an input that could not be decided is kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from bot.domain.inputs import Input
from bot.domain.inputs.inside import Receipt
from bot.domain.inputs.said import MessageEdited, TeamMessage
from bot.domain.kinds import INPUTS, kind_of


class NotAgain(Exception):
    """The input cannot be read back: it was kept by another version, or is a receipt."""


@cache
def _adapters() -> Mapping[str, TypeAdapter[Any]]:
    """Adapters of all kinds but receipts: a call whose receipt was put aside is made again, or told as uncertain."""
    return {name: TypeAdapter(kind) for kind, name in INPUTS.items() if kind is not Receipt}


def as_json(input: Input, *, with_words: bool = True) -> str:
    """The input as text. `from_json` reads it back if its kind can be tried again and its words were kept."""
    if not with_words and isinstance(input, TeamMessage | MessageEdited):
        return json.dumps({"room": input.room, "event": input.event, "sender": input.sender, "words": "not kept"})
    adapter = _adapters().get(kind_of(input))
    if adapter is None:
        return json.dumps(repr(input))
    try:
        return adapter.dump_json(input).decode()
    except PydanticSerializationError:
        # A lone surrogate, which is no Unicode, becomes a question mark.
        text = json.dumps(adapter.dump_python(input), ensure_ascii=False, default=str)
        return text.encode("utf-8", "replace").decode()


def from_json(kind: str, payload: str) -> Input:
    """The input that `as_json` wrote.

    Raises:
        NotAgain: the input cannot be tried again.
    """
    adapter = _adapters().get(kind)
    if adapter is None:
        raise NotAgain(kind)
    try:
        input: Input = adapter.validate_json(payload, strict=True)
    except ValidationError:
        raise NotAgain(kind) from None
    return input
