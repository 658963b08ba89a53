"""The way to one mailbox's IMAP server, and the time to wait for it."""

from dataclasses import dataclass, field

from bot.adapters.imap.gate import Gate
from bot.adapters.login import ServerAccount


@dataclass(frozen=True, slots=True)
class ImapTimeouts:
    """Seconds."""

    connect: float = 20.0
    """TCP, TLS and the greeting."""
    command: float = 40.0
    """Without a byte from the server."""
    transfer: float = 60.0
    """Without a byte moved, while mails come or go; also for SEARCH in large folders."""
    sign_of_life: float = 15.0
    """For the answer to IDLE, DONE and NOOP, which are sent to hear whether the server is there."""


@dataclass(frozen=True, slots=True)
class ImapAccount(ServerAccount):
    """One mailbox on its IMAP server."""

    label: str = ""
    """Names the mailbox in logs; never an address."""
    timeouts: ImapTimeouts = ImapTimeouts()
    gate: Gate = field(repr=False, compare=False, default_factory=Gate)
    """One gate for all accounts of a server."""
