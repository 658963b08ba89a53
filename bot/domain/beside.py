"""The commands that reactions on an event of ours give, kept with it: ➡️ and ⬅️ on a page, 🔁 on what was put aside."""

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
_LEADS_ON: Final = frozenset({EventKind.ANSWER, EventKind.NOTICE})


@dataclass(frozen=True, slots=True)
class Beside:
    """What the pages beside a page are asked by, and where they are shown: where it stands itself."""

    person: UserId
    """Who asked for it; the bot, where nobody did."""
    forward: str = ""
    """The command of the next page; empty: it is the last one."""
    back: str = ""
    """The command of the page before; empty: it is the first one."""
    thread: ConversationId | None = None
    """In the thread of that conversation."""
    under: EventId | None = None
    """In the thread under this event."""
    again: str = ""
    """The command that tries once more what the event tells of; empty: nothing is tried."""


def written(beside: Beside | None) -> str:
    """As it is kept with the page's event; empty where there is no other page."""
    if beside is None:
        return ""
    thread = None if beside.thread is None else int(beside.thread)
    kept = [beside.person, beside.forward, beside.back, thread, beside.under]
    return json.dumps([*kept, beside.again] if beside.again else kept, ensure_ascii=False)


def beside_of(shown: KnownEvent | None) -> Beside | None:
    """The commands beside what an event shows; None where there are none."""
    if shown is None or shown.kind not in _LEADS_ON or shown.sender is not None or not shown.body:
        return None
    person, forward, back, thread, under, *again = json.loads(shown.body)
    return Beside(UserId(person), forward, back, thread, under, *again)


def wanted(beside: Beside | None, emoji: str) -> str:
    """The command that a reaction without its variation selector gives there; empty: none."""
    if beside is None:
        return ""
    given = {Hand.FORWARD.value: beside.forward, Hand.BACK.value: beside.back, Hand.AGAIN.value: beside.again}
    return given.get(emoji, "")
