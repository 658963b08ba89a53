"""The wheel, without this repository: what `pipx install` gives works. Man page and completion are those of the commands."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from bot.cli.manual import files
from storage.database import Database
from tests.fakes.writing import mail

ROOT = Path(__file__).parent.parent.parent
SHARE = ROOT / "contrib" / "share"


@pytest.mark.parametrize("path", list(files()))
def test_the_man_page_and_the_completions_are_those_of_the_commands(path: str) -> None:
    written = (SHARE / path).read_text("utf-8")
    assert written == files()[path], "python -m bot.cli.manual contrib/share"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy and installed into a folder of its own; its libraries are those of the tests."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    for name in ("bot", "storage", "contrib/share"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    pip = [sys.executable, "-m", "pip", "--quiet", "--no-input", "--disable-pip-version-check"]
    built = subprocess.run(
        [*pip, "wheel", "--no-deps", "--wheel-dir", str(folder), str(source)],
        capture_output=True,
        text=True,
        check=False,
    )
    if "No matching distribution" in built.stderr or "Could not find a version" in built.stderr:
        pytest.skip("what builds a wheel (setuptools) cannot be had: no network")
    assert built.returncode == 0, built.stderr
    (wheel,) = folder.glob("postroom-*.whl")
    subprocess.run([*pip, "install", "--no-deps", "--target", str(folder / "site"), str(wheel)], check=True)
    shutil.rmtree(source)
    return folder / "site"


def postroom(installed: Path, *words: str, folder: Path, language: str = "C") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(installed), "LC_ALL": language}
    command = [sys.executable, str(installed / "bin" / "postroom"), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=folder)


def test_it_says_its_version_reads_mails_and_speaks_both_languages(installed: Path, tmp_path: Path) -> None:
    said = postroom(installed, "--version", folder=tmp_path)
    assert said.returncode == 0 and said.stdout.strip().endswith("0.1.0")
    assert (
        "Aide" in (text := postroom(installed, "--help", folder=tmp_path, language="fr_FR.UTF-8").stdout)
        or "Afficher" in text
    )
    (tmp_path / "one.eml").write_bytes(mail(text="Bonjour"))
    read = postroom(installed, "parse", "--json", "one.eml", folder=tmp_path)
    assert read.returncode == 0 and '"visible_reply_text"' in read.stdout and "Bonjour" in read.stdout


async def test_it_makes_its_database(installed: Path, tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.touch(mode=0o600)
    config.write_text(
        'matrix: {homeserver: "http://127.0.0.1:1", user_id: "@p:localhost", password: x, config_room: "!c:localhost"}\n'
        f'admins: ["@a:localhost"]\ndata_dir: data\nsecret_key: {"k" * 32}\n'
    )
    made = postroom(installed, "migrate", "-c", str(config), folder=tmp_path)
    assert made.returncode == 0, made.stderr
    database = await Database.open(f"sqlite:///{tmp_path}/data/postroom.db", migrate=False)
    await database.close()


def test_its_own_modules_are_read_and_not_those_of_the_repository(installed: Path, tmp_path: Path) -> None:
    where = subprocess.run(
        [sys.executable, "-c", "import bot, storage; print(bot.__file__, storage.__file__)"],
        env={**os.environ, "PYTHONPATH": str(installed)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert where.stdout.count(str(installed)) == 2


def test_it_brings_the_man_page_the_completions_and_no_tests(installed: Path) -> None:
    (wheel,) = installed.parent.glob("postroom-*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    for path in files():
        assert any(name.endswith(f".data/data/share/{path}") for name in names), path
        assert (installed / "share" / path).exists()
    assert not any(name.startswith(("tests/", "benchmarks/", "contrib/")) for name in names)
    assert {name for name in names if name.startswith("bot/text/catalogues/fr/")}
