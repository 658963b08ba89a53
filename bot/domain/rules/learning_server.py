"""A mailbox's own server is learnt from what it writes above its mails (RFC 8601), and suggested; an admin names it."""

import hashlib
from dataclasses import replace
from typing import Final

from bot.domain.addresses import normal
from bot.domain.conversation import EventKind
from bot.domain.decision import NOTHING, Decision
from bot.domain.effects import Say
from bot.domain.hostnames import hostname
from bot.domain.ids import MailboxId
from bot.domain.inputs.mail import FolderRole, MailArrived, MailUnreadable
from bot.domain.sentences import sentence
from bot.domain.settings import Instance, MailboxSettings
from bot.domain.vouching import KeepVouching, Vouching

ENOUGH: Final = 20
"""Mails with the same name on top, one after the other."""
MANY: Final = 5
"""Domains that they are from: a single sender's own server is above the mails of that sender alone."""


def may_learn(input: MailArrived | MailUnreadable, mailbox: MailboxSettings) -> bool:
    """Whether the mail says something about a server that nobody has named yet."""
    if mailbox.trusted_authserv or not isinstance(input, MailArrived) or input.is_backlog or input.is_late:
        return False
    return input.place.role is FolderRole.INBOX


def learnt(
    instance: Instance, mailbox: MailboxSettings, before: Vouching | None, input: MailArrived | MailUnreadable
) -> Decision:
    """What is kept of a mail; once there are enough, the admins are told in the config room, once for each name.

    Nothing is believed by it: whoever can write such a field could pass for anybody.
    """
    if not may_learn(input, mailbox):
        return NOTHING
    first = next(iter(input.mail.authentication), None)
    # A server that writes no such field leaves the first place to whoever sends one: nothing is learnt of it.
    server = (hostname(first.server) or "") if first is not None else ""
    domain = normal(input.mail.from_[0].address).rpartition("@")[2] if input.mail.from_ else ""
    run = known = before if before is not None else Vouching(mailbox.id, "", 0, (), "")
    if not server or server != run.server:
        run = replace(run, server=server, count=0, domains=())
    if not server or run.told == server:
        return NOTHING if run == known else Decision((KeepVouching(run),))
    seen = run.domains if len(run.domains) >= MANY else tuple(dict.fromkeys((*run.domains, _mark(mailbox.id, domain))))
    run = replace(run, count=min(run.count + 1, ENOUGH), domains=seen)
    if run.count < ENOUGH or len(run.domains) < MANY:
        return Decision((KeepVouching(run),))
    told = sentence("learning_server.suggested", count=ENOUGH, domains=MANY, mailbox=mailbox.address, server=server)
    say = Say(instance.told_in(mailbox), (told,), EventKind.NOTICE, in_thread=False)
    return Decision((KeepVouching(replace(run, told=server)),), (say,))


def _mark(mailbox: MailboxId, domain: str) -> str:
    """Enough to tell it from a few others; it is not kept who writes."""
    return hashlib.sha256(f"{mailbox}:{domain}".encode("utf-8", "surrogatepass")).hexdigest()[:8]
