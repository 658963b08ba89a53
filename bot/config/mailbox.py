"""The keys of a mailbox in config.yaml: its servers, its room, and how it answers."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from bot.config import values
from bot.config.problem import wrong
from bot.config.secret import Secret
from bot.config.section import NOT_USUAL, SUCH_AS, Language, Section, Security
from bot.domain.adjusting import (
    FILES_MB,
    FOLD_AFTER,
    MAILS,
    MONTHS,
    MOST_NAME,
    MOST_SIGNATURE,
    NEW_AFTER_DAYS,
    RECIPIENTS,
    SPAM_DAYS,
    UNDO_SECONDS,
)
from bot.domain.autoreply import MOST_LETTERS
from bot.domain.conversation import Status
from bot.domain.settings import DEFAULT_REACTIONS, QuoteMode, ReplyAssignee

Start = Literal["all", "new"] | date


class ImapSection(Section):
    """The server of incoming mail of a mailbox."""

    host: Annotated[str, values.HOST] = Field(description="The IMAP server.", examples=["imap.example.org"])
    port: Annotated[int, Field(ge=1, le=65535)] | None = Field(
        default=None, description="Its port. Default: 993 with tls, else 143.", json_schema_extra={SUCH_AS: 993}
    )
    security: Security = Field(
        default="tls",
        description="tls | starttls | none. What is set is forced: mail is never read over less."
        " none is for loopback hosts only, unless allow_insecure is true.",
    )
    user: Annotated[str, values.LINE] = Field(
        default="",
        description="The login name. Default: the mailbox's address.",
        json_schema_extra={SUCH_AS: "contact@example.org"},
    )
    password: Secret = Field(
        description="As text, {env: NAME} or {file: PATH}, like every secret.",
        examples=[{"file": "/etc/postroom/contact.password"}],
    )
    folders: Annotated[tuple[Annotated[str, values.LINE], ...], values.NOT_EMPTY] = Field(
        default=("INBOX",), description="The folders whose mails become threads."
    )
    sent: Annotated[str, values.LINE] = Field(
        default="", description="The folder for copies of sent mail. Default: found by SPECIAL-USE, or by name."
    )
    junk: Annotated[str, values.LINE] = Field(
        default="", description="The folder that spam is moved to. Default: found by SPECIAL-USE, or by name."
    )
    watch_junk: bool = Field(
        default=True,
        description="List new mail of the Junk folder quietly, as spam. False: one connection less for each mailbox.",
    )
    ca_file: Annotated[Path, values.CERTIFICATES] | None = Field(
        default=None,
        description="Certificates (PEM) to trust in place of the system's, for a server with its own.",
        json_schema_extra={SUCH_AS: "/etc/ssl/certs/ca-certificates.crt"},
    )
    allow_insecure: bool = Field(default=False, description="Accept security: none to a host that is not this machine.")

    @property
    def real_port(self) -> int:
        """The port, or the usual one for the kind of security."""
        return self.port or (993 if self.security == "tls" else 143)


class SmtpSection(Section):
    """The server of outgoing mail of a mailbox."""

    host: Annotated[str, values.HOST] = Field(
        description="The server that takes outgoing mail.", examples=["smtp.example.org"]
    )
    port: Annotated[int, Field(ge=1, le=65535)] | None = Field(
        default=None,
        description="Its port. Default: 465 with tls, 587 with starttls, 25 with none.",
        json_schema_extra={SUCH_AS: 465},
    )
    security: Security = Field(default="tls", description="tls | starttls | none, as for imap.")
    user: Annotated[str, values.LINE] = Field(
        default="", description="The login name, where the server asks for one.", examples=["contact@example.org"]
    )
    password: Secret | None = Field(
        default=None,
        description="The password that belongs to user.",
        examples=[{"file": "/etc/postroom/contact.password"}],
    )
    ca_file: Annotated[Path, values.CERTIFICATES] | None = Field(
        default=None,
        description="Certificates (PEM) to trust in place of the system's, for a server with its own.",
        json_schema_extra={SUCH_AS: "/etc/ssl/certs/ca-certificates.crt"},
    )
    allow_insecure: bool = Field(default=False, description="Accept security: none to a host that is not this machine.")

    @model_validator(mode="after")
    def _user_and_password_go_together(self) -> SmtpSection:
        if self.user and self.password is None:
            raise wrong("config.smtp_password_missing", under="password")
        if self.password is not None and not self.user:
            raise wrong("config.smtp_user_missing", under="user")
        return self

    @property
    def real_port(self) -> int:
        """The port, or the usual one for the kind of security."""
        return self.port or {"tls": 465, "starttls": 587, "none": 25}[self.security]


class AutoreplySection(Section):
    """What a mailbox answers by itself."""

    text: Annotated[str, values.WITHOUT_WRITER] = Field(
        min_length=1,
        max_length=MOST_LETTERS,
        description="Its words: Markdown, with the variables of signature but those of the member who writes.",
        examples=["Hello {first_name}, we answer within three days."],
    )
    enabled: bool = Field(default=True, description="False keeps the words, and answers nobody.")
    hours: Annotated[str, values.HOURS] = Field(
        default="",
        description="Office hours, in which it is silent. Without them it never is.",
        json_schema_extra={SUCH_AS: "mo-fr 9:00-17:00"},
    )


class MailboxSection(Section):
    """One shared mailbox and its room."""

    address: Annotated[str, values.ADDRESS] = Field(
        description="The address that the team answers.", examples=["contact@example.org"]
    )
    name: Annotated[str, values.LINE, Field(min_length=1)] = Field(
        description="The name that correspondents see in From.", examples=["Example Association"]
    )
    room: Annotated[str, values.ROOM] = Field(
        description="The id of its room; several mailboxes may share one. Being in the room is having access.",
        examples=["!k4Jd9sLq0aZx7Vt2Bn5Wc8Ym1Re3Tu6Io_Pg-hFjKlE"],
    )
    aliases: tuple[Annotated[str, values.ADDRESS], ...] = Field(
        default=(), description="Other addresses that arrive here; an answer leaves from the one that was written to."
    )
    former_addresses: tuple[Annotated[str, values.ADDRESS], ...] = Field(
        default=(),
        description="The addresses that it had before this one, the oldest first: its conversations, rights and"
        " settings go on. What is written to them is ours still, where it arrives here; no answer leaves from them.",
        json_schema_extra={SUCH_AS: ["info@example.org"]},
    )
    organisation: Annotated[str, values.LINE, Field(max_length=100)] = Field(
        default="",
        description="The organisation that it belongs to: the rooms of all mailboxes with this name are put into one"
        " Matrix space of that name, which the bot makes. Default: no space.",
        json_schema_extra={SUCH_AS: "Example Association"},
    )
    language: Language | None = Field(
        default=None,
        description="en | fr: the language of its room. Default: the instance's.",
        json_schema_extra={SUCH_AS: "fr"},
    )
    imap: ImapSection = Field(description="Where its mail is read.")
    smtp: SmtpSection = Field(description="Where its mail leaves.")
    start: Annotated[Start, values.START] = Field(
        default="new",
        description="Which mail already there becomes threads on the first start: all | new | a date as 2026-01-31.",
    )
    undo_seconds: Annotated[int, Field(ge=UNDO_SECONDS.least, le=UNDO_SECONDS.most)] = Field(
        default=20, description="How many seconds a reply waits, so that it can be taken back."
    )
    reply_status: Annotated[Status, values.REPLY_STATUS] = Field(
        default=Status.PENDING, description="active | pending | closed: what a conversation becomes by a reply."
    )
    reply_assignee: ReplyAssignee = Field(
        default=ReplyAssignee.FREE,
        description="free | replier | nobody | same: whose a conversation is after a member's answer: the writer's"
        " where nobody had it, the writer's in any case, nobody's, or whose it was.",
    )
    quote: QuoteMode = Field(
        default=QuoteMode.LAST, description="none | last | full: what a reply quotes of the mails before."
    )
    signature: Annotated[str, values.TEMPLATE] = Field(
        default="",
        max_length=MOST_SIGNATURE,
        description="Markdown, put under each reply. {me} is the name of the member who writes, {mailbox} the name"
        " above; {name}, {first_name}, {address}, {subject} and {number} are those of the conversation.",
    )
    from_name: Annotated[str, values.LINE, values.TEMPLATE] = Field(
        default="",
        max_length=MOST_NAME,
        description="The name that correspondents see before the address, with the variables of signature, as"
        " `{me}, {mailbox}`. Without it: the name above, and no member's name leaves.",
    )
    autoreply: AutoreplySection | None = Field(
        default=None,
        description="The answer that a mail which opens a conversation gets by itself, once a day to each sender, and"
        " never to programs or lists. What `!autoreply` says in the room stands above it.",
        json_schema_extra={NOT_USUAL: True},
    )
    auto_bcc: Annotated[str, values.OPTIONAL_ADDRESS] = Field(
        default="", description="An address that gets a blind copy of each mail that leaves."
    )
    forwarders: tuple[Annotated[str, values.ADDRESS], ...] = Field(
        default=(),
        description="Addresses of members, beside those that they confirm themselves with !email. A mail that one of"
        " them forwards here, with `@fwd` as its first line, begins the conversation of whoever wrote the forwarded"
        " mail. Name your server in trusted_authserv, so that nobody else can write as them.",
    )
    approval: bool = Field(
        default=False,
        description="Four eyes: each mail that a member writes waits until another member approves it.",
    )
    buttons: bool = Field(
        default=False,
        description="True puts ✋ ✅ ⏳ 🚫 on each card, for people to tap: four more events for each conversation.",
    )
    provider_saves_sent: bool = Field(
        default=False,
        description="True where the mail provider puts a copy of sent mail into Sent by itself (Gmail does).",
    )
    trusted_authserv: tuple[Annotated[str, values.SERVER_NAME], ...] = Field(
        default=(),
        description="The authserv-id of your own incoming server, as it stands first in its Authentication-Results."
        " Only what such a server says of SPF, DKIM and DMARC is shown.",
    )
    answer_by_mail: bool = Field(
        default=True,
        description="Members may answer a notification by mail, from an address of their own. It takes"
        " trusted_authserv: your server has to prove that the mail is from them.",
    )
    answer_unproven: bool = Field(
        default=False,
        description="True takes such answers without that proof: whoever has read a notification can then write to your"
        " correspondents in your name. Only for servers that prove nothing.",
    )
    plus_address: bool = Field(
        default=False,
        description="True asks whoever answers, members and correspondents, to write to an address like"
        " contact+0123abcd@example.org, which leads to the conversation where a mail client names nothing that it"
        " answers. Your server has to take such addresses: `!mailbox test` tries it.",
    )
    max_recipients: Annotated[int, Field(ge=RECIPIENTS.least, le=RECIPIENTS.most)] = Field(
        default=10, description="A mail to more people than this is refused (at most 100: no bulk mail)."
    )
    max_files_mb: Annotated[int, Field(ge=FILES_MB.least, le=FILES_MB.most)] = Field(
        default=18,
        description="What members attach to one mail, all files together, in MB. They grow by a third on their way, and"
        " most providers refuse mails above 25 MB.",
    )
    hourly_limit: Annotated[int, Field(ge=MAILS.least, le=MAILS.most)] = Field(
        default=200, description="Mails out in an hour, at most."
    )
    daily_limit: Annotated[int, Field(ge=MAILS.least, le=MAILS.most)] = Field(
        default=1000, description="Mails out in a day, at most."
    )
    fold_after: Annotated[int, Field(ge=FOLD_AFTER.least, le=FOLD_AFTER.most)] = Field(
        default=100,
        description="Mails of one sender in an hour, after which more are folded into one conversation; 0: never.",
    )
    new_after_days: Annotated[int, Field(ge=NEW_AFTER_DAYS.least, le=NEW_AFTER_DAYS.most)] = Field(
        default=0,
        description="An answer to what has been closed and left alone for this many days begins a conversation of its"
        " own, and both threads lead to each other; 0: it always opens the old one again.",
    )
    keep_originals_months: Annotated[int, Field(ge=MONTHS.least, le=MONTHS.most)] = Field(
        default=0,
        description="So many months after a conversation was closed and left alone, originals and files of its mails"
        ' are deleted here, never on the mail server; 0: never. See docs/operating.md, "What goes by itself".',
    )
    keep_words_months: Annotated[int, Field(ge=MONTHS.least, le=MONTHS.most)] = Field(
        default=0, description="After so many, their words as well, and the notes in its thread; 0: never."
    )
    keep_closed_months: Annotated[int, Field(ge=MONTHS.least, le=MONTHS.most)] = Field(
        default=0, description="After so many, all that is kept of it; 0: never."
    )
    keep_spam_days: Annotated[int, Field(ge=SPAM_DAYS.least, le=SPAM_DAYS.most)] = Field(
        default=0, description="After so many days all that is kept of spam is deleted; 0: as of what is closed."
    )
    reactions: Annotated[dict[str, str], values.REACTIONS] = Field(
        default={emoji: meaning.value for emoji, meaning in DEFAULT_REACTIONS},
        description="What reactions mean here; given ones are added to these, `none` switches one off.",
    )
    allow_insecure: bool = Field(
        default=False, description="Accept security: none for this mailbox's servers wherever they are."
    )
