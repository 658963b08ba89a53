"""`postroom registration`: the file that makes the bot an application service of its homeserver."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path
from typing import Final

import click
import yaml

from bot.cli.ending import end
from bot.config.least import problem_with
from bot.config.secret import reason_of
from bot.domain.sentences import sentence
from bot.text.wording import say

_TOKEN_FILE: Final = "as.token"  # noqa: S105


def register(user: str, file: Path, *, language: str) -> int:
    """Write the registration and, beside it, the token for config.yaml; the exit status. Nothing is written over."""
    if (wrong := problem_with("matrix.user_id", user_id=user)) is not None:
        return end(language, sentence("config.at", path="--user", problem=wrong), 2)
    token_file = file.absolute().parent / _TOKEN_FILE
    token = secrets.token_hex(32)
    try:
        _put(file, yaml.safe_dump(registration(user, token, secrets.token_hex(32)), sort_keys=False))
        _put(token_file, f"{token}\n")
    except FileExistsError as there:
        return end(language, sentence("cli.registration_there", file=str(there.filename)), 1)
    except OSError as fault:
        name = str(fault.filename or file)
        return end(language, sentence("cli.init_not_written", file=name, reason=reason_of(fault)), 1)
    click.echo(
        say(
            language,
            sentence("cli.registration_done", file=str(file.absolute()), line=f"as_token: {{file: {token_file}}}"),
        )
    )
    return 0


def registration(user: str, as_token: str, hs_token: str) -> dict[str, object]:
    """The registration (application service API, "Registration"). The bot asks by `/sync`: nothing is pushed to it."""
    return {
        "id": "postroom",
        "url": None,
        "as_token": as_token,
        "hs_token": hs_token,
        "sender_localpart": user.removeprefix("@").partition(":")[0],
        "rate_limited": False,
        "namespaces": {"users": [{"regex": re.escape(user), "exclusive": True}], "aliases": [], "rooms": []},
    }


def _put(file: Path, text: str) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.write(text)
