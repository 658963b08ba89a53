"""What a mailbox logs in with, where config.yaml does not say it: a password that was told, or where one lies."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.domain.ids import MailboxId, SecretId

_NAME: Final = {"env": re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,199}"), "file": re.compile(r"(?!\.{1,2}$)[\w.@+-]{1,200}")}


class Source(StrEnum):
    """The place that a password is read from at each login."""

    ENV = "env"
    """An environment variable of the process."""
    FILE = "file"
    """A file in the folder that config.yaml names."""


@dataclass(frozen=True, slots=True)
class PasswordReference:
    """Names a place that holds a password; it is no secret itself."""

    source: Source
    name: str

    @property
    def written(self) -> str:
        """The form that people and config.yaml write: `env:NAME`, `file:NAME`."""
        return f"{self.source.value}:{self.name}"


Credential = SecretId | PasswordReference
"""A closed union: a password that was told, sealed under its id; or a reference to one."""


@dataclass(frozen=True, slots=True)
class Listed:
    """The operator allows that this mailbox logs in with what the reference names; no other mailbox may."""

    mailbox: MailboxId
    reference: PasswordReference


class Lack(StrEnum):
    """Why a referred password cannot be read: the short reason of the outage."""

    NOT_LISTED = "password_not_listed"
    """config.yaml allows the reference no more."""
    MISSING = "password_missing"
    UNREADABLE = "password_unreadable"
    NOT_ONE_LINE = "password_not_one_line"
    """Nothing to see, several lines, or too much for a password."""


_LACKS: Final = frozenset(one.value for one in Lack)


def is_lack(reason: str) -> bool:
    """Whether there was no password to log in with: a referred one could not be read."""
    return reason in _LACKS


def needs_somebody(reason: str) -> bool:
    """Whether an outage with this reason ends only when somebody puts the password right."""
    return reason == "credentials" or is_lack(reason)


def is_password(word: str) -> bool:
    """Whether a word can be a password: one line with something to see, which no server reads as a command."""
    return bool(word) and word.isprintable()


def reference_in(words: str) -> PasswordReference | None:
    """The reference that the words are; None where they are none."""
    source, colon, name = words.strip().strip("`").partition(":")
    if not colon or source not in _NAME or not _NAME[source].fullmatch(name):
        return None
    return PasswordReference(Source(source), name)


def sealed_of(credential: Credential | None) -> SecretId | None:
    """The id of the sealed secret that the credential needs; None where it needs none."""
    return None if isinstance(credential, PasswordReference) else credential


def as_row(credential: Credential) -> str:
    """The text under which a mailbox's credential is kept. No id has a colon in it."""
    return credential.written if isinstance(credential, PasswordReference) else credential


def from_row(text: str) -> Credential:
    """As `as_row`, the other way."""
    return reference_in(text) or SecretId(text)
