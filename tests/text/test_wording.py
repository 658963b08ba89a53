"""The catalogues: complete, alike in every language, and knowing every sentence that the code asks for."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import commands
from bot.domain.command import Command
from bot.domain.commands.table import TABLE, by_name
from bot.domain.conversation import OutState, Status
from bot.domain.dialogues.steering import steer_in
from bot.domain.mail import BounceReason
from bot.domain.sentences import sentence
from bot.text.lookalike import SenderWarning
from bot.text.reader import Reader
from bot.text.shown import in_words
from bot.text.wording import LANGUAGES, PLACE, catalogue, has, known_language, say, template, typed

BOT = Path(__file__).parents[2] / "bot"
KEYS = sorted(set().union(*(catalogue(language).forms for language in LANGUAGES)))
TOPICS = {key.split(".")[0] for key in KEYS if "." in key}
CODE = re.compile(r"`[^`]*`")
OF_THE_TERMINAL = ("config.", "check.", "cli.", "demo.")
"""What is read in a terminal next to YAML and paths keeps to what can be typed."""


@dataclass(frozen=True)
class Asked:
    """A sentence that some line of the code asks for."""

    key: str
    values: frozenset[str] | None
    """None where the line does not tell."""
    where: str


@cache
def _code() -> Sequence[tuple[Path, ast.Call | ast.Constant | ast.JoinedStr]]:
    """The calls and the strings of the whole code, which takes two seconds to walk through."""
    return tuple(
        (file, node)
        for file in sorted(BOT.rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call | ast.JoinedStr)
        or (isinstance(node, ast.Constant) and isinstance(node.value, str))
    )


@cache
def _asked() -> Sequence[Asked]:
    return tuple(_asks())


def _asks() -> Iterator[Asked]:
    for file, node in _code():
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "sentence":
            named = [word.arg for word in node.keywords]
            values = frozenset(name for name in named if name is not None)
            is_known = None not in named and not isinstance(node.args[0], ast.JoinedStr)
            for key in _keys(node.args[0]):
                yield Asked(key, values if is_known else None, f"{file.relative_to(BOT)}:{node.lineno}")


def _keys(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
        # `f"status.{status}"`: at least one entry must have that form.
        parts = [re.escape(str(v.value)) if isinstance(v, ast.Constant) else r"\w+" for v in node.values]
        form = re.compile("".join(parts))
        fitting = [key for key in KEYS if form.fullmatch(key)]
        yield from fitting or [ast.unparse(node)]
    elif isinstance(node, ast.IfExp):
        yield from _keys(node.body)
        yield from _keys(node.orelse)


@pytest.mark.parametrize("key", KEYS)
def test_each_entry_is_in_every_language_with_the_same_places(key: str) -> None:
    places = set()
    for language in LANGUAGES:
        forms = catalogue(language).forms.get(key, ())
        assert forms and all(forms), f"{key} has no words in {language}"
        places |= {frozenset(PLACE.findall(form)) - {"count"} for form in forms}
    assert len(places) == 1, f"{key}: {places}"


def test_an_entry_with_a_count_has_both_plural_forms_in_every_language() -> None:
    for key in KEYS:
        counted = {language: len(catalogue(language).forms[key]) for language in LANGUAGES}
        assert len(set(counted.values())) == 1, f"{key}: {counted}"


def test_the_code_asks_for_no_sentence_that_the_catalogues_lack() -> None:
    missing = defaultdict(list)
    for asked in _asked():
        if not has(asked.key):
            missing[asked.key].append(f"{asked.where} {sorted(asked.values or ())}")
    assert not missing, "\n".join(f"{key}: {', '.join(where)}" for key, where in sorted(missing.items()))


def test_the_code_gives_a_value_for_each_place_of_a_sentence() -> None:
    """The builders under `text` fill their places themselves; their own tests look at them."""
    wrong = [
        f"{asked.where} {asked.key} lacks {lacking}"
        for asked in _asked()
        if asked.values is not None and not asked.where.startswith("text/")
        if (lacking := sorted(set(PLACE.findall(" ".join(_all_forms(asked.key)))) - asked.values))
    ]
    assert not wrong, "\n".join(wrong)


def test_a_sentence_with_plural_forms_is_asked_for_with_a_count() -> None:
    wrong = [
        f"{asked.where} {asked.key}"
        for asked in _asked()
        if asked.values is not None and "count" not in asked.values and has(asked.key)
        if not asked.where.startswith("text/")
        if len(catalogue("en").forms[asked.key]) > 1
    ]
    assert not wrong, "\n".join(wrong)


def test_every_word_in_the_code_that_looks_like_a_key_is_one() -> None:
    topics = "|".join(sorted({"history", "error", "reply", "question", "state", "status", "help"} & TOPICS))
    looks_like_key = re.compile(rf"(?:{topics})\.[a-z_]+(?:\.[a-z_]+)*")
    wrong = []
    for file, node in _code():
        if file.is_relative_to(BOT / "adapters") or file.is_relative_to(BOT / "mime"):
            continue
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        if looks_like_key.fullmatch(node.value) and not has(node.value):
            wrong.append(f"{file.relative_to(BOT)}:{node.lineno} {node.value}")
    assert not wrong, "\n".join(wrong)


def test_every_entry_stands_once_with_one_wording() -> None:
    """What a merge leaves behind: gettext takes the last of two without a word."""
    for file in sorted((BOT / "text/catalogues").rglob("*.po")):
        entries = file.read_text("utf-8").split("\nmsgid ")[1:]
        keys = [entry.split("\n")[0] for entry in entries]
        assert len(keys) == len(set(keys)), file
        for key, entry in zip(keys, entries, strict=True):
            kinds = re.findall(r"(?m)^(msg\S+) ", entry)
            assert kinds in (["msgstr"], ["msgid_plural", "msgstr[0]", "msgstr[1]"]), f"{file.name} {key}: {kinds}"


def _files_of(language: str) -> dict[str, str]:
    """The file of each entry."""
    folder = BOT / "text/catalogues" / language
    return {
        key: file.stem
        for file in sorted(folder.glob("*.po"))
        for key in re.findall(r'(?m)^msgid "(.+)"$', file.read_text())
    }


def test_an_entry_stands_in_the_file_of_one_story_in_every_language() -> None:
    assert sorted(_files_of("en")) == KEYS, "an entry stands in two files, or in none"
    assert _files_of("fr") == _files_of("en")


def test_what_help_says_of_a_command_stands_in_the_catalogue_of_its_module() -> None:
    files = _files_of("en")
    modules = {
        row.key: module.__name__.rsplit(".", 1)[1]
        for module in (import_module(f"{commands.__name__}.{one.name}") for one in iter_modules(commands.__path__))
        for row in vars(module).values()
        if isinstance(row, Command) and module.__name__ != "bot.domain.commands.table"
    }
    assert set(modules) == {row.key for row in TABLE}
    assert {key: files[f"help.{key}"] for key in modules} == modules


def test_the_code_uses_every_entry() -> None:
    said, made = _words_and_forms()
    places = {place for key in KEYS for form in _all_forms(key) for place in PLACE.findall(form)}
    starts = [word for word in said if "." in word]
    unused = []
    for key in KEYS:
        place, _, word = key.partition(".")
        by_parts = any(key.removeprefix(start) in said for start in starts if key.startswith(start))
        if not (key in said or by_parts or (place in places and word in said) or made.fullmatch(key)):
            unused.append(key)
    assert not unused


def _words_and_forms() -> tuple[set[str], re.Pattern[str]]:
    """The strings of the code, and the keys that it makes from parts."""
    said, forms = set(), []
    for _, node in _code():
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            said.add(node.value)
        elif isinstance(node, ast.JoinedStr):
            parts = [str(v.value) if isinstance(v, ast.Constant) else None for v in node.values]
            start = parts[0] if parts[0] is not None else next((p for p in parts if p), "")
            if re.match(r"[a-z_]+\.|[._]", start):
                forms.append("".join(r"[\w.-]+" if part is None else re.escape(part) for part in parts))
    return said, re.compile("|".join(forms))


def test_keys_made_from_a_part_exist_for_every_part() -> None:
    for prefix, parts in (
        ("status", Status),
        ("bounce", BounceReason),
        ("card.warning", SenderWarning),
        ("history", Status),
    ):
        for part in parts:
            assert has(f"{prefix}.{part}"), f"{prefix}.{part}"
    for state in (OutState.UNKNOWN, OutState.BOUNCED):
        assert has(f"state.{state}.next")


@pytest.mark.parametrize("prefix", ["help", "example"])
def test_every_command_has_its_help(prefix: str) -> None:
    for command in TABLE:
        assert has(f"{prefix}.{command.key}"), f"{prefix}.{command.key}"


def test_french_has_no_plain_blank_before_double_marks_and_no_straight_apostrophe() -> None:
    wrong = []
    for key, forms in catalogue("fr").forms.items():
        if key.startswith((*OF_THE_TERMINAL, "example.")):
            continue
        for form in forms:
            words = CODE.sub("`x`", form)
            if re.search(r"\S [:;?!»](?=\W|$)|« ", words) or re.search(r"\w[:;?!](?=\s|$)", words) or "'" in words:
                wrong.append(f"{key}: {form!r}")
    assert not wrong, "\n".join(wrong)


def test_commands_stand_between_a_pair_of_backticks_in_every_sentence() -> None:
    for language in LANGUAGES:
        for key, forms in catalogue(language).forms.items():
            for form in forms:
                assert form.count("`") % 2 == 0, key
                if not key.startswith((*OF_THE_TERMINAL, "example.")):
                    assert not re.search(r"(?<![`\w])![a-z]", CODE.sub("", form)), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_that_people_are_told_has_the_name_of_their_language(language: str) -> None:
    wrong = []
    for key in KEYS:
        if key.startswith(("config.", "check.", "cli.", "page.")):
            continue
        entry = sentence(key, count=2, name="reply", near="reply", command="!list mine 2", option="others")
        said = typed(language, template(language, key)) if key.startswith("example.") else say(language, entry)
        for name, second in re.findall(r"(?<!\w)!([^\W\d_][\w-]*)(?: ([^\W\d_][\w-]*))?", said):
            name = f"{name} {second}" if by_name(f"{name} {second}") is not None else name
            row = by_name(name)
            # Words to a dialogue are no commands, and stand in the language of their sentence.
            is_led = key.startswith(("dialogue.", "adding.", "help.mailbox_add."))
            steers = is_led and steer_in(f"!{name}") is not None
            if not steers and (row is None or row.name_in(language) != name):
                wrong.append(f"{key}: !{name}")
    assert not wrong, "\n".join(wrong)


def test_the_words_behind_a_command_are_said_in_the_language_of_the_reader() -> None:
    for asked, french in (
        ("!list mine", "!liste miennes"),
        ("!list unassigned 2", "!liste libres 2"),
        ("!list tag:spam 2", "!liste étiquette:spam 2"),
        ("!list tag:mine closed", "!liste étiquette:mine fermées"),
        ("!list closed from:mine@example.org", "!liste fermées de:mine@example.org"),
        ("!list @marie:example.org", "!liste @marie:example.org"),
        ("!reply --only …", "!répondre --seul …"),
        ("!attach none", "!joindre aucun"),
        ("!resend refused", "!renvoyer refusés"),
        ("!resend mine@example.org", "!renvoyer mine@example.org"),
        ("!assign me", "!attribuer moi"),
        ("!help reply", "!aide répondre"),
        (
            "!upgrade all@asso.example, !upgrade !room:example.org",
            "!migrer all@asso.example, !migrer !room:example.org",
        ),
        ("!original", "!original"),
        ("mine", "mine"),
    ):
        assert typed("fr", asked) == french
        assert typed("en", asked) == asked
    told = sentence("error.list_filter", word="mine?", filters="mine · closed")
    assert "!liste miennes · fermées" in say("fr", told)
    assert "<code>!liste miennes · fermées</code>" in in_words(told, Reader("fr", datetime.now(UTC))).html


def test_the_count_chooses_the_plural_by_the_rule_of_the_language() -> None:
    for count, english, french in (
        (0, "🖼 0 pictures", "🖼 0 image"),
        (1, "🖼 1 picture", "🖼 1 image"),
        (2, "🖼 2 pictures", "🖼 2 images"),
    ):
        assert say("en", sentence("card.pictures", count=count)) == english
        assert say("fr", sentence("card.pictures", count=count)) == french


def test_an_unknown_language_is_answered_in_english_and_a_regional_one_in_its_own() -> None:
    assert known_language("fr_CA") == "fr"
    assert known_language("fr-CH") == "fr"
    assert known_language("de") == "en"
    assert say("xx", sentence("status.closed")) == say("en", sentence("status.closed"))


def test_a_key_that_no_catalogue_has_is_shown_as_it_is() -> None:
    assert not has("no.such_key")
    assert say("fr", sentence("no.such_key")) == "no.such_key"


def test_a_value_that_is_missing_leaves_a_gap_and_no_error() -> None:
    assert "…" in say("en", sentence("quote.intro", who="Marie"))


def test_a_time_is_said_in_the_language_and_zone_of_the_reader() -> None:
    at = datetime(2025, 8, 3, 22, 30, tzinfo=UTC)
    said = say("fr", sentence("quote.intro", who="Marie", at=at), timezone="Europe/Paris")
    assert "4 août 2025" in said and "00:30" in said


def test_a_word_of_ours_as_a_value_is_said_in_the_language_of_the_reader() -> None:
    french = say("fr", sentence("state.standing", status="pending"))
    assert french == "en attente"


@given(st.text(), st.text())
def test_values_are_never_read_as_places(who: str, at: str) -> None:
    said = say("en", sentence("quote.intro", who=who, at=at))
    assert said == f"On {at}, {who} wrote:"


def _all_forms(key: str) -> tuple[str, ...]:
    return catalogue("en").forms.get(key, ()) if has(key) else (template("en", key),)


def test_a_value_of_any_length_fits_into_a_message() -> None:
    said = say("en", sentence("reply.left_out", count=1, addresses="m" * 70_000))
    assert len(said) < 3_000


def test_more_is_said_of_a_command_where_its_row_says_so() -> None:
    assert [row.name for row in TABLE if row.has_more != has(f"help.{row.key}.more")] == []
