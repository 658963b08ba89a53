"""What anybody may mail, made to be slow to read, is told from our words and from numbers as fast as any other."""

import time
from collections.abc import Callable
from functools import partial
from typing import Final

import pytest

from bot.domain.mail import Address, Mail
from bot.domain.mailed import Told
from bot.domain.marks import ABOVE
from bot.domain.rules.about_it import is_talk_of_it
from bot.domain.rules.cards import is_card
from bot.domain.rules.greeted import greeted
from bot.domain.rules.inserted import inserted
from bot.domain.rules.notified import has_mark, looks_notified
from bot.domain.rules.own_words import is_phone, own_words
from bot.domain.rules.program_lines import is_programs
from bot.domain.rules.to_colleagues import is_to_colleagues
from bot.domain.rules.turned_to import turns_to

_MOST: Final = 1.0
"""Seconds of CPU: each of these takes some hundredths of one, and took minutes or years where a pattern was wrong."""
_UNITS: Final = (
    *(
        "t.. ",
        "t . ",
        "tel. : ",
        "t: ",
        "m.",
        "p . :",
        "+ ",
        ". ",
        "(0",
        "0 ",
        "1/",
        "-- ",
        "> ",
        "* ",
        "\u00a0.",
        "[image](",
    ),
    *(
        "[image] ",
        "a.",
        "a@",
        "www.",
        "https://",
        "bonjour ",
        "bien ",
        "sent from ",
        "l'",
        "pour ",
        "bob, ",
        ":",
        "# ",
        "1-1-",
        "je pense que ",
        "oui, fermer, merci ",
        "je suis deja trop ",
        "c'est un un ",
        "\N{SMILING FACE WITH SMILING EYES}",
    ),
)
_ENDS: Final = ("", "12345678", "12345678!", "\u2042")
_WRITERS: Final = (Address("Alice Martin", "alice@home.example"),)
_READERS: Final[dict[str, Callable[[str], object]]] = {
    "phone": is_phone,
    "own words": lambda text: own_words(text, _WRITERS),
    "card": lambda text: is_card(text, _WRITERS),
    "program": is_programs,
    "turns to": lambda text: turns_to(text, {"bob"}),
    "talk": lambda text: is_talk_of_it(text, {"fermer"}, {"ferme"}, is_first=True, is_all=True),
    "to colleagues": lambda text: is_to_colleagues(text, {"bob"}, _WRITERS),
    "to colleagues after a mail": lambda text: is_to_colleagues(text, {"bob"}, _WRITERS, is_after_mail=True),
    "greeted": lambda text: greeted(f"{text}\noui, lundi.", {"bob"}, (), _WRITERS, is_anybody=True),
}


def _seconds(call: Callable[[], object]) -> float:
    started = time.process_time()
    call()
    return time.process_time() - started


@pytest.mark.parametrize("name", _READERS)
def test_no_line_takes_long(name: str) -> None:
    read = _READERS[name]
    read("warm")
    # The short ones first: what doubles with each piece is seen there, and would not end with the long ones.
    for length in (36, 60, 130, 600):
        for line in ((unit * 200)[:length] + end for unit in _UNITS for end in _ENDS):
            assert _seconds(partial(read, line)) < _MOST, line


@pytest.mark.parametrize("unit", ["\n", ">\n", "> \n", " \n", "\r\n", " ", ">", "\u00a0\n", f"x {ABOVE}\n", "t.. "])
def test_no_mail_of_a_stranger_takes_long_to_be_told_from_ours(unit: str) -> None:
    text = unit * 60_000 + "12345678!\n"
    assert _seconds(lambda: has_mark(text)) < _MOST
    assert not has_mark(text)


def test_a_strangers_line_above_the_mark_does_not_hold_the_bot() -> None:
    hostile = Mail(text=f"{'t.. ' * 20}12345678!\n{ABOVE}\n")
    assert _seconds(lambda: looks_notified(hostile)) < _MOST


@pytest.mark.parametrize(
    "line",
    [
        "Tél. : 01 23 45 67 89",
        "Tél.: 01.23.45.67.89",
        "T : 01 23 45 67 89 / F. 01 23 45 67 80",
        "Tel: +33 (0)1 23 45 67 89",
        "Mob. 06 12 34 56 78",
        "Tél. : 01 23 45 67 89 - Port. : 06 12 34 56 78 - Fax : 01 23 45 67 80",
        "06 12 34 56 78",
    ],
)
def test_numbers_are_numbers(line: str) -> None:
    assert is_phone(line)


@pytest.mark.parametrize(
    ("text", "is_there"),
    [
        (ABOVE, True),
        (f"\n> > {ABOVE} \r\n", True),
        (f"\u00a0{ABOVE}\t", True),
        (f"> x {ABOVE}", False),
        (f"{ABOVE} x", False),
        (f"{ABOVE}{ABOVE}", False),
        ("", False),
    ],
)
def test_the_mark_has_a_line_to_itself(text: str, is_there: bool) -> None:
    assert has_mark(text) is is_there


@pytest.mark.parametrize(
    "unit", [*_UNITS[::4], "1-1-", "ab", "https://a.example/%61", "[cid:", "x noted for the team on 3 "]
)
def test_what_is_compared_with_a_notification_is_compared_as_fast(unit: str) -> None:
    words = (unit * 70)[:70] + "\n"
    told = Told(("Write above this line.",), tuple((unit * 20_000)[:20_000] for _ in range(60)))
    mail = Mail(text=f"Oui.\n{ABOVE}\n{words * 5000}https://matrix.to/#/!room:a.example/$x", from_=_WRITERS)
    start = time.process_time()
    inserted(mail, told)
    assert time.process_time() - start < 5 * _MOST
