"""Single values of config.yaml: the forms of an address, a host or a room id."""

from __future__ import annotations

import ipaddress
import re
import ssl
import unicodedata
import zoneinfo
from datetime import date
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, PlainValidator
from pydantic_core.core_schema import ValidationInfo

from bot.config.problem import folder_of, wrong
from bot.config.secret import Secret, reason_of
from bot.domain.addresses import is_address
from bot.domain.autoreply import read_hours, written_hours
from bot.domain.conversation import THROWN_AWAY, Status
from bot.domain.credentials import reference_in
from bot.domain.settings import DEFAULT_REACTIONS, Meaning
from bot.domain.variables import OF_NOBODY, braced, known_names, unknown, unknown_to_nobody

_USER: Final = re.compile(r"@[^\s:]+:[^\s]+")
_ROOM: Final = re.compile(r"![^\s]+")
_SERVER: Final = re.compile(r"[A-Za-z0-9._\-\[\]:]+")
_HOST: Final = re.compile(r"[\w.\-]+")
_TENANT: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.\-]{0,199}")
_VARIATION: Final = "\ufe0f"
OFF: Final = "none"
"""The word for a reaction without a meaning."""


def _not_empty(items: tuple[str, ...]) -> tuple[str, ...]:
    if not items:
        raise wrong("config.empty")
    return items


def _address(text: str) -> str:
    if not is_address(text):
        raise wrong("config.bad_address")
    return text


def _optional_address(text: str) -> str:
    return _address(text) if text else text


def _template(text: str) -> str:
    strange = unknown(text)
    if strange:
        raise wrong("config.unknown_variable", names=braced(strange[:5]), known=known_names("en"))
    return text


def _without_writer(text: str) -> str:
    strange = unknown_to_nobody(text)
    if strange:
        raise wrong("config.unknown_variable", names=braced(strange[:5]), known=known_names("en", besides=OF_NOBODY))
    return text


def _hours(text: str) -> str:
    hours = read_hours(text) if text else ()
    if hours is None:
        raise wrong("config.bad_hours")
    return written_hours(hours)


def _line(text: str) -> str:
    if any(unicodedata.category(one) == "Cc" for one in text):
        raise wrong("config.not_one_line")
    return text


def is_host(text: str) -> bool:
    """Whether `text` can be a host's name or number. An international name is left to the resolver."""
    try:
        ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return bool(_HOST.fullmatch(text))
    return True


def _host(text: str) -> str:
    if "/" in text:
        raise wrong("config.host_is_url")
    if not is_host(text):
        raise wrong("config.bad_host")
    return text.strip("[]")


def _homeserver(text: str) -> str:
    try:
        parts = urlsplit(text)
        usable = parts.scheme in {"http", "https"} and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable:
        raise wrong("config.bad_homeserver")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise wrong("config.bad_homeserver")
    if "_matrix" in parts.path.split("/"):
        raise wrong("config.homeserver_with_path", root=text[: text.index("/_matrix")])
    return text.rstrip("/")


def _user(text: str) -> str:
    if not _USER.fullmatch(text):
        raise wrong("config.bad_user")
    return text


def _room(text: str) -> str:
    if text.startswith("#"):
        raise wrong("config.room_alias")
    if not _ROOM.fullmatch(text):
        raise wrong("config.bad_room")
    return text


def _server_name(text: str) -> str:
    if not _SERVER.fullmatch(text):
        raise wrong("config.bad_server_name")
    return text.lower()


def _day(given: object) -> object:
    if isinstance(given, str):
        try:
            return date.fromisoformat(given)
        except ValueError:
            pass
    elif isinstance(given, date):
        return given
    raise wrong("config.bad_day")


def _tenant(text: str) -> str:
    if not _TENANT.fullmatch(text):
        raise wrong("config.bad_tenant")
    return text


def _bind(text: str) -> str:
    host, colon, port = text.rpartition(":")
    if not colon or not is_host(host) or not (port.isascii() and port.isdigit()) or int(port) > 65535:
        raise wrong("config.bad_bind")
    return text


def _timezone(name: str) -> str:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        if name not in {"UTC", "Europe/Paris"}:  # a machine without tzdata must still be able to start
            raise wrong("config.bad_timezone") from None
    return name


def _start(given: object) -> object:
    if given in ("all", "new"):
        return given
    if isinstance(given, date):
        return given
    if isinstance(given, str):
        try:
            return date.fromisoformat(given)
        except ValueError:
            pass
    raise wrong("config.bad_start")


def _reply_status(status: Status) -> Status:
    if status in THROWN_AWAY:
        raise wrong("config.not_one_of", choices="active, pending, closed")
    return status


def _reactions(given: dict[str, str]) -> dict[str, str]:
    known = {OFF, *(meaning.value for meaning in Meaning)}
    merged = {emoji: meaning.value for emoji, meaning in DEFAULT_REACTIONS}
    for emoji, meaning in given.items():
        if meaning not in known:
            raise wrong("config.not_one_of", under=emoji, choices=", ".join(sorted(known)))
        merged[emoji.replace(_VARIATION, "")] = meaning
    return merged


def _references(given: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    by_mailbox: dict[str, tuple[str, ...]] = {}
    for address, names in given.items():
        if not is_address(address):
            raise wrong("config.bad_address", under=address)
        for one in names:
            found = reference_in(one)
            if found is None or found.written != one:
                raise wrong("config.bad_reference", under=address)
        by_mailbox[address.lower()] = (*by_mailbox.get(address.lower(), ()), *names)
    return by_mailbox


def _database(secret: Secret, info: ValidationInfo) -> Secret:
    scheme, separator, rest = secret.reveal().partition("://")
    engine = scheme.partition("+")[0]
    if separator and engine == "sqlite" and rest.startswith("/") and len(rest) > 1:
        path = rest[1:].partition("?")[0]
        if path.startswith(":"):
            raise wrong("config.database_in_memory")
        return secret.replaced(f"sqlite:///{folder_of(info.context) / path}")
    if separator and engine in {"postgresql", "postgres"} and rest:
        return secret.replaced(f"postgresql://{rest}")
    raise wrong("config.bad_database")


def _folder(path: Path, info: ValidationInfo) -> Path:
    if not path.parts:
        raise wrong("config.empty")
    return folder_of(info.context) / path.expanduser()


def _certificates(path: Path, info: ValidationInfo) -> Path:
    full = _folder(path, info)
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=str(full))
    except ssl.SSLError:
        raise wrong("config.not_certificates", file=str(full)) from None
    except OSError as refused:
        raise wrong("config.file_unreadable", file=str(full), reason=reason_of(refused)) from None
    return full


NOT_EMPTY: Final = AfterValidator(_not_empty)
ADDRESS: Final = AfterValidator(_address)
OPTIONAL_ADDRESS: Final = AfterValidator(_optional_address)
TEMPLATE: Final = AfterValidator(_template)
WITHOUT_WRITER: Final = AfterValidator(_without_writer)
HOURS: Final = AfterValidator(_hours)
LINE: Final = AfterValidator(_line)
HOST: Final = AfterValidator(_host)
HOMESERVER: Final = AfterValidator(_homeserver)
USER: Final = AfterValidator(_user)
ROOM: Final = AfterValidator(_room)
SERVER_NAME: Final = AfterValidator(_server_name)
BIND: Final = AfterValidator(_bind)
DAY: Final = PlainValidator(_day)
TENANT: Final = AfterValidator(_tenant)
TIMEZONE: Final = AfterValidator(_timezone)
START: Final = PlainValidator(_start)
REPLY_STATUS: Final = AfterValidator(_reply_status)
REACTIONS: Final = AfterValidator(_reactions)
REFERENCES: Final = AfterValidator(_references)
DATABASE: Final = AfterValidator(_database)
FOLDER: Final = AfterValidator(_folder)
CERTIFICATES: Final = AfterValidator(_certificates)
