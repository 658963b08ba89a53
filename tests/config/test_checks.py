"""`check` looks at the machine: folders, file modes, and what is probably not meant."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.config import Config, Level, open_files
from bot.config.checks import check
from tests.config.conftest import ConfigFile, Data


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    return folder


def loaded(config_file: ConfigFile, home: Path, **changes: object) -> Config:
    def change(data: Data) -> None:
        data["data_dir"] = str(home)
        data["database"] = f"sqlite:///{home}/postroom.db"
        data.update(changes)

    config = config_file.changed(change)
    config_file.path.chmod(0o600)
    return config


def found(config: Config, file: Path) -> dict[str, Level]:
    return {one.problem.key: one.level for one in check(config, file)}


def test_a_good_configuration_has_nothing_but_good_findings(config_file: ConfigFile, home: Path) -> None:
    assert set(found(loaded(config_file, home), config_file.path).values()) == {Level.OK}


def test_more_mailboxes_than_the_machine_allows_connections_are_a_warning(
    config_file: ConfigFile, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = loaded(config_file, home)
    assert open_files.needed(config) < 200
    monkeypatch.setattr(open_files, "allowed", lambda: open_files.needed(config) - 1)

    assert found(config, config_file.path)["check.open_files"] is Level.WARNING


def test_the_junk_folder_of_a_mailbox_counts_as_a_connection(config_file: ConfigFile, home: Path) -> None:
    config = loaded(config_file, home)
    first, *others = config.mailboxes
    alone = first.model_copy(update={"imap": first.imap.model_copy(update={"watch_junk": False})})

    without = config.model_copy(update={"mailboxes": (alone, *others)})

    assert open_files.needed(config) == open_files.needed(without) + 1


def test_a_file_with_secrets_that_everybody_can_read_is_a_warning(config_file: ConfigFile, home: Path) -> None:
    config = loaded(config_file, home)
    config_file.path.chmod(0o644)

    assert found(config, config_file.path)["check.world_readable"] is Level.WARNING


def test_a_file_without_secrets_may_be_read_by_everybody(config_file: ConfigFile, home: Path) -> None:
    (home / "word").write_text("p")
    (home / "word").chmod(0o600)

    def change(data: Data) -> None:
        data["data_dir"] = str(home)
        data["matrix"]["password"] = {"file": str(home / "word")}
        data["mailboxes"][0]["imap"]["password"] = {"file": str(home / "word")}

    config = config_file.changed(change)
    config_file.path.chmod(0o644)

    assert "check.world_readable" not in found(config, config_file.path)
    (home / "word").chmod(0o604)
    assert "check.world_readable" in found(config, config_file.path)


def test_a_data_folder_that_others_can_enter_is_a_warning(config_file: ConfigFile, home: Path) -> None:
    config = loaded(config_file, home)
    home.chmod(0o755)

    assert found(config, config_file.path)["check.folder_open_to_all"] is Level.WARNING


def test_a_missing_data_folder_will_be_made(config_file: ConfigFile, home: Path) -> None:
    config = loaded(config_file, home / "a" / "b")

    assert found(config, config_file.path)["check.folder_will_be_made"] is Level.OK


def test_a_file_in_the_place_of_the_data_folder_is_a_mistake(config_file: ConfigFile, home: Path) -> None:
    (home / "file").write_text("")
    config = loaded(config_file, home / "file")

    assert found(config, config_file.path)["check.folder_is_file"] is Level.MISTAKE


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_a_mistake(config_file: ConfigFile, home: Path) -> None:
    config = loaded(config_file, home)
    home.chmod(0o500)

    assert found(config, config_file.path)["check.folder_not_writable"] is Level.MISTAKE


def test_a_folder_below_a_file_can_never_be_made(config_file: ConfigFile, home: Path) -> None:
    (home / "file").write_text("")
    config = loaded(config_file, home / "file" / "below")

    assert found(config, config_file.path)["check.folder_not_writable"] is Level.MISTAKE


def test_what_is_probably_not_meant_is_a_warning(config_file: ConfigFile, home: Path) -> None:
    def change(data: Data) -> None:
        data["data_dir"] = str(home)
        data["secret_key"] = "short"
        data["admins"] = ["@alice:elsewhere.org"]
        data["mailboxes"][0]["imap"] = {"host": "h", "port": 143, "password": "p"}
        data["mailboxes"][0]["smtp"] = {"host": "smtp.gmail.com", "port": 465, "security": "starttls"}

    config = config_file.changed(change)
    config_file.path.chmod(0o600)

    warnings = {one.problem.key for one in check(config, config_file.path) if one.level is Level.WARNING}
    assert warnings == {
        "check.short_key",
        "check.admin_of_other_server",
        "check.port_wants_starttls",
        "check.port_wants_tls",
        "check.sent_kept_by_provider",
    }


def test_no_mailbox_is_a_warning(config_file: ConfigFile, home: Path) -> None:
    assert "check.no_mailboxes" in found(loaded(config_file, home, mailboxes=[]), config_file.path)
