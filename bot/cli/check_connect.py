"""`check --connect`: log in everywhere, and out again."""

from collections.abc import Coroutine

from bot.accounts import imap_side, matrix_account, smtp_side, vault
from bot.adapters.imap.folders import ImapFolders
from bot.adapters.matrix.check import check_login
from bot.config import Config, Finding, Level, MailboxSection, mailbox_id, to_instance, with_password
from bot.domain.sentences import sentence
from bot.flows.keep.passwords import look
from bot.ports import CredentialsRefused, Unavailable


async def check_connections(config: Config) -> tuple[Finding, ...]:
    """Log in everywhere and out again, as `check --connect` asks; it may run beside the bot."""
    findings = [await _tried("matrix", "matrix.homeserver", "matrix.password", check_login(matrix_account(config)))]
    given = await look(config.database_url, to_instance(config), vault(config))
    for number, section in enumerate(config.mailboxes):
        path = f"mailboxes[{number}]"
        id = mailbox_id(section)
        if id in given:
            section, finding = _in_house(section, path, given[id])
            findings.append(finding)
        for name, login in (
            ("imap", ImapFolders(imap_side(section, {})).check()),
            ("smtp", smtp_side(section).check()),
        ):
            findings.append(await _tried(name, f"{path}.{name}.host", f"{path}.{name}.password", login))
    return tuple(findings)


def _in_house(section: MailboxSection, path: str, word: str | None) -> tuple[MailboxSection, Finding]:
    """The mailbox as the bot logs in to it: with the password that was given in the config room."""
    key = f"{path}.imap.password"
    if word is None:
        return section, Finding(Level.MISTAKE, "secret_key", sentence("check.not_opened", key=key))
    return with_password(section, word), Finding(Level.OK, key, sentence("check.given"))


async def _tried(service: str, host: str, password: str, login: Coroutine[None, None, None]) -> Finding:
    try:
        await login
    except CredentialsRefused:
        return Finding(Level.MISTAKE, password, sentence("check.refused"))
    except Unavailable as away:
        return Finding(Level.MISTAKE, host, sentence("check.away", reason=away.reason))
    return Finding(Level.OK, host, sentence("check.logged_in"))
