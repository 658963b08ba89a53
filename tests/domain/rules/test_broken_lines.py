"""One rule says where a program may have broken a line: labels for the team and commands are not looked for behind."""

import itertools
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.rules.broken_lines import is_broken
from bot.domain.stories.by_mail import Spoken
from tests.domain.stories.test_by_mail import said

FULL = "Le cours a lieu lundi à dix-huit heures dans la grande salle de la mairie"
"""73 letters."""
CASES = [
    # (what stands above, the line, whether a program may have broken it)
    ("", "close", False),
    ("Bonjour", "close", False),
    ("Le cours a lieu lundi à dix-huit heures, venez", "close", False),
    (FULL[:54], "close", False),
    (FULL[:56], "close", True),
    (FULL[:54], "fermer tout", True),
    (FULL[:61].strip(), "close", True),
    (FULL[:50], "administration : voir", True),
    (FULL, "close", True),
    (FULL, "interne : il ment", True),
    (f"{FULL}.", "close", False),
    (f"{FULL},", "close", False),
    (f"{FULL} »", "close", False),
    (f"{FULL} et aussi mardi", "close", False),
    (f"{FULL} et aussi mardi dans la petite salle du gymnase avec toute", "interne : il ment", False),
    (f"  {FULL}  ", "close", True),
    (FULL, "", True),
]


@pytest.mark.parametrize(("above", "line", "broken"), CASES)
def test_a_program_breaks_a_line_where_it_is_full(above: str, line: str, *, broken: bool) -> None:
    assert is_broken(above, line) is broken


@pytest.mark.parametrize("line", ["close", "interne : il ment", "[interne] il ment", "fermer", "snooze 3d"])
@pytest.mark.parametrize("above", [one for one, _, _ in CASES if one.strip()])
def test_commands_and_labels_are_looked_for_behind_the_same_lines(above: str, line: str) -> None:
    is_asked = not isinstance(said(f"Bonjour,\n\nvoici.\n{above}\n{line}"), Spoken)
    assert is_asked is not is_broken(above, line)


@given(
    st.lists(st.sampled_from("le cours a lieu lundi close interne fermer administration dans".split()), min_size=30),
    st.integers(60, 80),
)
def test_no_line_of_a_paragraph_that_a_program_wraps_begins_one(words: list[str], width: int) -> None:
    lines = textwrap.wrap(" ".join(words), width)
    assert all(is_broken(above, line) for above, line in itertools.pairwise(lines))
