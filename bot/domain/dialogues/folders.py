"""A folder of a mailbox is read as well, or no more: what is there already is counted and asked about first."""

from datetime import datetime
from typing import Final

from bot.domain.calls import AddFolder
from bot.domain.decision import NOTHING, CloseCall, Decision
from bot.domain.dialogues.mailbox_said import is_name, not_listed
from bot.domain.effects import Say
from bot.domain.folder_list import FolderChanges, kept, meant_folder
from bot.domain.house_changes import ReadAnew, SetValue
from bot.domain.ids import UserId
from bot.domain.inputs.inside import Receipt
from bot.domain.mailbox_look import FolderList, ServerFolder
from bot.domain.merged import FOLDERS
from bot.domain.outcomes import Refused, TryLater, Unknown, name_of
from bot.domain.rules.later import TRIES, later
from bot.domain.sentences import Sentence, sentence
from bot.domain.settings import MailboxSettings
from bot.domain.snapshots import ReceiptSnapshot
from bot.domain.times import zone

_MOST_NAMED: Final = 20


def changed(mailbox: MailboxSettings, changes: FolderChanges, by: UserId) -> Decision:
    """These folders are read from this commit on, in every process."""
    return Decision((SetValue(mailbox.id, FOLDERS, kept(changes), by),))


def folder_listed(snapshot: ReceiptSnapshot, call: AddFolder, input: Receipt, now: datetime) -> Decision:
    """The server has named its folders: the one that was meant is added, or it is told what is missing for that."""
    mailbox = snapshot.instance.mailbox(call.mailbox)
    if mailbox is None:
        # It was removed meanwhile.
        return Decision((CloseCall(snapshot.effect, "done"),))
    added = NOTHING
    match input.outcome:
        case FolderList() as found:
            closed = CloseCall(snapshot.effect, "done")
            told, added = _found(snapshot, mailbox, call, found, now)
        case (TryLater() | Unknown()) as again if snapshot.failures + 1 < TRIES:
            return later(snapshot, again, input.at)
        case (Refused() | TryLater() | Unknown()) as outcome:
            closed, told = CloseCall(snapshot.effect, "refused", name_of(outcome)), not_listed(mailbox, outcome)
        case _ as other:
            raise AssertionError(f"{type(other).__name__} for a list of folders")
    say = Say(call.room, told, reply_to=call.reply_to, under=call.under, mention=(call.person,))
    return Decision((closed,), (say,)) + added


def _found(
    snapshot: ReceiptSnapshot, mailbox: MailboxSettings, call: AddFolder, found: FolderList, now: datetime
) -> tuple[tuple[Sentence, ...], Decision]:
    instance, address = snapshot.instance, mailbox.address
    if call.person not in instance.admins:
        return (sentence("error.admins_only"),), NOTHING
    today = now.astimezone(zone(instance.timezone)).date()
    meant = meant_folder(call.written, [one.name for one in found.folders], today)
    if len(meant.names) != 1:
        return (_which(call.written, meant.names, found),), NOTHING
    name, start = meant.names[0], meant.start
    if any(is_name(name, one) for one in mailbox.folders):
        return (sentence("folder.is_read", folder=name, address=address),), NOTHING
    (folder,) = (one for one in found.folders if one.name == name)
    use = _special(mailbox, folder)
    if use:
        return (sentence(f"folder.is_{use}", folder=name),), NOTHING
    if not start and folder.mails != 0:
        return _asked(address, folder), NOTHING
    # An empty folder leaves nothing to ask: all that comes from now on is to be shown.
    start = start or "all"
    done = changed(mailbox, mailbox.folder_changes.with_folder(name, start), call.person)
    told = (sentence(f"folder.added_{_kind(start)}", folder=name, address=address, day=start),)
    return told, done + Decision((ReadAnew(mailbox.id, name),))


def _kind(start: str) -> str:
    return start if start in ("new", "all") else "since"


def _special(mailbox: MailboxSettings, folder: ServerFolder) -> str:
    """`sent` or `junk`, of a folder that is watched for what it is."""
    for use, own in (("sent", mailbox.sent), ("junk", mailbox.junk)):
        if folder.name == own or (not own and folder.use == use):
            return use
    return ""


def _asked(address: str, folder: ServerFolder) -> tuple[Sentence, ...]:
    key = "folder.how_many" if folder.mails is not None else "folder.uncounted"
    how = sentence("folder.which_mails", folder=folder.name, address=address)
    return (sentence(key, folder=folder.name, count=folder.mails or 0), how)


def _which(written: str, meant: tuple[str, ...], found: FolderList) -> Sentence:
    names = meant or tuple(one.name for one in found.folders)
    listed = ", ".join(f"“{one}”" for one in names[:_MOST_NAMED]) + (", …" if len(names) > _MOST_NAMED else "")
    return sentence("folder.several" if meant else "folder.unknown", name=written[:100], folders=listed)
