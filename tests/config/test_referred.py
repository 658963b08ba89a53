"""References to passwords: an explicit list, each for one mailbox, read as they are at that moment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from bot.config import Config, Level, mark_of, needs_restart, read_referred
from bot.config.checks import check
from bot.domain.credentials import Lack, PasswordReference, Source, reference_in
from bot.domain.ids import MailboxId
from tests.config.conftest import LEAST, Change, ConfigFile, Data

BOX, OTHER = MailboxId("contact@monasso.org"), MailboxId("other@monasso.org")
FILE, ENV = PasswordReference(Source.FILE, "asso"), PasswordReference(Source.ENV, "TEST_ASSO_PASSWORD")
WORD = "kR7 vieux_Chêne"


def lists(*names: str, **more: object) -> Change:
    def change(data: Data) -> None:
        data["secrets"] = {"folder": "secrets", "names": {"Contact@monasso.org": list(names)}, **more}

    return change


@pytest.fixture
def folder(config_file: ConfigFile) -> Path:
    found = config_file.path.parent / "secrets"
    found.mkdir(mode=0o700)
    return found


@pytest.fixture
def config(config_file: ConfigFile, folder: Path) -> Config:
    return config_file.changed(lists("file:asso", "env:TEST_ASSO_PASSWORD"))


def read(config: Config, reference: PasswordReference = FILE, mailbox: MailboxId = BOX) -> str | Lack:
    return read_referred(config, mailbox, reference)


def test_a_file_and_a_variable_are_read_as_they_are_now(
    config: Config, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (read(config), read(config, ENV)) == (Lack.MISSING, Lack.MISSING)
    (folder / "asso").write_text(f"{WORD}\n", encoding="utf-8")
    monkeypatch.setenv("TEST_ASSO_PASSWORD", "of the environment")
    assert (read(config), read(config, ENV)) == (WORD, "of the environment")
    before = mark_of(config, BOX, FILE)
    assert mark_of(config, BOX, FILE) == before
    (folder / "asso").write_bytes(b"another one\r\n")
    assert read(config) == "another one"
    assert mark_of(config, BOX, FILE) != before, "who waits after a refusal is told"


def test_no_other_mailbox_and_no_other_name_is_read(config: Config, folder: Path) -> None:
    (folder / "asso").write_text(WORD, encoding="utf-8")
    (folder / "other").write_text(WORD, encoding="utf-8")
    assert read(config, mailbox=OTHER) is Lack.NOT_LISTED
    assert read(config, PasswordReference(Source.FILE, "other")) is Lack.NOT_LISTED
    assert read(config, PasswordReference(Source.ENV, "POSTROOM_SECRET_KEY")) is Lack.NOT_LISTED


def test_one_that_is_listed_no_more_is_not_read(config_file: ConfigFile, folder: Path) -> None:
    (folder / "asso").write_text(WORD, encoding="utf-8")
    assert read(config_file.text(LEAST)) is Lack.NOT_LISTED


@pytest.mark.parametrize("raw", [b"", b"\n", b"one\ntwo\n", b"tab\tin it", b"\xff\xfe", b"x" * 5000, b"a\0b"])
def test_only_one_line_with_something_to_see_is_a_password(config: Config, folder: Path, raw: bytes) -> None:
    (folder / "asso").write_bytes(raw)
    assert read(config) is Lack.NOT_ONE_LINE


def test_a_link_a_folder_and_a_pipe_are_no_files(config: Config, folder: Path) -> None:
    outside = folder.parent / "outside"
    outside.write_text(WORD, encoding="utf-8")
    (folder / "asso").symlink_to(outside)
    assert read(config) is Lack.UNREADABLE
    (folder / "asso").unlink()
    (folder / "asso").mkdir()
    assert read(config) is Lack.UNREADABLE
    (folder / "asso").rmdir()
    os.mkfifo(folder / "asso")
    assert read(config) is Lack.UNREADABLE


WRONG: list[tuple[Change, dict[str, str]]] = [
    (lists("file:../asso"), {"secrets.names.Contact@monasso.org": "config.bad_reference"}),
    (lists("file:a/b"), {"secrets.names.Contact@monasso.org": "config.bad_reference"}),
    (lists("file:.."), {"secrets.names.Contact@monasso.org": "config.bad_reference"}),
    (lists("env:A-B"), {"secrets.names.Contact@monasso.org": "config.bad_reference"}),
    (lists("asso"), {"secrets.names.Contact@monasso.org": "config.bad_reference"}),
    (lists(names={"contact": ["file:asso"]}), {"secrets.names.contact": "config.bad_address"}),
    (lists("file:asso", folder=None), {"secrets.folder": "config.secrets_folder_missing"}),
    (lists("env:POSTROOM_SECRET_KEY"), {"secrets.names.Contact@monasso.org": "config.reference_is_ours"}),
]


@pytest.mark.parametrize(("change", "mistakes"), WRONG)
def test_what_names_nothing_of_the_folder_is_a_mistake(
    config_file: ConfigFile, change: Change, mistakes: dict[str, str]
) -> None:
    found = config_file.mistakes(change)
    assert {**found, **mistakes} == found


def test_a_file_needs_the_folder_and_is_none_of_our_own(config_file: ConfigFile, folder: Path) -> None:
    def without(data: Data) -> None:
        data["secrets"] = {"names": {str(BOX): ["file:asso"]}}

    def ours(data: Data) -> None:
        lists("file:key")(data)
        data["matrix"]["password"] = {"file": "./secrets/key"}

    (folder / "key").write_text("p")
    assert config_file.mistakes(without) == {"secrets.folder": "config.secrets_folder_missing"}
    assert config_file.mistakes(ours) == {"secrets.names.Contact@monasso.org": "config.reference_is_ours"}


def test_the_list_holds_at_once_when_the_file_is_read_again(config_file: ConfigFile, config: Config) -> None:
    before = config_file.text(LEAST)
    assert needs_restart(before, config) == ()
    assert mark_of(before, BOX, FILE) != mark_of(config, BOX, FILE)


def test_check_tells_of_what_cannot_be_read_and_of_what_all_may_read(
    config_file: ConfigFile, config: Config, folder: Path
) -> None:
    def found() -> list[tuple[Level, dict[str, Any]]]:
        every = check(config, config_file.path)
        return [(one.level, dict(one.problem.values)) for one in every if one.path == "secrets.names"]

    lacks = [(Level.WARNING, {"reference": one.written, "reason": "password_missing"}) for one in (FILE, ENV)]
    assert found() == lacks
    (folder / "asso").write_text(WORD, encoding="utf-8")
    (folder / "asso").chmod(0o600)
    assert found() == lacks[1:]
    (folder / "asso").chmod(0o644)
    assert found() == [(Level.WARNING, {"file": str(folder / "asso")}), *lacks[1:]]
    assert WORD not in repr(check(config, config_file.path))


@pytest.mark.parametrize("words", ["file:asso", " `file:asso`\n", "env:A_1"])
def test_a_reference_is_read_as_people_write_it(words: str) -> None:
    found = reference_in(words)
    assert found is not None
    assert found.written == words.strip(" `\n")


@pytest.mark.parametrize("words", ["", "file:", "env:", "File:asso", "file: asso", "file:a b", "env:1A", "file:/etc/x"])
def test_all_other_words_are_none(words: str) -> None:
    assert reference_in(words) is None
