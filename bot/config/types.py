"""The keys of config.yaml: types, defaults, and the descriptions that config.yaml.example is made of."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field, model_validator

from bot.config import values
from bot.config.mailbox import MailboxSection
from bot.config.problem import wrong
from bot.config.secret import Secret
from bot.config.section import NOT_USUAL, SUCH_AS, Language, Section

_LOGINS: Final = ("password", "access_token", "as_token")


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
        ' Keep a copy in a safe place. Another one: docs/operating.md, "Another secret_key".',
        examples=[{"env": "POSTROOM_SECRET_KEY"}],
    )
    former_secret_keys: tuple[Secret, ...] = Field(
        default=(),
        description="Those that `secret_key` was before, the latest first: what they sealed is opened and sealed anew,"
        " what they signed is recognised. docs/operating.md says when one is needed no more.",
        json_schema_extra={SUCH_AS: [{"env": "POSTROOM_FORMER_KEY"}]},
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
