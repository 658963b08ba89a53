"""Loads what the page beside one that was shown needs: for ➡️ and ⬅️ on it, and for `!more`."""

from dataclasses import replace

from bot.domain.beside import CONTINUED, MOST_LOOKED_AT, Beside, beside_of
from bot.domain.command import Asked, Called
from bot.domain.commands.reading import read
from bot.domain.conversation import KnownEvent
from bot.domain.ids import EventId
from bot.domain.inputs.said import TeamMessage
from storage import events
from storage.database import Tx


def as_said(asked: Asked, command: str, event: EventId) -> Asked:
    """The person's request for a page, as if they had written its command."""
    words = TeamMessage(asked.room, event, asked.person, "m.text", command, "", (), None, None, asked.said_at)
    return replace(asked, reading=read(words, bot=asked.instance.bot))


async def continued(tx: Tx, asked: Asked) -> Asked:
    """For `!more`: the command of the page after the one that was replied to, or else shown last in this place.

    In the main timeline, where each has pages in threads of their own, the last one that they asked for themselves.
    """
    if not isinstance(asked.reading, Called) or not asked.reading.command.continues:
        return asked
    beside = beside_of(asked.target) or await _last(tx, asked)
    if beside is None or not beside.forward:
        return asked
    return as_said(asked, beside.forward, asked.event)


async def _last(tx: Tx, asked: Asked) -> Beside | None:
    shown = await events.pages_in(tx, asked.room, asked.now - CONTINUED, MOST_LOOKED_AT)
    return next((found for one in shown if (found := _here(asked, one)) is not None), None)


def _here(asked: Asked, shown: KnownEvent) -> Beside | None:
    """The pages beside one, if it stands where the person writes."""
    found = beside_of(shown)
    if found is None:
        return None
    if asked.here is not None:
        is_here = found.thread == asked.here.id
    elif asked.thread is not None:
        is_here = found.under == asked.thread
    else:
        is_here = found.person == asked.person
    return found if is_here else None
