"""How a call ended: four ends, as values."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Accepted:
    """The far side took it.

    `ref` is what it answered with: an event id, the SMTP reply, or the UID in the folder; empty where there is none.
    """

    ref: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """A definite no: the same call would be refused again."""

    code: str
    """`M_FORBIDDEN`, `550 5.1.1`, `NO TRYCREATE` …"""
    text: str
    """The server's own words; shown to people, never logged."""


BYTES_GONE = "GONE"
"""A `Refused.code`: what was to go out is not on our disk any more, and nowhere to be had again."""
TOO_LARGE = "upload_too_large"
"""A `Refused.code`: a file is larger than the homeserver takes. The text is `SIZE LIMIT` in bytes; the limit is 0 where
it is not known."""


@dataclass(frozen=True, slots=True)
class TryLater:
    """Not done, for certain; may work later."""

    reason: str
    """A short technical name for the log: `timeout`, `429`, `450`, `unreachable` …"""
    text: str = ""
    """The server's own words where it said something; never logged."""
    after: float | None = None
    """Seconds the far side asked for."""
    is_outage: bool = False
    """True: the service as a whole is away, not this call alone; do not count it as this call's failure."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may or may not have been done."""

    reason: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class RecipientAnswer:
    """What the server said to one RCPT."""

    address: str
    code: int
    text: str


@dataclass(frozen=True, slots=True)
class MailAccepted:
    """The message was accepted after DATA, for the recipients that were not refused at RCPT."""

    text: str
    accepted: tuple[str, ...]
    refused: tuple[RecipientAnswer, ...] = ()
    """5xx at RCPT: for good."""
    deferred: tuple[RecipientAnswer, ...] = ()
    """4xx at RCPT: to be tried again, for these alone, with the same bytes."""


Outcome = Accepted | Refused | TryLater | Unknown
"""Of calls to chat and IMAP."""
SubmitOutcome = MailAccepted | Refused | TryLater | Unknown
"""Of an SMTP submission."""
AnyOutcome = Accepted | MailAccepted | Refused | TryLater | Unknown
