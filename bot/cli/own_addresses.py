"""Whose addresses are ours: of the mailboxes of config.yaml, of those that were added in the house, and of before."""

from bot.config import Config, to_instance
from bot.domain.addresses import normal
from bot.domain.concerning import Addresses
from bot.domain.ids import MailboxId
from bot.domain.merged import merged
from bot.domain.settings import Instance
from storage import exporting, settings
from storage.database import Tx


async def instance_in(tx: Tx, config: Config) -> Instance:
    """The mailboxes as the bot knows them by this database."""
    return merged(to_instance(config), await settings.every(tx))


def own_addresses(instance: Instance, mailbox: MailboxId) -> Addresses:
    """Of a mailbox, also of a removed one."""
    found = instance.also_removed(mailbox)
    return (found.own_addresses if found is not None else frozenset()) | {normal(mailbox)}


async def all_own(tx: Tx, config: Config) -> Addresses:
    """The addresses of all mailboxes: whoever erased one of these would erase every answer."""
    instance = await instance_in(tx, config)
    every = {one.id for one in instance.mailboxes} | set(await exporting.mailboxes(tx))
    return frozenset(own for mailbox in every for own in own_addresses(instance, mailbox))
