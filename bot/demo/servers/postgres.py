"""A PostgreSQL of our own on loopback; `python -m bot.demo.servers.postgres --run CMD…` lends one to CMD."""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import secrets
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self

import asyncpg
from sqlalchemy import make_url

from bot.demo.servers.process import (
    LOOPBACK,
    Child,
    RunAs,
    ServerFailed,
    ServerMissing,
    accepts_connections,
    free_port,
    run_to_end,
    server_folder,
    unprivileged_user,
)

VARIABLE = "POSTROOM_TEST_POSTGRES"
_INSTALL = "PostgreSQL is not installed: sudo apt-get install postgresql"
_USER = "postroom"
_START_TRIES = 3
_DEBIAN_FOLDERS = Path("/usr/lib/postgresql")


def postgres_binaries() -> Path:
    """The folder of the newest installed server's programs (Debian keeps them off the PATH).

    Raises:
        ServerMissing: none is installed; the text has the command.
    """
    found = [folder for folder in _DEBIAN_FOLDERS.glob("*/bin") if (folder / "initdb").exists()]
    if found:
        return max(found, key=lambda folder: [int(part) for part in re.findall(r"\d+", folder.parent.name)])
    on_path = shutil.which("initdb")
    if on_path is None:
        raise ServerMissing(_INSTALL)
    return Path(on_path).resolve().parent


class Postgres:
    """A database server in a temporary folder; use `Postgres.started`. Durability is off: it is for tests."""

    def __init__(self, folder: Path, *, run_as: RunAs | None) -> None:
        self._folder = folder
        self._run_as = run_as
        self._binaries = postgres_binaries()
        self._password = secrets.token_hex(8)
        self._child: Child | None = None
        self.port = free_port()

    @classmethod
    @asynccontextmanager
    async def started(cls) -> AsyncIterator[Self]:
        """A running server with one empty database.

        Raises:
            ServerMissing: PostgreSQL is not installed.
            ServerFailed: it did not start.
        """
        postgres_binaries()
        run_as = unprivileged_user("postgres", "nobody")
        with server_folder("postgres", owner=run_as) as folder:
            server = cls(folder, run_as=run_as)
            try:
                await server._first_start()
                yield server
            finally:
                await server.stop()

    @property
    def url(self) -> str:
        """Of the database, as configurations and `POSTROOM_TEST_POSTGRES` name it."""
        return f"postgresql://{_USER}:{self._password}@{LOOPBACK}:{self.port}/postgres"

    async def start(self) -> None:
        """Start it again after `stop` or `kill`, on the same port and with what it holds.

        Raises:
            ServerFailed: it did not start.
        """
        if self._child is not None and self._child.running:
            return
        settings = {
            "listen_addresses": LOOPBACK,
            "port": str(self.port),
            "unix_socket_directories": str(self._folder),
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "max_connections": "200",
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        self._child = await Child.start(
            [str(self._binaries / "postgres"), "-D", str(self._folder / "data"), *options],
            name="PostgreSQL",
            log=self._folder / "postgres.log",
            run_as=self._run_as,
            cwd=self._folder,
        )
        try:
            await self._child.until(self._ready, timeout=60)
        except BaseException:
            await self.kill()
            raise

    async def stop(self) -> None:
        """End it; open connections are broken."""
        child, self._child = self._child, None
        if child is not None:
            # "Fast" shutdown: does not wait for clients.
            await child.stop(first=signal.SIGINT)

    async def kill(self) -> None:
        """End it at once with SIGKILL."""
        child, self._child = self._child, None
        if child is not None:
            await child.kill()

    async def _ready(self) -> bool:
        if not await accepts_connections(LOOPBACK, self.port):
            return False
        try:
            await run_to_end([str(self._binaries / "pg_isready"), "-q", "-h", LOOPBACK, "-p", str(self.port)])
        except ServerFailed:
            return False
        return True

    async def _first_start(self) -> None:
        password_file = self._folder / "password"
        password_file.write_text(self._password)
        if self._run_as is not None:
            os.chown(password_file, self._run_as.uid, self._run_as.gid)
        command = [str(self._binaries / "initdb"), "-D", str(self._folder / "data"), "-U", _USER]
        command += ["--auth=scram-sha-256", f"--pwfile={password_file}", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        await run_to_end(command, run_as=self._run_as)
        for attempt in range(1, _START_TRIES + 1):
            try:
                await self.start()
                return
            except ServerFailed:
                if attempt == _START_TRIES:
                    raise
                self.port = free_port()


def named(url: str, database: str) -> str:
    """The URL of another database on the same server."""
    return make_url(url).set(database=database).render_as_string(hide_password=False)


@asynccontextmanager
async def own_database(url: str, name: str, *, template: str = "template1", language: str = "") -> AsyncIterator[str]:
    """A new database on the server of this URL, a copy of `template`; it is gone at the end, whoever is connected.

    Args:
        language: orders text as this language does (ICU, from PostgreSQL 15 on); empty: as the server does.
    """
    # Only an empty one can be copied with another order.
    order = f"LOCALE_PROVIDER icu ICU_LOCALE '{language}' TEMPLATE template0" if language else f"TEMPLATE {template}"
    await _on_server(url, f"CREATE DATABASE {name} {order}")
    try:
        yield named(url, name)
    finally:
        await _on_server(url, f"DROP DATABASE {name} WITH (FORCE)")


async def _on_server(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def run_with_postgres(command: Sequence[str]) -> int:
    """Run a command with the URL of a new, empty server in its environment; its status."""
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()
    assert task is not None
    loop.add_signal_handler(signal.SIGTERM, task.cancel)
    async with Postgres.started() as server:
        process = await asyncio.create_subprocess_exec(*command, env={**os.environ, VARIABLE: server.url})
        try:
            return await process.wait()
        finally:
            if process.returncode is None:
                process.terminate()
                await process.wait()


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m bot.demo.servers.postgres", description=__doc__)
    parser.add_argument("--run", nargs=argparse.REMAINDER, required=True, metavar="CMD")
    command: list[str] = parser.parse_args().run
    try:
        return asyncio.run(run_with_postgres(command))
    except ServerFailed as error:
        print(error, file=sys.stderr)
        return 1
    except (KeyboardInterrupt, asyncio.CancelledError):
        return 130


if __name__ == "__main__":
    sys.exit(main())
