"""A mail that leaves at the time which its writer named: until then it has no bytes, no call, and can be taken back.

Whatever comes from outside before that time holds it: its words may not fit any more, and a person decides.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.domain.command import Answer, Asked, Called
from bot.domain.conversation import Conversation, MailRecord, OutState
from bot.domain.decision import NOTHING, CancelCall, Change, Decision, SaveConversation, SetTimer, UpdateMail
from bot.domain.effects import Effect, FetchFiles, Mark, ShowState, SubmitMail
from bot.domain.happening import Happening, What, detail_of_answer
from bot.domain.ids import BlobId, MessageRow
from bot.domain.rules.bad_addresses import became_bad
from bot.domain.rules.draft import GONE, draft_of, submit_key, with_own_sender
from bot.domain.rules.telling import DONE, to_author
from bot.domain.rules.whole import has_lost_it
from bot.domain.sentences import Sentence, sentence
from bot.domain.settings import Instance
from bot.domain.times import NoTime, read_time, zone
from bot.domain.variables import as_typed
from bot.domain.work import Work

LATER: Final = "later"
"""The first word of the timer of such a mail."""
LATE: Final = timedelta(minutes=15)
"""From this on its writer is told that it left late."""
_MOST_WORDS: Final = 80
"""Characters of a mail's words in a list."""
_WHY: Final = {
    NoTime.UNREADABLE: "error.at_when",
    NoTime.PAST: "error.at_past",
    NoTime.TOO_FAR: "error.at_too_far",
    NoTime.HOURS_OR_CLOCK: "error.at_hours",
    NoTime.OTHER_DAY: "error.at_other_day",
}


def timer_of_mail(row: MessageRow) -> str:
    """The timer that rings when the mail is to leave."""
    return f"{LATER}:{row}"


def time_named(called: Called, instance: Instance, *, said_at: datetime, now: datetime) -> datetime | Sentence | None:
    """The time behind `--at`, as it was meant when it was said; None where none is named.

    Read late, after an outage or a restore, `tomorrow` is the day after that on which it was said.
    """
    if called.at is None:
        return None
    at = read_time(called.at, min(said_at, now), zone(instance.timezone))
    if isinstance(at, datetime) and at <= now:
        at = NoTime.PAST
    return sentence(_WHY[at], words=called.at[:60]) if isinstance(at, NoTime) else at


def time_of(asked: Asked) -> datetime | Sentence | None:
    """The time that a command names; None without one, and for a reaction."""
    if asked.is_by_hand:
        return None
    return time_named(asked.called, asked.instance, said_at=asked.said_at, now=asked.now)


def goes_on(work: Work, record: MailRecord) -> Decision:
    """What follows for a mail that was decided: it leaves at its time, or after its undo window."""
    # With files of the room it is written when they have been fetched from there.
    fetch: tuple[Effect, ...] = () if all(one.is_here for one in record.files) else (FetchFiles(record),)
    if record.waits_for_word:
        return Decision((), fetch)
    if record.leaves_at is not None:
        return Decision((SetTimer(timer_of_mail(record.row), record.leaves_at),), fetch)
    return Decision((), fetch or (SubmitMail(draft_of(work, record), work.mailbox.undo_seconds),))


def held_by_mail(conversation: Conversation, waiting: Sequence[MailRecord]) -> Decision:
    """A mail came that somebody should read: what waits for its time stays here, and its writer is told."""
    held = [one for one in waiting if one.is_scheduled]
    return sum((held_back(conversation, one, sentence("scheduled.held")) for one in held), NOTHING)


def held_back(conversation: Conversation, record: MailRecord, *why: Sentence) -> Decision:
    """It leaves by somebody's word alone, and its writer hears why."""
    after = replace(record, state=OutState.HELD)
    say = to_author(conversation, record, *why, sentence("scheduled.how"))
    return Decision((UpdateMail(after),), (ShowState(conversation, after), say))


def called_back(conversation: Conversation, record: MailRecord, *why: Sentence) -> Decision:
    """The same of one that was about to leave: its call is taken back, its bytes are written anew once it leaves."""
    was_tried = record.state is OutState.RETRYING
    back: tuple[Change, ...] = (CancelCall(submit_key(record), was_tried=was_tried),) if record.is_written else ()
    return Decision(back) + held_back(conversation, replace(record, raw=BlobId("")), *why)


def kept_here(conversation: Conversation, record: MailRecord, why: Sentence, now: datetime) -> Decision:
    """It could leave by now, and does not by itself."""
    # The version, so that an undo at the same moment on another connection is not overwritten.
    saved = Decision((SaveConversation(replace(conversation, changed_at=now)),))
    return saved + held_back(conversation, record, why)


def why_bad(work: Work, record: MailRecord) -> Sentence | None:
    """That somebody to whom the mail goes cannot be reached any more; a person decides. Else None."""
    bad = became_bad(work, record)
    addresses = ", ".join(one.address for one in bad)
    return sentence("scheduled.held_bad", addresses=addresses) if bad else None


def why_lost(work: Work, record: MailRecord) -> Sentence | None:
    """That what the mail passes on has gone. Else None."""
    return sentence("forward.lost") if has_lost_it(work, record) else None


def answered_since(work: Work, record: MailRecord) -> bool:
    """Whether somebody else of the house has answered since the mail was written."""
    if work.elsewhere is not None and work.elsewhere[1] > record.date:
        return True
    ours = [one for one in (*work.outgoing, work.newest_out) if one is not None and not one.is_auto_answer]
    others = [one for one in ours if one.author != record.author and one.state not in GONE]
    # What waits for a time or a word has told nobody anything yet.
    return any(one.date > record.date for one in others if not (one.is_scheduled or one.waits_for_word))


def leaves_now(work: Work, record: MailRecord, now: datetime, seconds: int = 0) -> Decision:
    """The mail is written and handed over; one whose files are still on their way leaves with the last of them."""
    conversation = replace(work.conversation, changed_at=now)
    after = replace(with_own_sender(work, record), state=OutState.QUEUED, leaves_at=None, has_waited=True, date=now)
    changes: tuple[Change, ...] = (SaveConversation(conversation), UpdateMail(after))
    shown = ShowState(conversation, after, seconds=seconds)
    if not all(one.is_here for one in record.files):
        return Decision(changes, (shown,))
    return Decision(changes, (SubmitMail(draft_of(work, after), seconds), shown))


def let_go(work: Work, record: MailRecord, now: datetime) -> Decision:
    """A mail that waited for a word leaves at its time, where that is still to come, else after its undo window."""
    if record.leaves_at is None or record.leaves_at <= now:
        return leaves_now(work, record, now, max(1, work.mailbox.undo_seconds))
    conversation = replace(work.conversation, changed_at=now)
    timer = SetTimer(timer_of_mail(record.row), record.leaves_at)
    return Decision((SaveConversation(conversation), UpdateMail(record), timer), (ShowState(conversation, record),))


def told_late(record: MailRecord, conversation: Conversation, now: datetime) -> Decision:
    """Nobody sent it at its time: its writer hears that it leaves now."""
    if record.leaves_at is None or now - record.leaves_at < LATE:
        return NOTHING
    return Decision((), (to_author(conversation, record, sentence("scheduled.late", when=record.leaves_at)),))


def line_of(record: MailRecord) -> Sentence:
    """The mail in a list of those that wait."""
    words = as_typed(" ".join(record.text.split()))
    shown = words if len(words) <= _MOST_WORDS else words[: _MOST_WORDS - 1] + "…"
    to = ", ".join(one.address for one in (*record.to, *record.cc)[:5])
    number = int(record.conversation)
    if record.is_scheduled and record.leaves_at is not None:
        at = record.leaves_at
        return sentence("scheduled.line", number=number, when=at, to=to, who=record.author or "", words=shown)
    return sentence("scheduled.line_held", number=number, to=to, who=record.author or "", words=shown)


def held_in(asked: Asked, work: Work) -> MailRecord | None:
    """The held mail that a person means by `send`: that of the message or of the line they point at, else the last."""
    held = [one for one in work.outgoing if one.state is OutState.HELD]
    target = asked.target
    if target is None and not asked.is_by_hand:
        return held[-1] if held else None
    pointed = [one for one in held if target is not None and target.event in (one.source, one.event)]
    by_row = [one for one in held if target is not None and target.mail == one.row]
    return next(iter((*pointed, *by_row)), None)


def released(asked: Asked, work: Work, record: MailRecord) -> Answer:
    """A held mail leaves by a person's word, after its undo window."""
    known = replace(record, heard=work.conversation.heard)
    if record.heard != known.heard:
        # Who sends it after a mail that came does not wait for a time that was named before.
        known = replace(known, leaves_at=None)
    if work.mailbox.approval and record.approved_by is None:
        # Four eyes are asked for since it was written.
        at = known.leaves_at if known.leaves_at is not None and known.leaves_at > asked.now else None
        waits = replace(known, state=OutState.UNAPPROVED, leaves_at=at, has_waited=True)
        one = replace(work.conversation, changed_at=asked.now)
        asks = Happening(What.WAITS_FOR_APPROVAL, one, asked.person, asked.now, detail_of_answer(record.row))
        return Decision((SaveConversation(one), UpdateMail(waits)), (ShowState(one, waits),), (asks,))
    lost = why_lost(work, known)
    if lost is not None:
        return kept_here(work.conversation, known, lost, asked.now)
    happened = Happening(What.WRITTEN, work.conversation, asked.person, asked.now)
    left = let_go(work, replace(known, state=OutState.QUEUED), asked.now) + Decision(happened=(happened,))
    # Its line answers whoever wrote it; whoever lets it go sees that as well.
    seen = () if asked.is_by_hand else (Mark(asked.room, asked.event, DONE, work.conversation.id),)
    return left + Decision((), seen)
