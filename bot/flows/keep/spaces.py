"""Looks at spaces: after a start, when a room is entered, and from time to time at our power in them."""

from bot.domain.ids import RoomId
from bot.domain.inputs.room import RoomTrouble
from bot.domain.spaces import PAUSE, space_timer
from bot.flows.keep.room_state import predecessor
from bot.flows.step.step import Step
from bot.ports import Chat, Unavailable
from storage import spaces, timers
from storage.database import Conflict, StorageAway, Tx

NEEDED_POWER = 50
"""To put rooms into a space, to invite and to remove."""


async def room_before(chat: Chat, step: Step, room: RoomId) -> RoomId | None:
    """The room that this one replaced, asked for when it matters.

    Raises:
        Unavailable
    """
    before = await predecessor(chat, room) if step.settings.known.organisation_of(room) else ""
    return RoomId(before) if before else None


async def look_soon(tx: Tx, step: Step, room: RoomId, before: RoomId | None) -> None:
    """Plan a look at the space of a room whose members are known anew, in the same commit."""
    if before is not None:
        await spaces.set_predecessor(tx, room, before)
    organisation = step.settings.known.organisation_of(room) or await spaces.organisation_of(tx, room)
    if organisation:
        await timers.set(tx, space_timer(organisation), step.clock.now() + PAUSE, keep_earlier=True)


async def look_at_all(step: Step) -> None:
    """Plan a look at every space after a start: the configuration may name other rooms than before, or none."""
    try:
        async with step.database.write() as tx:
            made = [organisation for organisation, _ in await spaces.every(tx)]
            for organisation in dict.fromkeys((*step.settings.known.organisations, *made)):
                await timers.set(tx, space_timer(organisation), step.clock.now() + PAUSE, keep_earlier=True)
    except (Conflict, StorageAway):
        return
    step.timer_woken.set()


async def check_power(chat: Chat, step: Step) -> None:
    """Tell the config room of each space that the bot was put out of, or in which it lost its power."""
    try:
        async with step.database.read() as tx:
            made = await spaces.every(tx)
        for organisation, space in made:
            if (
                organisation in step.settings.known.organisations
                and (await chat.power_of_bot(space) or 0) < NEEDED_POWER
            ):
                await step.take(RoomTrouble(space, "space_no_power", step.clock.now()))
    except (Unavailable, StorageAway):
        return
