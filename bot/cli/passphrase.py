"""The passphrase of an archive: from a file or the environment, never from the arguments, which everybody sees."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from bot.config.secret import reason_of
from bot.domain.sentences import Sentence, sentence

VARIABLE: Final = "POSTROOM_BACKUP_PASSPHRASE"
LEAST: Final = 12
"""Characters: whoever has the file may try for years."""


class NoPassphrase(Exception):
    """None was given, or its file cannot be read."""

    def __init__(self, told: Sentence) -> None:
        super().__init__(told.key)
        self.told = told


def passphrase(file: Path | None) -> str:
    """Raises: NoPassphrase."""
    try:
        raw = os.environ.get(VARIABLE, "") if file is None else file.read_text("utf-8")
    except OSError as fault:
        told = sentence("cli.file_unreadable", file=str(file), reason=reason_of(fault))
        raise NoPassphrase(told) from None
    except UnicodeDecodeError:
        raise NoPassphrase(sentence("cli.file_unreadable", file=str(file), reason="UTF-8")) from None
    words = raw.removesuffix("\n").removesuffix("\r")
    if not words:
        raise NoPassphrase(sentence("cli.passphrase_missing", variable=VARIABLE))
    return words
