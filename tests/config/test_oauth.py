"""The applications of this instance at providers, as config.yaml has them."""

from datetime import date
from pathlib import Path

import pytest

from bot.config import Config, ConfigMistakes, applications, needs_restart, parse, to_instance
from bot.config.checks import check
from bot.domain.sign_in import Application, Provider
from tests.config.conftest import KEY, LEAST

BOTH = """
oauth:
  microsoft:
    client_id: ours
    client_secret: hidden-word
    client_secret_expires: 2027-03-01
    tenant: asso.example
  google:
    client_id: ours.apps.googleusercontent.com
    client_secret: hidden-word
"""


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTROOM_SECRET_KEY", KEY)


def _parsed(more: str, tmp_path: Path) -> Config:
    return parse(LEAST + more, tmp_path / "config.yaml")


def test_the_applications_are_known_with_the_end_of_their_secrets(tmp_path: Path) -> None:
    config = _parsed(BOTH, tmp_path)
    assert [provider for provider, _ in applications(config)] == [Provider.MICROSOFT, Provider.GOOGLE]
    assert to_instance(config).applications == (
        Application(Provider.MICROSOFT, date(2027, 3, 1)),
        Application(Provider.GOOGLE),
    )
    assert "hidden-word" not in repr(config)
    assert to_instance(_parsed("", tmp_path)).applications == ()


def test_a_new_secret_holds_without_a_restart(tmp_path: Path) -> None:
    before = _parsed(BOTH, tmp_path)
    assert needs_restart(before, _parsed(BOTH.replace("hidden-word", "another"), tmp_path)) == ()


@pytest.mark.parametrize(
    ("wrong", "path", "key"),
    [
        ("oauth: {microsoft: {client_id: a, client_secret_expires: soon}}", "client_secret_expires", "config.bad_day"),
        ("oauth: {microsoft: {client_id: a, tenant: ../x}}", "tenant", "config.bad_tenant"),
        ("oauth: {google: {client_id: a}}", "client_secret", "config.missing"),
        ("oauth: {microsoft: {}}", "client_id", "config.missing"),
    ],
)
def test_what_is_wrong_in_them_is_named(wrong: str, path: str, key: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigMistakes) as caught:
        _parsed(f"\n{wrong}\n", tmp_path)
    (mistake,) = caught.value.mistakes
    assert mistake.path.endswith(path) and mistake.problem.key == key


def test_a_check_warns_of_a_secret_whose_end_nobody_knows(tmp_path: Path) -> None:
    unknown = BOTH.replace("    client_secret_expires: 2027-03-01\n", "")
    found = check(_parsed(unknown, tmp_path), tmp_path / "config.yaml")
    assert [one.path for one in found if one.problem.key == "check.secret_end_unknown"] == [
        "oauth.microsoft.client_secret_expires"
    ]
