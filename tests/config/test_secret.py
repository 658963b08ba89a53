"""A secret is read from where it lies, and is never printed."""

from __future__ import annotations

import copy
import json
import logging
import pickle
from pathlib import Path
from typing import Any

import pytest

from bot.config import ConfigMistakes, Secret, imap_account
from tests.config.conftest import LEAST, ConfigFile, Data

WORD = "kI9-correct-horse-battery"


def with_password(password: object) -> Any:
    def change(data: Data) -> None:
        data["mailboxes"][0]["imap"]["password"] = password

    return change


def test_a_secret_is_read_from_the_environment(config_file: ConfigFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTROOM_TEST_WORD", WORD)

    config = config_file.changed(with_password({"env": "POSTROOM_TEST_WORD"}))

    assert config.mailboxes[0].imap.password.reveal() == WORD


@pytest.mark.parametrize("ending", ["", "\n", "\r\n"])
def test_a_secret_is_read_from_a_file_without_its_line_end(config_file: ConfigFile, ending: str) -> None:
    (config_file.path.parent / "word").write_bytes((WORD + ending).encode())

    config = config_file.changed(with_password({"file": "word"}))

    assert config.mailboxes[0].imap.password.reveal() == WORD


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe", b"x" * 70_000])
def test_a_file_without_a_usable_secret_is_a_mistake(config_file: ConfigFile, content: bytes) -> None:
    (config_file.path.parent / "word").write_bytes(content)

    assert set(config_file.mistakes(with_password({"file": "word"}))) == {"mailboxes[0].imap.password.file"}


def test_no_way_of_printing_shows_a_secret(config_file: ConfigFile) -> None:
    config = config_file.changed(with_password(WORD))
    secret = config.mailboxes[0].imap.password
    account = imap_account(config.mailboxes[0])

    record = logging.LogRecord("x", logging.INFO, "x", 1, "%s %r", (secret, config), None)
    shown = [
        repr(config),
        str(config),
        f"{secret} {secret!r} {secret:>40}",
        "%s" % secret,  # noqa: UP031
        repr(account),
        config.model_dump_json(),
        repr(config.model_dump()),
        json.dumps(config.model_dump(mode="json")),
        repr(vars(config.mailboxes[0].imap)),
        record.getMessage(),
        repr(copy.deepcopy(config)),
    ]

    assert not [one for one in shown if WORD in one]


def test_a_secret_cannot_be_pickled() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(Secret(WORD))


def test_a_mistake_beside_a_secret_does_not_show_it(config_file: ConfigFile) -> None:
    def change(data: Data) -> None:
        data["mailboxes"][0]["imap"] |= {"password": {"word": WORD}, "port": WORD, WORD: 1}
        data["database"] = f"mysql://{WORD}@host"
        data["matrix"]["homeserver"] = f"https://user:{WORD}@host"

    with pytest.raises(ConfigMistakes) as caught:
        config_file.changed(change)

    values = [value for one in caught.value.mistakes for _, value in one.problem.values]
    assert len(caught.value.mistakes) == 5
    assert not [value for value in values if WORD in str(value)]
    assert caught.value.__cause__ is None


def test_a_password_in_the_database_url_is_not_printed(config_file: ConfigFile) -> None:
    config = config_file.text(LEAST.replace("sqlite:////var/lib/postroom/postroom.db", f"postgresql://u:{WORD}@h/d"))

    assert WORD in config.database_url
    assert WORD not in repr(config) + config.model_dump_json()


def test_equal_secrets_are_equal() -> None:
    assert Secret(WORD) == Secret(WORD)
    assert Secret(WORD) != Secret("other")
    assert Secret(WORD) != WORD
    assert len({Secret(WORD), Secret(WORD)}) == 1


def test_file_names_a_path_relative_to_the_configuration(config_file: ConfigFile, tmp_path: Path) -> None:
    folder = tmp_path / "below"
    folder.mkdir()
    (folder / "word").write_text(WORD)

    assert config_file.changed(with_password({"file": "below/word"})).mailboxes[0].imap.password.reveal() == WORD
