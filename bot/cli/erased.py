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


def asked_of(config: Config) -> Callable[[str, datetime], bool] | None:
    """Whether an address, in its compared form, is of somebody who was erased after that time; None: nobody was.

    Raises:
        OSError, Refused: the list cannot be read.
    """
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
    file = config.data_dir / LIST
    known = {**_listed(config), **{digest_of(config, one): at for one in person}}
    kept = [{"address": one, "at": None if at is None else at.isoformat()} for one, at in sorted(known.items())]
    new = Path(f"{file}.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as out:
        json.dump({"format": 1, "check": digest_of(config, _CHECK), "erased": kept}, out, indent=1)
        out.flush()
        os.fsync(out.fileno())
    give(new, config.data_dir)
    new.replace(file)
