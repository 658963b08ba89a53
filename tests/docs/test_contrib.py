"""The examples in contrib/ are what they say: they load, and their configurations are ones that the bot takes."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.config import Config, parse
from bot.process.statuses import EX_CONFIG, EX_DATA

CONTRIB = Path(__file__).parent.parent.parent / "contrib"
ROLE = CONTRIB / "ansible" / "matrix-bot-postroom"
NAME = "matrix_bot_postroom_"


def loaded(settings: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    for name in ("POSTROOM_DATABASE", "POSTROOM_MATRIX_PASSWORD", "POSTROOM_SECRET_KEY"):
        monkeypatch.setenv(name, "postgresql://u:p@postgres/postroom" if "DATABASE" in name else "a long word")
    return parse(yaml.safe_dump(settings), tmp_path / "config.yaml")


def test_the_compose_example_names_what_it_uses_and_its_configuration_loads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compose = yaml.safe_load((CONTRIB / "compose" / "compose.yaml").read_text("utf-8"))
    assert set(compose["services"]) == {"synapse", "postgres", "postroom"}
    for service in compose["services"].values():
        assert set(service.get("depends_on", {})) <= set(compose["services"])
        assert set(service.get("secrets", [])) <= set(compose["secrets"])
        named = [one.partition(":")[0] for one in service.get("volumes", [])]
        assert {one for one in named if not one.startswith(".")} <= set(compose["volumes"])
    settings = yaml.safe_load((CONTRIB / "compose" / "postroom.yaml").read_text("utf-8"))
    for place, key in ((settings["matrix"], "password"), (settings, "secret_key")):
        secret = tmp_path / Path(place[key]["file"]).name
        assert secret.name in compose["secrets"]
        secret.write_text("a long word\n")
        place[key] = {"file": str(secret)}
    assert loaded(settings, tmp_path, monkeypatch).http is not None


def test_the_role_has_each_variable_that_it_uses_and_writes_a_configuration_that_loads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    defaults = yaml.safe_load((ROLE / "defaults" / "main.yml").read_text("utf-8"))
    used: set[str] = set()
    for file in ROLE.rglob("*"):
        if file.is_file() and file.suffix in (".yml", ".j2"):
            used |= set(re.findall(rf"\b{NAME}\w+", file.read_text("utf-8")))
        if file.suffix == ".yml":
            assert yaml.safe_load(file.read_text("utf-8"))
    registered = {f"{NAME}git_result", f"{NAME}service_stat"}
    assert used - registered == set(defaults)
    named = set(re.findall(rf"\b{NAME}\w+", (ROLE / "README.md").read_text("utf-8")))
    assert named <= set(defaults)

    given = {
        "matrix_homeserver_url": "http://matrix-synapse:8008",
        "matrix_user_id": "@postroom:example.org",
        "config_room": "!31hneApxJ_1o-63DmFrpeqnkFfWppnzWso1JvH3ogLM",
        "admins": ["@alice:example.org"],
    }

    def filled(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: filled(one) for key, one in value.items()}
        found = re.fullmatch(rf"{{{{ {NAME}(\w+) }}}}", value) if isinstance(value, str) else None
        return given[found[1]] if found else value

    config = loaded(filled(defaults[f"{NAME}configuration_default"]), tmp_path, monkeypatch)
    assert config.matrix.user_id == "@postroom:example.org"


def test_every_unit_gives_up_at_the_same_statuses() -> None:
    for file in (CONTRIB / "postroom.service", *ROLE.rglob("*.service.j2")):
        (ends,) = re.findall(r"(?m)^RestartPreventExitStatus=(.*)$", file.read_text("utf-8"))
        assert {int(one) for one in ends.split()} == {EX_DATA, EX_CONFIG}


@pytest.mark.parametrize("script", sorted(CONTRIB.rglob("*.sh")), ids=lambda one: one.name)
def test_each_script_is_one_that_bash_reads_and_that_may_be_run(script: Path) -> None:
    assert script.stat().st_mode & 0o100
    subprocess.run(["bash", "-n", script], check=True)


def test_the_container_file_copies_what_the_wheel_is_made_of() -> None:
    lines = (CONTRIB / "Containerfile").read_text("utf-8")
    copied = {word for line in re.findall(r"(?m)^COPY (.*)$", lines) for word in line.split()[:-1]}
    assert {"requirements.lock", "pyproject.toml", "README.md", "LICENSE", "bot", "storage", "contrib/share"} <= copied
    assert all((CONTRIB.parent / one).exists() for one in copied)
