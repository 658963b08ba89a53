"""Goes on in the room that replaces another: enters the new room, looks at it, and leaves it where it is not fit."""

from bot.domain.calls import FollowUpgrade
from bot.domain.ids import RoomId
from bot.domain.inputs.room import MailboxGone, MailboxMoved
from bot.domain.merged import CONFIG_ROOM, mailbox_scope
from bot.domain.outcomes import Accepted, Followed, NotDone, Refused, TryLater
from bot.domain.rules.config_room import ADMIN_GONE, readers_timer
from bot.domain.settings import Instance
from bot.domain.upgrades import ENCRYPTION_LOST, NO_PREDECESSOR, OPEN_TO_ALL, uses
from bot.flows.keep.members import learn_members
from bot.flows.keep.room_state import openings, predecessor
from bot.flows.step.step import Step
from bot.ports import NOT_IN_ROOM, NOT_TOLD, Chat, Unavailable
from storage import mailbox_rooms, settings, timers


async def follow(chat: Chat, step: Step, call: FollowUpgrade) -> Followed | NotDone:
    """`Followed` once everything of the old room may go on in the new one.

    A room that is not fit is left again, and refused with `NO_PREDECESSOR`, `ENCRYPTION_LOST` or `OPEN_TO_ALL`.
    """
    joined = await chat.join(call.replacement, call.via)
    if not isinstance(joined, Accepted):
        return joined
    try:
        fault = await _fault(chat, step, call)
        if fault:
            if not uses(step.settings.known, call.replacement):
                await chat.leave(call.replacement)
            return Refused(fault, "")
        if await chat.is_encrypted(call.replacement):
            step.rooms.encrypted.add(call.replacement)
            chat.succeed(call.room, call.replacement)
        # The members are saved before anything is decided in that room: only members give commands.
        return Followed(await learn_members(chat, step, call.replacement))
    except Unavailable as away:
        return TryLater(away.reason, is_outage=away.reason not in (NOT_IN_ROOM, NOT_TOLD))


async def _fault(chat: Chat, step: Step, call: FollowUpgrade) -> str:
    """The code of what speaks against the new room; empty where nothing does. Raises: Unavailable."""
    # The tombstone names the new room, and the new room the old one: nobody can make both but an admin of the old.
    if await predecessor(chat, call.replacement) != call.room:
        return NO_PREDECESSOR
    if await _was_encrypted(chat, step, call.room) and not await chat.is_encrypted(call.replacement):
        return ENCRYPTION_LOST
    if step.settings.known.in_room(call.room) and not step.settings.known.may_be_open(call.room):
        if await openings(chat, call.replacement):
            return OPEN_TO_ALL
    return ""


async def _was_encrypted(chat: Chat, step: Step, room: RoomId) -> bool:
    if room in step.rooms.encrypted:
        return True
    try:
        return await chat.is_encrypted(room)
    except Unavailable as away:
        if away.reason != NOT_IN_ROOM:
            raise
        # We were put out of the room. Had we seen it encrypted, that would be kept for ever.
        return False


async def look_at_configuration(step: Step, file: Instance) -> None:
    """Look whether the mailboxes of a config.yaml can be noted.

    Raises:
        MailboxTaken: it would swallow one of the house.
        StorageAway
    """
    async with step.database.read() as tx:
        await settings.look_for_taken(tx, file.mailboxes)


async def follow_configuration(step: Step) -> None:
    """Note the mailboxes of config.yaml at the start; one that has another room now takes its conversations along, and
    one that is not there any more is told of.

    Raises:
        MailboxTaken: it would swallow one of the house.
        StorageAway, Conflict
    """
    now = step.clock.now()
    async with step.database.write() as tx:
        for mailbox in await settings.keep_file(tx, step.settings.file.mailboxes, now):
            own = await settings.value_of(tx, mailbox_scope(mailbox), CONFIG_ROOM)
            if own is not None:
                await timers.set(tx, readers_timer(RoomId(own)), now)
    async with step.database.read() as tx:
        instance = await step.settings.read(tx)
        used = await mailbox_rooms.every(tx)
        gone = await settings.gone(tx)
    for mailbox, since in gone:
        await step.take(MailboxGone(mailbox, since))
    rooms = {mailbox.id: mailbox.room for mailbox in instance.mailboxes}
    for mailbox, room in used:
        if mailbox in rooms and rooms[mailbox] != room:
            await step.take(MailboxMoved(mailbox, room, step.clock.now()))
    missing = [(mailbox, room) for mailbox, room in rooms.items() if (mailbox, room) not in used]
    if missing:
        async with step.database.write() as tx:
            for mailbox, room in missing:
                await mailbox_rooms.use(tx, mailbox, room)


async def follow_admins(step: Step) -> None:
    """Note the admins of config.yaml; who is none any more is put out of mailboxes' own config rooms.

    Called by the process that serves the rooms alone: another one may have read a file that this one has not.

    Raises:
        StorageAway
    """
    now = step.clock.now()
    async with step.database.write() as tx:
        for person in await settings.keep_admins(tx, step.settings.file.admins, now):
            await timers.set(tx, f"{ADMIN_GONE}:{person}", now)
