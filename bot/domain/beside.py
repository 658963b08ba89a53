"""The pages beside one that was shown, kept with its event: ➡️ and ⬅️ on it, and `!more`, lead on from there."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.domain.conversation import EventKind, KnownEvent
from bot.domain.hands import Hand
from bot.domain.ids import ConversationId, EventId, UserId

CONTINUED: Final = timedelta(days=1)
"""For so long `!more` leads on from a page; a reaction on it does for ever."""
MOST_LOOKED_AT: Final = 20
"""Pages of a room, the newest ones, among which `!more` finds its own."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What the pages beside a page are asked by, and where they are shown: where it stands itself."""

    person: UserId
    """Who asked for it."""
    forward: str = ""
    """The command of the next page; empty: it is the last one."""
    back: str = ""
    """The command of the page before; empty: it is the first one."""
    thread: ConversationId | None = None
    """In the thread of that conversation."""
    under: EventId | None = None
    """In the thread under this event."""


def written(beside: Beside | None) -> str:
    """As it is kept with the page's event; empty where there is no other page."""
    if beside is None:
        return ""
    thread = None if beside.thread is None else int(beside.thread)
    return json.dumps([beside.person, beside.forward, beside.back, thread, beside.under], ensure_ascii=False)


def beside_of(shown: KnownEvent | None) -> Beside | None:
    """The pages beside the one that an event shows; None where it shows none, or the only one."""
    if shown is None or shown.kind is not EventKind.ANSWER or shown.sender is not None or not shown.body:
        return None
    person, forward, back, thread, under = json.loads(shown.body)
    return Beside(UserId(person), forward, back, thread, under)


def wanted(beside: Beside | None, emoji: str) -> str:
    """The command that a reaction without its variation selector gives on a page; empty: none."""
    if beside is None:
        return ""
    return {Hand.FORWARD.value: beside.forward, Hand.BACK.value: beside.back}.get(emoji, "")
