"""A configuration that loads, for tests to change."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.config import Config, ConfigMistakes, load

LEAST = """
matrix: {homeserver: "http://127.0.0.1:8008", user_id: "@postroom:localhost", password: "secret", config_room: "!id:localhost"}
admins: ["@alice:localhost"]
database: "sqlite:////var/lib/postroom/postroom.db"
data_dir: "/var/lib/postroom"
secret_key: {env: POSTROOM_SECRET_KEY}
language: fr
http: {bind: "127.0.0.1:9100"}
mailboxes:
  - address: contact@monasso.org
    name: Mon Asso
    room: "!id:localhost"
    aliases: [asso@monasso.org]
    imap: {host: 127.0.0.1, port: 143, security: none, user: contact@monasso.org, password: x, folders: [INBOX], sent: Sent, junk: Junk}
    smtp: {host: 127.0.0.1, port: 25, security: none}
    start: all
    undo_seconds: 20
    reply_status: pending
"""
KEY = "0123456789abcdef0123456789abcdef"

Data = dict[str, Any]
Change = Callable[[Data], None]


class ConfigFile:
    """Writes configurations into one file and loads them."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def text(self, text: str) -> Config:
        self.path.write_text(text, encoding="utf-8")
        return load(self.path)

    def changed(self, change: Change) -> Config:
        data = yaml.safe_load(LEAST)
        change(data)
        return self.text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False))

    def mistakes(self, change: Change) -> dict[str, str]:
        """Path to sentence key, of a changed configuration that must not load."""
        with pytest.raises(ConfigMistakes) as caught:
            self.changed(change)
        return {one.path: one.problem.key for one in caught.value.mistakes}

    def text_mistakes(self, text: str) -> ConfigMistakes:
        with pytest.raises(ConfigMistakes) as caught:
            self.text(text)
        return caught.value


@pytest.fixture
def config_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ConfigFile:
    monkeypatch.setenv("POSTROOM_SECRET_KEY", KEY)
    return ConfigFile(tmp_path / "config.yaml")
