"""After a start the config room gets one line: the version, the mailboxes that are connected, and what waits."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from bot.domain.conversation import EventKind
from bot.domain.decision import NOTHING, Decision, EmptySlot
from bot.domain.effects import Say
from bot.domain.ids import RoomId
from bot.domain.inputs.inside import BotStarted
from bot.domain.rules.condition_said import put_aside
from bot.domain.sentences import Sentence, sentence
from bot.domain.snapshots import StartedSnapshot

PAUSE: Final = timedelta(minutes=10)
"""A start that comes sooner after the last line edits it: a process that ends again and again fills no room."""
MOST_NAMED: Final = 10


def started_slot(room: RoomId) -> str:
    """The place of the line in a room."""
    return f"started:{room}"


def decide_started(snapshot: StartedSnapshot, input: BotStarted) -> Decision:
    """Say it on a new line, or on that of the start a moment ago."""
    room, last = snapshot.instance.config_room, snapshot.last
    if not room:
        return NOTHING
    slot = started_slot(room)
    is_new = last is None or input.at - last.at >= PAUSE
    say = Say(room, tuple(_said(snapshot, input)), EventKind.NOTICE, in_thread=False, slot=slot)
    return Decision((EmptySlot(slot),) if is_new else (), (say,))


def _said(snapshot: StartedSnapshot, input: BotStarted) -> Iterator[Sentence]:
    served = [one for one in snapshot.instance.mailboxes if not one.rests]
    reasons = {one.of: one.reason for one in reversed(snapshot.condition.outages) if one.service in ("imap", "smtp")}
    reasons |= {one.mailbox: one.reason for one in input.away}
    away = [one for one in served if one.id in reasons]
    if snapshot.instance.mailboxes:
        yield sentence("started.line", version=input.version, works=len(served) - len(away), count=len(served))
    else:
        yield sentence("started.empty", version=input.version)
    for one in away[:MOST_NAMED]:
        yield sentence("started.away", address=one.address, reason=reasons[one.id])
    if len(away) > MOST_NAMED:
        yield sentence("started.more", count=len(away) - MOST_NAMED)
    if rests := len(snapshot.instance.mailboxes) - len(served):
        yield sentence("started.rests", count=rests)
    if waiting := sum(one.waiting for one in snapshot.condition.mailboxes):
        yield sentence("condition.waiting", count=waiting)
    if snapshot.condition.put_aside:
        yield put_aside(snapshot.condition.put_aside)
