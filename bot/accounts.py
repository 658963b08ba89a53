"""The accounts that the adapters log in with, and the adapters themselves."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from bot.adapters.clock import SystemClock
from bot.adapters.imap.account import ImapAccount
from bot.adapters.imap.folders import ImapFolders
from bot.adapters.imap.gate import Gate
from bot.adapters.imap.inbox import ImapInbox
from bot.adapters.matrix.account import MatrixAccount
from bot.adapters.matrix.chat import MatrixChat
from bot.adapters.matrix.crypto.cross_signing import kept_recovery_key
from bot.adapters.matrix.crypto.sealed import WrongKey
from bot.adapters.oauth import Client, OauthPages, Tokens
from bot.adapters.schedule import hourly
from bot.adapters.servers import Network, NetworkFinder
from bot.adapters.smtp import SmtpAccount, SmtpSubmission
from bot.config import (
    Config,
    MailboxSection,
    Origin,
    Secret,
    applications,
    imap_account,
    read_referred,
    smtp_account,
)
from bot.config.trust import TrustedFile
from bot.config.types import MicrosoftSection
from bot.domain.credentials import Credential, Lack, PasswordReference, sealed_of
from bot.domain.ids import MailboxId
from bot.domain.sign_in import Provider, signed_in
from bot.keys import derived_keys
from bot.ports import Chat, Clock, Folders, Inbox, Memory, NotRead, ServerFinder, Submission
from bot.reader.reading import Reader

Gates = dict[tuple[str, int], Gate]
"""The ways in to IMAP servers, by host and port."""


class Session(Chat, Protocol):
    """A chat that the bot is logged in to."""

    @property
    def device_id(self) -> str: ...
    @property
    def fingerprint(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Doors:
    """The things at each port: the adapters, or what a test puts there."""

    clock: Callable[[], Clock]
    chat: Callable[[Config, Memory], Awaitable[Session]]
    """Raises: CredentialsRefused, Unavailable."""
    folders: Callable[[MailboxSection], Folders]
    is_crowded: Callable[[MailboxSection], Callable[[], bool]]
    """Whether others wait to be let in to its IMAP server."""
    inbox: Callable[[MailboxSection, str, int, float], Inbox]
    """A folder's inbox; takes the most bytes of a mail that is read whole, and the folder's place in time (0 to 1)."""
    submission: Callable[[MailboxSection], Submission]
    trial: Callable[[MailboxSection], tuple[Folders, Submission]]
    """To see whether a login works: apart from the ways in that serve a mailbox."""
    finder: Callable[[Config], ServerFinder]
    """Finds the mail servers of an address."""
    pages: Callable[[Callable[[], Config]], OauthPages]
    """Signs in at providers, by the configuration as of now."""
    reader: Callable[[], Reader]
    hourly: Callable[[Callable[[], Awaitable[None]]], AbstractAsyncContextManager[None]]
    """Does a job each hour while the block lasts."""


def adapters() -> Doors:
    """The real adapters of one bot: mailboxes of one server go in by the same gate."""
    gates: Gates = {}

    def inbox(section: MailboxSection, folder: str, size_limit: int, phase: float) -> Inbox:
        return ImapInbox(imap_side(section, gates), folder, size_limit=size_limit, phase=phase)

    return Doors(
        clock=SystemClock,
        chat=lambda config, memory: MatrixChat.connect(matrix_account(config), memory),
        folders=lambda section: ImapFolders(imap_side(section, gates)),
        is_crowded=lambda section: imap_side(section, gates).gate.has_line,
        inbox=inbox,
        submission=smtp_side,
        trial=lambda section: (ImapFolders(imap_side(section, {})), smtp_side(section)),
        finder=finder,
        pages=pages,
        reader=Reader,
        hourly=hourly,
    )


def finder(config: Config) -> ServerFinder:
    """Finds mail servers; within our own networks only where the whole house is one of tests (`allow_insecure`)."""
    return NetworkFinder(_network(config))


def pages(config: Callable[[], Config]) -> OauthPages:
    """Signs in at providers; within our own networks only where the whole house is one of tests (`allow_insecure`)."""
    return OauthPages(_network(config()), lambda: _clients(config()))


def _network(config: Config) -> Network:
    return Network(is_allowed=lambda _: True) if config.allow_insecure else Network()


def _clients(config: Config) -> Mapping[Provider, Client]:
    found: dict[Provider, Client] = {}
    for provider, section in applications(config):
        secret = section.client_secret.reveal() if section.client_secret is not None else ""
        tenant = section.tenant if isinstance(section, MicrosoftSection) else ""
        found[provider] = Client(section.client_id, secret, tenant)
    return found


def given_password(words: str, credential: Credential | None, tokens: Tokens) -> Secret:
    """What was given in the house, as the adapters log in with it: a password, or a source of access tokens."""
    login, id = signed_in(words), sealed_of(credential)
    if login is None or id is None:
        return Secret(words, Origin.HOUSE)
    return Secret("", Origin.HOUSE, token=tokens.source(id, login))


def login_secret(
    mailbox: MailboxId,
    given: str | PasswordReference,
    credential: Credential | None,
    tokens: Tokens,
    read: Callable[[MailboxId, PasswordReference], Awaitable[str]],
) -> Secret:
    """What was given in the house to log in with: words, a sign-in, or a reference that `read` reads at each login."""
    if isinstance(given, PasswordReference):
        return Secret("", Origin.HOUSE, source=partial(read, mailbox, given))
    return given_password(given, credential, tokens)


async def words_of(password: Secret) -> str:
    """The password itself, to keep it out of what a server says; empty where it is not known, or a token."""
    try:
        return password.reveal() if password.source is None else await password.source()
    except NotRead:
        return ""


async def referred(config: Config, mailbox: MailboxId, reference: PasswordReference) -> str:
    """The password that a reference names for this mailbox, as it is now. Raises: NotRead."""
    # A disk of the network may take its time.
    word = await asyncio.to_thread(read_referred, config, mailbox, reference)
    if isinstance(word, Lack):
        raise NotRead(word)
    return word


def matrix_account(config: Config) -> MatrixAccount:
    section = config.matrix
    words = {section.login: section.login_secret.reveal()}
    key, *former = (one.hex() for one in derived_keys(config, "matrix-store"))
    return MatrixAccount(
        homeserver=section.homeserver,
        user_id=section.user_id,
        password=words.get("password", ""),
        device_name=section.device_name,
        store_dir=config.data_dir / "matrix",
        pickle_key=key,
        former_pickle_keys=tuple(former),
        recovery_key=section.recovery_key.reveal() if section.recovery_key else "",
        access_token=words.get("access_token", ""),
        as_token=words.get("as_token", ""),
        trusted=TrustedFile(section.ca_file) if section.ca_file else None,
    )


def recovery_key(config: Config) -> str:
    """The recovery key of the bot's identity, from the bot's folder; empty before the first start.

    Raises:
        ValueError: the folder was sealed with another `secret_key`.
    """
    try:
        return kept_recovery_key(matrix_account(config))
    except WrongKey:
        raise ValueError("secret_key") from None


def imap_side(section: MailboxSection, gates: Gates) -> ImapAccount:
    """The IMAP account of a mailbox. All mailboxes share `gates`, so that those of one server go in by the same."""
    account = imap_account(section)
    return ImapAccount(
        host=account.host,
        port=account.port,
        security=account.security,
        user=account.user,
        password=account.password.reveal(),
        fresh=account.password.source,
        trusted=account.trusted(),
        token=account.password.token,
        gate=gates.setdefault((account.host.lower(), account.port), Gate()),
    )


def smtp_side(section: MailboxSection) -> SmtpSubmission:
    account = smtp_account(section)
    return SmtpSubmission(
        SmtpAccount(
            host=account.host,
            port=account.port,
            security=account.security,
            user=account.user,
            password=account.password.reveal(),
            fresh=account.password.source,
            trusted=account.trusted(),
            token=account.password.token,
        )
    )
