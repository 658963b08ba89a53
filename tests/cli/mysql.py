"""A MySQL of Oracle's own on loopback, unprivileged, in a temporary folder, where `POSTROOM_MYSQLD` names its program.

Debian's releases have MariaDB in its place. It may be a script that starts a `mysqld` which was only unpacked.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import create_engine

from bot.adapters.old_database import address_of
from bot.demo.servers.process import (
    ServerMissing,
    run_to_end,
    server_folder,
    unprivileged_user,
)
from tests.cli.mariadb import PASSWORD, served


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
        more = ("--mysqlx=OFF", "--secure-file-priv=")
        async with served("MySQL", server, folder, run_as, *more, knows_tls=True) as found:
            yield found


def log_in_once(url: str, certificate: Path) -> None:
    """It remembers who proved a password within TLS; whoever does so again may come without."""
    trusts = ssl.create_default_context(cafile=str(certificate))
    engine = create_engine(address_of(url).set(password=PASSWORD), connect_args={"ssl": trusts})
    engine.connect().close()
    engine.dispose()
