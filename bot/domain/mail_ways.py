"""The ways to the mail servers of a mailbox that was added in the house, as people write them."""

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final


class Secured(StrEnum):
    """The security of a connection to a mail server: never less than written, whatever the server offers."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"
    """To this machine alone."""


@dataclass(frozen=True, slots=True)
class MailWay:
    """One server, and the name to log in by."""

    host: str
    port: int
    security: Secured
    user: str

    @property
    def words(self) -> str:
        """The way as it can be written again, without the name."""
        return f"{self.host} {self.port} {self.security}"


@dataclass(frozen=True, slots=True)
class MailWays:
    """Both servers of a mailbox."""

    imap: MailWay
    smtp: MailWay


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody wrote of servers; None and empty where they wrote nothing of that."""

    imap: MailWay | None = None
    smtp: MailWay | None = None
    user: str = ""


_SECURED: Final = {
    "tls": Secured.TLS,
    "ssl": Secured.TLS,
    "ssl/tls": Secured.TLS,
    "starttls": Secured.STARTTLS,
    "none": Secured.NONE,
    "aucune": Secured.NONE,
}
_SERVER: Final = re.compile(
    r"(?i)(?P<what>imap|smtp)\s*:?\s+(?P<host>[\w.\-]{1,253}|\[[0-9a-f:.]+\])[\s:]+(?P<port>[0-9]{1,5})"
    r"\s+(?P<security>[a-z/]{3,8})(?:\s+(?P<user>\S{1,200}))?"
)
_USER: Final = re.compile(r"(?i)(?:user|login|utilisateur|identifiant)\s*:?\s+(?P<user>\S{1,200})")


def read_ways(words: str, *, users: bool = True) -> Written | None:
    """The servers in the words, if every line names one: `imap mail.example.org 993 tls`; else None.

    Args:
        users: a line may give the name alone, as `user anna`. Not where a password is waited for: it might read so.
    """
    found = Written()
    for line in filter(None, map(str.strip, words.splitlines())):
        user = _USER.fullmatch(line) if users else None
        if user is not None:
            found = replace(found, user=user["user"])
            continue
        way = _way(line)
        if way is None:
            return None
        found = replace(found, imap=way[1]) if way[0] == "imap" else replace(found, smtp=way[1])
    return found if found != Written() else None


def _way(line: str) -> tuple[str, MailWay] | None:
    found = _SERVER.fullmatch(line)
    security = _SECURED.get(found["security"].lower()) if found is not None else None
    if found is None or security is None or not 0 < int(found["port"]) < 65536:
        return None
    way = MailWay(found["host"].strip("[]").lower(), int(found["port"]), security, found["user"] or "")
    return found["what"].lower(), way
