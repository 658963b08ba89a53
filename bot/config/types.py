"""The keys of config.yaml: types, defaults, and the descriptions that config.yaml.example is made of."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.config import values
from bot.config.problem import wrong
from bot.config.secret import Secret
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
from bot.domain.settings import DEFAULT_REACTIONS, QuoteMode

NOT_USUAL: Final = "not_usual"
"""Of a mapping that few instances have: all of it stands behind # in config.yaml.example."""
SUCH_AS: Final = "such_as"
"""The value that config.yaml.example shows behind its # for a key without a fixed default."""

_LOGINS: Final = ("password", "access_token", "as_token")
Language = Literal["en", "fr"]
Security = Literal["tls", "starttls", "none"]
"""The security of a connection to a mail server: never less than written, whatever the server offers."""
Start = Literal["all", "new"] | date


class Section(BaseModel):
    """A mapping of config.yaml: no key beyond these, no value of another type, no change after loading."""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, hide_input_in_errors=True, use_attribute_docstrings=False
    )


class MatrixSection(Section):
    """The bot's account and its homeserver."""

    homeserver: Annotated[str, values.HOMESERVER] = Field(
        description="Where the homeserver's client API is. http:// for loopback only, unless allow_insecure is true.",
        examples=["https://matrix.example.org"],
    )
    user_id: Annotated[str, values.USER] = Field(
        description="The bot's own account, in full.", examples=["@postroom:example.org"]
    )
    password: Secret | None = Field(
        default=None,
        description="Its password, needed for the first login; then the session kept in data_dir is used.",
        examples=[{"env": "POSTROOM_MATRIX_PASSWORD"}],
    )
    access_token: Secret | None = Field(
        default=None,
        description="In place of the password: the access token of a session that you made for the bot alone. Where it"
        " is replaced by one of another session, encrypted messages of before cannot be read.",
        json_schema_extra={SUCH_AS: {"file": "/etc/postroom/matrix.token"}},
    )
    as_token: Secret | None = Field(
        default=None,
        description="In place of the password: the as_token of the application service that the bot is registered as on"
        " its homeserver, which then lets it send without limits. `postroom registration` writes both files.",
        json_schema_extra={SUCH_AS: {"file": "/etc/postroom/as.token"}},
    )
    ca_file: Annotated[Path, values.CERTIFICATES] | None = Field(
        default=None,
        description="Certificates (PEM) to trust in place of the system's, for a homeserver with its own.",
        json_schema_extra={SUCH_AS: "/etc/ssl/certs/ca-certificates.crt"},
    )
    recovery_key: Secret | None = Field(
        default=None,
        description=(
            "The account's recovery key, where its identity was made elsewhere (in Element), or this folder was lost "
            "together with secret_key. Without one the bot makes its own identity: `postroom recovery-key` prints it."
        ),
    )
    config_room: Annotated[str, values.ROOM] = Field(
        description="The id of the room where admins are told of outages and mistakes (not its #alias). Ids of rooms of"
        " version 12 have no server (!31hneApxJ_1o-63DmFrpeqnkFfWppnzWso1JvH3ogLM).",
        examples=["!AbCdEfGhIjKlMnOp:example.org"],
    )
    device_name: Annotated[str, Field(min_length=1, max_length=100)] = Field(
        default="Postroom", description="The name of the bot's session in lists of sessions."
    )
    allowed_servers: tuple[Annotated[str, values.SERVER_NAME], ...] = Field(
        default=(),
        description="Whose users may give commands, your own homeserver's too. Empty: those of the bot's own alone.",
    )
    describe_commands: bool = Field(
        default=True,
        description=(
            "Describe the commands in each room, for clients that offer them (MSC4391): some seventy state events once "
            "a room. False: none are written, and those of before are taken back."
        ),
    )
    allow_insecure: bool = Field(
        default=False, description="Accept http:// to a homeserver that is not on this machine."
    )
    allow_insecure_secrets: bool = Field(
        default=False,
        description="Take passwords of mailboxes in a config room that is not encrypted: the homeserver reads them.",
    )

    @model_validator(mode="after")
    def _one_login(self) -> MatrixSection:
        given = [name for name in _LOGINS if getattr(self, name) is not None]
        if not given:
            raise wrong("config.missing", under="password")
        if len(given) > 1:
            raise wrong("config.two_logins", under=given[1], other=given[0])
        return self

    @property
    def login(self) -> str:
        """The key of what the bot logs in with."""
        return next(name for name in _LOGINS if getattr(self, name) is not None)

    @property
    def login_secret(self) -> Secret:
        """What the bot logs in with."""
        found: Secret = getattr(self, self.login)
        return found


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


class HttpSection(Section):
    """The address of `/health` and `/metrics`."""

    bind: Annotated[str, values.BIND] = Field(
        description="Address and port of /health and /metrics; neither holds personal data, nor asks for a password.",
        examples=["127.0.0.1:9100"],
    )
    show_addresses: bool = Field(
        default=False,
        description="Name mailboxes there by their address as well. Without it: by their place in this file alone,"
        " from 0.",
    )

    @property
    def host(self) -> str:
        return self.bind.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        return int(self.bind.rpartition(":")[2])


class LogSection(Section):
    """Form and level of the log."""

    level: Literal["debug", "info", "warning", "error"] = Field(
        default="info",
        description="debug | info | warning | error. No level writes addresses, subjects or bodies.",
        examples=["info"],
    )
    format: Literal["auto", "json", "console"] = Field(
        default="auto", description="json | console | auto: console on a terminal, json elsewhere."
    )


class MicrosoftSection(Section):
    """This instance's application at Microsoft."""

    client_id: Annotated[str, values.LINE, Field(min_length=1, max_length=200)] = Field(
        description="The application's id (client id).", examples=["00000000-0000-0000-0000-000000000000"]
    )
    client_secret: Secret | None = Field(
        default=None,
        description="Its secret, for an application that is no public client.",
        json_schema_extra={SUCH_AS: {"file": "/etc/postroom/microsoft.secret"}},
    )
    client_secret_expires: Annotated[date, values.DAY] | None = Field(
        default=None,
        description="The last day of that secret: admins are warned 14, 7 and 1 days before.",
        json_schema_extra={SUCH_AS: "2027-11-30"},
    )
    tenant: Annotated[str, values.TENANT] = Field(
        default="common",
        description="Whose accounts may sign in: common, organizations, consumers, or an organisation's id or domain.",
    )


class GoogleSection(Section):
    """This instance's application at Google."""

    client_id: Annotated[str, values.LINE, Field(min_length=1, max_length=200)] = Field(
        description="The application's id (client id).", examples=["000000000000-xxxx.apps.googleusercontent.com"]
    )
    client_secret: Secret = Field(
        description="Its secret, which Google gives to each application.",
        examples=[{"file": "/etc/postroom/google.secret"}],
    )
    client_secret_expires: Annotated[date, values.DAY] | None = Field(
        default=None,
        description="The last day of that secret, if it has one, as for microsoft.",
        json_schema_extra={SUCH_AS: "2027-11-30"},
    )


OauthClientSection = MicrosoftSection | GoogleSection


class OauthSection(Section):
    """The applications of this instance at providers."""

    microsoft: MicrosoftSection | None = Field(default=None, description="For Microsoft 365 and Outlook.com.")
    google: GoogleSection | None = Field(default=None, description="For Gmail and Google Workspace.")


class SecretsSection(Section):
    """The passwords that mailboxes may log in with by reference."""

    folder: Annotated[Path, values.FOLDER] | None = Field(
        default=None,
        description="The folder of the files that `file:NAME` means: one file for each password, of one line.",
        json_schema_extra={SUCH_AS: "/etc/postroom/secrets"},
    )
    names: Annotated[dict[str, tuple[str, ...]], values.REFERENCES] = Field(
        description="By the mailbox's address: `env:NAME` for an environment variable, `file:NAME` for a file of the"
        " folder. In the config room an admin then writes `file:NAME` in place of the password of that mailbox, of no"
        " other. It is read anew at each login.",
        examples=[{"info@example.org": ["env:INFO_PASSWORD"]}],
    )

    @model_validator(mode="after")
    def _files_have_a_folder(self) -> SecretsSection:
        if self.folder is None and any(one.startswith("file:") for all in self.names.values() for one in all):
            raise wrong("config.secrets_folder_missing", under="folder")
        return self


class Config(Section):
    """config.yaml as a whole."""

    matrix: MatrixSection = Field(description="The bot's account on your homeserver.")
    admins: Annotated[tuple[Annotated[str, values.USER], ...], values.NOT_EMPTY] = Field(
        description="Full user ids. Only they may invite the bot, and give the commands for admins.",
        examples=[["@alice:example.org"]],
    )
    database: Annotated[Secret, values.DATABASE] | None = Field(
        default=None,
        description="sqlite:////absolute/path.db, or postgresql://user:password@host/name (a secret: {env: NAME} and"
        " {file: PATH} work). Default: postroom.db in data_dir.",
        examples=["sqlite:////var/lib/postroom/postroom.db"],
    )
    data_dir: Annotated[Path, values.FOLDER] = Field(
        description="The folder for original mails, the Matrix session and its keys; made where it is missing.",
        examples=["/var/lib/postroom"],
    )
    secret_key: Secret = Field(
        description="Signs the ids of outgoing mails and encrypts what is kept secret: `openssl rand -hex 32`."
        " Keep a copy in a safe place, and never change it.",
        examples=[{"env": "POSTROOM_SECRET_KEY"}],
    )
    language: Language = Field(default="en", description="en | fr: what the bot speaks where nothing else is set.")
    timezone: Annotated[str, values.TIMEZONE] = Field(
        default="Europe/Paris", description="For the times that people read, as in the IANA list."
    )
    max_mail_mb: Annotated[int, Field(ge=1, le=1000)] = Field(
        default=50,
        description="Of larger mails the beginning of the words is shown, and the names of the files; they stay on the"
        " server.",
    )
    allow_insecure: bool = Field(
        default=False, description="Accept unencrypted connections to any host. For test networks."
    )
    oauth: OauthSection | None = Field(
        default=None,
        description="For mailboxes that are signed in to by their provider's page in place of a password. How to"
        " register the applications: docs/oauth.md.",
        json_schema_extra={NOT_USUAL: True},
    )
    secrets: SecretsSection | None = Field(
        default=None,
        description="Passwords of mailboxes that lie outside of the config room. Without it: none but those told there"
        " or given below.",
        json_schema_extra={NOT_USUAL: True},
    )
    authorities: dict[str, Annotated[Path, values.CERTIFICATES]] = Field(
        default_factory=dict,
        description="By mail server: certificates (PEM) to trust in place of the system's, for mailboxes that are added"
        " in the config room. Read at each connection.",
        json_schema_extra={SUCH_AS: {"mail.example.org": "/etc/ssl/certs/ca-certificates.crt"}},
    )
    http: HttpSection | None = Field(default=None, description="Health and metrics over HTTP. Without it: no server.")
    log: LogSection = Field(default=LogSection(), description="What is written to standard error.")
    mailboxes: tuple[MailboxSection, ...] = Field(default=(), description="The mailboxes, each with its room.")

    def authority_of(self, host: str) -> Path | None:
        """The file with the certificates for a mailbox of the house at that server; None: the system's."""
        return next((file for name, file in self.authorities.items() if name.lower() == host.lower()), None)

    @property
    def database_url(self) -> str:
        """`sqlite:///…` or `postgresql://…`, without a driver's name. It may hold a password."""
        if self.database is not None:
            return self.database.reveal()
        return f"sqlite:///{self.data_dir / 'postroom.db'}"
