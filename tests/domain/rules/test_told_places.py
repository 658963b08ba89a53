"""Each line of a notification is taken once, in its place: what stands there once more is its reader’s."""

import textwrap
from collections.abc import Callable
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.mail import Mail
from bot.domain.mailed import Told
from bot.domain.marks import ABOVE
from bot.domain.rules.inserted import inserted

_ABOUT, _STANDING = "#1, Inscription, with Marie Dupont", "Assigned to nobody (to do)."
_WRITE: Final = "Write above this line to answer."
_LINK: Final = "https://asso.example/x.pdf"
_LINES: Final = (
    *("Oui", "Non", "lundi", "mardi", "lundi ou mardi ?", "1. Combien ?", "2. Quel jour ?", "Merci", "Bonjour,"),
    *("- débutants", "- avancés", "Votre avis ?", "Voulez-vous inscrire mon fils, et sa sœur, à vos cours ?", "18h"),
    *("3", "Léa", _LINK, f"Où est {_LINK} ?", "👍", "Merci 👍"),
)
_WORDS: Final = (*_LINES, "Débutants.", "Avancés !", "2", "4.", "🏓")
_SAFE: Final = "https://eur03.safelinks.protection.outlook.com/?url=https%3A%2F%2Fasso.example%2Fx.pdf&data=05"
_PROGRAMS: Final[dict[str, Callable[[str], list[str]]]] = {
    "as it was": lambda line: [line],
    "broken at 40": lambda line: textwrap.wrap(line, 40) or [line],
    "broken at 20": lambda line: textwrap.wrap(line, 20) or [line],
    "links behind": lambda line: [line.replace(_LINK, f"{_LINK}<{_LINK}>")],
    "links of its own": lambda line: [line.replace(_LINK, _SAFE)],
    "other dots": lambda line: [line.replace("- ", "  • ").replace(". ", ".\t")],
    "blank lines": lambda line: [line, ""],
}
_MAILS: Final = st.lists(st.lists(st.sampled_from(_LINES), min_size=1, max_size=7), min_size=1, max_size=3)


def _told(mails: list[list[str]]) -> tuple[Told, list[str]]:
    """What was said, and its lines."""
    wrote = [f"Marie Dupont <marie@example.org> wrote on 23 Nov 2026 at 10:0{number}:" for number in range(len(mails))]
    passages = ["\n".join((heading, *lines)) for heading, lines in zip(wrote, mails, strict=True)]
    lines = [_ABOUT, *"\n".join(passages).split("\n"), _STANDING]
    return Told((_ABOUT, _WRITE, _STANDING), tuple(passages)), lines


def _found(told: Told, lines: list[str]) -> str:
    return inserted(Mail(text="\n".join(("Voici.", "", ABOVE, _WRITE, *lines))), told)


@given(mails=_MAILS, program=st.sampled_from(sorted(_PROGRAMS)))
@settings(max_examples=300, deadline=None)
def test_what_was_said_is_no_word_of_the_reader_whatever_a_program_made_of_its_lines(
    mails: list[list[str]], program: str
) -> None:
    told, lines = _told(mails)
    assert _found(told, [piece for line in lines for piece in _PROGRAMS[program](line)]) == ""


@given(mails=_MAILS, words=st.sampled_from(_WORDS), is_beside=st.booleans(), where=st.integers(0, 30))
@settings(max_examples=600, deadline=None)
def test_words_among_its_lines_are_found_whatever_they_are(
    mails: list[list[str]], words: str, is_beside: bool, where: int
) -> None:
    told, lines = _told(mails)
    at = 1 + where % (len(lines) - 1)
    inside = [*lines[: at - 1], f"{lines[at - 1]} {words}"] if is_beside else [*lines[:at], words]
    assert _found(told, [*inside, *lines[at:]])


@given(mails=_MAILS, where=st.integers(0, 30), count=st.integers(1, 3))
@settings(max_examples=300, deadline=None)
def test_some_of_its_lines_that_stand_there_twice_are_found(mails: list[list[str]], where: int, count: int) -> None:
    told, lines = _told(mails)
    at = 2 + where % (len(lines) - 2)
    again = lines[at : at + count]
    # Nobody writes a heading again.
    if not any(line == _STANDING or " wrote on " in line for line in again):
        assert _found(told, [*lines[: at + count], *again, *lines[at + count :]])
