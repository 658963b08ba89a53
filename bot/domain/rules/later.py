"""Puts off a call to the room or to IMAP. Making it again does no harm: they deduplicate, or we look first."""

from datetime import datetime
from typing import Final

from bot.domain.decision import Decision, RetryCall
from bot.domain.outcomes import Refused, TryLater, Unknown
from bot.domain.retry import next_room_try
from bot.domain.snapshots import ReceiptSnapshot

TRIES: Final = 3
"""Tries of a login, or of a search for servers, that somebody waits for."""


def later(
    snapshot: ReceiptSnapshot, outcome: TryLater | Unknown | Refused, ended: datetime, pause: float | None = None
) -> Decision:
    """The same call again, after growing pauses or the one that the server asked for.

    Args:
        ended: when the call ended: a pause that the server asked for ends for the call when it ends for its channel,
            so that no less urgent call goes first.
        pause: seconds until the next try where the server asked for none; for what a person has to mend first.
    """
    is_outage = isinstance(outcome, TryLater) and outcome.is_outage
    asked = outcome.after if isinstance(outcome, TryLater) else None
    after = asked if asked is not None else pause
    due = next_room_try(failures=snapshot.failures + 1, after=after, now=ended)
    reason = outcome.code if isinstance(outcome, Refused) else outcome.reason
    return Decision((RetryCall(snapshot.effect, due, counts=not is_outage, reason=reason),))
