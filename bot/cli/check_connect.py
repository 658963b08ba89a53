"""`check --connect`: what `run` would meet: the logins, the rooms, the folders, the database, the port."""

import asyncio
import socket
import time
from collections.abc import Awaitable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import assert_never

from sqlalchemy.exc import ProgrammingError

from bot.accounts import imap_side, login_secret, matrix_account, pages, referred, smtp_side
from bot.adapters.imap.folders import ImapFolders
from bot.adapters.matrix.check import NO_API, Look, RoomSeen, Standing, looking, rooms_seen
from bot.adapters.oauth import Tokens
from bot.cli.former_keys import look_at_former_keys
from bot.config import Config, Finding, Level, MailboxSection, mailbox_id, to_instance, with_password
from bot.domain.credentials import PasswordReference
from bot.domain.ids import RoomId, SecretId, UserId
from bot.domain.sentences import Sentence, sentence
from bot.domain.sign_in import SignedIn
from bot.flows.keep.passwords import Given, look
from bot.flows.keep.room_looks import NEEDED_POWER
from bot.keys import vault
from bot.ports import CredentialsRefused, FolderName, Unavailable
from bot.process.ends import last_words
from bot.process.lock import AlreadyRunning, FolderLock
from storage.connecting import is_there
from storage.database import Conflict, Database, StorageAway
from storage.faults import DatabaseBroken, Moved, UnknownDatabase

_DATABASE_SECONDS = 15.0
_MOST_FOLDERS = 30
"""Folders that are named where one is missing."""


async def check_connections(config: Config) -> tuple[Finding, ...]:
    """Log in everywhere and out again, as `check --connect` asks; it may run beside the bot. All at the same time."""
    given = await look(config.database_url, to_instance(config), vault(config))
    tokens = Tokens(pages(lambda: config), NotKept(), time.monotonic)
    looks: list[Awaitable[list[Finding]]] = [_database(config), asyncio.to_thread(_port, config), _matrix(config)]
    looks.append(look_at_former_keys(config))
    for number, section in enumerate(config.mailboxes):
        path = f"mailboxes[{number}]"
        id = mailbox_id(section)
        if id in given:
            section, finding = _in_house(config, section, path, given[id], tokens)
            looks.append(_said(finding))
        looks += [_imap(section, path), _smtp(section, path)]
    return tuple(finding for found in await asyncio.gather(*looks) for finding in found)


def _ok(path: str, key: str, /, **values: str) -> Finding:
    return Finding(Level.OK, path, sentence(key, **values))


def _mistake(path: str, key: str, /, **values: str | Sentence) -> Finding:
    return Finding(Level.MISTAKE, path, sentence(key, **values))


async def _said(finding: Finding) -> list[Finding]:
    return [finding]


# --- mailboxes --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NotKept:
    """Keeps nothing: a bot runs beside us, and what it has stays good."""

    async def newest(self, id: SecretId) -> SignedIn | None:
        return None

    async def keep(self, id: SecretId, login: SignedIn) -> None:
        """Let go."""


def _in_house(
    config: Config, section: MailboxSection, path: str, given: Given, tokens: Tokens
) -> tuple[MailboxSection, Finding]:
    """The mailbox as the bot logs in to it: with the password that was given in the config room."""
    key, id = f"{path}.imap.password", mailbox_id(section)
    if given is None:
        return section, Finding(Level.MISTAKE, "secret_key", sentence("check.not_opened", key=key))
    # Tokens are held by the mailbox's name: this process opens one login for each.
    secret = login_secret(id, given, SecretId(id), tokens, partial(referred, config))
    told = (
        sentence("check.given_by", reference=given.written)
        if isinstance(given, PasswordReference)
        else sentence("check.given")
    )
    return with_password(section, secret), Finding(Level.OK, key, told)


async def _imap(section: MailboxSection, path: str) -> list[Finding]:
    folders = ImapFolders(imap_side(section, {}))
    imap = section.imap
    try:
        await folders.check()
        names = await folders.names()
    except (CredentialsRefused, Unavailable) as fault:
        return [_mail_fault(fault, f"{path}.imap", imap.host, imap.real_port, imap.security)]
    finally:
        await folders.close()
    return [_ok(f"{path}.imap.host", "check.logged_in"), *_missing(section, path, names)]


def _missing(section: MailboxSection, path: str, names: tuple[FolderName, ...]) -> Iterator[Finding]:
    """The folders that are named and not there. INBOX is there in any letters (RFC 3501 5.1)."""
    there = {one.name for one in names}
    shown = sorted(there)[:_MOST_FOLDERS] + (["…"] if len(there) > _MOST_FOLDERS else [])
    imap = section.imap
    for key, named in (("folders", imap.folders), ("sent", (imap.sent,)), ("junk", (imap.junk,))):
        for one in named:
            if one and one not in there and one.upper() != "INBOX":
                values = {"folder": one, "there": ", ".join(f"“{name}”" for name in shown)}
                # Sent and Junk may be made by the first mail that goes there.
                level = Level.MISTAKE if key == "folders" else Level.WARNING
                yield Finding(level, f"{path}.imap.{key}", sentence(f"check.no_folder_{key}", **values))


async def _smtp(section: MailboxSection, path: str) -> list[Finding]:
    smtp = section.smtp
    submission = smtp_side(section)
    try:
        await submission.check()
    except (CredentialsRefused, Unavailable) as fault:
        return [_mail_fault(fault, f"{path}.smtp", smtp.host, smtp.real_port, smtp.security)]
    finally:
        await submission.close()
    return [_ok(f"{path}.smtp.host", "check.logged_in")]


def _mail_fault(fault: CredentialsRefused | Unavailable, path: str, host: str, port: int, security: str) -> Finding:
    if isinstance(fault, CredentialsRefused):
        return _mistake(f"{path}.password", "check.refused")
    key = {"certificate": "certificate", "tls": "tls"}.get(fault.reason, "away")
    server = f"{host}:{port}"
    values = {"reason": fault.reason, "server": server, "security": security, "ca_file": f"{path}.ca_file"}
    where = {"certificate": "ca_file", "tls": "security"}.get(key, "host")
    return _mistake(f"{path}.{where}", f"check.mail_{key}", **values)


# --- the homeserver and the rooms -------------------------------------------------------------------------------------


async def _matrix(config: Config) -> list[Finding]:
    account = matrix_account(config)
    try:
        async with looking(account) as found:
            return [_login(config, found), *await _rooms(config, found)]
    except CredentialsRefused:
        return [_refused(config, is_kept=False)]
    except Unavailable as away:
        return [_homeserver_away(config, away.reason)]


def _login(config: Config, found: Look) -> Finding:
    return _refused(config, is_kept=True) if found.is_login_refused else _ok("matrix.homeserver", "check.logged_in")


def _refused(config: Config, *, is_kept: bool) -> Finding:
    login = config.matrix.login
    told = "check.refused_matrix" if login == "password" else f"check.refused_{login}"
    values = {"user": config.matrix.user_id}
    if is_kept:
        return _mistake(f"matrix.{login}", "check.refused_later", why=sentence(told, **values))
    return _mistake(f"matrix.{login}", told, **values)


def _homeserver_away(config: Config, reason: str) -> Finding:
    url = config.matrix.homeserver
    server = config.matrix.user_id.partition(":")[2]
    if reason == "certificate":
        return _mistake("matrix.ca_file", "check.matrix_certificate", url=url)
    if reason == "tls":
        return _mistake("matrix.homeserver", "check.matrix_tls", url=url)
    if reason == NO_API or reason.startswith("http 4") or reason.endswith("without json"):
        return _mistake("matrix.homeserver", "check.matrix_no_api", url=url, server=server)
    return _mistake("matrix.homeserver", "check.matrix_away", url=url, reason=reason)


async def _rooms(config: Config, found: Look) -> list[Finding]:
    """One for each room that is not as it should be, under the key that names it first."""
    paths = {RoomId(config.matrix.config_room): "matrix.config_room"}
    for number, section in enumerate(config.mailboxes):
        paths.setdefault(RoomId(section.room), f"mailboxes[{number}].room")
    shared = any(one.room == config.matrix.config_room for one in config.mailboxes)
    told = [Finding(Level.WARNING, "matrix.config_room", sentence("check.config_room_shared"))] if shared else []
    seen = await rooms_seen(found.homeserver, UserId(config.matrix.user_id), tuple(paths))
    return told + [one for room, path in paths.items() for one in _room(config, path, room, seen[room])]


def _room(config: Config, path: str, room: RoomId, seen: RoomSeen) -> Iterator[Finding]:
    who = {"bot": config.matrix.user_id, "room": room, "admins": ", ".join(config.admins)}
    match seen.standing:
        case Standing.UNKNOWN:
            yield _mistake(path, "check.room_unknown", **who)
        case Standing.OUTSIDE:
            yield _mistake(path, "check.room_not_invited", **who)
        case Standing.BANNED:
            yield _mistake(path, "check.room_banned", **who)
        case Standing.INVITED if seen.inviter not in config.admins:
            yield _mistake(path, "check.room_invited_by_other", inviter=seen.inviter or "?", **who)
        case Standing.INVITED:
            yield _ok(path, "check.room_invited")
        case Standing.JOINED:
            is_mailbox = path != "matrix.config_room"
            may_be_open = to_instance(config).may_be_open(room)
            if seen.is_open and is_mailbox and not may_be_open:
                yield _mistake(path, "check.room_public", **who)
            if seen.power < NEEDED_POWER:
                yield Finding(Level.WARNING, path, sentence("check.room_no_power", **who))
            if seen.power >= NEEDED_POWER and not (seen.is_open and is_mailbox):
                yield _ok(path, "check.room_ready")
        case _ as unreachable:
            assert_never(unreachable)


# --- this machine -----------------------------------------------------------------------------------------------------


async def _database(config: Config) -> list[Finding]:
    url = config.database_url
    if not is_there(url):
        return [_ok("database", "check.database_new")]
    try:
        async with asyncio.timeout(_DATABASE_SECONDS):
            database = await Database.open(url, migrate=False)
            await database.close()
    except (Moved, UnknownDatabase, DatabaseBroken) as fault:
        told, _ = last_words(fault)
        return [Finding(Level.MISTAKE, "database", told)]
    except ProgrammingError:
        # A server's database without our tables: the first start makes them.
        return [_ok("database", "check.database_new")]
    except (StorageAway, Conflict, OSError) as away:
        reason = str(away) or type(away).__name__
        return [_mistake("database", "check.database_away", reason=reason)]
    return [_ok("database", "check.database_answers")]


def _port(config: Config) -> list[Finding]:
    """Whether `/health` could be served; a running bot has the port already."""
    if config.http is None:
        return []
    host, port = config.http.host, config.http.port
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(address)
    except OSError as fault:
        if _runs(config):
            return [_ok("http.bind", "check.port_ours")]
        return [_mistake("http.bind", "check.port_taken", bind=config.http.bind, reason=fault.strerror or str(fault))]
    return [_ok("http.bind", "check.port_free")]


def _runs(config: Config) -> bool:
    try:
        with FolderLock(config.data_dir):
            return False
    except AlreadyRunning:
        return True
    except OSError:
        return False
