"""Who was erased, as a list that names nobody: what is put back or brought in does not bring them back."""

from __future__ import annotations

import hmac
import json
import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, time
from hashlib import sha256
from pathlib import Path
from typing import Final

from bot.accounts import derived_key
from bot.cli.ending import Refused
from bot.cli.kept_files import give
from bot.config import Config
from bot.domain.concerning import Addresses
from bot.domain.sentences import sentence
from storage import copies, erased_list
from storage.database import Database

LIST: Final = "erased.json"
"""In `data_dir`: who was erased, as keyed digests. `postroom restore` erases them from a backup that is put back."""

_CHECK: Final = "which key"
"""Nobody's address: by its digest the list tells the key that it was made with."""


def digest_of(config: Config, address: str) -> str:
    """Whoever has the list and no `secret_key` cannot find out by trying whose address it was."""
    return hmac.new(derived_key(config, "erased"), address.encode(), sha256).hexdigest()


def _listed(config: Config) -> Mapping[str, datetime | None]:
    """Each with the time at which the erasure had ended; None: it was broken off, or is under way.

    Raises:
        OSError: the list cannot be read.
        Refused: it was made with another `secret_key`, by which nobody who stands in it is found.
    """
    file = config.data_dir / LIST
    try:
        found = json.loads(file.read_text("utf-8"))
        check = str(found.get("check", ""))
        listed = {str(one["address"]): _ended(one["at"]) for one in found["erased"]}
    except FileNotFoundError:
        return {}
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise OSError(0, "not readable", str(file)) from fault
    if check and not hmac.compare_digest(check, digest_of(config, _CHECK)):
        raise Refused(sentence("cli.erased_other_key", file=str(file)))
    return listed


def look_at_list(config: Config) -> None:
    """Look whether who stands in the list can be found by it.

    Raises:
        OSError, Refused: as for asking it.
    """
    _listed(config)


def listed_since(config: Config, made_at: datetime) -> frozenset[str]:
    """Digests of whoever was erased after that time.

    Raises:
        OSError, Refused: the list cannot be read.
    """
    return frozenset(who for who, at in _listed(config).items() if at is None or at >= made_at)


def _ended(at: str | None) -> datetime | None:
    if at is None:
        return None
    found = datetime.fromisoformat(at)
    return found if found.tzinfo else datetime.combine(found.date(), time.max, UTC)


async def erased_of(config: Config, database: Database) -> Callable[[str, datetime], bool] | None:
    """Whether an address, in its compared form, is of somebody who was erased after that time; None: nobody was.

    Raises:
        OSError, Refused: the list cannot be read.
        StorageAway
    """
    await share_list(config, database)
    listed = _listed(config)
    if not listed:
        return None

    def is_erased(address: str, at: datetime) -> bool:
        who = digest_of(config, address)
        return who in listed and ((ended := listed[who]) is None or at <= ended)

    return is_erased


def put_on_list(config: Config, person: Addresses, *, at: datetime | None) -> None:
    """Add a person.

    Args:
        at: when the erasure had ended; None before it has.

    Raises:
        OSError, Refused
    """
    _write(config, {**_listed(config), **{digest_of(config, one): at for one in person}})


async def share_list(config: Config, database: Database, *, is_newer: bool = False) -> None:
    """Let the machines that share this database, each with a `data_dir` of its own, have one list. A file has one.

    Args:
        is_newer: what stands in ours holds; else the later time of the two.

    Raises:
        OSError, Refused: the list cannot be read.
        StorageAway
    """
    if copies.file_of(config.database_url) is not None:
        return
    key, here = digest_of(config, _CHECK)[:16], _listed(config)
    async with database.write() as tx:
        noted = await erased_list.every(tx)
        # By another key nobody in it is found; the file says so, where there is one.
        there = {one: _ended(rest or None) for one, said in noted.items() for at, rest in [_parts(said)] if at == key}
        every = {**there, **here}
        if not is_newer:
            every |= {one: _later(here[one], at) for one, at in there.items() if one in here}
        if every != here:
            _write(config, every)
        values = {one: f"{key} {'' if at is None else at.isoformat()}" for one, at in every.items()}
        await erased_list.put(tx, {one: value for one, value in values.items() if noted.get(one) != value})


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    """A time beats none: whoever broke off had erased nothing, or had noted that in both places."""
    return max(one, other) if one is not None and other is not None else one or other


def _parts(said: str) -> tuple[str, str]:
    key, _, at = said.partition(" ")
    return key, at


def _write(config: Config, known: Mapping[str, datetime | None]) -> None:
    file = config.data_dir / LIST
    kept = [{"address": one, "at": None if at is None else at.isoformat()} for one, at in sorted(known.items())]
    new = Path(f"{file}.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as out:
        json.dump({"format": 1, "check": digest_of(config, _CHECK), "erased": kept}, out, indent=1)
        out.flush()
        os.fsync(out.fileno())
    give(new, config.data_dir)
    new.replace(file)
