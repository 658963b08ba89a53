"""An input could not be decided: who is told beside the config room, and what becomes of the call that it was about."""

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
"""Until a call is made again whose receipt could not be worked on: the room and the folders know it by its identity."""


async def aside(tx: Tx, input: Input, instance: Instance, number: int, now: datetime) -> Decision:
    """What is done for an input that was put aside under `number`: its author is told in their place, a call ends or is
    made again, and the config room hears of it."""
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
                # It was told at the first time; and what is told does not tell of itself.
                return decision
            told = sentence("admin.shunted_call", number=number, kind=kind_of(call))
        case _:
            decision = NOTHING
    return decision + Decision((), (Say(instance.config_room, (told,), kind=EventKind.NOTICE, in_thread=False),))


def ended(input: Receipt) -> CloseCall:
    """The least that is done for a receipt: nothing waits for ever for its call."""
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
            # Whether the mail left says the outcome; it is never handed over again by itself.
            may_have_left = isinstance(input.outcome, MailAccepted | Unknown)
            return await _of_mail(tx, claimed, input, number, OutState.UNKNOWN if may_have_left else OutState.REFUSED)
        case FetchFile():
            return await _of_mail(tx, claimed, input, number, OutState.REFUSED)
        case _:
            pause = _PAUSES[min(claimed.failures, len(_PAUSES) - 1)]
            return Decision((RetryCall(claimed.effect, now + pause, counts=True, reason="put_aside"),))


async def _of_mail(tx: Tx, claimed: Claimed, input: Receipt, number: int, state: OutState) -> Decision:
    """Its author is told what is known of it; it can be sent again by a word."""
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
