"""What a server says is shown without the password, in whatever form the server repeats it."""

from base64 import b64encode
from urllib.parse import quote

import pytest

from bot.domain.repeated import without
from tests.fakes.passwords import WORD

_RAW = WORD.encode()
_USERS = ("contact@asso.example", "contact@asso.examples", "c")
_QUOTES = 'a"b\\c-long'
"""In a quoted string its quotes have backslashes."""


@pytest.mark.parametrize(
    "repeated",
    [
        WORD,
        WORD.upper(),
        WORD[:9],
        WORD[5:],
        ascii(WORD),
        repr(_RAW),
        quote(WORD),
        _RAW.hex(),
        _RAW.hex(" "),
        _RAW.decode("latin-1"),
        b64encode(_RAW).decode(),
        b64encode(_RAW + b"\n").decode(),
        b64encode(_RAW).decode()[:12],
        *(b64encode(f"\0{user}\0{WORD}".encode()).decode() for user in _USERS),
    ],
)
def test_a_server_repeats_it_in_another_form(repeated: str) -> None:
    assert without(WORD, f"535 not that: {repeated}") in ("…", "535 not that: …")


@pytest.mark.parametrize("repeated", [_QUOTES, 'a\\"b\\\\c-long', f"{_QUOTES!r}"])
def test_a_server_repeats_its_quoted_string(repeated: str) -> None:
    told = without(_QUOTES, f"bad LOGIN {repeated}")
    assert "c-long" not in told


def test_what_has_nothing_of_it_is_shown_as_it_is() -> None:
    words = "5.7.8 Error: authentication failed: UGFzc3dvcmQ6 for contact@asso.example"
    assert without(WORD, words) == words


def test_the_words_around_it_stay() -> None:
    assert without(WORD, f"no such user or password: {WORD} (see the help)") == (
        "no such user or password: … (see the help)"
    )
