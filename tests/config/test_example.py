"""config.yaml.example is what the types say, and can be used as it stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.config import parse
from bot.config.example import example
from bot.config.load import section_in
from bot.config.section import Section
from bot.config.types import Config
from tests.config.conftest import KEY

EXAMPLE = Path(__file__).parents[2] / "config.yaml.example"


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The secrets that the example names."""
    monkeypatch.setenv("POSTROOM_SECRET_KEY", KEY)
    monkeypatch.setenv("POSTROOM_FORMER_KEY", f"{KEY}, of before")
    monkeypatch.setenv("POSTROOM_MATRIX_PASSWORD", "p")
    for name in ("contact.password", "google.secret", "microsoft.secret"):
        (tmp_path / name).write_text("p")
    return tmp_path


def at_home(text: str, folder: Path) -> str:
    text = re.sub(r"(?m)^ *#ca_file: .*\n", "", text)  # whether a machine has one is not the example's business
    return text.replace("/etc/postroom/", f"{folder}/")


def test_the_example_is_what_the_types_generate() -> None:
    assert EXAMPLE.read_text(encoding="utf-8") == example(), "python -m bot.config.example > config.yaml.example"


def test_the_example_is_a_valid_configuration(secrets: Path) -> None:
    config = parse(at_home(example(), secrets), secrets / "config.yaml")

    assert config.mailboxes[0].address == "contact@example.org"


def test_every_key_behind_a_hash_may_be_uncommented_and_keeps_its_meaning(secrets: Path) -> None:
    text = at_home(example(), secrets)
    # A mapping that few have stands behind # as a whole.
    usual = re.sub(r"(?m)^#(?=\w+:$|  )", "", text)
    # The bot logs in by one thing: those in place of the password have a test of their own.
    everything = re.sub(r"(?m)^( *)#(?!access_token|as_token)(?=\w+: )", r"\1", usual)

    short, full = (parse(one, secrets / "config.yaml") for one in (text, everything))

    assert everything != text
    assert set(full.model_dump(exclude_unset=True)) == set(Config.model_fields)
    differing = {"port", "ca_file", "language", "user", "organisation", "former_addresses"}
    for name, value in full.mailboxes[0]:
        if name not in {*differing, "imap", "smtp"}:
            assert value == getattr(short.mailboxes[0], name), name
    for name in ("matrix", "log", "http", "timezone", "max_mail_mb", "language"):
        assert getattr(full, name) == getattr(short, name), name


def sections(section: type[Section]) -> list[type[Section]]:
    inner = [section_in(field.annotation) for field in section.model_fields.values()]
    return [section, *(found for one in inner if one is not None for found in sections(one))]


@pytest.mark.parametrize("section", sections(Config), ids=lambda one: one.__name__)
def test_every_key_is_described_in_a_sentence(section: type[Section]) -> None:
    for name, field in section.model_fields.items():
        assert (field.description or "").endswith((".", ")")), f"{section.__name__}.{name}"
