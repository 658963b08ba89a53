"""Who is told now, and of what somebody is to be told after their quiet hours."""

from collections.abc import Iterable
from datetime import datetime

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
