"""Who is told now, and of what somebody is to be told after their quiet hours."""

from collections.abc import Callable, Iterable
from datetime import datetime

from bot.domain.choices import Medium
from bot.domain.decision import Change, Decision, SetTimer
from bot.domain.direct import HoldNews, quiet_timer
from bot.domain.ids import ConversationId, UserId
from bot.domain.settings import Instance


def awake(
    instance: Instance | None, people: Iterable[UserId], number: ConversationId, now: datetime
) -> tuple[tuple[UserId, ...], Decision]:
    """Those of the people who are told now; of the others it is kept that they are to be told after their hours."""
    found, kept = list[UserId](), list[Change]()
    for who in people:
        until = instance.quiet_until(who, now) if instance is not None else None
        if until is None:
            found.append(who)
        else:
            kept += [HoldNews(who, number, now), SetTimer(quiet_timer(who), until)]
    return tuple(found), Decision(tuple(kept))


def mentioned_for(
    instance: Instance | None,
    told_by: Callable[[Medium], Iterable[UserId]],
    number: ConversationId,
    now: datetime,
    *,
    is_mailed: bool = True,
) -> tuple[tuple[UserId, ...], Decision]:
    """Who is mentioned for a happening now; and what is kept of it for after quiet hours.

    Args:
        is_mailed: a mail may tell it. Else whoever would be mailed is mentioned.
    """
    mailed = () if is_mailed else told_by(Medium.EMAIL)
    return awake(instance, dict.fromkeys((*told_by(Medium.MENTION), *mailed)), number, now)
