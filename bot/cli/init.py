"""`postroom init`: asks for three things, makes the config room, and writes a configuration to start with."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import click

from bot.adapters.matrix.account import MatrixAccount
from bot.adapters.matrix.setting_up import NotAllowed, config_room, logged_in, published_homeserver
from bot.cli.ending import end
from bot.config.least import Least, SecretAt, problem_with
from bot.config.secret import reason_of
from bot.domain.ids import UserId
from bot.domain.sentences import Sentence, sentence
from bot.ports import CredentialsRefused, Unavailable
from bot.process.statuses import EX_UNAVAILABLE
from bot.text.wording import say

PASSWORD_NAME: Final = "POSTROOM_MATRIX_PASSWORD"  # noqa: S105  a name, no password
KEY_NAME: Final = "POSTROOM_SECRET_KEY"
_PASSWORD_FILE: Final = "matrix.password"  # noqa: S105
_KEY_FILE: Final = "secret.key"
_SYSTEM_FOLDER: Final = "/var/lib/postroom"


@dataclass(frozen=True, slots=True)
class Given:
    """What was given on the command line; the rest is asked for."""

    user: str | None = None
    homeserver: str | None = None
    admin: str | None = None
    data_dir: str | None = None


def init(file: Path, given: Given, *, language: str) -> int:
    """Ask, make the room, write the files; the exit status. What was begun by an earlier try is taken up."""
    if file.exists():
        return end(language, sentence("cli.init_there", file=str(file)))
    if not file.absolute().parent.is_dir():
        return end(language, sentence("cli.init_no_folder", folder=str(file.absolute().parent)))
    user = _asked(
        language, "user", given.user, "matrix.user_id", lambda one: problem_with("matrix.user_id", user_id=one)
    )
    found = None if given.homeserver else asyncio.run(published_homeserver(user.partition(":")[2]))
    url = _url(
        _asked(
            language,
            "homeserver",
            given.homeserver,
            "matrix.homeserver",
            lambda one: problem_with("matrix.homeserver", homeserver=_url(one)),
            default=found or f"https://{user.partition(':')[2]}",
        )
    )
    admin = _asked(language, "admin", given.admin, "admins", lambda one: problem_with("admins", admin=one))
    password = os.environ.get(PASSWORD_NAME) or click.prompt(
        say(language, sentence("cli.init_password")), hide_input=True
    )
    account = MatrixAccount(url, user, password, "Postroom init", Path(), "")
    try:
        room = asyncio.run(_room(account, UserId(admin), language))
        least = Least(
            url, user, {"env": PASSWORD_NAME}, room, admin, given.data_dir or _data_dir(), {"env": KEY_NAME}, language
        )
        _write(file, least, password)
    except CredentialsRefused:
        return end(language, sentence("cli.init_refused", user=user))
    except Unavailable as away:
        return end(language, sentence("cli.init_away", url=url, reason=away.reason), EX_UNAVAILABLE)
    except NotAllowed as said:
        return end(language, sentence("cli.init_not_allowed", admin=admin, words=str(said)))
    except OSError as fault:
        name = str(fault.filename or file)
        return end(language, sentence("cli.init_not_written", file=name, reason=reason_of(fault)))
    click.echo(say(language, sentence("cli.init_done", file=str(file), admin=admin)))
    return 0


def _asked(
    language: str,
    name: str,
    given: str | None,
    path: str,
    problem: Callable[[str], Sentence | None],
    default: str | None = None,
) -> str:
    """A value that config.yaml takes: the one given, or else the answer to a question, asked until it can be used."""
    while True:
        question = say(language, sentence(f"cli.init_{name}"))
        value = given if given is not None else str(click.prompt(question, default=default)).strip()
        wrong = problem(value)
        if wrong is None:
            return value
        told = f"{path}: {say(language, wrong)}"
        if given is not None:
            raise click.UsageError(told)
        click.echo(told, err=True)


def _url(homeserver: str) -> str:
    """The address of a homeserver that may be given by its name alone."""
    text = homeserver.rstrip("/")
    return text if "://" in text or not text else f"https://{text}"


async def _room(account: MatrixAccount, admin: UserId, language: str) -> str:
    name = say(language, sentence("cli.init_room_name"))
    topic = say(language, sentence("cli.init_room_topic"))
    async with logged_in(account) as homeserver:
        return await config_room(homeserver, UserId(account.user_id), admin, name=name, topic=topic)


def _data_dir() -> str:
    return _SYSTEM_FOLDER if os.geteuid() == 0 else "data"


def _write(file: Path, least: Least, password: str) -> None:
    """The secrets first, each in a file of its own unless the environment has it; the configuration last."""
    folder = file.absolute().parent
    key = _kept(folder, _KEY_FILE, KEY_NAME, secrets.token_hex(32), may_replace=False)
    word = _kept(folder, _PASSWORD_FILE, PASSWORD_NAME, password, may_replace=True)
    fresh = file.with_name(f"{file.name}.new")
    _put(fresh, replace(least, password=word, secret_key=key).as_yaml())
    # A file of this name that somebody wrote meanwhile stays.
    os.link(fresh, file)
    fresh.unlink()


def _kept(folder: Path, name: str, variable: str, text: str, *, may_replace: bool) -> SecretAt:
    if os.environ.get(variable):
        return {"env": variable}
    file = folder / name
    if may_replace or not file.exists():
        _put(file, f"{text}\n")
    return {"file": name}


def _put(file: Path, text: str) -> None:
    """Written for its owner alone; by root, for the group that the folder belongs to as well."""
    is_root = os.geteuid() == 0
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.write(text)
        if is_root:
            os.fchown(out.fileno(), 0, file.parent.stat().st_gid)
            os.fchmod(out.fileno(), 0o640)
        out.flush()
        os.fsync(out.fileno())
