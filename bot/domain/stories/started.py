"""After a start the config room gets one line: the version, the mailboxes that are connected, and what waits."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from bot.domain.conversation import EventKind
from bot.domain.decision import NOTHING, Decision, EmptySlot
from bot.domain.effects import Say
from bot.domain.ids import RoomId
from bot.domain.inputs.inside import BotStarted
from bot.domain.room_snapshots import StartedSnapshot
from bot.domain.rules.condition_said import put_aside
from bot.domain.sentences import Sentence, sentence
from bot.domain.settings import MailboxSettings

PAUSE: Final = timedelta(minutes=10)
"""A start that comes sooner after the last line edits it: a process that ends again and again fills no room."""
MOST_NAMED: Final = 10


def started_slot(room: RoomId) -> str:
    """The place of the line in a room."""
    return f"started:{room}"


def decide_started(snapshot: StartedSnapshot, input: BotStarted) -> Decision:
    """Say it on a new line, or on that of the start a moment ago."""
    instance, decision = snapshot.instance, NOTHING
    apart = {instance.config_room: (), **instance.told_apart(instance.mailboxes)}
    for room, mailboxes in apart.items():
        if room:
            decision += _line_in(snapshot, input, room, mailboxes)
    return decision


def _line_in(
    snapshot: StartedSnapshot, input: BotStarted, room: RoomId, mailboxes: tuple[MailboxSettings, ...]
) -> Decision:
    slot, last = started_slot(room), snapshot.last.get(room)
    is_new = last is None or input.at - last.at >= PAUSE
    is_apart = room != snapshot.instance.config_room
    told = tuple(_said(snapshot, input, mailboxes, is_apart=is_apart))
    say = Say(room, told, EventKind.NOTICE, in_thread=False, slot=slot)
    return Decision((EmptySlot(slot),) if is_new else (), (say,))


def _said(
    snapshot: StartedSnapshot, input: BotStarted, mailboxes: tuple[MailboxSettings, ...], *, is_apart: bool
) -> Iterator[Sentence]:
    """What is said of these mailboxes, and where all are told of, of what is no single one's."""
    served = [one for one in mailboxes if not one.rests]
    reasons = {one.of: one.reason for one in reversed(snapshot.condition.outages) if one.service in ("imap", "smtp")}
    reasons |= {one.mailbox: one.reason for one in input.away}
    away = [one for one in served if one.id in reasons]
    if mailboxes:
        yield sentence("started.line", version=input.version, works=len(served) - len(away), count=len(served))
    else:
        key = "started.apart" if snapshot.instance.mailboxes else "started.empty"
        yield sentence(key, version=input.version)
    for one in away[:MOST_NAMED]:
        yield sentence("started.away", address=one.address, reason=reasons[one.id])
    if len(away) > MOST_NAMED:
        yield sentence("started.more", count=len(away) - MOST_NAMED)
    if rests := len(mailboxes) - len(served):
        yield sentence("started.rests", count=rests)
    ours = {one.id for one in mailboxes}
    here = [one for one in snapshot.condition.mailboxes if one.mailbox in ours]
    if waiting := sum(one.waiting for one in here):
        yield sentence("condition.waiting", count=waiting)
    others = sum(one.put_aside for one in snapshot.condition.mailboxes if one.mailbox not in ours)
    kept = sum(one.put_aside for one in here) if is_apart else snapshot.condition.put_aside - others
    if kept > 0:
        yield put_aside(kept)
