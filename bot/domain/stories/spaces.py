"""Compares a space with the rooms and people of its organisation, and decides on the ends of the space's calls."""

from collections.abc import Iterator
from datetime import datetime

from bot.domain.conversation import EventKind
from bot.domain.decision import NOTHING, Change, CloseCall, Decision, SetTimer
from bot.domain.effects import Do, Effect, RemovePerson, Say
from bot.domain.inputs.inside import Receipt
from bot.domain.inputs.room import MemberChanged
from bot.domain.outcomes import Accepted, Made, Refused, TryLater, Unknown
from bot.domain.rights import server_of
from bot.domain.room_snapshots import RoomSnapshot, SpaceSnapshot
from bot.domain.rules.later import later
from bot.domain.sentences import sentence
from bot.domain.snapshots import ReceiptSnapshot
from bot.domain.spaces import (
    PAUSE,
    AddSpacePerson,
    DropSpacePerson,
    InviteToSpace,
    LinkRoom,
    MakeSpace,
    MarkSpacePerson,
    SetSpace,
    SetSpaceRoom,
    SpaceCall,
    space_timer,
)

GONE = "GONE"
"""The refusal of a call that nobody wants any more."""
UNREACHED = "unreached"
"""The reason to put an invitation off: the person's own server does not answer."""
_PATIENT_PAUSE = 3600.0
"""Seconds: what a person has to mend is tried again that often."""
_UNREACHED_TRIES = 4
"""After so many, such an invitation is left for another time."""


def decide_space(snapshot: SpaceSnapshot, now: datetime) -> Decision:
    """The differences as calls."""
    organisation = snapshot.organisation
    if snapshot.space is None:
        if snapshot.is_being_made or not snapshot.present:
            return NOTHING
        return Decision((), (Do(MakeSpace(organisation)),))
    steps = (*_rooms(snapshot), *_people(snapshot))
    return Decision(tuple(change for change, _ in steps), tuple(effect for _, effect in steps if effect))


def _rooms(snapshot: SpaceSnapshot) -> Iterator[tuple[Change, Effect | None]]:
    organisation, space = snapshot.organisation, snapshot.space
    assert space is not None
    rooms = snapshot.instance.rooms_of(organisation)
    for room in rooms:
        # A room that does not let us in yet is put into the space once it does.
        if room in snapshot.present and room not in snapshot.linked:
            yield SetSpaceRoom(organisation, room, True), Do(LinkRoom(organisation, space, room, True))
    for room in snapshot.linked:
        if room not in rooms:
            yield SetSpaceRoom(organisation, room, False), Do(LinkRoom(organisation, space, room, False))


def _people(snapshot: SpaceSnapshot) -> Iterator[tuple[Change, Effect | None]]:
    """The people to invite and to remove: members of the space see the names of its rooms and people."""
    instance, organisation, space = snapshot.instance, snapshot.organisation, snapshot.space
    assert space is not None
    known = {person.user: person for person in snapshot.people}
    in_rooms = {user for users in snapshot.present.values() for user in users} - {instance.bot}
    wanted = {user for user in in_rooms if server_of(user) in instance.allowed_servers}
    if snapshot.present:
        wanted |= set(instance.admins)
    for user in sorted(wanted - set(known)):
        yield AddSpacePerson(organisation, user), Do(InviteToSpace(organisation, space, user))
    if any(room not in snapshot.present for room in instance.rooms_of(organisation)):
        # Who is in a room that we are not in is not known: nobody is put out on a guess.
        return
    for user in sorted(set(known) - in_rooms - snapshot.awaited - set(instance.admins)):
        removal = None if known[user].has_left else RemovePerson(organisation, space, user)
        yield DropSpacePerson(organisation, user), removal


def of_member(snapshot: RoomSnapshot, input: MemberChanged, now: datetime) -> Decision:
    """Somebody came or went, in a room of an organisation or in its space itself."""
    if input.membership not in ("join", "leave", "ban"):
        return NOTHING
    if snapshot.organisation:
        return Decision((MarkSpacePerson(snapshot.organisation, input.user, input.membership != "join"),))
    organisation = snapshot.instance.organisation_of(input.room)
    if not organisation:
        return NOTHING
    return Decision((SetTimer(space_timer(organisation), now + PAUSE, keep_earlier=True),))


def decide_space_receipt(snapshot: ReceiptSnapshot, call: SpaceCall, input: Receipt, now: datetime) -> Decision:
    """The decision for the end of a call that keeps a space."""
    match input.outcome:
        case Accepted():
            return Decision((CloseCall(snapshot.effect, "done"),))
        case Made(space):
            is_here, look = SetSpace(call.organisation, space), SetTimer(space_timer(call.organisation), now + PAUSE)
            return Decision((CloseCall(snapshot.effect, "done", space), is_here, look))
        case TryLater(reason=reason) if (
            isinstance(call, InviteToSpace) and reason == UNREACHED and snapshot.failures + 1 >= _UNREACHED_TRIES
        ):
            # The next look at the space, when somebody comes or after a start, invites them again.
            left = DropSpacePerson(call.organisation, call.user)
            return Decision((CloseCall(snapshot.effect, "refused", reason), left))
        case TryLater() | Unknown() as again:
            return later(snapshot, again, input.at)
        case Refused() as refused:
            return _refused(snapshot, call, refused, now)
        case _ as other:
            raise AssertionError(f"{type(other).__name__} for a space")


def _refused(snapshot: ReceiptSnapshot, call: SpaceCall, refused: Refused, now: datetime) -> Decision:
    instance = snapshot.instance
    closed = Decision((CloseCall(snapshot.effect, "refused", refused.code),))
    again = later(snapshot, refused, now, pause=_PATIENT_PAUSE)
    if isinstance(call, MakeSpace):
        if refused.code == GONE:
            return closed
        if snapshot.failures:
            return again
        words = refused.text or refused.code
        told = sentence("space.refused", organisation=call.organisation, bot=instance.bot, words=words)
        say: Effect = Say(instance.config_room, (told,), kind=EventKind.NOTICE, mention=instance.admins)
        return again + Decision((), (say,))
    if refused.code == "M_FORBIDDEN" and call.organisation in instance.organisations:
        # We lack power in the space, or are not in it: told by the look at it (`RoomTrouble`).
        return again
    return closed
