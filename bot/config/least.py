"""The least configuration that the bot starts with: five lines, which `postroom init` writes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.config.load import parse
from bot.config.problem import ConfigMistakes
from bot.domain.sentences import Sentence

SecretAt = str | Mapping[str, str]
"""A secret as text, `{env: NAME}` or `{file: PATH}`."""
_ANY_ROOM: Final = "!room"


@dataclass(frozen=True, slots=True)
class Least:
    """What has to be known before the first start."""

    homeserver: str
    user_id: str
    password: SecretAt
    config_room: str
    admin: str
    data_dir: str
    secret_key: SecretAt
    language: str

    def as_yaml(self) -> str:
        """Each value is written as JSON, which YAML reads as it is."""
        matrix = {
            "homeserver": self.homeserver,
            "user_id": self.user_id,
            "password": self.password,
            "config_room": self.config_room,
        }
        lines = {
            "matrix": matrix,
            "admins": [self.admin],
            "data_dir": self.data_dir,
            "secret_key": self.secret_key,
            "language": self.language,
        }
        return "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in lines.items())


def problem_with(
    path: str, *, homeserver: str = "http://localhost", user_id: str = "@a:b", admin: str = "@a:b", data_dir: str = "d"
) -> Sentence | None:
    """What is wrong with one value, at its key path in config.yaml; None where nothing is."""
    least = Least(homeserver, user_id, "secret", _ANY_ROOM, admin, data_dir, "secret", "en")
    try:
        parse(least.as_yaml(), Path("config.yaml"))
    except ConfigMistakes as found:
        return next((one.problem for one in found.mistakes if one.path.startswith(path)), None)
    return None
