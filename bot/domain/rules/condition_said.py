"""How a mailbox is doing, in sentences: the same for `!health` and for the mailbox's pinned message."""

import hashlib
from datetime import datetime
from typing import Final

from bot.domain.condition import FolderCount, MailboxCondition, Outage
from bot.domain.credentials import PasswordReference, is_lack
from bot.domain.ids import MailboxId, RoomId
from bot.domain.inputs.mail import FolderRole
from bot.domain.page import Bullets, Page
from bot.domain.sentences import Sentence, sentence
from bot.domain.settings import MailboxSettings


def status_slot(mailbox: MailboxId, room: RoomId) -> str:
    """The place of the pinned message of a mailbox in a room."""
    return f"mailbox:{mailbox}:{room}"


def outages_of(mailbox: MailboxSettings, outages: tuple[Outage, ...]) -> tuple[Outage, ...]:
    """What is away for the mailbox, the longest first."""
    away = (one for one in outages if one.of in (mailbox.id, mailbox.room))
    return tuple(sorted(away, key=lambda one: one.since))


def rest_said(mailbox: MailboxSettings) -> Sentence | None:
    """Why nothing is fetched and sent, because somebody wanted it so; None where it is."""
    if mailbox.is_archived:
        return sentence("mailboxes.archived")
    return sentence("mailboxes.paused") if mailbox.is_paused else None


def servers(mailbox: MailboxSettings, outages: tuple[Outage, ...]) -> Sentence:
    """The worst of what is wrong: nothing else matters before it is mended."""
    rest = rest_said(mailbox)
    if rest is not None:
        return rest
    away = outages_of(mailbox, outages)
    return away_since(away[0]) if away else sentence("health.works")


def away_since(one: Outage) -> Sentence:
    return sentence(f"health.{one.service}_away", reason=one.reason, at=one.since)


def last_mail(one: MailboxCondition) -> Sentence:
    return sentence("health.never") if one.last_mail is None else sentence("health.at", at=one.last_mail)


def put_aside(count: int) -> Sentence:
    return sentence("health.put_aside", count=count)


WORKS: Final = "works"
READING: Final = "works, reading"
"""Mails are being brought in: that they all are is shown at once."""


def state_of(mailbox: MailboxSettings, one: MailboxCondition, outages: tuple[Outage, ...]) -> str:
    """In one word whether the mailbox is served; people are told of a change at once."""
    if mailbox.rests:
        return "archived" if mailbox.is_archived else "paused"
    away = " ".join(f"{each.service}:{each.reason}" for each in outages_of(mailbox, outages))
    return away or (READING if any(folder.unread for folder in folders_read(mailbox, one.folders)) else WORKS)


def status_page(
    mailbox: MailboxSettings, one: MailboxCondition, outages: tuple[Outage, ...], since: datetime | None
) -> Page:
    """The pinned message of a mailbox. A client's banner shows only the first words."""
    away = () if mailbox.rests else outages_of(mailbox, outages)
    working = sentence("condition.since", at=since) if since is not None else servers(mailbox, outages)
    title = sentence("condition.title", address=mailbox.address, state=away_since(away[0]) if away else working)
    lines = [
        sentence("condition.last_mail", last=last_mail(one)),
        *(folder_said(folder) for folder in folders_read(mailbox, one.folders)),
        sentence("condition.waiting", count=one.waiting),
        *(away_since(other) for other in away[1:]),
    ]
    if one.put_aside:
        lines.append(put_aside(one.put_aside))
    return Page(title, (Bullets((*lines, *what_to_do(mailbox, one, away))),), is_short=True)


def folders_read(mailbox: MailboxSettings, counted: tuple[FolderCount, ...]) -> tuple[FolderCount, ...]:
    """Those that are still read, those of the settings first; of Sent and Junk the one that was found last."""
    named = [one for folder in mailbox.folders for one in counted if one.folder == folder]
    special = []
    for role in (FolderRole.SENT, FolderRole.JUNK):
        special += [one for one in counted if one.role is role and one not in named][:1]
    return (*named, *special)


def folder_said(one: FolderCount) -> Sentence:
    """The mails on the server against those here, and what makes the difference."""
    others = (
        ("condition.earlier", one.earlier),
        ("condition.copies", one.copies),
        ("condition.elsewhere" if one.role is FolderRole.SENT else "condition.decided", one.elsewhere),
        ("condition.unread", one.unread),
        ("condition.missing", one.missing),
    )
    said = [sentence(key, count=count) for key, count in others if count]
    if not (one.unread or one.missing):
        said.append(sentence("condition.complete"))
    there = sentence("condition.there", count=one.on_server)
    return sentence(
        "condition.folder", folder=one.folder, counts=(there, sentence("condition.here", count=one.here), *said)
    )


def what_to_do(mailbox: MailboxSettings, one: MailboxCondition, away: tuple[Outage, ...]) -> tuple[Sentence, ...]:
    """The next step of a person; none where nothing is wrong."""
    if mailbox.rests:
        return (sentence("condition.resume", address=mailbox.address),)
    if any(each.reason == "credentials" for each in away):
        return (sentence("condition.password", address=mailbox.address),)
    if isinstance(mailbox.password, PasswordReference) and any(is_lack(each.reason) for each in away):
        reference = mailbox.password.written
        return (sentence("condition.no_password", address=mailbox.address, reference=reference),)
    if away:
        return (sentence("condition.wait"),)
    if any(folder.missing for folder in one.folders):
        return (sentence("condition.look"),)
    return ()


def gone_page(address: str) -> Page:
    """The last words of the pinned message, of a mailbox that was removed."""
    return Page(sentence("condition.removed", address=address), is_short=True)


def digest_of(page: Page, language: str) -> str:
    """What tells one content of the message from another, whatever the time at which it is said."""
    return hashlib.sha256(f"{language} {page!r}".encode()).hexdigest()[:32]
