"""The mail servers of an address, as they are found: where they are, how to log in, and who said so."""

from dataclasses import dataclass
from enum import StrEnum


class Security(StrEnum):
    """How a connection to a server is encrypted; one that is not is never found."""

    TLS = "tls"
    STARTTLS = "starttls"


class LoginName(StrEnum):
    """The name to log in by."""

    ADDRESS = "address"
    LOCAL_PART = "local_part"
    """What stands before the @."""
    OTHER = "other"
    """Another one, which only the mailbox's owner knows."""


class Hint(StrEnum):
    """What somebody must know before they give a password."""

    APP_PASSWORD = "app_password"  # noqa: S105
    """The provider wants a password made for this program alone."""
    OAUTH_ONLY = "oauth_only"
    """The provider takes no password for IMAP."""
    SWITCH_ON = "switch_on"
    """IMAP is off until it is switched on in the provider's settings."""
    BRIDGE = "bridge"
    """A program of the provider must run beside the bot, and has a password of its own."""
    OTHER_OFFERS = "other_offers"
    """Other offers of the same provider have other servers."""


class Source(StrEnum):
    """Where servers were found, the most reliable first."""

    PRESET = "preset"
    """In our own table of providers, by the domain or by the host that takes its mail (MX)."""
    AUTOCONFIG = "autoconfig"
    """In a file that the domain publishes for mail programs."""
    SRV = "srv"
    """In the domain's DNS (RFC 6186, RFC 8314)."""
    PROBE = "probe"
    """At a usual name, where a server answered with a valid certificate."""


class Result(StrEnum):
    """What came of one place that was looked at."""

    FOUND = "found"
    NOTHING = "nothing"
    """There is no such name, file or record, or it names no servers that can be used."""
    NOT_OFFERED = "not_offered"
    """The domain says that it has no such server."""
    NO_ANSWER = "no_answer"
    """Nobody answered in time, or the connection was refused."""
    NOT_SAFE = "not_safe"
    """A wrong certificate, an address within a network of our own, or a way without encryption."""
    NOT_UNDERSTOOD = "not_understood"
    """The answer is too large, or is not what was asked for."""


@dataclass(frozen=True, slots=True)
class Server:
    """One server: its host in lower case and ASCII, and the way in."""

    host: str
    port: int
    security: Security
    login: LoginName = LoginName.ADDRESS


@dataclass(frozen=True, slots=True)
class Servers:
    """The two servers of a mailbox, as one source names them; None where it does not name one."""

    source: Source
    imap: Server | None
    smtp: Server | None
    provider: str = ""
    """The provider's name for people; empty where it is not known."""
    hints: tuple[Hint, ...] = ()
    saves_sent: bool = False
    """The provider files what is sent by SMTP by itself."""

    @property
    def is_whole(self) -> bool:
        return self.imap is not None and self.smtp is not None


@dataclass(frozen=True, slots=True)
class Looked:
    """One place that was looked at."""

    source: Source
    where: str
    """A host, the name of a record, or an address (URL) without the mailbox's own."""
    result: Result


@dataclass(frozen=True, slots=True)
class ServersFound:
    """The answer to `FindServers`, which always comes: what was found, and where it was looked for."""

    servers: tuple[Servers, ...]
    """The best first, none twice; empty where nothing was found."""
    looked: tuple[Looked, ...] = ()


def login_name(server: Server, address: str) -> str:
    """The name to log in by; empty where only the owner knows it."""
    match server.login:
        case LoginName.ADDRESS:
            return address
        case LoginName.LOCAL_PART:
            return address.rpartition("@")[0]
        case LoginName.OTHER:
            return ""
