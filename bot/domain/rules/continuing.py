"""A late answer to a closed conversation begins another one, and both threads lead to each other."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.calls import SendEvent
from bot.domain.conversation import MOST_EARLIER, Conversation, Status
from bot.domain.decision import Decision, SaveConversation
from bot.domain.effects import SayLinked
from bot.domain.happening import Happening, What
from bot.domain.ids import ConversationId, EventId, UserId
from bot.domain.inputs.mail import FolderRole, MailArrived, MailUnreadable
from bot.domain.participants import is_by_participant, is_in_our_name, with_named
from bot.domain.rules.leading import led
from bot.domain.rules.weight import is_marked_spam, is_message
from bot.domain.sentences import sentence
from bot.domain.settings import MailboxSettings


def begins_anew(
    before: Conversation,
    mailbox: MailboxSettings,
    input: MailArrived | MailUnreadable,
    now: datetime,
    *,
    over_since: datetime,
    has_begun: bool = False,
) -> bool:
    """Whether a mail that answers `before` begins a conversation of its own.

    Only words for somebody to read do: a bounce, an absence note, spam and an answer of ours stay where they belong.

    Args:
        over_since: when `before` was closed, or answered by us after that. What is done with a closed one, and what
            programs write to it, makes it no younger.
        has_begun: a run that this database forgot gave the mail's conversation a number.
    """
    days, mail = mailbox.new_after_days, input.mail
    if not days or before.status is not Status.CLOSED or before.goes_on_as is not None:
        return False
    if before.room != mailbox.room:
        # It went to a mailbox of another room, and all its mail with it.
        return False
    if input.place.role is not FolderRole.INBOX or is_marked_spam(input) or mail.is_auto_reply:
        return False
    if not is_message(mail) or is_in_our_name(mail, mailbox.own_addresses):
        return False
    return has_begun or now - over_since > timedelta(days=days)


def as_continuation(
    fresh: Conversation,
    before: Conversation,
    input: MailArrived | MailUnreadable,
    mailbox: MailboxSettings,
    members: Collection[UserId],
) -> Conversation:
    """The conversation that the answer begins: of the same person, where somebody of that talk wrote it. Who follows
    the closed one hears of all that comes to it; they follow this one.

    Args:
        members: of the room, where somebody follows the closed one.
    """
    others = tuple(number for number in fresh.earlier if number != before.id)
    followers = tuple(one for one in before.followers if one in members)
    fresh = replace(fresh, continues=before.id, earlier=(before.id, *others)[:MOST_EARLIER], followers=followers)
    whose, own = before.correspondent, mailbox.own_addresses
    if not whose.address or not is_by_participant(input.mail, frozenset(before.participants), own):
        # Of somebody else; who was taken out of that talk gets nothing of it by them either.
        return replace(fresh, wishes=replace(fresh.wishes, without=before.wishes.without))
    fresh = replace(fresh, wishes=before.wishes.of_the_talk)
    return replace(fresh, correspondent=whose, participants=with_named(fresh.participants, (whose,), own))


def continued(before: Conversation, fresh: Conversation, now: datetime) -> Decision:
    """What becomes of the closed one: it stays so, and later mail of both comes to the new one."""
    after = replace(before, goes_on_as=fresh.id)
    here = led(fresh, before, "continues.here")
    return Decision((SaveConversation(after),), (here,), (Happening(What.CONTINUED, after, None, now, f"#{fresh.id}"),))


def back_link(
    before: Conversation | None, card: SendEvent, number: ConversationId, event: EventId
) -> tuple[SayLinked, ...]:
    """The line in the thread that another one continues, once the card of that one is there to lead to."""
    if before is None or before.room != card.room:
        return ()
    key = "continues.there" if before.goes_on_as == number else "split.there"
    return (SayLinked(before.room, sentence(key, link=f"#{number}"), card.room, event, before.id),)
