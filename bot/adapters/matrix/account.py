"""The bot's own account and the one device that it keeps for ever, in a folder only it can read."""

import os
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bot.adapters.matrix import fields

_SESSION_FILE = "session.json"


TrustSource = Callable[[], ssl.SSLContext]
"""Gives the certificate authorities that are trusted now. Raises: OSError."""


@dataclass(frozen=True, slots=True)
class MatrixAccount:
    """The login, and the folder that holds the device's keys. One of `password`, `access_token`, `as_token` is set."""

    homeserver: str
    """Base URL."""
    user_id: str
    """The full id."""
    password: str
    device_name: str
    store_dir: Path
    pickle_key: str
    """Encrypts the keys in `store_dir`."""
    former_pickle_keys: tuple[str, ...] = ()
    """Those of before: what they encrypted is opened, and encrypted anew."""
    recovery_key: str = ""
    """Opens the account's secret storage after the folder was lost; empty otherwise."""
    access_token: str = ""
    """Of a session that somebody else made for us."""
    as_token: str = ""
    """Of the application service whose user we are: logs in without a password."""
    trusted: TrustSource | None = None
    """None: the system's certificate authorities."""

    @property
    def identity_file(self) -> Path:
        """Where the account's identity is kept, sealed."""
        return self.store_dir / "identity.sealed"

    def __repr__(self) -> str:
        return f"MatrixAccount({self.homeserver!r}, {self.user_id!r})"


@dataclass(frozen=True, slots=True)
class Device:
    """The device and the token that a login gave."""

    user_id: str
    device_id: str
    access_token: str

    def __repr__(self) -> str:
        return f"Device({self.user_id!r}, {self.device_id!r})"


def prepare_folder(folder: Path) -> None:
    """Make the folder for keys, or close an existing one to other users of the machine."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)


def write_secret(path: Path, content: bytes) -> None:
    """Replace the file's content in one step, readable by its owner only."""
    fresh = path.with_name(path.name + ".new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def kept_device(account: MatrixAccount) -> Device | None:
    """The device of earlier starts, if the folder has the file of a device of this account."""
    try:
        kept = fields.loads((account.store_dir / _SESSION_FILE).read_bytes())
    except (FileNotFoundError, fields.NotJson):
        return None
    device = Device(fields.text(kept, "user_id"), fields.text(kept, "device_id"), fields.text(kept, "access_token"))
    if not device.device_id or device.user_id != account.user_id:
        return None
    return device


def keep_device(account: MatrixAccount, device: Device) -> None:
    content = fields.dumps(
        {
            "user_id": device.user_id,
            "device_id": device.device_id,
            "access_token": device.access_token,
        }
    )
    write_secret(account.store_dir / _SESSION_FILE, content.encode())
