"""What an admin reads of a mailbox's servers: its folders as a table, and each login with what to do."""

from typing import Final, assert_never

from bot.domain.credentials import Lack
from bot.domain.decision import NOTHING, Decision
from bot.domain.dialogues.adding import tried_lines
from bot.domain.dialogues.new_password import line, tried_of
from bot.domain.house_changes import SetValue
from bot.domain.mailbox_look import FolderList, ServerFolder, TripDone, TripLost
from bot.domain.merged import PLUS
from bot.domain.new_mailbox import Box
from bot.domain.new_password import Tried
from bot.domain.outcomes import CREDENTIALS, LoginsTried, NotDone, Opened, Refused, TryLater, Unknown
from bot.domain.page import Block, Page, Paragraph, Table
from bot.domain.sentences import Sentence, sentence
from bot.domain.settings import Instance, MailboxSettings

_MOST: Final = 100
"""Folders in one table."""
_NAMED: Final = frozenset({"sent", "junk", "trash", "drafts", "archive", "all", "flagged", "important"})


def folders_page(mailbox: MailboxSettings, found: FolderList) -> Page:
    """The folders on the server: what each is for, whether it is read, and how many mails it holds."""
    head = ("folders.name", "folders.use", "folders.is_read", "folders.mails")
    rows = tuple(_row(mailbox, one, found) for one in found.folders[:_MOST])
    told = [sentence("folders.missing", folder=one) for one in mailbox.folders if not _has(found, one)]
    own = [one for one in (mailbox.sent, mailbox.junk) if one and not _has(found, one)]
    told += [sentence("folders.missing_own", folder=one) for one in own]
    if len(found.folders) > _MOST:
        told.append(sentence("folders.more", count=len(found.folders) - _MOST))
    if mailbox.rests:
        told.append(sentence("folders.rests"))
    blocks: list[Block] = [Table(tuple(sentence(key) for key in head), rows)]
    if told:
        blocks.append(Paragraph(tuple(told)))
    return Page(sentence("folders.title", address=mailbox.address, count=len(found.folders)), tuple(blocks))


def _has(found: FolderList, name: str) -> bool:
    return any(is_name(one.name, name) for one in found.folders)


def is_name(one: str, other: str) -> bool:
    """Whether both name the same folder; INBOX is the same in any letters (RFC 9051 5.1)."""
    return one == other or one.upper() == other.upper() == "INBOX"


def _use(mailbox: MailboxSettings, folder: ServerFolder) -> str:
    """What the mailbox takes it for: its settings say more than the server."""
    for use, own in (("sent", mailbox.sent), ("junk", mailbox.junk)):
        if own and is_name(folder.name, own):
            return use
        if own and folder.use == use:
            return ""
    if folder.name.upper() == "INBOX":
        return "inbox"
    return folder.use if folder.use in _NAMED else ""


def _row(mailbox: MailboxSettings, folder: ServerFolder, found: FolderList) -> tuple[Sentence, ...]:
    use = _use(mailbox, folder)
    is_named = any(is_name(folder.name, one) for one in mailbox.folders)
    if use == "junk" and (found.watches_junk or is_named):
        read = "folders.read_junk"
    elif use == "sent":
        read = "folders.read_sent"
    else:
        read = "folders.read" if is_named else "folders.unread"
    return (
        sentence("mailboxes.word", word=folder.name),
        sentence(f"folders.use_{use}" if use else "folders.none"),
        sentence(read),
        sentence("folders.none") if folder.mails is None else sentence("health.count", count=folder.mails),
    )


def logins_said(mailbox: MailboxSettings, tried: LoginsTried) -> tuple[Sentence, ...]:
    """A line for each step, and what to do about what failed."""
    imap, smtp, box = tried_of(tried.imap), tried_of(tried.smtp), None
    if isinstance(tried.imap, Opened):
        box = Box(mailbox.sent or tried.imap.sent, mailbox.junk or tried.imap.junk, tried.imap.mails)
    lines = tried_lines(mailbox.password, imap, smtp, box)
    if imap.is_in and smtp.is_in:
        trip = _trip_said(mailbox, tried.trip)
        return (sentence("trying.title", address=mailbox.address), *lines, *trip, *_plus_said(mailbox, tried.trip))
    return (sentence("trying.title", address=mailbox.address), *lines, *_advice(mailbox, imap, smtp))


def plus_learnt(instance: Instance, mailbox: MailboxSettings, tried: LoginsTried) -> Decision:
    """What a look taught of sub-addresses is kept; that one was late says nothing."""
    has_come = isinstance(tried.trip, TripDone) and tried.trip.plus is True
    return (
        Decision((SetValue(mailbox.id, PLUS, "yes", instance.bot),))
        if has_come and not mailbox.plus_arrives
        else NOTHING
    )


def _plus_said(mailbox: MailboxSettings, trip: TripDone | TripLost | NotDone | None) -> tuple[Sentence, ...]:
    match trip:
        case TripDone(plus=True) if not mailbox.plus_address:
            return (sentence("trip.plus", address=mailbox.address),)
        case TripDone(plus=False) if mailbox.plus_address:
            return (sentence("trip.no_plus", address=mailbox.address),)
        case _:
            return ()


def _trip_said(mailbox: MailboxSettings, trip: TripDone | TripLost | NotDone | None) -> tuple[Sentence, ...]:
    """What became of the test mail, and what to do."""
    address = mailbox.address
    match trip:
        case None:
            rests = (sentence("trip.rests"),) if mailbox.rests else ()
            return (*rests, sentence("trying.works"))
        case TripDone(folder, seconds, is_junk, is_left):
            left = (sentence("trip.left", folder=folder),) if is_left else ()
            if is_junk:
                arrived = sentence("trip.junk", folder=folder, count=seconds)
                return (arrived, *left, sentence("trip.junk_todo", address=address))
            if not any(is_name(folder, one) for one in mailbox.folders):
                return (sentence("trip.unread", folder=folder, count=seconds, address=address), *left)
            return (sentence("trip.arrived", folder=folder, count=seconds), *left, sentence("trying.works"))
        case TripLost(folders, ""):
            return (sentence("trip.lost", folders=", ".join(folders)), sentence("trip.lost_todo"))
        case TripLost(_, reason):
            return (sentence("trip.not_looked", reason=reason), sentence("trip.again", address=address))
        case Refused(code, text):
            return (sentence("trip.refused", words=text or code), sentence("trip.refused_todo", address=address))
        case TryLater(reason, text):
            return (sentence("trip.not_now", reason=reason, words=text), sentence("trip.again", address=address))
        case Unknown(reason, text):
            return (sentence("trip.unknown", reason=reason, words=text), sentence("trip.again", address=address))
        case _ as unreachable:
            assert_never(unreachable)


def not_listed(mailbox: MailboxSettings, outcome: NotDone) -> tuple[Sentence, ...]:
    """Why there is no table."""
    tried = tried_of(outcome)
    return (line("imap", tried), *_advice(mailbox, tried))


def _advice(mailbox: MailboxSettings, *tried: Tried) -> tuple[Sentence, ...]:
    reasons = {one.reason for one in tried if not one.is_in}
    told = []
    if CREDENTIALS in reasons:
        told += [sentence("password.check"), sentence("trying.password", address=mailbox.address)]
    if reasons - {CREDENTIALS, *Lack}:
        told.append(sentence("trying.server" if mailbox.ways is not None else "trying.server_of_file"))
    return tuple(told)
