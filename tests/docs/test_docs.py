"""What the pages say is what the program does."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
import yaml

from bot.__main__ import EX_CONFIG, cli
from bot.config.load import section_in
from bot.config.types import Config, Section
from bot.domain.command_table import TABLE
from bot.domain.conversation import OutState, Status
from bot.domain.settings import DEFAULT_REACTIONS
from bot.metrics import Metrics
from bot.text.commands_page import commands_page
from storage.outbox import State

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")])
NAMES = {name for row in TABLE for name in row.names}


def text_of(*names: str) -> str:
    return "\n".join((ROOT / name).read_text(encoding="utf-8") for name in names)


def test_the_page_of_commands_is_what_the_table_generates() -> None:
    assert text_of("docs/commands.md") == commands_page(), "python -m bot.text.commands_page > docs/commands.md"


def test_the_page_of_commands_can_be_made_in_french() -> None:
    page = commands_page("fr")

    assert "page." not in page
    assert "Commandes et réactions" in page


def test_the_readme_names_every_command() -> None:
    named = set(re.findall(r"`!(\w+)", text_of("README.md")))

    assert {row.name for row in TABLE} <= named


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_names_a_command_that_is_not_there(page: Path) -> None:
    named = set(re.findall(r"`!(\w+)", page.read_text(encoding="utf-8")))

    assert named <= NAMES


def test_the_readme_names_every_reaction_that_does_something() -> None:
    readme = text_of("README.md")

    assert not [e for e, _ in DEFAULT_REACTIONS if e not in readme]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_file_leads_to_one(page: Path) -> None:
    targets = re.findall(r"(?<!!)\[[^\]]*\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))

    assert not [one for one in targets if "://" not in one and not (page.parent / one).exists()]


def subcommands(group: click.Group, path: str) -> set[str]:
    found = set()
    for name, command in group.commands.items():
        found.add(f"{path} {name}")
        if isinstance(command, click.Group):
            found |= subcommands(command, f"{path} {name}")
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_postroom_command_of_the_pages_exists(page: Path) -> None:
    known = {one.removeprefix("postroom ") for one in subcommands(cli, "postroom")}
    text = page.read_text(encoding="utf-8")
    used = re.findall(r"postroom (outbox(?: -c \S+)? (?:list|retry|drop|shunted)|[a-z]+) (?:-c|FILE|mail|\d)", text)

    assert {re.sub(r" -c \S+", "", one) for one in used} <= known


def test_every_make_target_of_the_readme_exists() -> None:
    used = set(re.findall(r"\bmake (?:-C \S+ )?([a-z]+)\b", re.sub(r"(?s)Make them.*?\n\n", "", text_of("README.md"))))
    known = set(re.findall(r"(?m)^([a-z-]+):", text_of("Makefile")))

    assert {"demo", "test", "setup"} <= used
    assert used <= known | {"python"}  # apt-get install git make python3


def keys(section: type[Section], path: str = "") -> set[str]:
    found = set()
    for name, field in section.model_fields.items():
        found.add(f"{path}{name}")
        inner = section_in(field.annotation)
        if inner is not None:
            found |= keys(inner, "" if name == "mailboxes" else f"{path}{name}.")
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_key_path_of_the_pages_exists(page: Path) -> None:
    known = keys(Config)
    used = re.findall(r"`((?:matrix|imap|smtp|http|log)\.[a-z_]+)`", page.read_text(encoding="utf-8"))

    assert set(used) <= known


def test_every_metric_of_the_pages_exists() -> None:
    known = Metrics().rendered()

    assert not [one for one in re.findall(r"`(postroom_\w+)`", text_of("docs/operating.md")) if one not in known]


@pytest.mark.parametrize("states", [Status, OutState, State], ids=lambda one: str(one.__name__))
def test_every_state_is_drawn_and_no_other(states: type[Status | OutState | State]) -> None:
    diagrams = re.findall(r"(?s)```mermaid\n(.*?)```", text_of("docs/states.md"))
    drawn = [set(re.findall(r"(?m)^ +(\w+) -->", one)) | set(re.findall(r"--> (\w+)", one)) for one in diagrams]

    assert {state.value for state in states} in drawn


def test_the_unit_does_not_start_again_on_a_mistake_in_the_configuration() -> None:
    unit = text_of("contrib/postroom.service")

    assert f"RestartPreventExitStatus={EX_CONFIG}" in unit
    assert f"| {EX_CONFIG} | a mistake in the configuration" in text_of("docs/operating.md")


def test_decisions_are_numbered_and_name_context_choice_and_price() -> None:
    parts = re.split(r"(?m)^## ", text_of("docs/decisions.md"))[1:]

    assert [int(part.split(".")[0]) for part in parts] == list(range(1, len(parts) + 1))
    for part in parts:
        assert all(f"**{name}.**" in part for name in ("Context", "Choice", "Price")), part.splitlines()[0]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_yaml_in_the_pages_is_yaml(page: Path) -> None:
    for block in re.findall(r"(?s)```yaml\n(.*?)```", page.read_text(encoding="utf-8")):
        yaml.safe_load(block)


def test_the_licence_is_the_agpl() -> None:
    assert text_of("LICENSE").split("\n")[0].strip() == "GNU AFFERO GENERAL PUBLIC LICENSE"
