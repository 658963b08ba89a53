"""From the configuration to the values that the decisions and the adapters use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.config.mailbox import AutoreplySection, MailboxSection
from bot.config.referred import listed
from bot.config.secret import Origin, Secret
from bot.config.section import Security
from bot.config.trust import TrustedFile
from bot.config.types import Config, OauthClientSection
from bot.config.values import OFF
from bot.domain.autoreply import NO_AUTOREPLY, AutoReply, Standing
from bot.domain.ids import MailboxId, RoomId, UserId
from bot.domain.settings import Instance, MailboxSettings, Meaning
from bot.domain.sign_in import Application, Provider, provider_at


@dataclass(frozen=True, slots=True)
class Account:
    """The login to one mail server. `user` is empty for a server that asks for none (SMTP on loopback)."""

    host: str
    port: int
    security: Security
    user: str
    password: Secret
    ca_file: Path | None = None

    def trusted(self) -> TrustedFile | None:
        """Trusts `ca_file` alone; None where the system's authorities are meant."""
        return TrustedFile(self.ca_file) if self.ca_file else None


def mailbox_id(mailbox: MailboxSection) -> MailboxId:
    """The oldest of its addresses: what is kept of it stands under that."""
    return MailboxId((*mailbox.former_addresses, mailbox.address)[0].lower())


def imap_account(mailbox: MailboxSection) -> Account:
    imap = mailbox.imap
    user = imap.user or mailbox.address
    return Account(imap.host, imap.real_port, imap.security, user, imap.password, imap.ca_file)


def smtp_account(mailbox: MailboxSection) -> Account:
    smtp = mailbox.smtp
    return Account(smtp.host, smtp.real_port, smtp.security, smtp.user, smtp.password or Secret(""), smtp.ca_file)


def with_password(mailbox: MailboxSection, password: str | Secret) -> MailboxSection:
    """The mailbox with another password: for reading its mail, and for sending where it sends under the same name."""
    secret = password if isinstance(password, Secret) else Secret(password, Origin.HOUSE)
    smtp = mailbox.smtp
    if smtp.user and smtp.user.lower() == imap_account(mailbox).user.lower():
        smtp = smtp.model_copy(update={"password": secret})
    return mailbox.model_copy(update={"imap": mailbox.imap.model_copy(update={"password": secret}), "smtp": smtp})


def to_instance(config: Config) -> Instance:
    """The instance that decisions read."""
    own_server = config.matrix.user_id.partition(":")[2]
    return Instance(
        bot=UserId(config.matrix.user_id),
        admins=tuple(UserId(one) for one in config.admins),
        config_room=RoomId(config.matrix.config_room),
        language=config.language,
        allowed_servers=config.matrix.allowed_servers or (own_server,),
        mailboxes=tuple(_settings(one, config) for one in config.mailboxes),
        timezone=config.timezone,
        describes_commands=config.matrix.describe_commands,
        allow_insecure_secrets=config.matrix.allow_insecure_secrets,
        applications=tuple(
            Application(provider, section.client_secret_expires) for provider, section in applications(config)
        ),
        at_providers=tuple(
            (mailbox_id(one), provider) for one in config.mailboxes if (provider := provider_at(one.imap.host))
        ),
        references=listed(config),
    )


def applications(config: Config) -> Iterator[tuple[Provider, OauthClientSection]]:
    """The applications by which people sign in at providers."""
    if config.oauth is not None and config.oauth.microsoft is not None:
        yield Provider.MICROSOFT, config.oauth.microsoft
    if config.oauth is not None and config.oauth.google is not None:
        yield Provider.GOOGLE, config.oauth.google


def _autoreply(section: AutoreplySection | None) -> AutoReply:
    if section is None:
        return NO_AUTOREPLY
    return AutoReply(Standing.ON if section.enabled else Standing.OFF, None, section.hours, section.text)


def _settings(mailbox: MailboxSection, config: Config) -> MailboxSettings:
    return MailboxSettings(
        id=mailbox_id(mailbox),
        address=mailbox.address,
        name=mailbox.name,
        room=RoomId(mailbox.room),
        aliases=mailbox.aliases,
        former=mailbox.former_addresses,
        language=mailbox.language or config.language,
        undo_seconds=mailbox.undo_seconds,
        reply_status=mailbox.reply_status,
        reply_assignee=mailbox.reply_assignee,
        quote=mailbox.quote,
        signature=mailbox.signature,
        from_name=mailbox.from_name,
        auto_bcc=mailbox.auto_bcc,
        autoreply=_autoreply(mailbox.autoreply),
        folders=mailbox.imap.folders,
        sent=mailbox.imap.sent,
        junk=mailbox.imap.junk,
        provider_saves_sent=mailbox.provider_saves_sent,
        trusted_authserv=mailbox.trusted_authserv,
        answer_by_mail=mailbox.answer_by_mail,
        answer_unproven=mailbox.answer_unproven,
        plus_address=mailbox.plus_address,
        max_recipients=mailbox.max_recipients,
        max_files_mb=mailbox.max_files_mb,
        hourly_limit=mailbox.hourly_limit,
        fold_after=mailbox.fold_after,
        new_after_days=mailbox.new_after_days,
        keep_originals_months=mailbox.keep_originals_months,
        keep_words_months=mailbox.keep_words_months,
        keep_closed_months=mailbox.keep_closed_months,
        keep_spam_days=mailbox.keep_spam_days,
        approval=mailbox.approval,
        forwarders=mailbox.forwarders,
        buttons=mailbox.buttons,
        daily_limit=mailbox.daily_limit,
        organisation=mailbox.organisation,
        allow_insecure=config.allow_insecure or mailbox.allow_insecure,
        reactions=tuple((emoji, Meaning(name)) for emoji, name in mailbox.reactions.items() if name != OFF),
    )
