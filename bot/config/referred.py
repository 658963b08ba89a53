"""Passwords that config.yaml lists without reading them: each login reads the one that it needs, as it is then."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

from bot.config.types import Config, SecretsSection
from bot.domain.credentials import Lack, Listed, PasswordReference, Source, is_password, reference_in
from bot.domain.ids import MailboxId

_LARGEST: Final = 4096
_OPEN: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
"""A link may lead out of the folder, and a pipe may never answer."""


def listed(config: Config) -> tuple[Listed, ...]:
    """The references that mailboxes may log in by."""
    names = config.secrets.names if config.secrets is not None else {}
    found = ((address, reference_in(one)) for address, all in names.items() for one in all)
    return tuple(Listed(MailboxId(address), one) for address, one in found if one is not None)


def read_referred(config: Config, mailbox: MailboxId, reference: PasswordReference) -> str | Lack:
    """The password as it is now, for this mailbox alone; or why there is none."""
    if Listed(mailbox, reference) not in listed(config):
        return Lack.NOT_LISTED
    if reference.source is Source.ENV:
        word = os.environ.get(reference.name)
        return Lack.MISSING if word is None else _password(word)
    return _in_file(config.secrets, reference.name)


def referred_file(section: SecretsSection | None, reference: PasswordReference) -> Path | None:
    """The file that a reference names; None where it names none."""
    if reference.source is not Source.FILE or section is None or section.folder is None:
        return None
    return section.folder / reference.name


def mark_of(config: Config, mailbox: MailboxId, reference: PasswordReference) -> tuple[int, ...]:
    """A mark that is another one once somebody wrote the password anew, or listed it; it tells nothing of it."""
    if Listed(mailbox, reference) not in listed(config):
        return ()
    file = referred_file(config.secrets, reference)
    try:
        found = file.lstat() if file is not None else None
    except OSError:
        found = None
    return (0,) if found is None else (found.st_ino, found.st_mtime_ns, found.st_ctime_ns, found.st_size)


def _in_file(section: SecretsSection | None, name: str) -> str | Lack:
    if section is None or section.folder is None:
        return Lack.NOT_LISTED
    try:
        folder = os.open(section.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            found = os.open(name, _OPEN, dir_fd=folder)
        finally:
            os.close(folder)
        with os.fdopen(found, "rb") as file:
            if not stat.S_ISREG(os.fstat(found).st_mode):
                return Lack.UNREADABLE
            raw = file.read(_LARGEST + 1)
    except FileNotFoundError:
        return Lack.MISSING
    except OSError:
        return Lack.UNREADABLE
    if len(raw) > _LARGEST:
        return Lack.NOT_ONE_LINE
    try:
        return _password(raw.decode("utf-8").removesuffix("\n").removesuffix("\r"))
    except UnicodeDecodeError:
        return Lack.NOT_ONE_LINE


def _password(word: str) -> str | Lack:
    return word if is_password(word) else Lack.NOT_ONE_LINE
