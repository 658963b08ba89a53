"""What the decision on a receipt reads: the call, its conversation, its mail, and what else hangs on them."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.calls import Call, ChatCall, FetchFile, FollowUpgrade, SendEvent, SmtpCall, Submit
from bot.domain.conversation import (
    Conversation,
    Direction,
    EventKind,
    KnownEvent,
    MailRecord,
)
from bot.domain.ids import MailboxId, RoomId
from bot.domain.inputs.inside import (
    Receipt,
)
from bot.domain.outcomes import AnyOutcome, MailAccepted, Posted, Refused
from bot.domain.returned import Returned
from bot.domain.rules.told import needs_members
from bot.domain.settings import Instance
from bot.domain.snapshots import ReceiptSnapshot
from bot.flows.load.away import rooms_of
from bot.flows.load.work import load_work
from storage import (
    conversations,
    dialogues,
    events,
    mails,
    members,
    moving,
    outbox,
    returned,
    upgrades,
)
from storage.database import Tx

CARDS_MOVED = 500
"""Cards that are posted anew at once after a room was upgraded; the others come when something happens to them."""


class Gone(Exception):
    """The mailbox or the call of the input no longer exists."""


async def load_receipt(tx: Tx, input: Receipt, instance: Instance, now: datetime) -> ReceiptSnapshot:
    """
    Raises:
        Gone: there is no such call any more.
    """
    claimed = await outbox.get_alone(tx, input.effect)
    if claimed is None:
        raise Gone(str(input.effect))
    planned = claimed.planned
    conversation, record, answered = None, None, None
    is_sent = False
    is_direct = isinstance(planned.call, SendEvent) and instance.direct_in(planned.call.room) is not None
    is_missing = isinstance(input.outcome, Refused) and (planned.mail is not None or is_direct)
    if not isinstance(planned.call, ChatCall) or isinstance(planned.call, FetchFile) or is_missing:
        if planned.conversation is not None:
            conversation = await conversations.get(tx, planned.conversation)
        if planned.mail is not None:
            record = await mails.get(tx, planned.mail)
        is_sent = isinstance(planned.call, SmtpCall) and record is not None and record.direction is Direction.OUT
        if is_sent and record is not None and record.in_reply_to and not record.is_auto_answer:
            found = await mails.by_message_id(tx, record.mailbox, record.in_reply_to)
            answered = next((r for r in found if r.direction is Direction.IN), None)
    mailbox = instance.also_removed(conversation.mailbox) if conversation is not None else None
    work = None
    is_wanted_back = isinstance(planned.call, Submit) and claimed.reason == outbox.WANTED_BACK
    if (
        (isinstance(planned.call, FetchFile) or is_wanted_back)
        and conversation
        and instance.mailbox(conversation.mailbox)
        and record
        and record.author
    ):
        work = await load_work(tx, conversation, instance, record.author, now)
    return ReceiptSnapshot(
        instance=instance,
        effect=input.effect,
        planned=planned,
        is_open=claimed.state is outbox.State.SENDING and claimed.attempt == input.attempt,
        failures=claimed.failures,
        first_tried_at=claimed.first_tried_at or input.at,
        conversation=conversation,
        mailbox=mailbox,
        record=record,
        answered=answered,
        slot_filled=claimed.slot_event is not None,
        passed_from=await _passed_from(tx, record) if is_sent and record is not None else None,
        returned=await load_returned(tx, record) if isinstance(planned.call, Submit) else (),
        is_astray=await _is_astray(tx, claimed, input.outcome),
        theirs=await _theirs(tx, planned.call, instance) if is_direct and isinstance(input.outcome, Refused) else (),
        is_wanted_back=is_wanted_back,
        work=work,
        earlier_card=(earlier_card := await _earlier_card(tx, claimed)),
        continues=await _continues(tx, claimed) if earlier_card is None else None,
        upgrade=await upgrades.get(tx, planned.call.room) if isinstance(planned.call, FollowUpgrade) else None,
        moving=await _moving(tx, planned.call, instance) if isinstance(planned.call, FollowUpgrade) else (),
        dialogue=await dialogues.get(tx, planned.dialogue) if planned.dialogue is not None else None,
        members=await members.people(tx, conversation.room)
        if is_sent
        and conversation is not None
        and (
            _tells_author(planned.call, input.outcome, is_wanted_back=is_wanted_back)
            or needs_members(instance.choices, conversation.mailbox, conversation)
        )
        else (),
    )


def _tells_author(call: Call, outcome: AnyOutcome, *, is_wanted_back: bool) -> bool:
    """Whether the end of a submission is told to the mail's author, who may have left the room."""
    is_whole = isinstance(outcome, MailAccepted) and not outcome.refused
    return isinstance(call, Submit) and (is_wanted_back or not is_whole)


async def _passed_from(tx: Tx, record: MailRecord) -> Conversation | None:
    """The conversation in which somebody passed its mail on."""
    about = record.given.about if record.given is not None else None
    begins = about not in (None, record.conversation) and not record.in_reply_to
    return await conversations.get(tx, about) if begins and about is not None else None


async def _theirs(tx: Tx, call: Call, instance: Instance) -> tuple[RoomId, ...]:
    """The rooms of mailboxes in which the person of a direct chat is."""
    chat = instance.direct_in(call.room) if isinstance(call, SendEvent) else None
    return tuple(await rooms_of(tx, instance.mailboxes, chat.person)) if chat is not None else ()


async def _is_astray(tx: Tx, claimed: outbox.Claimed, outcome: AnyOutcome) -> bool:
    """Whether an event was put on one that is no longer known; that of another room is, in a room that was left."""
    call, number = claimed.planned.call, claimed.planned.conversation
    on = outcome.on if isinstance(outcome, Posted) else None
    if on is None or on in (claimed.slot_event, claimed.root) or number is None or not isinstance(call, SendEvent):
        return False
    conversation = await conversations.get(tx, number)
    return conversation is not None and conversation.room == call.room


async def _earlier_card(tx: Tx, claimed: outbox.Claimed) -> KnownEvent | None:
    """The card before, for a card that is posted and not edited."""
    planned = claimed.planned
    if planned.event_kind is not EventKind.CONVERSATION or planned.conversation is None:
        return None
    if claimed.slot_event is not None:
        return None
    return await events.last_of_kind(tx, planned.conversation, EventKind.CONVERSATION)


async def _continues(tx: Tx, claimed: outbox.Claimed) -> Conversation | None:
    """For the first card of a conversation: the one that it was begun from."""
    planned = claimed.planned
    if planned.event_kind is not EventKind.CONVERSATION or claimed.slot_event is not None:
        return None
    begun = await conversations.get(tx, planned.conversation) if planned.conversation is not None else None
    return await conversations.get(tx, begun.continues) if begun is not None and begun.continues is not None else None


async def _moving(tx: Tx, call: FollowUpgrade, instance: Instance) -> tuple[Conversation, ...]:
    return await waiting_in(tx, call.room, [m.id for m in instance.mailboxes])


async def waiting_in(tx: Tx, room: RoomId, mailboxes: Sequence[MailboxId]) -> tuple[Conversation, ...]:
    """The conversations that wait for the team, and those about which something is still to be posted."""
    found = {c.id: c for c in await conversations.to_do_in(tx, room, mailboxes, CARDS_MOVED)}
    for number in await moving.threads_waiting(tx, room):
        conversation = await conversations.get(tx, number) if number not in found else None
        if conversation is not None and conversation.mailbox in mailboxes:
            found[number] = conversation
    return tuple(found[number] for number in sorted(found))


async def load_returned(tx: Tx, record: MailRecord | None) -> tuple[Returned, ...]:
    """What is remembered of the addresses that a member's mail goes to."""
    if record is None or record.author is None:
        return ()
    to = (*record.to, *record.cc, *record.bcc)
    return await returned.of(tx, record.mailbox, [one.address for one in to])
