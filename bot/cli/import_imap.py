"""A folder of an IMAP server as an archive: the reader of mailboxes reads it, and changes nothing there."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from bot.accounts import Doors
from bot.cli.ending import Refused
from bot.cli.given_secret import password_for
from bot.cli.import_sources import DRAFT
from bot.config import Config, MailboxSection, Secret
from bot.config.mailbox import ImapSection, SmtpSection
from bot.config.section import Security
from bot.domain.hostnames import is_loopback
from bot.domain.inputs.mail import NOT_GIVEN, TOO_BIG
from bot.domain.sentences import Sentence, sentence
from bot.flows.pump.archive import THROWN_AWAY, Found
from bot.ports import CredentialsRefused, Fetched, FetchedMail, FolderMissing, Gone, Inbox, Unavailable

_SECURITY: Final[dict[tuple[str, str], Security]] = {
    ("imaps", "on"): "tls",
    ("imap", "on"): "starttls",
    ("imap", "off"): "none",
}
PAUSES: Final = (1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 30.0, 30.0, 30.0, 60.0)
"""Seconds before each try in a row without a mail in between; then it is given up, until it is run again."""
_MOST_NAMES: Final = 30


@dataclass(frozen=True, slots=True)
class Place:
    """A folder on a server."""

    section: MailboxSection
    folder: str

    def __str__(self) -> str:
        imap = self.section.imap
        return f"{imap.user}@{imap.host}: {self.folder}"


def is_server(source: str) -> bool:
    return source.lower().startswith(("imap://", "imaps://"))


def place_of(source: str, password: str | None, config: Config, language: str) -> Place:
    """`imaps://USER@HOST/FOLDER`, as in RFC 5092; or `imap://` for STARTTLS. Letters may be written as they are.

    Behind it `?ca=FILE` trusts the authorities in that file alone, and `?tls=off` speaks in clear with this machine.

    Args:
        password: `env:NAME` or `file:PATH`; None: asked for, where somebody sits there.

    Raises:
        Refused: it is no such URL, or everybody sees its password, or would on the way.
    """
    try:
        parts = urlsplit(source)
        options = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise Refused(sentence("cli.import_bad_url")) from None
    user, has_password = _user(parts)
    security = _SECURITY.get((parts.scheme, options.get("tls", "on")))
    folder = unquote(parts.path.removeprefix("/")) or "INBOX"
    is_plain = (host + user + folder).isprintable() and not parts.fragment
    if not (host and user and is_plain) or security is None or not set(options) <= {"tls", "ca"}:
        raise Refused(sentence("cli.import_bad_url"))
    if has_password:
        raise Refused(sentence("cli.import_open_password"))
    if security == "none" and not (is_loopback(host) or config.allow_insecure):
        raise Refused(sentence("config.insecure_server", host=host))
    imap = ImapSection.model_construct(
        host=host,
        port=port,
        security=security,
        user=user,
        password=Secret(password_for(user, password, language)),
        ca_file=Path(options["ca"]) if "ca" in options else config.authority_of(host),
    )
    nowhere = SmtpSection.model_construct(host=host)
    return Place(MailboxSection.model_construct(address=user, name="", room="", imap=imap, smtp=nowhere), folder)


def _user(parts: SplitResult) -> tuple[str, bool]:
    """An address is a name as well: the last @ is the one before the host. And whether a password stands there."""
    before = parts.netloc.rpartition("@")[0]
    user, colon, _ = before.partition(":")
    return unquote(user), bool(colon)


@dataclass(slots=True)
class OldFolder:
    """The mails of one folder, in the order of their UIDs, once each, over any number of connections."""

    doors: Doors
    place: Place
    scratch: Path
    limit: int
    """Bytes; a larger mail is named, and not read."""
    waits: Callable[[str], None]
    """Called with the reason when the server is away for now."""
    pauses: tuple[float, ...] = PAUSES
    _uidvalidity: int = field(init=False, default=0)
    _done: int = field(init=False, default=0)
    _failures: int = field(init=False, default=0)

    async def mails(self) -> AsyncGenerator[Found, None]:
        """Raises:
        Refused: the login, or the folder is not there.
        Unavailable: it stays away, or was so from the beginning.
        OSError
        """
        inbox = self.doors.inbox(self.place.section, self.place.folder, self.limit, 0.0)
        self.scratch.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="import-", dir=self.scratch) as folder:
            try:
                while True:
                    try:
                        async for answer in self._once(inbox, Path(folder)):
                            self._done, self._failures = answer.uid, 0
                            if not isinstance(answer, Gone):
                                yield _found(answer)
                        return
                    except Unavailable as away:
                        await self._wait(away)
            finally:
                await inbox.close()

    async def _once(self, inbox: Inbox, folder: Path) -> AsyncIterator[Fetched]:
        """What is left of it, by one connection."""
        try:
            status = await inbox.open()
        except CredentialsRefused as refused:
            raise Refused(sentence("cli.import_login", place=str(self.place), words=refused.text[:200])) from None
        except FolderMissing:
            raise Refused(await self._missing()) from None
        if status.uidvalidity != self._uidvalidity:
            # The folder was made anew: what was brought in of it is known by its bytes.
            self._uidvalidity, self._done = status.uidvalidity, 0
        left = [uid for uid in await inbox.uids() if uid > self._done]
        async for answer in inbox.fetch(left, folder):
            yield answer

    async def _wait(self, away: Unavailable) -> None:
        if not self._uidvalidity or self._failures >= len(self.pauses):
            raise away
        self.waits(away.reason)
        await asyncio.sleep(self.pauses[self._failures])
        self._failures += 1

    async def _missing(self) -> Sentence:
        folders = self.doors.folders(self.place.section)
        try:
            names = sorted(one.name for one in await folders.names())
        finally:
            await folders.close()
        told = ", ".join(names[:_MOST_NAMES]) + (", …" if len(names) > _MOST_NAMES else "")
        return sentence("cli.import_no_folder", folder=self.place.folder, there=told or "–")


def _found(answer: Fetched) -> Found:
    place = sentence("cli.import_uid", uid=answer.uid)
    match answer:
        case FetchedMail(raw=None):
            return Found(place, answer.size, answer.received_at, None, TOO_BIG)
        case FetchedMail(raw=raw):
            content = _taken(raw) if isinstance(raw, Path) else raw
            flags = {flag.lower() for flag in answer.flags}
            if {"\\draft", "\\deleted"} & flags:
                return Found(place, answer.size, None, None, THROWN_AWAY if "\\deleted" in flags else DRAFT)
            return Found(place, answer.size, answer.received_at, content)
        case _:
            return Found(place, 0, None, None, NOT_GIVEN)


def _taken(file: Path) -> bytes:
    try:
        return file.read_bytes()
    finally:
        file.unlink()
