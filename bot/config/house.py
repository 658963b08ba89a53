"""Mailboxes that were added in the house, in the form in which config.yaml's are served."""

from __future__ import annotations

from datetime import date

from bot.config.mailbox import ImapSection, MailboxSection, SmtpSection, Start
from bot.config.secret import Origin, Secret
from bot.config.types import Config
from bot.domain.settings import MailboxSettings


def house_section(
    settings: MailboxSettings, password: str | Secret, config: Config | None = None
) -> MailboxSection | None:
    """The servers of such a mailbox, with its password; None for one of config.yaml. `config` says whom to trust."""
    if settings.ways is None:
        return None
    imap, smtp = settings.ways.imap, settings.ways.smtp
    secret = password if isinstance(password, Secret) else Secret(password, Origin.HOUSE)
    # What a person wrote was checked when they wrote it; nothing here may keep the other mailboxes from being served.
    return MailboxSection.model_construct(
        address=settings.address,
        # It is known by its id, whatever its address is today.
        former_addresses=(settings.id,),
        name=settings.name,
        room=settings.room,
        start=start_of(settings.start),
        imap=ImapSection.model_construct(
            host=imap.host,
            port=imap.port,
            security=imap.security.value,
            user=imap.user,
            password=secret,
            ca_file=config.authority_of(imap.host) if config is not None else None,
        ),
        smtp=SmtpSection.model_construct(
            host=smtp.host,
            port=smtp.port,
            security=smtp.security.value,
            user=smtp.user,
            password=secret,
            ca_file=config.authority_of(smtp.host) if config is not None else None,
        ),
    )


def start_of(words: str) -> Start:
    """Which mails already there become threads, as the house keeps it."""
    match words:
        case "new" | "all":
            return words
        case day:
            return date.fromisoformat(day)
