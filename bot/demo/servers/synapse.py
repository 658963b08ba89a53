"""A Synapse of our own on loopback: the homeserver of the demo, the tests and the benchmarks."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal, Protocol, Self

import aiohttp
import yaml

from bot.demo.servers.process import LOOPBACK, Child, ServerFailed, ServerMissing, free_port

Limits = Literal["off", "default"]
Storage = Literal["memory", "file"]

SERVER_NAME = "localhost"
ADMIN = "homeserver-admin"
_START_TRIES = 3
_REQUEST_TIMEOUT = aiohttp.ClientTimeout(total=60)
_REPOSITORY = Path(__file__).resolve().parents[3]
_PROCESS = Path(__file__).with_name("synapse_process.py")

_UNLIMITED = {"per_second": 100000, "burst_count": 100000}
_LIMITS_OFF: Mapping[str, object] = {
    "rc_message": _UNLIMITED,
    "rc_registration": _UNLIMITED,
    "rc_login": {"address": _UNLIMITED, "account": _UNLIMITED, "failed_attempts": _UNLIMITED},
    "rc_admin_redaction": _UNLIMITED,
    "rc_joins": {"local": _UNLIMITED, "remote": _UNLIMITED},
    "rc_joins_per_room": _UNLIMITED,
    "rc_invites": {"per_room": _UNLIMITED, "per_user": _UNLIMITED, "per_issuer": _UNLIMITED},
    "rc_room_creation": _UNLIMITED,
    "rc_media_create": _UNLIMITED,
    "rc_key_requests": _UNLIMITED,
    "rc_presence": {"per_user": _UNLIMITED},
}


class Door(Protocol):
    """How other homeservers reach this one: `federation.Door`."""

    @property
    def server_name(self) -> str: ...

    def settings(self) -> Mapping[str, object]: ...

    def listener(self) -> Mapping[str, object]: ...


def synapse_python() -> Path:
    """The Python of the environment that Synapse is installed in: its own, for its pins are not ours.

    Raises:
        ServerMissing: there is none.
    """
    named = os.environ.get("POSTROOM_SYNAPSE_PYTHON")
    candidates = [Path(named)] if named else [_REPOSITORY / ".venv-synapse" / "bin" / "python"]
    for candidate in candidates:
        if candidate.exists():
            return candidate
    raise ServerMissing(
        "Synapse is not installed: `make synapse` installs it (or name its Python in POSTROOM_SYNAPSE_PYTHON)"
    )


class Synapse:
    """One homeserver over plain HTTP on a port of its own; named `localhost` without a door. Use `Synapse.started`."""

    def __init__(
        self,
        folder: Path,
        *,
        limits: Limits,
        room_version: str | None,
        storage: Storage,
        port: int | None,
        door: Door | None,
        registration: Path | None,
    ) -> None:
        self._folder = folder
        self._limits: Limits = limits
        self._room_version = room_version
        self._storage: Storage = storage
        self._secret = secrets.token_hex(16)
        self._signing_key = f"ed25519 a_demo {base64.b64encode(secrets.token_bytes(32)).decode().rstrip('=')}"
        self._child: Child | None = None
        self._port = free_port(preferred=port)
        self._door = door
        self._registration = registration
        self.server_name = door.server_name if door is not None else SERVER_NAME
        self.admin_token = ""

    @classmethod
    @asynccontextmanager
    async def started(
        cls,
        folder: Path,
        *,
        limits: Limits = "off",
        room_version: str | None = None,
        storage: Storage = "file",
        port: int | None = None,
        door: Door | None = None,
        registration: Path | None = None,
    ) -> AsyncIterator[Self]:
        """A running homeserver; its files lie in `folder`.

        Args:
            limits: "default" keeps the limits that a real homeserver has (a normal account: an event each 5 s).
            room_version: the version that new rooms get; None is Synapse's own default.
            storage: "memory" is a little quicker and forgets everything at `stop`.
            port: taken when it is free; some other free port otherwise.
            door: for other homeservers; None: it knows of no other.
            registration: the file of an application service.

        Raises:
            ServerMissing: Synapse is not installed.
            ServerFailed: it did not start.
        """
        synapse = cls(
            folder,
            limits=limits,
            room_version=room_version,
            storage=storage,
            port=port,
            door=door,
            registration=registration,
        )
        try:
            await synapse._first_start()
            yield synapse
        finally:
            await synapse.stop()

    @property
    def base_url(self) -> str:
        return f"http://{LOOPBACK}:{self._port}"

    @property
    def pid(self) -> int | None:
        """The process id of the running server, for measurements."""
        return self._child.pid if self._child is not None and self._child.running else None

    @property
    def room_version_default(self) -> str | None:
        return self._room_version

    def user_id(self, localpart: str) -> str:
        return f"@{localpart}:{self.server_name}"

    async def register(self, user: str, password: str, admin: bool = False) -> str:
        """Make an account by the shared secret and give its access token.

        Raises:
            ServerFailed: the homeserver refused, for instance because the account exists.
        """
        url = f"{self.base_url}/_synapse/admin/v1/register"
        async with aiohttp.ClientSession(timeout=_REQUEST_TIMEOUT) as session:
            async with session.get(url) as response:
                nonce = str((await response.json())["nonce"])
            words = (nonce, user, password, "admin" if admin else "notadmin")
            mac = hmac.new(self._secret.encode(), "\0".join(words).encode(), hashlib.sha1).hexdigest()
            body = {"nonce": nonce, "username": user, "password": password, "admin": admin, "mac": mac}
            async with session.post(url, json=body) as response:
                answer = await response.json()
                if response.status != 200:
                    raise ServerFailed(f"registering {user} was refused: {answer}")
                return str(answer["access_token"])

    async def override_ratelimit(self, user_id: str) -> None:
        """Lift the message limit of one account, as the installation guide asks the homeserver's admin to do."""
        url = f"{self.base_url}/_synapse/admin/v1/users/{user_id}/override_ratelimit"
        headers = {"Authorization": f"Bearer {self.admin_token}"}
        async with aiohttp.ClientSession(timeout=_REQUEST_TIMEOUT, headers=headers) as session:
            async with session.post(url, json={"messages_per_second": 0, "burst_count": 0}) as response:
                if response.status != 200:
                    raise ServerFailed(f"override_ratelimit answered {response.status}")

    async def start(self) -> None:
        """Start it again after `stop` or `kill`, on the same port and, with file storage, with all it knew.

        Raises:
            ServerFailed: it did not start.
        """
        if self.pid is not None:
            return
        config = self._write_config()
        # Twisted reads the environment; a proxy variable must not stand between loopback and itself.
        env = {
            "PATH": os.environ.get("PATH", ""),
            "HOME": str(self._folder),
            "PYTHONUNBUFFERED": "1",
            "LANG": "C.UTF-8",
        }
        self._child = await Child.start(
            # `-P`: the file's own folder has a `synapse` as well.
            [str(synapse_python()), "-P", str(_PROCESS), "-c", str(config)],
            name="Synapse",
            log=self._folder / "synapse.out",
            env=env,
            cwd=self._folder,
        )
        try:
            await self._child.until(self._answers, timeout=90, every=0.1)
        except BaseException:
            await self.kill()
            raise

    async def stop(self) -> None:
        """End it in order."""
        child, self._child = self._child, None
        if child is not None:
            await child.stop()

    async def kill(self) -> None:
        """End it at once with SIGKILL."""
        child, self._child = self._child, None
        if child is not None:
            await child.kill()

    async def _first_start(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        for attempt in range(1, _START_TRIES + 1):
            try:
                await self.start()
                break
            except ServerMissing:
                raise
            except ServerFailed:
                # Somebody may have taken the port between the look and the start.
                if attempt == _START_TRIES:
                    raise
                self._port = free_port()
        self.admin_token = await self.register(ADMIN, secrets.token_hex(12), admin=True)

    async def _answers(self) -> bool:
        timeout = aiohttp.ClientTimeout(total=2)
        try:
            async with aiohttp.ClientSession(timeout=timeout) as session:
                async with session.get(f"{self.base_url}/_matrix/client/versions") as response:
                    return response.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False

    def _write_config(self) -> Path:
        log_config = self._folder / "log.yaml"
        log_config.write_text(
            yaml.safe_dump(
                {
                    "version": 1,
                    "handlers": {"console": {"class": "logging.StreamHandler"}},
                    "root": {"level": "WARNING", "handlers": ["console"]},
                    "disable_existing_loggers": False,
                }
            )
        )
        database = ":memory:" if self._storage == "memory" else str(self._folder / "homeserver.db")
        listeners: list[Mapping[str, object]] = [
            {
                "bind_addresses": [LOOPBACK],
                "port": self._port,
                "type": "http",
                "tls": False,
                "resources": [{"names": ["client"], "compress": False}],
            }
        ]
        if self._door is not None:
            listeners.append(self._door.listener())
        config: dict[str, object] = {
            "server_name": self.server_name,
            "public_baseurl": f"{self.base_url}/",
            "pid_file": str(self._folder / "synapse.pid"),
            "listeners": listeners,
            "database": {"name": "sqlite3", "args": {"database": database}},
            "log_config": str(log_config),
            "media_store_path": str(self._folder / "media"),
            "signing_key": self._signing_key,
            "registration_shared_secret": self._secret,
            "macaroon_secret_key": self._secret,
            "form_secret": self._secret,
            # Test passwords need no slow hash: the least that bcrypt allows.
            "bcrypt_rounds": 4,
            "enable_registration": False,
            "report_stats": False,
            "suppress_key_server_warning": True,
            "trusted_key_servers": [],
            "federation_domain_whitelist": [],
            # A push gateway of a test stands on loopback.
            "ip_range_whitelist": [f"{LOOPBACK}/32"],
            "url_preview_enabled": False,
            "presence": {"enabled": False},
            "max_upload_size": "60M",
            # It looks through all that it holds for garbage some times a second; it does not run long enough for that.
            "gc_thresholds": [50_000, 20, 20],
            # Nobody looks for people by parts of their names.
            "update_user_directory": False,
            # Without a door nobody is there to send anything to, and each event would be looked at for that.
            "send_federation": self._door is not None,
        }
        if self._room_version is not None:
            config["default_room_version"] = self._room_version
        if self._registration is not None:
            config["app_service_config_files"] = [str(self._registration)]
        if self._limits == "off":
            config |= _LIMITS_OFF
        if self._door is not None:
            config |= self._door.settings()
        path = self._folder / "homeserver.yaml"
        path.write_text(yaml.safe_dump(config, sort_keys=False))
        path.chmod(0o600)
        return path
