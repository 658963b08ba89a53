"""An input could not be decided: who is told beside the config room, and what becomes of the call that it was about."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.calls import AddFlag, AppendSent, FetchFile, MoveOnServer, SendEvent, Submit, SubmitToMember
from bot.domain.conversation import EventKind, OutState
from bot.domain.decision import NOTHING, CloseCall, Decision, RetryCall, UpdateMail
from bot.domain.effects import Say, ShowState
from bot.domain.happening import Happening, What
from bot.domain.inputs import Input
from bot.domain.inputs.inside import Receipt, StatusDue
from bot.domain.inputs.mail import FolderReset, MailArrived, MailUnreadable
from bot.domain.inputs.said import MessageEdited, Reaction, Redacted, TeamMessage
from bot.domain.kinds import kind_of
from bot.domain.outcomes import MailAccepted, Refused, TryLater, Unknown
from bot.domain.rules.aside import by_hand
from bot.domain.rules.deleting import deleted
from bot.domain.rules.quiet_hours import awake
from bot.domain.sentences import sentence
from bot.domain.settings import MailboxSettings
from bot.domain.snapshots import AsideSnapshot, CallAside
from bot.domain.stories.chain import followed

_PAUSES = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))
"""Until a call is made again whose receipt could not be worked on: the room and the folders know it by its identity."""
_OPEN = (OutState.QUEUED, OutState.RETRYING, OutState.PARTLY)


def decide_aside(snapshot: AsideSnapshot, input: Input, now: datetime) -> Decision:
    """What is done for an input that was put aside: its author is told in their place, a call ends or is made again,
    and the config room hears of it."""
    return followed(snapshot, input, _decided(snapshot, input, now), now)


def ended(input: Receipt) -> CloseCall:
    """The least that is done for a receipt: nothing waits for ever for its call."""
    state = "refused" if isinstance(input.outcome, Refused | TryLater) else "unknown"
    return CloseCall(input.effect, state, "put_aside")


def _decided(snapshot: AsideSnapshot, input: Input, now: datetime) -> Decision:
    decision, about = NOTHING, _about(snapshot, input)
    room = snapshot.instance.told_in(about)
    if not snapshot.is_kept:
        key = "admin.shunted_words"
    else:
        key = "admin.shunted" if room == snapshot.instance.config_room else "admin.shunted_apart"
    told = sentence(key, number=snapshot.number, kind=kind_of(input))
    beside = by_hand(snapshot.instance, snapshot.number) if snapshot.is_kept else None
    match input:
        case TeamMessage() | MessageEdited() | Reaction() | Redacted():
            decision = _of_member(snapshot, input)
            if isinstance(input, TeamMessage | MessageEdited) and snapshot.has_secret:
                decision = deleted(input.room, input.event, input.sender, input.at) + decision
        case Receipt():
            if snapshot.call is None:
                return NOTHING
            decision, call = _of_call(snapshot, snapshot.call, input, now), snapshot.call.planned.call
            if snapshot.call.failures or (isinstance(call, SendEvent) and call.room == room):
                # It was told at the first time; and what is told does not tell of itself.
                return decision
            told, beside = sentence("admin.shunted_call", number=snapshot.number, kind=kind_of(call)), None
        case _:
            pass
    say = Say(room, (told,), kind=EventKind.NOTICE, in_thread=False, beside=beside)
    return decision + Decision((), (say,))


def _about(snapshot: AsideSnapshot, input: Input) -> MailboxSettings | None:
    """The mailbox that an input is about, if it is about a single one: those who run it are told."""
    instance = snapshot.instance
    match input:
        case MailArrived(place=place) | MailUnreadable(place=place):
            return instance.mailbox(place.mailbox)
        case FolderReset(mailbox=mailbox) | StatusDue(mailbox=mailbox):
            return instance.mailbox(mailbox)
        case TeamMessage() | MessageEdited() | Reaction() | Redacted():
            return instance.the_one_in(input.room)
        case Receipt() if snapshot.call is not None:
            match snapshot.call.planned.call:
                case SendEvent(room=room):
                    return instance.the_one_in(room)
                case Submit() | SubmitToMember() | AppendSent() | AddFlag() | MoveOnServer() as call:
                    return instance.mailbox(call.mailbox)
                case _:
                    return None
        case _:
            return None


def _of_member(snapshot: AsideSnapshot, input: TeamMessage | MessageEdited | Reaction | Redacted) -> Decision:
    if not snapshot.is_member:
        return NOTHING
    target = input.event if isinstance(input, TeamMessage) else input.target
    under = input.thread if isinstance(input, TeamMessage) and snapshot.about is None else None
    told = sentence("error.put_aside", number=snapshot.number)
    say = Say(input.room, (told,), conversation=snapshot.about, reply_to=target, under=under, mention=(input.sender,))
    return Decision((), (say,))


def _of_call(snapshot: AsideSnapshot, call: CallAside, input: Receipt, now: datetime) -> Decision:
    match call.planned.call:
        case Submit():
            # Whether the mail left says the outcome; it is never handed over again by itself.
            may_have_left = isinstance(input.outcome, MailAccepted | Unknown)
            return _of_mail(snapshot, call, input, OutState.UNKNOWN if may_have_left else OutState.REFUSED, now)
        case SubmitToMember():
            # It may have left, and nobody waits for it as for a letter.
            return Decision((ended(input),))
        case FetchFile():
            return _of_mail(snapshot, call, input, OutState.REFUSED, now)
        case _:
            pause = _PAUSES[min(call.failures, len(_PAUSES) - 1)]
            return Decision((RetryCall(input.effect, now + pause, counts=True, reason="put_aside"),))


def _of_mail(snapshot: AsideSnapshot, call: CallAside, input: Receipt, state: OutState, now: datetime) -> Decision:
    """Its author is told what is known of it; it can be sent again by a word."""
    closed = ended(input) if state is OutState.UNKNOWN else CloseCall(input.effect, "refused", "put_aside")
    record, conversation, number = call.record, call.conversation, snapshot.number
    if record is None or conversation is None or record.state not in _OPEN:
        return Decision((closed,))
    if record.is_auto_answer:
        # One line says how it fared; nobody has anything to do about it.
        after = replace(record, state=state)
        return Decision((closed, UpdateMail(after)), (ShowState(conversation, after),))
    author = (record.author,) if record.author is not None else ()
    mention, held = awake(snapshot.instance, author, conversation.id, now)
    told = sentence("error.put_aside", number=number)
    if state is OutState.UNKNOWN:
        told = sentence("reply.uncertain_here", number=number, again=sentence("resend.offer"))
    say = Say(conversation.room, (told,), EventKind.NOTICE, conversation.id, reply_to=record.source, mention=mention)
    after = record if record.state is OutState.PARTLY else replace(record, state=state)
    what = What.REPLY_UNCERTAIN if state is OutState.UNKNOWN else What.REPLY_REFUSED
    happened = Happening(what, conversation, None, now)
    return Decision((closed, UpdateMail(after)), (ShowState(conversation, after), say), (happened,)) + held
