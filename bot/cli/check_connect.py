"""`check --connect`: log in everywhere, and out again."""

import time
from collections.abc import Coroutine
from dataclasses import dataclass
from functools import partial

from bot.accounts import given_password, imap_side, matrix_account, pages, referred, smtp_side, vault
from bot.adapters.imap.folders import ImapFolders
from bot.adapters.matrix.check import check_login
from bot.adapters.oauth import Tokens
from bot.config import (
    Config,
    Finding,
    Level,
    MailboxSection,
    Origin,
    Secret,
    mailbox_id,
    to_instance,
    with_password,
)
from bot.domain.credentials import PasswordReference
from bot.domain.ids import SecretId
from bot.domain.sentences import sentence
from bot.domain.sign_in import SignedIn
from bot.flows.keep.passwords import Given, look
from bot.ports import CredentialsRefused, Unavailable


async def check_connections(config: Config) -> tuple[Finding, ...]:
    """Log in everywhere and out again, as `check --connect` asks; it may run beside the bot."""
    findings = [await _tried("matrix", "matrix.homeserver", "matrix.password", check_login(matrix_account(config)))]
    instance = to_instance(config)
    given = await look(config.database_url, instance, vault(config))
    tokens = Tokens(pages(lambda: config), NotKept(), time.monotonic)
    for number, section in enumerate(config.mailboxes):
        path = f"mailboxes[{number}]"
        id = mailbox_id(section)
        if id in given:
            section, finding = _in_house(config, section, path, given[id], tokens)
            findings.append(finding)
        for name, login in (
            ("imap", ImapFolders(imap_side(section, {})).check()),
            ("smtp", smtp_side(section).check()),
        ):
            findings.append(await _tried(name, f"{path}.{name}.host", f"{path}.{name}.password", login))
    return tuple(findings)


@dataclass(frozen=True, slots=True)
class NotKept:
    """Keeps nothing: a bot runs beside us, and what it has stays good."""

    async def newest(self, id: SecretId) -> SignedIn | None:
        return None

    async def keep(self, id: SecretId, login: SignedIn) -> None:
        """Let go."""


def _in_house(
    config: Config, section: MailboxSection, path: str, given: Given, tokens: Tokens
) -> tuple[MailboxSection, Finding]:
    """The mailbox as the bot logs in to it: with the password that was given in the config room."""
    key = f"{path}.imap.password"
    if given is None:
        return section, Finding(Level.MISTAKE, "secret_key", sentence("check.not_opened", key=key))
    if isinstance(given, PasswordReference):
        source = partial(referred, config, mailbox_id(section), given)
        found = Finding(Level.OK, key, sentence("check.given_by", reference=given.written))
        return with_password(section, Secret("", Origin.HOUSE, source=source)), found
    # Tokens are held by the mailbox's name: this process opens one login for each.
    password = given_password(given, SecretId(mailbox_id(section)), tokens)
    return with_password(section, password), Finding(Level.OK, key, sentence("check.given"))


async def _tried(service: str, host: str, password: str, login: Coroutine[None, None, None]) -> Finding:
    try:
        await login
    except CredentialsRefused:
        return Finding(Level.MISTAKE, password, sentence("check.refused"))
    except Unavailable as away:
        return Finding(Level.MISTAKE, host, sentence("check.away", reason=away.reason))
    return Finding(Level.OK, host, sentence("check.logged_in"))
