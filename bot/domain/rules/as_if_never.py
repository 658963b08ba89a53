"""What was done and taken back before its person heard of either: it is as if neither had been."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from bot.domain.conversation import HistoryEntry
from bot.domain.happening import What, answer_in, command_in, what_of
from bot.domain.ids import UserId
from bot.domain.rules.put_off import THROWN
from bot.domain.settings import Instance

Shows = Callable[[HistoryEntry], bool]
"""Whether the person saw what was done, by its own message."""
_AS_BEFORE: Final = (What.BROUGHT_BACK,)
_STANDS: Final = {
    What.OPENED: What.ACTIVE,
    What.REOPENED: What.ACTIVE,
    What.WOKEN: What.ACTIVE,
    What.ACTIVE: What.ACTIVE,
    What.PENDING: What.PENDING,
    What.SNOOZED: What.PENDING,
    What.CLOSED: What.CLOSED,
}
"""What a line says of how it stands from then on."""


def withdrawn(history: Sequence[HistoryEntry], since: datetime, shows: Shows) -> frozenset[int]:
    """The lines of answers that were to be approved, and were taken back, since then: it is as if none had been. Of one
    that was to be approved before then, or of which that was seen, it is told that it was taken back."""
    waiting, known, found = dict[str, set[int]](), set[str](), set[int]()
    for n, entry in enumerate(history):
        what = what_of(entry.action)
        answer = answer_in(what, entry.detail)
        if what is What.WAITS_FOR_APPROVAL and (entry.at < since or shows(entry)):
            known.add(answer)
        elif what is What.WAITS_FOR_APPROVAL:
            waiting.setdefault(answer, set()).add(n)
        elif what is What.REPLY_WITHDRAWN and answer in waiting:
            found |= waiting.pop(answer) | (set() if answer in known else {n})
    return frozenset(found)


def undone(history: Sequence[HistoryEntry], since: datetime, shows: Shows) -> frozenset[int]:
    """The lines of commands that were taken back, and of taking them back, since then: it is as if none had been given.
    Of one that was given before then, or was seen, it is told that it was taken back."""
    found = set[int]()
    for n, entry in enumerate(history):
        at = command_in(entry)
        if at is None or at < since:
            continue
        lines = lines_of(history[:n], at)
        if not any(shows(history[line]) for line in lines):
            found |= {n, *lines}
    return frozenset(found)


def put_back(person: UserId, history: Sequence[HistoryEntry], instance: Instance) -> list[tuple[int, int]]:
    """The lines by which a colleague threw it away in the person's quiet hours, each with that by which it was back in
    the same ones: they have not been told that it was away."""
    found = list[tuple[int, int]]()
    for n, entry in enumerate(history):
        thrown = what_of(entry.action) in THROWN and entry.actor not in (None, person)
        until = instance.quiet_until(person, entry.at) if thrown else None
        if until is None:
            continue
        later = range(n + 1, len(history))
        back = next((m for m in later if what_of(history[m].action) in THROWN or _is_back(history[m], entry)), None)
        if back is not None and _is_back(history[back], entry) and history[back].at < until:
            found.append((n, back))
    return found


def put_back_lines(person: UserId, history: Sequence[HistoryEntry], instance: Instance, shows: Shows) -> frozenset[int]:
    """The same; where it is back otherwise than it was, it is told how it stands, and where they saw that it was thrown
    away, that it is back."""
    found = set[int]()
    for n, back in put_back(person, history, instance):
        if shows(history[n]):
            continue
        found |= {n, back} if _stood(history[:n]) is _stood(history[: back + 1]) else {n}
    return frozenset(found)


def _is_back(entry: HistoryEntry, thrown: HistoryEntry) -> bool:
    what = what_of(entry.action)
    return what in _AS_BEFORE or what in _STANDS or command_in(entry) == thrown.at


def _stood(history: Sequence[HistoryEntry]) -> What | None:
    """How it stood at the end of this history, as far as that says so."""
    for n in range(len(history) - 1, -1, -1):
        what = what_of(history[n].action)
        if what in _STANDS:
            return _STANDS[what]
        if what is What.REPLIED:
            return None
    return None


def lines_of(history: Sequence[HistoryEntry], at: datetime) -> list[int]:
    """The lines of the command that was given then."""
    return [n for n, entry in enumerate(history) if entry.at == at and entry.actor is not None]
