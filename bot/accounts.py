"""The accounts that the adapters log in with, and the keys of this instance, from the configuration."""

import hashlib
import hmac

from bot.adapters.imap.account import ImapAccount
from bot.adapters.imap.gate import Gate
from bot.adapters.matrix.account import MatrixAccount
from bot.adapters.matrix.crypto.cross_signing import kept_recovery_key
from bot.adapters.matrix.crypto.sealed import WrongKey
from bot.adapters.smtp import SmtpAccount, SmtpSubmission
from bot.config import Config, MailboxSection, imap_account, smtp_account

Gates = dict[tuple[str, int], Gate]
"""The ways in to IMAP servers, by host and port."""


def derived_key(config: Config, purpose: str) -> bytes:
    """A key of its own for each purpose, from the one secret of the instance (HKDF-like, HMAC-SHA256)."""
    return hmac.new(config.secret_key.reveal().encode(), purpose.encode(), hashlib.sha256).digest()


def matrix_account(config: Config) -> MatrixAccount:
    section = config.matrix
    return MatrixAccount(
        homeserver=section.homeserver,
        user_id=section.user_id,
        password=section.password.reveal(),
        device_name=section.device_name,
        store_dir=config.data_dir / "matrix",
        pickle_key=derived_key(config, "matrix-store").hex(),
        recovery_key=section.recovery_key.reveal() if section.recovery_key else "",
    )


def recovery_key(config: Config) -> str:
    """The recovery key of the bot's identity as it lies in its folder; empty where there is none yet.

    Raises:
        ValueError: the folder was sealed with another `secret_key`.
    """
    try:
        return kept_recovery_key(matrix_account(config))
    except WrongKey:
        raise ValueError("secret_key") from None


def imap_side(section: MailboxSection, gates: Gates) -> ImapAccount:
    """`gates` are shared by all mailboxes, so that those of one server go in by the same."""
    account = imap_account(section)
    return ImapAccount(
        host=account.host,
        port=account.port,
        security=account.security,
        user=account.user,
        password=account.password.reveal(),
        trusted=account.trusted(),
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
            trusted=account.trusted(),
        )
    )
