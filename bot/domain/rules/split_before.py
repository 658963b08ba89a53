"""Conversations that a forgotten run split off: in the database that was put back their mails are where they were."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.conversation import Conversation, EventKind, Status, Verdict
from bot.domain.decision import NOTHING, Decision, SaveConversation
from bot.domain.effects import Say, ShowCard
from bot.domain.ids import ConversationId, MailboxId
from bot.domain.mail import Address
from bot.domain.participants import with_first
from bot.domain.room_snapshots import SplitBefore
from bot.domain.rules.kept import as_kept
from bot.domain.rules.moves import with_status
from bot.domain.sentences import sentence
from bot.domain.settings import Instance
from bot.domain.traces import CardShown, OwnEvent


def first_mails(
    own: Sequence[OwnEvent], cards: Sequence[CardShown], known: Collection[ConversationId]
) -> tuple[tuple[CardShown, MailboxId, OwnEvent], ...]:
    """Each card whose conversation is not known, that says its mailbox; with the first mail under it.

    A split says a line in its thread; a mail that reuses the Message-ID of an older one begins a thread without.
    """
    told = {one.conversation for one in own if one.kind == EventKind.NOTICE.value}
    lost = {card.conversation: card for card in cards if card.conversation not in known and card.conversation in told}
    first: dict[ConversationId, OwnEvent] = {}
    for one in own:
        if one.kind == EventKind.MAIL.value and one.edits is None and one.conversation in lost and one.message_id:
            first.setdefault(one.conversation, one)
    shown = [(lost[number], one) for number, one in first.items()]
    return tuple((card, card.mailbox, one) for card, one in shown if card.mailbox is not None)


def led_home(found: Sequence[SplitBefore], instance: Instance, now: datetime) -> Decision:
    """Each goes on as the conversation in which its mails stand: whoever writes in its thread is told so, and later
    mail comes there.
    """
    return sum((_led(one, instance, now) for one in found), NOTHING)


def with_mails_back(one: Conversation, found: Sequence[SplitBefore]) -> Conversation:
    """The conversation with what was to be done for the mails that came back to it: now, or at the time for which they
    were snoozed."""
    cards = [each.card for each in found if each.home.id == one.id]
    if any(card.status is Status.ACTIVE for card in cards):
        return with_status(one, Status.ACTIVE)
    times = [card.snoozed_until for card in cards if card.snoozed_until is not None]
    if not times or one.status is Status.ACTIVE:
        return one
    if one.is_snoozed and one.snoozed_until is not None:
        times.append(one.snoozed_until)
    return replace(with_status(one, Status.PENDING), snoozed_until=min(times), snoozed_by=None)


def _led(one: SplitBefore, instance: Instance, now: datetime) -> Decision:
    home, first = one.home, one.first
    mailbox = instance.mailbox(home.mailbox)
    if mailbox is None or mailbox.room != home.room:
        return NOTHING
    writers = first.original_from or first.reply_to or first.from_
    ghost = Conversation(
        id=one.card.conversation,
        mailbox=home.mailbox,
        room=home.room,
        subject=first.subject,
        correspondent=writers[0] if writers else Address("", ""),
        status=Status.CLOSED,
        status_before=Status.CLOSED,
        assignee=None,
        followers=(),
        verdict=Verdict.UNKNOWN,
        words="",
        mails=0,
        earlier=(home.id,),
        created_at=now,
        waiting_since=first.date,
        changed_at=now,
        participants=with_first(as_kept(first), mailbox.own_addresses),
        goes_on_as=home.id,
    )
    told = (sentence("restored.split", number=int(ghost.id)),)
    say = Say(home.room, told, EventKind.NOTICE, home.id)
    return Decision((SaveConversation(ghost),), (ShowCard(ghost, is_backlog=True), say))
