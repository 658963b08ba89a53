"""Files that members posted in a thread and that go out with a mail: chosen, fetched from the room, then written."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.calls import FetchFile
from bot.domain.conversation import KEPT_BACK, EventKind, MailRecord, OutState
from bot.domain.decision import CloseCall, Decision, SaveConversation, UpdateMail
from bot.domain.effects import Effect, Say, ShowState, SubmitMail
from bot.domain.files import Enclosure
from bot.domain.happening import Happening, What
from bot.domain.ids import EventId
from bot.domain.inputs.inside import Receipt
from bot.domain.outcomes import Fetched, Refused, TryLater, Unknown
from bot.domain.rules.draft import draft_of
from bot.domain.rules.later import later
from bot.domain.sentences import Sentence, sentence
from bot.domain.settings import MailboxSettings
from bot.domain.snapshots import ReceiptSnapshot
from bot.domain.work import Work

MOST_FILES = 20
_MB = 1_000_000
_CAUSES = {"too_large": "reply.file_too_large", "malformed": "reply.file_broken", "hash": "reply.file_broken"}
"""Sentences for the codes of `ports.Chat.download`."""


def listed(body: str) -> tuple[EventId, ...]:
    """The messages that an `ENCLOSURE` names."""
    return tuple(EventId(line) for line in body.split("\n") if line)


def too_much(files: Sequence[Enclosure], mailbox: MailboxSettings) -> Sentence | None:
    """Why these files cannot go out with one mail, or None. The sizes are the clients' word."""
    if len(files) > MOST_FILES:
        return sentence("error.too_many_files", count=len(files), most=MOST_FILES)
    size = sum(file.file.size for file in files)
    if size > mailbox.max_files_mb * _MB:
        return sentence("error.files_too_large", size=-(-size // _MB), most=mailbox.max_files_mb)
    return None


def together(*some: Sequence[Enclosure]) -> tuple[Enclosure, ...]:
    """Each file once, in the order they were chosen."""
    return tuple({one.event: one for files in some for one in files}.values())


def decide_fetched(snapshot: ReceiptSnapshot, call: FetchFile, input: Receipt, now: datetime) -> Decision:
    """Note a file that came, or cannot be had. The last one writes the mail, which waits for its undo window."""
    record, work = snapshot.record, snapshot.work
    wanted = record.files[call.number] if record is not None and call.number < len(record.files) else None
    if record is None or work is None or wanted is None or record.state not in KEPT_BACK or wanted.is_here:
        # Taken back meanwhile: nobody needs it any more.
        return Decision((CloseCall(snapshot.effect, "done"),))
    match input.outcome:
        case Fetched(blob, size):
            files = list(record.files)
            files[call.number] = Enclosure(wanted.event, replace(wanted.file, size=size), blob)
            if too_much(files, work.mailbox) is not None:
                return _not_to_be_had(snapshot, work, record, wanted, "too_large", now)
            return _one_more(snapshot, work, replace(record, files=tuple(files)), now)
        case TryLater() | Unknown() as again:
            return later(snapshot, again, input.at)
        case Refused(code, _):
            return _not_to_be_had(snapshot, work, record, wanted, code, now)
        case _ as other:
            raise AssertionError(f"{type(other).__name__} for a file")


def _one_more(snapshot: ReceiptSnapshot, work: Work, record: MailRecord, now: datetime) -> Decision:
    # The version, so that an undo at the same moment on another connection is not overwritten.
    changes = (
        CloseCall(snapshot.effect, "done"),
        SaveConversation(replace(work.conversation, changed_at=now)),
        UpdateMail(record),
    )
    if record.is_scheduled or record.waits_for_word or not all(file.is_here for file in record.files):
        return Decision(changes)
    left = record.date + timedelta(seconds=work.mailbox.undo_seconds) - now
    return Decision(changes, (SubmitMail(draft_of(work, record), max(0, round(left.total_seconds()))),))


def _not_to_be_had(
    snapshot: ReceiptSnapshot, work: Work, record: MailRecord, wanted: Enclosure, code: str, now: datetime
) -> Decision:
    conversation = replace(work.conversation, changed_at=now)
    after = replace(record, state=OutState.REFUSED)
    told = sentence(_CAUSES.get(code, "reply.file_gone"), filename=wanted.file.filename, most=work.mailbox.max_files_mb)
    effects: tuple[Effect, ...] = (
        ShowState(conversation, after),
        Say(
            conversation.room,
            (told,),
            EventKind.RECEIPT,
            conversation.id,
            mention=(record.author,) if record.author else (),
            mail=record.row,
        ),
    )
    return Decision(
        (
            CloseCall(snapshot.effect, "refused", code),
            SaveConversation(conversation),
            UpdateMail(after),
        ),
        effects,
        (Happening(What.REPLY_REFUSED, conversation, None, now),),
    )
