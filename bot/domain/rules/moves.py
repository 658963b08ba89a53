"""The moves of a conversation (docs/states.md): each gives the new value, and says what happened."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from bot.domain.conversation import Conversation, MailRecord, Status
from bot.domain.decision import Decision, EmptySlot, SaveConversation, SetTimer
from bot.domain.effects import ShowCard
from bot.domain.happening import Happening, What
from bot.domain.ids import ConversationId, MessageRow, RoomId, UserId
from bot.domain.participants import with_named
from bot.domain.settings import MailboxSettings, ReplyAssignee

BOARD_PAUSE = timedelta(seconds=15)
"""At most one edit of a board in this time."""


SNOOZE = "snooze"
"""The kind of timer that names a time of the clock on the wall: a clock that is set does not shift it."""


def board_timer(room: RoomId) -> str:
    """The timer that refreshes the board of a room; also the slot of the board."""
    return f"board:{room}"


ANEW_PAUSE = timedelta(seconds=60)
"""Time in which the bot waits for people who come together."""


def anew_timer(room: RoomId) -> str:
    """The timer that posts the open cards of a room anew."""
    return f"anew:{room}"


def anew_again(now: datetime) -> datetime:
    """The time from which cards may be posted anew, after they were in this hour."""
    return now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


def card_slot(number: ConversationId) -> str:
    """The slot of the card of a conversation."""
    return f"card:{number}"


def left_slot(number: ConversationId, room: RoomId) -> str:
    """The slot of the line that stands in a room in place of the card of a conversation that went elsewhere."""
    return f"left:{number}:{room}"


def mail_slot(row: MessageRow) -> str:
    """The slot of an outgoing mail's event."""
    return f"state:{row}"


def told_slot(row: MessageRow) -> str:
    """The place of the mail's line beside the command that it was made of, where that stands elsewhere."""
    return f"told:{row}"


def anew(conversation: Conversation) -> Decision:
    """Post the card of a conversation again; words under the earlier card count as well."""
    return Decision((EmptySlot(card_slot(conversation.id)),), (ShowCard(conversation, is_backlog=True),))


def board_anew(room: RoomId, now: datetime) -> Decision:
    """The board posted as a new event."""
    return Decision((EmptySlot(board_timer(room)), refresh_board(room, now)))


def refresh_board(room: RoomId, now: datetime) -> SetTimer:
    """A timer for the board, soon; a timer that is set already stays."""
    return SetTimer(board_timer(room), now + BOARD_PAUSE, keep_earlier=True)


def changed(
    before: Conversation, after: Conversation, what: What, *, actor: UserId | None, now: datetime, detail: str = ""
) -> Decision:
    """Save `after`, and say what happened; nothing where nothing changed."""
    if after == before and before.version > 0:
        return Decision()
    after = replace(after, changed_at=now)
    return Decision((SaveConversation(after),), happened=(Happening(what, after, actor, now, detail),))


def with_status(conversation: Conversation, status: Status) -> Conversation:
    """The conversation in that status. It remembers the status before, and is work to do (`needs_nobody` ends).

    It is snoozed no more, unless it is closed, spam, deleted, or pending: what waits for its time waits still. One that
    goes on as another stays closed.
    """
    if conversation.goes_on_as is not None:
        return conversation
    is_untold = conversation.is_untold and status is not Status.ACTIVE
    after = replace(conversation, status=status, needs_nobody=False, is_untold=is_untold)
    if conversation.status is not status:
        after = replace(after, status_before=conversation.status)
    rests = (Status.CLOSED, Status.SPAM, Status.DELETED)
    stays = status in rests or (status is Status.PENDING and conversation.status in (*rests, Status.PENDING))
    return after if stays else replace(after, snoozed_until=None, snoozed_by=None)


def snooze_timer(number: ConversationId) -> str:
    return f"{SNOOZE}:{number}"


def snooze(conversation: Conversation, until: datetime, *, by: UserId, now: datetime) -> Decision:
    """Pending until that time, or until the next mail."""
    after = replace(with_status(conversation, Status.PENDING), snoozed_until=until, snoozed_by=by)
    return changed(conversation, after, What.SNOOZED, actor=by, now=now, detail=until.isoformat()) + timer_of(after)


def timer_of(conversation: Conversation) -> Decision:
    """The timer of a conversation that is snoozed."""
    if not conversation.is_snoozed or conversation.snoozed_until is None:
        return Decision()
    return Decision((SetTimer(snooze_timer(conversation.id), conversation.snoozed_until),))


def with_answer(conversation: Conversation, record: MailRecord, mailbox: MailboxSettings) -> Conversation:
    """The conversation after an answer of ours has left: the people whom the answer names take part, and nothing is to
    do, unless a mail came after the answer was decided.

    Our own commits tell that order (`heard`); the clocks of mail servers do not. Addresses of our other mailboxes may
    be among the people: who may write to whom leaves them out where an answer is decided (`Work.own_addresses`).
    """
    people = with_named(conversation.participants, (*record.to, *record.cc), mailbox.own_addresses)
    after = replace(conversation, participants=people)
    if conversation.status is not Status.ACTIVE:
        return after
    if record.heard >= conversation.heard:
        return with_status(after, mailbox.reply_status)
    return replace(after, waiting_since=max(after.waiting_since, record.date))


def takes_over(conversation: Conversation, mailbox: MailboxSettings) -> bool:
    """Whether it is its writer's as soon as a member answers."""
    return conversation.assignee is None and mailbox.reply_assignee in (ReplyAssignee.FREE, ReplyAssignee.REPLIER)


def assignee_after(conversation: Conversation, record: MailRecord, mailbox: MailboxSettings) -> UserId | None:
    """Whose it is once a member's answer has left, unless a mail came after that was decided."""
    if record.author is None or record.heard < conversation.heard or conversation.goes_on_as is not None:
        return conversation.assignee
    match mailbox.reply_assignee:
        case ReplyAssignee.REPLIER:
            return record.author
        case ReplyAssignee.NOBODY:
            return None
        case ReplyAssignee.FREE | ReplyAssignee.SAME:
            return conversation.assignee
        case _ as unreachable:
            assert_never(unreachable)


def set_status(conversation: Conversation, status: Status, *, actor: UserId | None, now: datetime) -> Decision:
    """The conversation in another status; what came as spam and is to do now is new by that."""
    is_new = conversation.is_untold and status is Status.ACTIVE
    what = What.NO_SPAM if is_new else What(status.value)
    return changed(conversation, with_status(conversation, status), what, actor=actor, now=now)


def assign(conversation: Conversation, to: UserId | None, *, actor: UserId | None, now: datetime) -> Decision:
    """The conversation assigned to a person; None: to nobody."""
    after = replace(conversation, assignee=to, needs_nobody=conversation.needs_nobody and to is None)
    if to is None:
        before = conversation.assignee or ""
        return changed(conversation, after, What.UNASSIGNED, actor=actor, now=now, detail=before)
    return changed(conversation, after, What.ASSIGNED, actor=actor, now=now, detail=to)


def follow(conversation: Conversation, user: UserId, *, follows: bool, now: datetime) -> Decision:
    """The conversation with or without a follower."""
    others = tuple(f for f in conversation.followers if f != user)
    after = replace(conversation, followers=(*others, user) if follows else others)
    if set(after.followers) == set(conversation.followers):
        return Decision()
    what = What.FOLLOWED if follows else What.UNFOLLOWED
    return changed(conversation, after, what, actor=user, now=now)


def star(conversation: Conversation, user: UserId, *, is_starred: bool, now: datetime) -> Decision:
    if (user in conversation.starred) == is_starred:
        return Decision()
    others = tuple(one for one in conversation.starred if one != user)
    after = replace(conversation, starred=(*others, user) if is_starred else others)
    # Nobody else's list is to be in another order by it.
    what = What.STARRED if is_starred else What.UNSTARRED
    return Decision((SaveConversation(after),), happened=(Happening(what, after, user, now),))


def tagged(
    conversation: Conversation,
    tags: tuple[str, ...],
    *,
    new: tuple[str, ...],
    gone: tuple[str, ...],
    actor: UserId,
    now: datetime,
) -> Decision:
    """Other tags: one change, and a line of history for those that came and one for those that went."""
    if tags == conversation.tags:
        return Decision()
    after = replace(conversation, tags=tags, changed_at=now)
    kinds = ((What.TAGGED, new), (What.UNTAGGED, gone))
    happened = tuple(Happening(what, after, actor, now, ", ".join(named)) for what, named in kinds if named)
    return Decision((SaveConversation(after),), happened=happened)
