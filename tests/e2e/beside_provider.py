"""The whole bot beside a provider that signs people in: `python -m tests.e2e.beside_provider run -c config.yaml`.

It is `postroom` as it is, in a world in which the provider's names lead to servers on this machine: what DNS and the
certificate authorities do for the real ones is the only thing that differs.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
import ssl
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from bot import accounts
from bot.adapters.servers.network import Network
from bot.cli import start
from bot.config import Config
from bot.demo.bot_process import BotProcess
from bot.demo.servers.process import LOOPBACK
from tests.adapters.oauth.provider import CLIENT, SECRET, FakePages
from tests.adapters.servers.village import Village

_WORLD = "POSTROOM_TESTS_WORLD"
_REPOSITORY = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Names:
    """The names by which the bot knows a provider."""

    section: str
    """Of `oauth` in config.yaml."""
    imap: str
    pages: str


MICROSOFT = Names("microsoft", "outlook.office365.com", "login.microsoftonline.com")
GOOGLE = Names("google", "imap.gmail.com", "oauth2.googleapis.com")


@dataclass
class Provider:
    """The provider's pages, and the one by which its mail servers look at tokens. Use `Provider.founded`."""

    village: Village
    names: Names = MICROSOFT
    tokens: str = ""
    """See `Dovecot.started`."""
    user: str = ""
    """Whose mailbox all tokens are good for."""
    pages: FakePages = field(default_factory=lambda: FakePages(every=1))
    shown: list[str] = field(default_factory=list)
    """Each token that a mail server was shown."""

    @classmethod
    @asynccontextmanager
    async def founded(cls, folder: Path, names: Names = MICROSOFT) -> AsyncIterator[Provider]:
        async with Village.founded(folder) as village:
            provider = cls(village, names)
            # Google gives a secret to each application.
            provider.pages.secret = SECRET if names is GOOGLE else ""
            village.at(names.pages)
            await village.serve(443, provider.pages, name=names.pages)
            looks = await asyncio.start_server(provider._look, LOOPBACK, 0)
            port = looks.sockets[0].getsockname()[1]
            provider.tokens = f"http://{LOOPBACK}:{port}/tokeninfo?access_token="
            async with looks:
                yield provider

    def takes(self, user: str, token: str) -> bool:
        """See `smtp_sink.Takes`."""
        self.shown.append(token)
        return user == self.user and token in self.pages.access

    @property
    def client(self) -> dict[str, str]:
        """The application, as config.yaml has it."""
        return {"client_id": CLIENT} | ({"client_secret": self.pages.secret} if self.pages.secret else {})

    def agrees(self) -> None:
        """The person has typed the newest code and signed in."""
        list(self.pages.devices.values())[-1].state = "approved"

    def refreshed(self) -> int:
        """How often a token was asked for by a refresh token."""
        return sum(form.get("grant_type") == "refresh_token" for _, form in self.pages.asked)

    def is_beside(self, bot: BotProcess) -> None:
        """The bot's process is to live in this world."""
        self.village.network()
        world = {
            "imap": self.names.imap,
            "pages": str(self.village.folder / "trusted.pem"),
            "dns": self.village.dns_port,
            "ports": {str(port): own for port, own in self.village.ports.items()},
        }
        bot.program = (sys.executable, "-m", __name__)
        bot.environment = {**os.environ, "PYTHONPATH": str(_REPOSITORY), _WORLD: json.dumps(world)}

    async def _look(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                (token,) = parse_qs(urlsplit(head.split(b" ")[1].decode()).query)["access_token"]
                status, said = ("200 OK", {"user": self.user}) if self.takes(self.user, token) else ("401 -", {})
                body = json.dumps(said).encode()
                writer.write(
                    f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
                    + body
                )
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


def _live_there() -> None:
    world = json.loads(os.environ[_WORLD])
    trusted = ssl.create_default_context(cafile=world["pages"])
    ports = {int(port): own for port, own in world["ports"].items()}
    network = Network(lambda _: True, lambda: trusted, (LOOPBACK, world["dns"]), ports)

    def there(config: Config) -> Network:
        return network

    accounts._network = there
    asked = socket.getaddrinfo

    def found(host: str, *args: object, **more: object) -> object:
        return asked(LOOPBACK if host == world["imap"] else host, *args, **more)  # type: ignore[arg-type]

    socket.getaddrinfo = found  # type: ignore[assignment]


if __name__ == "__main__":
    os.chdir(_REPOSITORY)
    _live_there()
    start.main()
