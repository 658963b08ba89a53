"""When what happened is to be mailed; and until when it waits where it may not be, whatever holds it back."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from bot.domain.conversation import THROWN_AWAY, Conversation, HistoryEntry
from bot.domain.decision import NOTHING, Decision, MoveConversation, SaveConversation, SetTimer
from bot.domain.due_snapshots import NoticeSnapshot
from bot.domain.happening import What, what_of
from bot.domain.ids import UserId
from bot.domain.notices import DAY, DELAY, WHEN_FULL, WHILE_HELD, AskAgain, timer_of
from bot.domain.settings import MailboxSettings

THROWN: Final = (What.SPAM, What.DELETED)
"""Acts by which a conversation is thrown away."""


def timers_for(people: Iterable[UserId], conversation: Conversation, at: datetime) -> tuple[SetTimer, ...]:
    """The times at which these people are mailed what happened; a mail that is to come anyway tells it, too."""
    return tuple(SetTimer(timer_of(conversation.id, one), at + DELAY, keep_earlier=True) for one in people)


def may_be_told_at(snapshot: NoticeSnapshot, now: datetime) -> datetime:
    """When it is asked about again; now: they may be told.

    It waits while its conversation is thrown away (for `is_lost`), while its mailbox is paused, in the person's quiet
    hours, while an earlier mail about it has not left (it may be made anew, with all that is new), and at the caps.
    Nothing is mailed to an address that was paused, or of a mailbox that was archived or removed: of that they are told
    in Matrix, which no cap holds back.
    """
    mailbox, is_gone = snapshot.mailbox, snapshot.is_gone
    if is_thrown_away(snapshot.conversation) or (mailbox is not None and mailbox.rests and not is_gone):
        return now + WHILE_HELD
    until = snapshot.instance.quiet_until(snapshot.person, now)
    if until is not None:
        return min(until, now + WHILE_HELD)
    if (snapshot.is_under_way and not is_gone) or is_at_the_caps(snapshot):
        return now + WHEN_FULL
    return now


def is_thrown_away(one: Conversation | None) -> bool:
    """Spam or deleted: nobody is mailed of it while it is so, which may be by mistake."""
    return one is not None and one.status in THROWN_AWAY


def waits_away(gone_at: datetime | None, since: datetime, now: datetime) -> bool:
    """Whether what happened since then waits for a conversation that went where the person is not: it may come back, or
    they may come there."""
    return gone_at is not None and now - max(since, gone_at) < DAY


def waits_archived(mailbox: MailboxSettings | None, since: datetime, now: datetime) -> bool:
    """Whether what happened since then waits for a mailbox that is archived, perhaps by mistake; not for longer."""
    return mailbox is not None and mailbox.is_archived and now - since < WHILE_HELD


def is_lost(one: Conversation, history: Iterable[HistoryEntry], since: datetime, now: datetime) -> bool:
    """Whether nothing that happened since then is mailed any more, because it has been thrown away for long."""
    thrown = [entry.at for entry in history if what_of(entry.action) in THROWN]
    return is_thrown_away(one) and now - max([since, *thrown[-1:]]) >= DAY


def taken_back(before: Iterable[Conversation], decision: Decision) -> Decision:
    """What waits because its conversation was thrown away is asked about as soon as that is taken back, and what waits
    because it is in another room when it goes on in the next one.

    Args:
        before: the conversations as they were.
    """
    kept = {one.id for one in before if is_thrown_away(one)}
    kept |= {one.conversation for one in decision.changes if isinstance(one, MoveConversation)}
    after = (one.conversation for one in decision.changes if isinstance(one, SaveConversation))
    back = dict.fromkeys(one.id for one in after if one.id in kept and not is_thrown_away(one))
    return Decision(tuple(AskAgain(conversation=one) for one in back)) if back else NOTHING


def is_at_the_caps(snapshot: NoticeSnapshot) -> bool:
    return snapshot.sent.is_full and bool(snapshot.addresses)
