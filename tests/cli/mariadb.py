"""A MariaDB of our own on loopback, unprivileged, in a temporary folder, where `mariadbd` is installed."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.demo.servers.certificate import make_certificate
from bot.demo.servers.process import (
    LOOPBACK,
    Child,
    RunAs,
    ServerMissing,
    accepts_connections,
    free_port,
    run_to_end,
    server_folder,
    unprivileged_user,
)

_INSTALL = "MariaDB is not installed: sudo apt-get install mariadb-server"
PASSWORD = "the word of root"


def _program(name: str) -> str:
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if found is None:
        raise ServerMissing(_INSTALL)
    return found


@asynccontextmanager
async def mariadb(*, speaks_tls: bool = False) -> AsyncIterator[tuple[str, Path]]:
    """The URL of its database `freescout`, without the password, and its certificate; durability is off.

    Args:
        speaks_tls: it lets nobody in otherwise.

    Raises:
        ServerMissing: MariaDB is not installed.
        ServerFailed: it did not start.
    """
    server, install = _program("mariadbd"), _program("mariadb-install-db")
    run_as = unprivileged_user("nobody", "daemon")
    with server_folder("mariadb", owner=run_as) as folder:
        data = folder / "data"
        words = ["--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal", "--skip-test-db"]
        await run_to_end([install, *words], run_as=run_as)
        more = ["--require-secure-transport=ON"] if speaks_tls else []
        async with served("MariaDB", server, folder, run_as, *more, knows_tls=speaks_tls) as found:
            yield found


@asynccontextmanager
async def served(
    name: str, server: str, folder: Path, run_as: RunAs | None, *more: str, knows_tls: bool
) -> AsyncIterator[tuple[str, Path]]:
    """A server of MySQL's kind on what is laid out in `data` of the folder: the URL, and its certificate.

    Args:
        more: options that one of them alone knows.
    """
    start = folder / "start.sql"
    start.write_text(
        "CREATE DATABASE freescout CHARACTER SET utf8mb4;\n"
        f"CREATE USER reader@localhost IDENTIFIED BY '{PASSWORD}';\n"
        "GRANT ALL ON freescout.* TO reader@localhost;\n"
    )
    start.chmod(0o644)
    port = free_port()
    certificate = make_certificate(folder)
    for file in (certificate.certificate, certificate.key):
        file.chmod(0o644)
    options = [f"--datadir={folder / 'data'}", f"--port={port}", f"--bind-address={LOOPBACK}", f"--init-file={start}"]
    options += [f"--socket={folder / 'sock'}", "--innodb-flush-log-at-trx-commit=0", "--default-time-zone=+05:00"]
    if knows_tls:
        options += [f"--ssl-cert={certificate.certificate}", f"--ssl-key={certificate.key}"]
    child = await Child.start(
        [server, "--no-defaults", *options, *more], name=name, log=folder / "log", cwd=folder, run_as=run_as
    )
    try:
        await child.until(lambda: accepts_connections(LOOPBACK, port), timeout=60)
        yield f"mysql://reader@{LOOPBACK}:{port}/freescout", certificate.certificate
    finally:
        await asyncio.shield(child.stop())
