"""A mail as values, read from its bytes, which are not needed again."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox of an address header. `name` is decoded and may be empty."""

    name: str
    address: str

    @property
    def shown(self) -> str:
        """Name and address as people read them: the address alone where there is no other name."""
        return f"{self.name} <{self.address}>" if self.name and self.name != self.address else self.address


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is a file. Its bytes are kept apart, under `sha256`."""

    filename: str
    """Safe to show and to store: no path, no control or bidirectional character, at most 255 bytes."""
    content_type: str
    size: int
    """Decoded size in bytes."""
    inline: bool
    """True where the body shows it in place (`cid:`), so that it is not listed as a file."""
    content_id: str
    """Without angle brackets; empty where there is none."""
    sha256: str


class BounceReason(StrEnum):
    """Why a mail came back, in about twelve plain kinds."""

    USER_UNKNOWN = "user_unknown"
    MAILBOX_FULL = "mailbox_full"
    HOST_UNKNOWN = "host_unknown"
    TOO_BIG = "too_big"
    SPAM = "spam"
    BLOCKED = "blocked"
    POLICY = "policy"
    AUTHENTICATION = "authentication"
    RATE_LIMITED = "rate_limited"
    EXPIRED = "expired"
    NETWORK = "network"
    MAILBOX_DISABLED = "mailbox_disabled"
    DELAYED = "delayed"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Bounce:
    """The content of a bounce (RFC 3464, or the wild ones)."""

    recipient: str
    """The address where the delivery failed in the end."""
    status: str
    """Enhanced status code (RFC 3463), `5.1.1`; empty where none is known."""
    status_class: str
    """`2`, `4` or `5`; empty where unknown."""
    permanent: bool
    reason: BounceReason
    diagnostic: str
    original_message_id: str
    """Without angle brackets; empty where it was not found."""
    addressed_to: str = ""
    """The address that was written to, where an alias or a forwarding led on to `recipient`; else empty."""
    others: tuple[str, ...] = ()
    """Other recipients that the report gives up: the failed addresses, and those that were written to."""

    @property
    def named(self) -> tuple[str, ...]:
        """Every address that it says it could not reach."""
        return tuple(dict.fromkeys(one for one in (self.recipient, self.addressed_to, *self.others) if one))


@dataclass(frozen=True, slots=True)
class Authentication:
    """One Authentication-Results header (RFC 8601), newest first in `Mail.authentication`."""

    server: str
    """authserv-id: trusted only if the mailbox's settings name it."""
    spf: str = ""
    dkim: str = ""
    dmarc: str = ""
    spf_domain: str = ""
    """The domain of the envelope's sender, whose SPF result it is."""
    dkim_domains: tuple[str, ...] = ()
    """Whose signatures are good."""
    dmarc_domain: str = ""
    """The domain of the From that was looked at; empty where nothing says it."""


class Nature(StrEnum):
    """The nature of a mail to its readers; whether a program made it is another question (`is_auto_reply`)."""

    MESSAGE = "message"
    """Words for somebody to read, whoever or whatever wrote them."""
    NEWSLETTER = "newsletter"
    """A mass mailing; as an answer in a conversation it is a message."""
    ABSENCE = "absence"
    """An absence note, or a confirmation that a program gives by itself (RFC 3834 `auto-replied`)."""
    READ = "read"
    """A receipt: the mail was opened (RFC 8098)."""
    DELETED_UNREAD = "deleted_unread"
    """A receipt: the mail was deleted without having been read."""
    DELIVERED = "delivered"
    """A report that the mail arrived (RFC 3461)."""
    REACTION = "reaction"
    """An emoji that somebody put on a mail (Gmail, Outlook, RFC 9078)."""


RECEIPTS = frozenset((Nature.READ, Nature.DELETED_UNREAD, Nature.DELIVERED))


class InvitationKind(StrEnum):
    """The purpose of a calendar object (RFC 5546); for an answer, the answer given."""

    INVITED = "invited"
    CANCELLED = "cancelled"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TENTATIVE = "tentative"
    PROPOSED = "proposed"
    """Somebody proposes another time."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """A calendar object in a mail."""

    kind: InvitationKind
    summary: str
    place: str
    start: datetime | None
    """UTC; None for whole days, and where the zone is not known."""
    end: datetime | None
    written: str
    """The time as the object says it, with its own zone."""
    who: Address | None
    """The person who answers; None for an invitation."""
    comment: str
    line: str
    """The whole invitation in one line, without a language."""


@dataclass(frozen=True, slots=True)
class PassedOn:
    """The mail that stands under `@fwd`, as its copied header or the attached message says. Hostile like any mail."""

    from_: Address
    """Its address may be empty: nobody was found."""
    subject: str
    text: str
    beside: str
    """The words beside `@fwd` and below it, which are for the team."""


Fields = tuple[tuple[str, str], ...]
"""Header fields in order: names in small letters, decoded values in one line, both bounded (`bot/mime/fields.py`)."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail, read. All text is valid Unicode without NUL; ids come without angle brackets."""

    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    from_: tuple[Address, ...] = ()
    original_from: tuple[Address, ...] = ()
    """The writer, if a list put its own address into From (X-Original-From, X-Original-Sender)."""
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    subject: str = ""
    date: datetime | None = None
    """Aware, UTC."""
    text: str = ""
    """The whole text body; made from the HTML where the mail has no text part."""
    html: str = ""
    """As sent. Hostile."""
    visible_text: str = ""
    """The new words: without quoted history and signature."""
    linked_text: str = ""
    """The new words of the HTML body with the addresses of its links; empty where the new words have them already."""
    signed_text: str = ""
    """What the program of its writer marks in HTML as their signature, where the mail has no text part."""
    chat_html: str = ""
    """Safe Matrix HTML of the whole body, the new words first, quoted history in `<details>`.

    Inline images stand as `<img src="mxc://inline/SHA256">`; the real mxc is put in when they are uploaded.
    """
    attachments: tuple[Attachment, ...] = ()
    invitation: Invitation | None = None
    """The invitation in the mail; its line is `text` if the mail has no other words."""
    is_auto_reply: bool = False
    """A program made it: a robot must not answer (RFC 3834 2)."""
    nature: Nature = Nature.MESSAGE
    reaction: str = ""
    """The emoji, where `nature` is a reaction."""
    is_bounce: bool = False
    is_feedback_report: bool = False
    is_bulk: bool = False
    """A list or bulk mail (List-*, Precedence)."""
    is_marked_spam: bool = False
    """The receiving server marked it (X-Spam-Flag, X-Spam-Status …)."""
    bounce: Bounce | None = None
    authentication: tuple[Authentication, ...] = ()
    passed_on: PassedOn | None = None
    """The first line of the body begins with `@fwd`."""
    fields: Fields = ()
    """For rules of the house, while the mail is decided; never kept."""
    recognised_ids: tuple[str, ...] = ()
    """For a bounce or a receipt: everything in it that looks like a Message-ID, so that ours is recognised."""
    defects: tuple[str, ...] = field(default=())
    """Short names of the faults of its form."""

    @property
    def may_be_person_s(self) -> bool:
        """Whether nothing but headers of bulk mail, which relays add, says that a program made it."""
        is_program_s = self.is_auto_reply or self.is_bounce or self.is_feedback_report
        return self.nature in (Nature.MESSAGE, Nature.NEWSLETTER) and not is_program_s
