"""A MySQL of Oracle's own on loopback, unprivileged, in a temporary folder, where `POSTROOM_MYSQLD` names its program.

Debian's releases have MariaDB in its place. It may be a script that starts a `mysqld` which was only unpacked.
"""

from __future__ import annotations

import asyncio
import os
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import create_engine

from bot.adapters.old_database import address_of
from bot.demo.servers.certificate import make_certificate
from bot.demo.servers.process import (
    LOOPBACK,
    Child,
    ServerMissing,
    accepts_connections,
    free_port,
    run_to_end,
    server_folder,
    unprivileged_user,
)
from tests.cli.mariadb import PASSWORD


@asynccontextmanager
async def mysql() -> AsyncIterator[tuple[str, Path]]:
    """The URL of its database `freescout`, without the password, and its certificate; nobody has logged in yet.

    Raises:
        ServerMissing: no program is named.
        ServerFailed: it did not start.
    """
    server = os.environ.get("POSTROOM_MYSQLD")
    if not server:
        raise ServerMissing("no MySQL is named in POSTROOM_MYSQLD")
    run_as = unprivileged_user("nobody", "daemon")
    with server_folder("mysql", owner=run_as) as folder:
        data = folder / "data"
        await run_to_end([server, "--no-defaults", "--initialize-insecure", f"--datadir={data}"], run_as=run_as)
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
        options = [f"--datadir={data}", f"--port={port}", f"--bind-address={LOOPBACK}", f"--init-file={start}"]
        options += [
            f"--socket={folder / 'sock'}",
            "--mysqlx=OFF",
            "--secure-file-priv=",
            "--innodb-flush-log-at-trx-commit=0",
        ]
        options += [f"--ssl-cert={certificate.certificate}", f"--ssl-key={certificate.key}"]
        options.append("--default-time-zone=+05:00")
        child = await Child.start(
            [server, "--no-defaults", *options], name="MySQL", log=folder / "log", cwd=folder, run_as=run_as
        )
        try:
            await child.until(lambda: accepts_connections(LOOPBACK, port), timeout=60)
            yield f"mysql://reader@{LOOPBACK}:{port}/freescout", certificate.certificate
        finally:
            await asyncio.shield(child.stop())


def log_in_once(url: str, certificate: Path) -> None:
    """It remembers who proved a password within TLS; whoever does so again may come without."""
    trusts = ssl.create_default_context(cafile=str(certificate))
    engine = create_engine(address_of(url).set(password=PASSWORD), connect_args={"ssl": trusts})
    engine.connect().close()
    engine.dispose()
