"""The way to the server that takes a mailbox's mail, and the time to wait for it."""

from dataclasses import dataclass

from bot.adapters.login import ServerAccount


@dataclass(frozen=True, slots=True)
class SmtpTimeouts:
    """Seconds (RFC 5321 4.5.3.2)."""

    connect: float = 30.0
    """TCP, TLS and the greeting; also EHLO and AUTH."""
    command: float = 300.0
    """MAIL and RCPT; also one block of the content."""
    data: float = 120.0
    """DATA, before its content."""
    final: float = 600.0
    """After the final dot: a client that gives up sooner sends twice."""


@dataclass(frozen=True, slots=True)
class SmtpAccount(ServerAccount):
    """One mailbox at the server that takes its mail. An empty `user` sends without login."""

    ehlo_name: str = "[127.0.0.1]"
    """Our name in EHLO. An address literal tells nobody this machine's name (RFC 5321 4.1.4)."""
    timeouts: SmtpTimeouts = SmtpTimeouts()
