"""The test mail that a mailbox sends to itself: it becomes no conversation, whoever sees it first, and whenever."""

from datetime import datetime, timedelta
from typing import Final

from bot.domain.conversation import EventKind
from bot.domain.decision import NOTHING, Decision
from bot.domain.effects import Say
from bot.domain.inputs.mail import FolderRole, MailArrived, MailUnreadable
from bot.domain.sentences import sentence
from bot.domain.settings import Instance
from bot.domain.signing import Signer
from bot.domain.snapshots import MailSnapshot

AWAITED: Final = timedelta(seconds=60)
"""For so long somebody waits for it, and is told when it comes."""
_GOOD_FOR: Final = timedelta(days=7)
"""Servers keep trying for five days (RFC 5321 4.5.4.1). What comes later under such an id is a mail like others."""


def trip_left_at(input: MailArrived | MailUnreadable, instance: Instance, signer: Signer) -> datetime | None:
    """The time at which we sent this mail as a test; None: it is any other mail.

    Who has seen a test mail knows its id, and may use it again: with another writer or with files it counts for
    nothing, and it is good for a few days alone.
    """
    mail = input.mail
    left_at = signer.trip_of(mail.message_id)
    if left_at is None or input.received_at - left_at > _GOOD_FOR:
        return None
    is_in_our_name = len(mail.from_) == 1 and instance.is_ours(mail.from_[0].address)
    # A server may put its logo under each mail.
    has_files = any(not one.inline for one in mail.attachments)
    return left_at if is_in_our_name and not has_files else None


def trip_seen(
    snapshot: MailSnapshot, input: MailArrived | MailUnreadable, left_at: datetime, now: datetime
) -> Decision:
    """Nothing comes of it. Where nobody waits for it any more the config room is told, once for each id: it came late,
    or somebody sent it again."""
    late = now - left_at
    if input.place.role is FolderRole.SENT or not AWAITED < late <= _GOOD_FOR:
        return NOTHING
    told = sentence(
        "trip.late",
        address=snapshot.mailbox.address,
        folder=input.place.folder,
        count=max(1, round(late.total_seconds() / 60)),
    )
    room, slot = snapshot.instance.told_in(snapshot.mailbox), f"trip:{input.mail.message_id[:38].lower()}"
    return Decision((), (Say(room, (told,), kind=EventKind.NOTICE, in_thread=False, slot=slot),))
