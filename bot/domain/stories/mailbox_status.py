"""The pinned message of a mailbox in the config room: edited in place where something that it shows has changed."""

from datetime import datetime, timedelta
from typing import Final

from bot.domain.calls import PinEvent
from bot.domain.condition import DropStatus, KeepStatus, StatusShown
from bot.domain.decision import NOTHING, CancelCall, Decision, EmptySlot
from bot.domain.due_snapshots import StatusSnapshot
from bot.domain.effects import Do, Effect, ShowMailbox
from bot.domain.rules.condition_said import READING, WORKS, digest_of, gone_page, state_of, status_page, status_slot

MOST: Final = 50
"""Mailboxes that have such a message: every member of the room gets each edit, and a list of pins is no directory."""
PAUSE: Final = timedelta(minutes=10)
"""At most one edit in this time, but for the start and the end of an outage."""


def decide_status(snapshot: StatusSnapshot, now: datetime) -> Decision:
    """Show the mailbox as it is now, unless the message says so already, or was edited a moment ago."""
    mailbox, shown = snapshot.instance.mailbox(snapshot.mailbox), snapshot.shown
    room = snapshot.instance.told_in(mailbox)
    if mailbox is None:
        return _removed(snapshot, shown) if shown is not None else NOTHING
    one = next((one for one in snapshot.condition.mailboxes if one.mailbox == mailbox.id), None)
    if one is None or not room:
        return NOTHING
    outages = snapshot.condition.outages
    state = state_of(mailbox, one, outages)
    works = state in (WORKS, READING)
    if shown is None and works and not set(mailbox.folders) <= {each.folder for each in one.folders}:
        # Nobody knows yet whether it works.
        return NOTHING
    is_here = shown is not None and shown.room == room
    since = shown.since if shown is not None and shown.state in (WORKS, READING) else None
    since = (since or now) if works else None
    page = status_page(mailbox, one, outages, since)
    digest = digest_of(page, snapshot.instance.language_in(room))
    if shown is not None and is_here:
        if shown.digest == digest or (shown.state == state and now - shown.at < PAUSE):
            return NOTHING
    moved = (EmptySlot(status_slot(mailbox.id, shown.room)),) if shown is not None and not is_here else ()
    kept = KeepStatus(StatusShown(mailbox.id, room, state, digest, since, now))
    return Decision((*moved, kept), (ShowMailbox(room, mailbox.id, page),))


def _removed(snapshot: StatusSnapshot, shown: StatusShown) -> Decision:
    """The message says so for the last time, and is pinned no more."""
    slot = status_slot(shown.mailbox, shown.room)
    ended = Decision((CancelCall(slot, may_be_made=True), EmptySlot(slot), DropStatus(shown.mailbox)))
    if snapshot.place is None:
        return ended
    room, event = snapshot.place
    before = snapshot.instance.also_removed(shown.mailbox)
    page = gone_page(before.address if before is not None else shown.mailbox)
    effects: tuple[Effect, ...] = (
        ShowMailbox(room, shown.mailbox, page, edits=event),
        Do(PinEvent(room, event, is_gone=True)),
    )
    return ended + Decision((), effects)
