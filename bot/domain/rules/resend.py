"""A mail goes out again because a person says so: the same bytes, one submission at a time.

One that nobody has is written anew where its sender is none of the mailbox's addresses any more.
"""

from dataclasses import replace

from bot.domain.addresses import normal
from bot.domain.command import Answer, Asked
from bot.domain.conversation import KnownEvent, MailRecord, OutState
from bot.domain.decision import Decision, HurryCall, UpdateMail
from bot.domain.effects import Effect, ResubmitMail, ShowState, SubmitMail
from bot.domain.happening import Happening, What
from bot.domain.rules.draft import draft_of, submit_key, with_own_sender
from bot.domain.sentences import Sentence, sentence
from bot.domain.settings import MailboxSettings
from bot.domain.work import Outgoing, Work

REFUSED = "refused"
"""The word after `!resend` that means the recipients who were refused."""
_ENDED = (OutState.UNKNOWN, OutState.REFUSED, OutState.BOUNCED, OutState.PARTLY)


def resend(asked: Asked, work: Work) -> Answer:
    """The last uncertain or failed mail again, or the one that it is about; what waits for a new try is tried now.

    Words may name those to be served: `refused`, or addresses that were refused.
    """
    about = mail_of(work, asked.target)
    waiting = [r for r in work.outgoing if r.row in work.retries and r.state is not OutState.QUEUED]
    ended = [r for r in work.outgoing if r.state in _ENDED and r.raw and r.row not in work.retries]
    if about is not None:
        waiting, ended = [r for r in waiting if r.row == about.row], [r for r in ended if r.row == about.row]
    asked_for = {normal(word) for word in asked.called.words}
    if asked_for:
        return _to_those(asked, work, ended, asked_for)
    # Both kinds: the newer one is meant.
    last = max((*waiting, *ended), key=lambda r: r.date, default=None)
    if last is not None and last in waiting:
        return Decision((HurryCall(submit_key(last)),), happened=(_resent(asked, work),))
    if last is None:
        return sentence("error.nothing_to_resend")
    if (foreign := _is_of_before(work.mailbox, last)) is not None:
        return foreign
    left = last.recipients or (last.failed if last.state is OutState.BOUNCED else ())
    if not left and last.failed:
        return sentence("error.resend_refused", addresses=", ".join(last.failed))
    return _again(asked, work, last, left or _everybody(last))


def mail_of(work: Outgoing, event: KnownEvent | None) -> MailRecord | None:
    """The outgoing mail that an event of the thread shows, or that was made from it."""
    if event is None:
        return None
    return next((r for r in work.outgoing if r.row == event.mail or r.source == event.event), None)


def _to_those(asked: Asked, work: Work, ended: list[MailRecord], asked_for: set[str]) -> Answer:
    """To recipients that were refused: by their word, nothing tries them by itself."""
    for record in reversed(ended):
        failed = [a for a in record.failed if REFUSED in asked_for or normal(a) in asked_for]
        if failed and (foreign := _is_of_before(work.mailbox, record)) is not None:
            return foreign
        if failed:
            return _again(asked, work, record, tuple(failed))
    return sentence("error.nobody_refused")


def is_written_anew(mailbox: MailboxSettings, record: MailRecord) -> bool:
    """Whether the mail leaves with other bytes when it is sent again: nobody has it, and nothing leaves from its
    sender today."""
    is_nobodys = record.state is OutState.REFUSED and not record.has_left
    return is_nobodys and not mailbox.leaves_from(record.from_[0].address)


def _is_of_before(mailbox: MailboxSettings, record: MailRecord) -> Sentence | None:
    """Why a mail goes out again neither as it is nor anew: somebody may have it, and nothing leaves from its sender."""
    before = record.from_[0].address
    if mailbox.leaves_from(before) or is_written_anew(mailbox, record):
        return None
    return sentence("error.resend_before", before=before, address=mailbox.address)


def _again(asked: Asked, work: Work, last: MailRecord, to: tuple[str, ...]) -> Decision:
    record = replace(last, state=OutState.QUEUED, state_before=last.state, recipients=to)
    seconds = work.mailbox.undo_seconds
    submit: Effect = ResubmitMail(record, seconds)
    if is_written_anew(work.mailbox, last):
        record = with_own_sender(work, record)
        submit = SubmitMail(draft_of(work, record), seconds)
    return Decision(
        (UpdateMail(record),),
        (submit, ShowState(work.conversation, record, seconds)),
        (_resent(asked, work),),
    )


def _resent(asked: Asked, work: Outgoing) -> Happening:
    return Happening(What.RESENT, work.conversation, asked.person, asked.now)


def _everybody(record: MailRecord) -> tuple[str, ...]:
    return tuple(dict.fromkeys(a.address for a in (*record.to, *record.cc, *record.bcc)))
