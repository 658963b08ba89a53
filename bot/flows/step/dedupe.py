"""An input is decided once: its key tells, and for an encrypted message the place of its ciphertext as well.

A receipt has no key: it counts while its call is being made, in its own attempt. A timer has no key either: its row is
deleted before anything is read, so that a change during the decision sets the timer for the next time.

Each place of a Megolm ratchet encrypts one message (client-server API, "Replay attacks"): a homeserver that gives the
same ciphertext another event id shows an old message as a new one.
"""

from datetime import datetime

import structlog

from bot.domain.inputs import Input
from bot.domain.inputs.inside import Receipt, TimerDue
from bot.domain.inputs.said import MessageEdited, TeamMessage
from storage import seen, timers
from storage.database import Tx

_log = structlog.get_logger("dedupe")


async def was_decided(tx: Tx, input: Input, at: datetime, *, known: bool | None = None) -> bool:
    """Whether the input was decided before, or its ciphertext under another event id.

    Args:
        known: whether the key of the input was seen, where somebody asked already.
    """
    if isinstance(input, Receipt):
        return False
    if isinstance(input, TimerDue):
        return not await timers.take(tx, input.timer, input.due)
    place = _ratchet_key(input)
    if await seen.was_seen(tx, input.key) if known is None else known:
        if place:
            # A message may have been ruled out before it could be read: it was deleted, and then its key came.
            await seen.rule_out(tx, place, at)
        return True
    if place and await seen.was_seen(tx, place):
        _log.warning("message_replayed", key=input.key)
        return True
    return False


async def mark(tx: Tx, input: Input, at: datetime) -> None:
    """Note that the input is decided.

    Raises:
        Conflict: somebody else decided it meanwhile.
    """
    for key in _keys(input):
        await seen.mark_seen(tx, key, at)


async def forget(tx: Tx, input: Input) -> None:
    """Let the input be decided once more, because a person asks for it."""
    if isinstance(input, TimerDue):
        await timers.set(tx, input.timer, input.due, keep_earlier=True)
    for key in _keys(input):
        await seen.forget(tx, key)


def _keys(input: Input) -> tuple[str, ...]:
    if isinstance(input, Receipt | TimerDue):
        return ()
    place = _ratchet_key(input)
    return (input.key, place) if place else (input.key,)


def _ratchet_key(input: Input) -> str:
    return f"ratchet:{input.ratchet}" if isinstance(input, TeamMessage | MessageEdited) and input.ratchet else ""
