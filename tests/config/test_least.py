"""The five lines that `postroom init` writes are a configuration that holds what was said."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import load
from bot.config.least import Least, problem_with


def test_five_lines_are_a_whole_configuration(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("of the key\n")
    file = tmp_path / "config.yaml"
    file.write_text(
        Least(
            "https://matrix.asso.example",
            "@bot:asso.example",
            'it\'s "a": #password',
            "!room",
            "@alice:asso.example",
            "data",
            {"file": "secret.key"},
            "fr",
        ).as_yaml()
    )
    config = load(file)
    assert len(file.read_text().splitlines()) == 5
    assert (config.matrix.homeserver, config.matrix.user_id) == ("https://matrix.asso.example", "@bot:asso.example")
    assert (config.matrix.login_secret.reveal(), config.secret_key.reveal()) == ('it\'s "a": #password', "of the key")
    assert (config.matrix.config_room, config.admins, config.language) == ("!room", ("@alice:asso.example",), "fr")
    assert (config.data_dir, config.mailboxes) == (tmp_path / "data", ())


@given(word=st.text(min_size=1).filter(lambda one: one.isprintable()))
def test_any_password_is_read_as_it_was_typed(word: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("least") / "config.yaml"
    least = Least("https://hs.example", "@bot:hs.example", word, "!room", "@a:hs.example", "d", "key", "en")
    file.write_text(least.as_yaml(), encoding="utf-8")
    assert load(file).matrix.login_secret.reveal() == word


@pytest.mark.parametrize(
    ("path", "given", "problem"),
    [
        ("matrix.user_id", {"user_id": "bot"}, "config.bad_user"),
        ("matrix.homeserver", {"homeserver": "ftp://hs.example"}, "config.bad_homeserver"),
        ("matrix.homeserver", {"homeserver": "http://hs.example"}, "config.insecure_homeserver"),
        ("admins", {"admin": "alice"}, "config.bad_user"),
        ("data_dir", {"data_dir": ""}, "config.empty"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(path: str, given: dict[str, str], problem: str) -> None:
    found = problem_with(path, **given)
    assert found is not None and found.key == problem


def test_what_can_be_used_is_no_problem() -> None:
    assert problem_with("matrix.homeserver", homeserver="https://hs.example") is None
    assert problem_with("admins", admin="@alice:asso.example") is None
