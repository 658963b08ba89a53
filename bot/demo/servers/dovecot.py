"""A Dovecot of our own on loopback, unprivileged, where the `dovecot` binary is installed (2.3 and 2.4)."""

from __future__ import annotations

import contextlib
import getpass
import grp
import os
import re
import shutil
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Self

from bot.demo.servers.certificate import Certificate, make_certificate
from bot.demo.servers.imap_server import (
    DEFAULT_ACCOUNTS,
    PASSWORD,
    SPECIAL_FOLDERS,
    ImapAccount,
    Probe,
    StoredMail,
    new_account,
)
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

_INSTALL = "Dovecot is not installed: sudo apt-get install dovecot-imapd"
_START_TRIES = 3


def dovecot_binary() -> str:
    """Where the program is (Debian has it in /usr/sbin, which is not on every user's PATH).

    Raises:
        ServerMissing: it is not installed; the text has the command.
    """
    found = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin")
    if found is None:
        raise ServerMissing(_INSTALL)
    return found


@dataclass(frozen=True, slots=True)
class Layout:
    """How a provider's server names its folders."""

    separator: str = "/"
    prefix: str = ""
    """Before the name of each folder but INBOX, as `INBOX.`."""
    folders: Mapping[str, str] = field(default_factory=lambda: SPECIAL_FOLDERS)
    """By name behind the prefix: the SPECIAL-USE, or none."""


class Dovecot:
    """An IMAP server with a few accounts and the folders INBOX, Sent, Junk, Trash, Drafts; use `Dovecot.started`.

    `port` speaks in clear and offers STARTTLS, `tls_port` speaks TLS from the first byte; `certificate` is theirs.
    """

    def __init__(
        self,
        folder: Path,
        *,
        accounts: Sequence[ImapAccount],
        certificate: Certificate,
        run_as: RunAs | None,
        crowd: int = 1,
        layout: Layout | None = None,
        has_tls: bool = True,
        tokens: str = "",
    ) -> None:
        self._folder = folder
        self._run_as = run_as
        self._crowd = crowd
        self._layout = layout or Layout()
        self._has_tls = has_tls
        self._tokens = tokens
        self._child: Child | None = None
        self.accounts = tuple(accounts)
        self.certificate = certificate
        self.host = LOOPBACK
        self.port = free_port()
        self.tls_port = free_port()
        self._idle_notify_seconds = 1
        self._version: tuple[int, int] = (2, 3)

    @classmethod
    @asynccontextmanager
    async def started(
        cls,
        *,
        accounts: Iterable[ImapAccount] = DEFAULT_ACCOUNTS,
        crowd: int = 1,
        layout: Layout | None = None,
        has_tls: bool = True,
        name: str = "localhost",
        tokens: str = "",
    ) -> AsyncIterator[Self]:
        """A running server in a temporary folder of its own; `crowd` connections share one of its processes.

        Args:
            has_tls: whether `port` offers STARTTLS, and `tls_port` listens.
            name: the host in its certificate.
            tokens: a page that answers GET, with an access token put behind it, by 200 and `{"user": …}` where the
                token is good; XOAUTH2 is offered then. Dovecot 2.3 only.

        Raises:
            ServerMissing: Dovecot is not installed.
            ServerFailed: it did not start.
        """
        dovecot_binary()
        run_as = unprivileged_user("nobody", "daemon")
        with server_folder("dovecot", owner=run_as) as folder:
            server = cls(
                folder,
                accounts=tuple(accounts),
                certificate=make_certificate(folder, host=name),
                run_as=run_as,
                crowd=crowd,
                layout=layout,
                has_tls=has_tls,
                tokens=tokens,
            )
            try:
                await server._first_start()
                yield server
            finally:
                await server.stop()

    def password(self, user: str) -> str:
        return next(account.password for account in self.accounts if account.user == user)

    def add_account(self, user: str | None = None) -> ImapAccount:
        """A new, empty mailbox (of its own for a test), while the server runs."""
        account = new_account(user, already=len(self.accounts))
        self.accounts += (account,)
        return account

    @property
    def pid(self) -> int | None:
        """The process id of Dovecot's master; None while it is stopped."""
        return self._child.pid if self._child is not None and self._child.running else None

    async def start(self) -> None:
        """Start it again after `stop` or `kill`, on the same ports and with the same mails.

        Raises:
            ServerFailed: it did not start.
        """
        if self.pid is not None:
            return
        config = self._write_config()
        # After a kill, its run folder still holds the dead master's sockets and pid.
        shutil.rmtree(self._folder / "run", ignore_errors=True)
        self._child = await Child.start(
            [dovecot_binary(), "-F", "-c", str(config)],
            name="Dovecot",
            log=self._folder / "dovecot.out",
            run_as=self._run_as,
            cwd=self._folder,
        )
        try:
            await self._child.until(self._listens, timeout=30)
        except ServerFailed as error:
            await self.kill()
            raise ServerFailed(f"{error}\n{self.log_tail()}") from error
        except BaseException:
            await self.kill()
            raise

    async def stop(self) -> None:
        """End it in order; open connections get BYE."""
        child, self._child = self._child, None
        if child is not None:
            await child.stop()

    async def kill(self) -> None:
        """End it and every connection of it at once with SIGKILL."""
        child, self._child = self._child, None
        if child is not None:
            await child.kill()

    async def renew_certificate(self) -> None:
        """Another certificate from now on, in the file of the one before.

        Raises:
            ServerFailed: it did not start again.
        """
        await self.stop()
        self.certificate = make_certificate(self._folder)
        await self.start()

    async def deliver(
        self, user: str, raw: bytes, folder: str = "INBOX", *, flags: Iterable[str] = (), at: datetime | None = None
    ) -> int:
        """See `ImapServer.deliver`."""
        return await self._probe.append(user, [raw], folder=folder, flags=flags, at=at)

    async def deliver_many(self, user: str, raws: Sequence[bytes], folder: str = "INBOX") -> None:
        """See `ImapServer.deliver_many`."""
        await self._probe.append(user, raws, folder=folder)

    async def folder_contents(self, user: str, folder: str) -> list[StoredMail]:
        """See `ImapServer.folder_contents`."""
        return await self._probe.contents(user, folder)

    async def reset_uidvalidity(self, user: str, folder: str) -> None:
        """See `ImapServer.reset_uidvalidity`; ends the connections that have the folder open."""
        uid_list = self._folder_of(user, folder) / "dovecot-uidlist"
        before = uid_list.read_text(errors="replace")
        found = re.search(r"^3 V(\d+)", before)
        if found is None:
            raise ServerFailed(f"no UIDVALIDITY in {uid_list.name}")
        was_running = self.pid is not None
        # Dovecot keeps the folder's state in memory and in its index: change it while nobody looks.
        await self.stop()
        for index in uid_list.parent.glob("dovecot.index*"):
            index.unlink()
        uid_list.write_text(f"3 V{int(found[1]) + 1} N1\n")
        self._give(uid_list)
        if was_running:
            await self.start()

    def withhold(self, user: str, uid: int, folder: str = "INBOX", *, gives: bool = False) -> None:
        """Take from Dovecot the right to open that mail's file, or (`gives`) give it back."""
        path = self._folder_of(user, folder)
        for line in (path / "dovecot-uidlist").read_text(errors="replace").splitlines()[1:]:
            number, _, rest = line.partition(" ")
            if number == str(uid):
                name = rest.partition(":")[2].partition(":")[0]
                (file,) = [found for part in ("cur", "new") for found in (path / part).glob(f"{name}*")]
                file.chmod(0o600 if gives else 0)
                return
        raise ServerFailed(f"no mail {uid} in {folder}")

    async def copied(self, user: str) -> Path:
        """A copy of the mailbox as it lies on the disk, for `put_back`."""
        await self.stop()
        copy = self._folder / f"copy-{user}"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self._folder / "mail" / user, copy)
        await self.start()
        return copy

    async def put_back(self, user: str, copy: Path) -> None:
        """Restore the mailbox as it was then: what came since is gone, and its UIDs are given again."""
        await self.stop()
        shutil.rmtree(self._folder / "mail" / user)
        shutil.copytree(copy, self._folder / "mail" / user)
        await self.start()

    def _folder_of(self, user: str, folder: str) -> Path:
        maildir = self._folder / "mail" / user / "Maildir"
        return maildir if folder == "INBOX" else maildir / f".{folder}"

    def log_tail(self) -> str:
        log = self._folder / "dovecot.log"
        return "\n".join(log.read_text(errors="replace").splitlines()[-25:]) if log.exists() else ""

    @property
    def _probe(self) -> Probe:
        return Probe(self.host, self.port, self.accounts)

    async def _listens(self) -> bool:
        ports = (self.port, self.tls_port) if self._has_tls else (self.port,)
        return all([await accepts_connections(self.host, port) for port in ports])

    async def _first_start(self) -> None:
        (self._folder / "mail").mkdir()
        self._version = await self._installed_version()
        for attempt in range(1, _START_TRIES + 1):
            try:
                await self.start()
                return
            except ServerFailed:
                if attempt == _START_TRIES:
                    raise
                self.port, self.tls_port = free_port(), free_port()

    async def _installed_version(self) -> tuple[int, int]:
        text = await run_to_end([dovecot_binary(), "--version"], run_as=self._run_as)
        found = re.match(r"(\d+)\.(\d+)", text)
        if found is None:
            raise ServerFailed(f"unknown version of Dovecot: {text.strip()}")
        return int(found[1]), int(found[2])

    def _give(self, path: Path) -> None:
        """Make a file or a folder the server's own."""
        if self._run_as is not None:
            shutil.chown(path, self._run_as.uid, self._run_as.gid)

    def _write_config(self) -> Path:
        path = self._folder / "dovecot.conf"
        text = self._config_2_4() if self._version >= (2, 4) else self._config_2_3()
        path.write_text(text)
        with contextlib.suppress(PermissionError):
            for file in self._folder.rglob("*"):
                self._give(file)
        return path

    @property
    def _user_name(self) -> str:
        return self._run_as.name if self._run_as is not None else getpass.getuser()

    @property
    def _group_name(self) -> str:
        return grp.getgrgid(self._run_as.gid if self._run_as is not None else os.getgid()).gr_name

    def _services(self) -> str:
        # An unprivileged master may neither chroot nor change users: every service runs as the one user.
        chroot_free = "\n".join(f"service {name} {{\n  chroot =\n}}" for name in ("anvil", "stats"))
        return f"""
base_dir = {self._folder}/run
state_dir = {self._folder}/state
log_path = {self._folder}/dovecot.log
protocols = imap
listen = {LOOPBACK}
default_internal_user = {self._user_name}
default_internal_group = {self._group_name}
default_login_user = {self._user_name}
first_valid_uid = 1
last_valid_uid = 0
first_valid_gid = 1
mail_max_userip_connections = 100
maildir_stat_dirs = yes
{chroot_free}
service imap {{
  client_limit = {self._crowd}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {self.port}
  }}
  inet_listener imaps {{
    port = {self.tls_port if self._has_tls else 0}
    ssl = {self._ssl}
  }}
}}
namespace inbox {{
  inbox = yes
  separator = {self._layout.separator}
  prefix = {self._layout.prefix}
{self._folders()}
}}
"""

    def _folders(self) -> str:
        return "\n".join(
            f'  mailbox "{name}" {{\n    auto = subscribe\n{f"    special_use = {use}" if use else ""}\n  }}'
            for name, use in self._layout.folders.items()
        )

    @property
    def _ssl(self) -> str:
        return "yes" if self._has_tls else "no"

    def _config_2_3(self) -> str:
        mechanisms = "plain login xoauth2 oauthbearer" if self._tokens else "plain login"
        return f"""{self._services()}
ssl = {self._ssl}
ssl_cert = <{self.certificate.certificate}
ssl_key = <{self.certificate.key}
disable_plaintext_auth = no
auth_mechanisms = {mechanisms}
mail_location = maildir:~/Maildir
mailbox_idle_check_interval = {self._idle_notify_seconds} secs
{self._by_token()}
passdb {{
  driver = static
  mechanisms = plain login
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid={self._uid} gid={self._gid} home={self._folder}/mail/%u
}}
"""

    def _by_token(self) -> str:
        if not self._tokens:
            return ""
        pages = self._folder / "tokens.conf"
        names = "introspection_mode = auth\nusername_attribute = user\nusername_format = %u"
        pages.write_text(f"tokeninfo_url = {self._tokens}\n{names}\n")
        return f"passdb {{\n  driver = oauth2\n  mechanisms = xoauth2 oauthbearer\n  args = {pages}\n}}"

    def _config_2_4(self) -> str:
        if self._tokens:
            raise ServerMissing("XOAUTH2 is set up for Dovecot 2.3 only")
        # Settings renamed in 2.4: https://doc.dovecot.org/2.4.1/installation/upgrade/2.3-to-2.4.html
        return f"""dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
{self._services()}
ssl = {self._ssl}
ssl_server_cert_file = {self.certificate.certificate}
ssl_server_key_file = {self.certificate.key}
auth_allow_cleartext = yes
auth_mechanisms {{
  plain = yes
  login = yes
}}
mail_driver = maildir
mail_path = ~/Maildir
mailbox_idle_check_interval = {self._idle_notify_seconds} secs
passdb static {{
  password = {PASSWORD}
}}
userdb static {{
  fields {{
    uid = {self._uid}
    gid = {self._gid}
    home = {self._folder}/mail/%{{user}}
  }}
}}
"""

    @property
    def _uid(self) -> int:
        return self._run_as.uid if self._run_as is not None else os.getuid()

    @property
    def _gid(self) -> int:
        return self._run_as.gid if self._run_as is not None else os.getgid()
