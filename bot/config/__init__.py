"""The configuration: `load` reads config.yaml into typed values or names every mistake by its key path."""

from bot.config.again import needs_restart, ways
from bot.config.house import house_section, start_of
from bot.config.load import load, parse
from bot.config.mailbox import MailboxSection, Start
from bot.config.problem import ConfigMistakes, Finding, Level, Mistake
from bot.config.referred import mark_of, read_referred
from bot.config.secret import Origin, Secret
from bot.config.section import Security
from bot.config.to_domain import (
    Account,
    applications,
    imap_account,
    mailbox_id,
    smtp_account,
    to_instance,
    with_password,
)
from bot.config.types import Config

__all__ = [
    "Account",
    "Config",
    "ConfigMistakes",
    "Finding",
    "Level",
    "MailboxSection",
    "Mistake",
    "Origin",
    "Secret",
    "Security",
    "Start",
    "applications",
    "house_section",
    "imap_account",
    "load",
    "mailbox_id",
    "mark_of",
    "needs_restart",
    "parse",
    "read_referred",
    "smtp_account",
    "start_of",
    "to_instance",
    "ways",
    "with_password",
]
