"""What the pages say is what the program does."""

from __future__ import annotations

import itertools
import re
from dataclasses import MISSING, fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import pytest
import yaml

from bot.cli.main import cli
from bot.config.load import section_in
from bot.config.section import Section
from bot.config.types import Config
from bot.domain.adjusting import KEYS, RECIPIENTS
from bot.domain.command import Called, Command
from bot.domain.commands.reading import MOST_NAMED
from bot.domain.commands.table import TABLE
from bot.domain.conversation import LISTED, MailRecord, OutState, Status
from bot.domain.dialogues.steering import WORDS
from bot.domain.grants import Right
from bot.domain.new_mailbox import Step
from bot.domain.new_password import Phase
from bot.domain.page import Page
from bot.domain.question import HOLDS, Stage
from bot.domain.retry import MAIL_PATIENCE, next_mail_try
from bot.domain.rules import flood
from bot.domain.rules.weight import CAN_COME_BACK
from bot.domain.settings import DEFAULT_REACTIONS, MailboxSettings
from bot.domain.stories.mail import came_back
from bot.flows.load.inputs import CARDS_ANEW
from bot.flows.load.receipt import CARDS_MOVED
from bot.process.health import WAITS_TOO_LONG
from bot.process.metrics import Metrics
from bot.process.statuses import EX_CONFIG, EX_DATA, EX_DISK, EX_SOFTWARE, EX_UNAVAILABLE
from bot.text.commands_page import commands_page
from bot.text.wording import LANGUAGES, PLACE, catalogue
from storage.outbox import State
from tests.domain.commands.cases import ask

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")])
FIRST_WORDS = {name.partition(" ")[0] for row in TABLE for name in row.names} | set(WORDS)
"""What a page may tell people to say: commands, and words to a dialogue."""


def text_of(*names: str) -> str:
    return "\n".join((ROOT / name).read_text(encoding="utf-8") for name in names)


def test_the_page_of_commands_is_what_the_table_generates() -> None:
    assert text_of("docs/commands.md") == commands_page(), "python -m bot.text.commands_page > docs/commands.md"
    assert re.findall(r"`?\b(?:help|page)\.[a-z_]+", commands_page()) == [], "a key without an entry"


def test_the_page_beside_freescout_has_each_setting_of_a_mailbox_and_each_right_that_is_given() -> None:
    table = text_of("docs/freescout.md").partition("## The settings of a mailbox")[2]
    told = {word for code in re.findall(r"`([^`]*)`", table) for word in re.findall(r"[a-z-]+", code)}
    assert {key.word.own for key in KEYS} - told == set()
    given = set(Right) - {Right.READ, Right.MEMBER, Right.ADMIN}
    assert ({right.value for right in given} | {"notes", "hide"}) - told == set()


def test_the_page_of_commands_can_be_made_in_french() -> None:
    page = commands_page("fr")

    assert "page." not in page
    assert "Commandes et réactions" in page


def test_the_readme_names_every_command() -> None:
    readme = text_of("README.md")

    assert not [row.name for row in TABLE if not re.search(rf"`!{row.name}(?!\w)", readme)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_names_a_command_that_is_not_there(page: Path) -> None:
    named = set(re.findall(r"`!(\w+)", page.read_text(encoding="utf-8")))

    assert named <= FIRST_WORDS


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


def commands_named(text: str) -> set[str]:
    """Each `postroom …` of a code span or block, with its subcommands: `outbox shunted retry`."""
    found = set()
    for line in re.findall(r"(?m)(?:^|`|bin/)postroom ([^`\n]+)", text):
        words = [*itertools.takewhile(re.compile(r"[a-z][a-z-]*").fullmatch, re.sub(r"-c \S+ ?", "", line).split())]
        found.add(" ".join(words))
    return found - {""}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_postroom_command_of_the_pages_exists(page: Path) -> None:
    known = {one.removeprefix("postroom ") for one in subcommands(cli, "postroom")}

    assert commands_named(page.read_text(encoding="utf-8")) <= known


def test_the_operating_page_names_every_command_for_the_person_who_runs_it() -> None:
    named = {one.split()[0] for one in commands_named(text_of("docs/operating.md", "README.md"))}

    assert set(cli.commands) - {"demo"} <= named | {"run"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_postroom_command_of_the_catalogues_exists(language: str) -> None:
    known = {one.removeprefix("postroom ") for one in subcommands(cli, "postroom")}

    for key, forms in catalogue(language).forms.items():
        for form in forms:
            assert commands_named(form) <= known, key


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_make_target_of_the_pages_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    blocks = "\n".join(re.findall(r"(?s)```sh\n.*?```|`[^`\n]+`|\n    [^\n]+", text))
    used = set(re.findall(r"(?m)(?:^ *|`|&& )make (?:-C \S+ )?([a-z][a-z-]*)(?=[\s`])", blocks))
    known = set(re.findall(r"(?m)^([a-z-]+):", text_of("Makefile")))

    assert used <= known


def keys(section: type[Section], path: str = "") -> set[str]:
    found = set()
    for name, field in section.model_fields.items():
        found.add(f"{path}{name}")
        inner = section_in(field.annotation)
        if inner is not None:
            found |= keys(inner, "" if name == "mailboxes" else f"{path}{name}.")
    return found


SECTIONS = r"(?:matrix|imap|smtp|http|log)"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_key_path_of_the_pages_exists(page: Path) -> None:
    used = re.findall(rf"`({SECTIONS}\.[a-z_]+)`", page.read_text(encoding="utf-8"))

    assert set(used) <= keys(Config)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_path_of_the_catalogues_exists(language: str) -> None:
    for key, forms in catalogue(language).forms.items():
        for form in forms:
            used = set(re.findall(rf"(?<![\w.])({SECTIONS}\.[a-z_]+)(?![\w.-])", form))
            assert used <= keys(Config), key


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_and_folder_of_the_pages_exists(page: Path) -> None:
    if page.name == "decisions.md":
        pytest.skip("a decision may speak of what was there")
    text = page.read_text(encoding="utf-8")
    used = re.findall(r"`((?:bot|storage|tests|docs|contrib|benchmarks)/[\w/.-]+)`", text)

    assert not [one for one in used if not (ROOT / one).exists()]


def test_every_status_of_the_end_stands_in_the_table_and_no_other() -> None:
    rows = {int(one) for one in re.findall(r"(?m)^\| (\d+) \|", text_of("docs/operating.md"))}

    assert rows == {0, EX_DATA, EX_UNAVAILABLE, EX_SOFTWARE, EX_DISK, EX_CONFIG}


def test_every_reason_of_the_health_page_is_one_that_the_code_gives() -> None:
    code = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "bot").rglob("*.py"))
    page = text_of("docs/operating.md")
    reasons = set(re.findall(r"with `\w+`(?: and|,) `(\w+)`", page)) | set(re.findall(r"`(\w+)` is a reason", page))

    assert {"credentials", "calls_wait", "nobody_reads"} <= reasons
    assert not [one for one in reasons if f'"{one}"' not in code]


MINUTE = timedelta(minutes=1)
FIGURES = (
    ("docs/states.md", f"can be answered for {HOLDS // MINUTE} minutes"),
    ("docs/states.md", f"`!unfold` posts the oldest {flood.SHOWN_AT_ONCE}"),
    ("docs/states.md", f"has opened {MailboxSettings.__dataclass_fields__['fold_after'].default} conversations"),
    ("docs/operating.md", f"up to {CARDS_ANEW} open cards"),
    ("docs/operating.md", f"`postroom_oldest_waiting_seconds` above {WAITS_TOO_LONG:.0f}"),
    ("README.md", f"({CARDS_MOVED} conversations at most)"),
    ("README.md", f"(a setting, to {RECIPIENTS.most} at most)"),
    ("README.md", f"Of mails above {Config.model_fields['max_mail_mb'].default} MB"),
    ("CHANGELOG.md", f"up to {MOST_NAMED} conversations"),
)


@pytest.mark.parametrize(("page", "words"), FIGURES, ids=[words for _, words in FIGURES])
def test_figures_are_those_of_the_code(page: str, words: str) -> None:
    assert words in text_of(page)


def test_the_pauses_between_tries_are_those_of_the_code() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    dues = [next_mail_try(failures=n, first_tried_at=now, now=now) for n in range(1, 8)]
    pauses = [(due - now) / MINUTE for due in dues if isinstance(due, datetime)]

    assert pauses == [1, 2.5, 5, 15, 30, 60, 60]
    assert f"New tries after 1, 2½, 5, 15 and 30 minutes, then each hour, for {MAIL_PATIENCE.days} days" in text_of(
        "docs/states.md"
    ).replace("two days", "2 days")


def test_the_states_name_no_command_that_is_not_there() -> None:
    assert set(re.findall(r"!(\w+)", text_of("docs/states.md"))) <= FIRST_WORDS


def test_every_metric_of_the_pages_exists() -> None:
    known = Metrics().rendered()

    assert not [one for one in re.findall(r"`(postroom_\w+)`", text_of("docs/operating.md")) if one not in known]


@pytest.mark.parametrize("states", [Status, OutState, State, Stage, Phase, Step], ids=lambda one: str(one.__name__))
def test_every_state_is_drawn_and_no_other(states: type[Status | OutState | State | Stage | Phase | Step]) -> None:
    diagrams = re.findall(r"(?s)```mermaid\n(.*?)```", text_of("docs/states.md"))
    drawn = [set(re.findall(r"(?m)^ +(\w+) -->", one)) | set(re.findall(r"--> (\w+)", one)) for one in diagrams]

    assert {state.value for state in states} in drawn


def arrows(text: str) -> dict[tuple[str, str], str]:
    """The arrows of the drawings: from, to, and what stands on them."""
    found: dict[tuple[str, str], str] = {}
    for start, end, words in re.findall(r"(?m)^ +(\w+) --> (\w+)(?:: (.*))?$", text):
        found[start, end] = f"{found.get((start, end), '')}, {words}"
    return found


@pytest.mark.parametrize(
    ("command", "reaction", "becomes"),
    [
        ("active", "", Status.ACTIVE),
        ("pending", "⏳", Status.PENDING),
        ("close", "✅", Status.CLOSED),
        ("spam", "🚫", Status.SPAM),
    ],
)
def test_the_drawing_shows_where_a_status_command_and_its_reaction_lead(
    command: str, reaction: str, becomes: Status
) -> None:
    drawn = arrows(text_of("docs/states.md"))

    for status in LISTED:
        if status is not becomes:
            assert {f"!{command}", reaction} - {""} <= set(drawn[status.value, becomes.value].split(", ")), status


def test_the_drawing_shows_which_mails_a_bounce_reaches() -> None:
    drawn = arrows(text_of("docs/states.md"))
    names = {field.name: None for field in fields(MailRecord) if field.default is MISSING}
    record = replace(MailRecord(**names), to=(), cc=())  # type: ignore[arg-type]

    reached = {
        state for state in CAN_COME_BACK if came_back(replace(record, state=state), None).state is OutState.BOUNCED
    }

    assert {start for start, end in drawn if end == OutState.BOUNCED} == {state.value for state in reached}


def test_words_that_the_operating_page_quotes_are_those_that_people_read() -> None:
    said = [PLACE.sub("…", form).lower() for forms in catalogue("en").forms.values() for form in forms]
    quoted = re.findall(r'"([^"\n]+)"', "\n".join(re.findall(r"(?m)^\| (.*?) \|", text_of("docs/operating.md"))))

    assert len(quoted) > 5
    for words in quoted:
        parts = [part.strip() for part in words.lower().split("…") if part.strip()]
        assert [one for one in said if all(part in one for part in parts)], words


def test_the_unit_does_not_start_again_on_what_a_person_must_mend() -> None:
    unit = text_of("contrib/postroom.service")

    assert f"RestartPreventExitStatus={EX_DATA} {EX_CONFIG}\n" in unit
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


def test_the_command_of_the_development_page_works_as_it_stands_there() -> None:
    page = (ROOT / "docs" / "development.md").read_text(encoding="utf-8")
    (source,) = re.findall(r"```python\n(\"\"\"`since`.*?)```", page, flags=re.DOTALL)
    module: dict[str, object] = {}
    exec(source, module)
    row = module["SINCE"]
    assert isinstance(row, Command)
    asked, _ = ask("!show")
    shown = row.rule(replace(asked, reading=Called(row)))
    assert isinstance(shown, Page) and shown.conversation == asked.about[0].id
