"""Who was erased, as a list that names nobody: what is put back or brought in does not bring them back."""

from __future__ import annotations

import hmac
import json
import os
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Final

from bot.cli.ending import Refused
from bot.cli.kept_files import give
from bot.config import Config
from bot.domain.concerning import Addresses
from bot.domain.sentences import sentence
from bot.keys import derived_keys
from storage import copies, erased_list
from storage.database import Database

LIST: Final = "erased.json"
"""In `data_dir`: who was erased, as keyed digests. `postroom restore` erases them from a backup that is put back."""

_CHECK: Final = "which key"
"""Nobody's address: by its digest the list tells the key that it was made with."""
_SHORT: Final = 16
"""Digits of that digest that stand in the database."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """Somebody who stands in the list."""

    at: datetime | None
    """When the erasure had ended; None: it was broken off, or is under way."""
    check: str
    """The digest of `_CHECK` by the key that their digest was made with."""


def digests_of(config: Config, address: str) -> tuple[str, ...]:
    """By the key of today, then by those of before. Whoever has the list and no `secret_key` cannot find out by trying
    whose address it was; nor can a list be brought under another key."""
    return tuple(hmac.new(key, address.encode(), sha256).hexdigest() for key in derived_keys(config, "erased"))


def stand_under_former(config: Config, shared: Mapping[str, str] = MappingProxyType({})) -> int:
    """How many people can be found by a former key alone, in the list or among those of the database.

    Args:
        shared: what the machines that share the database noted in it (`erased_list.every`).

    Raises:
        OSError, Refused: the list cannot be read.
    """
    former = digests_of(config, _CHECK)[1:]
    short = {one[:_SHORT] for one in former}
    here = {who for who, one in _listed(config).items() if one.check in former}
    return len(here | {who for who, said in shared.items() if _parts(said)[0] in short})


def _listed(config: Config) -> Mapping[str, _Entry]:
    """By digest.

    Raises:
        OSError: the list cannot be read.
        Refused: it was made with another `secret_key`, by which nobody who stands in it is found.
    """
    file, known = config.data_dir / LIST, digests_of(config, _CHECK)
    try:
        found = json.loads(file.read_text("utf-8"))
        # One of before there were any is believed to be ours.
        check = str(found.get("check") or known[0])
        listed = {
            str(one["address"]): _Entry(_ended(one["at"]), str(one.get("check", check))) for one in found["erased"]
        }
    except FileNotFoundError:
        return {}
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise OSError(0, "not readable", str(file)) from fault
    if not {check, *(one.check for one in listed.values())} <= set(known):
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
    return frozenset(who for who, one in _listed(config).items() if one.at is None or one.at >= made_at)


def is_among(config: Config, address: str, listed: Collection[str]) -> bool:
    """Whether one of these digests is the address's."""
    return any(one in listed for one in digests_of(config, address))


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
        found = (listed[who] for who in digests_of(config, address) if who in listed)
        return any(one.at is None or at <= one.at for one in found)

    return is_erased


def put_on_list(config: Config, person: Addresses, *, at: datetime | None) -> None:
    """Add a person.

    Args:
        at: when the erasure had ended; None before it has.

    Raises:
        OSError, Refused
    """
    listed, check = dict(_listed(config)), digests_of(config, _CHECK)[0]
    for address in person:
        digests = digests_of(config, address)
        # Whoever stands there by a former key goes on under it: each has one digest, and one time.
        who = next((one for one in digests if one in listed), digests[0])
        listed[who] = _Entry(at, listed[who].check if who in listed else check)
    _write(config, listed)


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
    checks, here = {one[:_SHORT]: one for one in digests_of(config, _CHECK)}, _listed(config)
    async with database.write() as tx:
        noted = await erased_list.every(tx)
        # By another key nobody in it is found; the file says so, where there is one.
        there = {
            one: _Entry(_ended(at or None), checks[key])
            for one, said in noted.items()
            for key, at in [_parts(said)]
            if key in checks
        }
        every = {**there, **here}
        if not is_newer:
            every |= {
                one: replace(here[one], at=_later(here[one].at, at.at)) for one, at in there.items() if one in here
            }
        if every != here:
            _write(config, every)
        values = {
            one: f"{who.check[:_SHORT]} {'' if who.at is None else who.at.isoformat()}" for one, who in every.items()
        }
        await erased_list.put(tx, {one: value for one, value in values.items() if noted.get(one) != value})


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    """A time beats none: whoever broke off had erased nothing, or had noted that in both places."""
    return max(one, other) if one is not None and other is not None else one or other


def _parts(said: str) -> tuple[str, str]:
    key, _, at = said.partition(" ")
    return key, at


def _write(config: Config, known: Mapping[str, _Entry]) -> None:
    file = config.data_dir / LIST
    kept = [dict(_fields(digest, one)) for digest, one in sorted(known.items())]
    new = Path(f"{file}.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as out:
        json.dump({"format": 1, "check": digests_of(config, _CHECK)[0], "erased": kept}, out, indent=1)
        out.flush()
        os.fsync(out.fileno())
    give(new, config.data_dir)
    new.replace(file)


def _fields(digest: str, one: _Entry) -> Iterator[tuple[str, str | None]]:
    yield "address", digest
    yield "at", None if one.at is None else one.at.isoformat()
    yield "check", one.check
