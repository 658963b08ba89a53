"""An input could not be decided: tells the config room and the author, and ends the call that the input was about."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.calls import FetchFile, SendEvent, Submit
from bot.domain.conversation import EventKind, OutState
from bot.domain.decision import NOTHING, CloseCall, Decision, RetryCall, UpdateMail
from bot.domain.effects import Say, ShowState
from bot.domain.ids import ConversationId, EventId
from bot.domain.inputs import Input
from bot.domain.inputs.inside import Receipt
from bot.domain.inputs.said import MessageEdited, Reaction, Redacted, TeamMessage
from bot.domain.kinds import kind_of
from bot.domain.outcomes import MailAccepted, Refused, TryLater, Unknown
from bot.domain.rules.deleting import deleted
from bot.domain.sentences import sentence
from bot.domain.settings import Instance
from bot.domain.upgrades import uses
from bot.flows.step.sealing import has_secret
from storage import conversations, events, mails, members, outbox
from storage.database import Tx
from storage.outbox import Claimed

_PAUSES = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))
"""Pauses before a call with an undecided receipt is made again: room and folders know the call by its identity."""


async def aside(tx: Tx, input: Input, instance: Instance, number: int, now: datetime) -> Decision:
    """The decision for an input that was put aside under `number`: its author is told where they wrote, a call ends or
    is made again, and the config room hears of it."""
    told = sentence("admin.shunted", number=number, kind=kind_of(input))
    match input:
        case TeamMessage() | MessageEdited() | Reaction() | Redacted():
            decision = await _of_member(tx, input, instance, number)
            if isinstance(input, TeamMessage | MessageEdited) and await has_secret(tx, input, instance, now):
                decision = deleted(input.room, input.event, input.sender, input.at) + decision
        case Receipt():
            claimed = await outbox.get_alone(tx, input.effect)
            if claimed is None or claimed.state is not outbox.State.SENDING or claimed.attempt != input.attempt:
                return NOTHING
            decision = await _of_call(tx, claimed, input, number, now)
            call = claimed.planned.call
            if claimed.failures or (isinstance(call, SendEvent) and call.room == instance.config_room):
                # The first failure told the config room; a failure to tell is not told in turn.
                return decision
            told = sentence("admin.shunted_call", number=number, kind=kind_of(call))
        case _:
            decision = NOTHING
    return decision + Decision((), (Say(instance.config_room, (told,), kind=EventKind.NOTICE, in_thread=False),))


def ended(input: Receipt) -> CloseCall:
    """The end of the call of a receipt that was put aside, so that nothing waits for the call for ever."""
    state = "refused" if isinstance(input.outcome, Refused | TryLater) else "unknown"
    return CloseCall(input.effect, state, "put_aside")


async def _of_member(
    tx: Tx, input: TeamMessage | MessageEdited | Reaction | Redacted, instance: Instance, number: int
) -> Decision:
    room = input.room
    is_ours = uses(instance, room)
    if not is_ours or not await members.is_joined(tx, room, input.sender):
        return NOTHING
    about: ConversationId | None = None
    under: EventId | None = None
    if isinstance(input, TeamMessage):
        target = input.event
        found = await conversations.by_root(tx, room, input.thread) if input.thread is not None else None
        about = found.id if found is not None else None
        under = input.thread if found is None else None
    else:
        target = input.target
        known = await events.get(tx, room, target)
        about = known.conversation if known is not None else None
    told = sentence("error.put_aside", number=number)
    say = Say(room, (told,), conversation=about, reply_to=target, under=under, mention=(input.sender,))
    return Decision((), (say,))


async def _of_call(tx: Tx, claimed: Claimed, input: Receipt, number: int, now: datetime) -> Decision:
    match claimed.planned.call:
        case Submit():
            # The outcome says whether the mail left; the mail is never handed over again by itself.
            may_have_left = isinstance(input.outcome, MailAccepted | Unknown)
            return await _of_mail(tx, claimed, input, number, OutState.UNKNOWN if may_have_left else OutState.REFUSED)
        case FetchFile():
            return await _of_mail(tx, claimed, input, number, OutState.REFUSED)
        case _:
            pause = _PAUSES[min(claimed.failures, len(_PAUSES) - 1)]
            return Decision((RetryCall(claimed.effect, now + pause, counts=True, reason="put_aside"),))


async def _of_mail(tx: Tx, claimed: Claimed, input: Receipt, number: int, state: OutState) -> Decision:
    """Tell the author of a mail what is known of it; a command can send the mail again."""
    closed = ended(input) if state is OutState.UNKNOWN else CloseCall(input.effect, "refused", "put_aside")
    record = await mails.get(tx, claimed.planned.mail) if claimed.planned.mail is not None else None
    conversation = await conversations.get(tx, record.conversation) if record is not None else None
    is_open = record is not None and record.state in (OutState.QUEUED, OutState.RETRYING, OutState.PARTLY)
    if record is None or conversation is None or not is_open:
        return Decision((closed,))
    mention = (record.author,) if record.author is not None else ()
    told = sentence("error.put_aside", number=number)
    if state is OutState.UNKNOWN:
        told = sentence("reply.uncertain_here", number=number, again=sentence("resend.offer"))
    say = Say(conversation.room, (told,), EventKind.NOTICE, conversation.id, reply_to=record.source, mention=mention)
    after = record if record.state is OutState.PARTLY else replace(record, state=state)
    return Decision((closed, UpdateMail(after)), (ShowState(conversation, after), say))
