"""A mailbox has a config room of its own, and loses it: who reads there, what is told there of it, and where else."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.domain.calls import InvitePerson, MakeConfigRoom, QuitRoom, RemoveReader
from bot.domain.conversation import EventKind
from bot.domain.decision import NOTHING, CloseCall, Decision, SetTimer
from bot.domain.effects import Do, Effect, EndReading, Say
from bot.domain.grants import RUNNING, Right, SaveGrant
from bot.domain.house_changes import AddRoom, ForgetRoom, SetValue
from bot.domain.ids import MailboxId, RoomId, UserId
from bot.domain.inputs.inside import Receipt
from bot.domain.merged import CONFIG_ROOM
from bot.domain.outcomes import Made, Refused, TryLater, Unknown, name_of
from bot.domain.rights import has, runs
from bot.domain.rules.direct import UNUSED_STAY
from bot.domain.rules.later import TRIES, later
from bot.domain.sentences import Sentence, sentence
from bot.domain.settings import Instance, MailboxSettings
from bot.domain.snapshots import ReceiptSnapshot

RIGHT: Final = Right.EDIT
"""The right to give a mailbox its own config room, and to take it away."""
UNWANTED: Final = "UNWANTED"
"""The refusal of a call that nobody wants any more."""
ALONE: Final = "alone"
"""The timer `alone:ROOM`: whether anybody came who runs the mailbox."""
READERS: Final = "readers"
"""The timer `readers:ROOM`: the mailbox is back, and who reads there is looked at once."""
_LOOK_AGAIN: Final = timedelta(hours=1)
ADMIN_GONE: Final = "admin_gone"
"""The timer `admin_gone:PERSON`: config.yaml names somebody no more as an admin."""


def given(mailbox: MailboxSettings, room: RoomId, by: UserId, now: datetime) -> Decision:
    """The mailbox is told of there from this commit on; the first words say what the room is for."""
    told = sentence("own_room.welcome", address=mailbox.address)
    say = Say(room, (told,), kind=EventKind.NOTICE, in_thread=False)
    look = SetTimer(f"{ALONE}:{room}", now + UNUSED_STAY)
    return Decision((SetValue(mailbox.id, CONFIG_ROOM, room, by), ForgetRoom(room), look), (say,))


def invited(
    instance: Instance, mailbox: MailboxSettings, room: RoomId, told: RoomId, but: Iterable[UserId]
) -> Decision:
    """Those who run the mailbox are invited to its config room."""
    rows = (one for one in instance.grants if one.mailbox == mailbox.id and one.is_on and one.what in RUNNING)
    people = [one for one in dict.fromkeys(row.person for row in rows) if one not in but]
    return Decision((), tuple(Do(InvitePerson(room, one, told)) for one in people))


def is_wanted(instance: Instance, call: InvitePerson | RemoveReader) -> bool:
    """Whether somebody is still to be let into a room, or put out of it: the call may have waited for long."""
    match call:
        case InvitePerson(room, user):
            own = instance.run_in(room)
            return runs(instance, user, own.id) if own is not None else bool(instance.in_room(room))
        case RemoveReader(mailbox, room, user):
            # Also of a mailbox that is archived or named no more, which may be taken up again.
            found = instance.also_removed(mailbox)
            return found is not None and found.config_room == room and not runs(instance, user, mailbox)


def with_readers(instance: Instance | None, decision: Decision) -> Decision:
    """The decision, by which whoever runs a mailbox no more reads no more in its own config room."""
    saved = [one.grant for one in decision.changes if isinstance(one, SaveGrant)]
    if instance is None or not saved:
        return decision
    before = {(one.mailbox, one.person, one.what): one for one in instance.grants}
    after = before | {(one.mailbox, one.person, one.what): one for one in saved}
    then = replace(instance, grants=tuple(after.values()))
    ended: list[Effect] = []
    for id, person in dict.fromkeys((one.mailbox, one.person) for one in saved):
        mailbox = instance.mailbox(id)
        room = mailbox.config_room if mailbox is not None else None
        if room is not None and runs(instance, person, id) and not runs(then, person, id):
            ended.append(EndReading(id, room, person))
    return decision + Decision((), tuple(ended))


def readers_timer(room: RoomId) -> str:
    """The timer that looks at who reads in an own config room, for the moment at which its mailbox is back: while it
    was away nobody was told anything there, and so nobody was looked at."""
    return f"{READERS}:{room}"


def back(mailbox: MailboxSettings | None, now: datetime) -> Decision:
    """A mailbox that was archived is served again."""
    room = mailbox.config_room if mailbox is not None else None
    return Decision((SetTimer(readers_timer(room), now),)) if room is not None else NOTHING


def readers(instance: Instance, room: RoomId, there: Collection[UserId], now: datetime) -> Decision:
    """The mailbox is back: whoever is in its room and does not run it is put out, and a room of nobody is given up.

    Who never ran it and looks after the room stays, as before the mailbox went: a moderation bot, say, in a room that
    was there already. Where such a one has the bot's power, to try it would end the room.
    """
    own = instance.run_in(room)
    if own is None and any(one.config_room == room for one in instance.removed):
        # Another process has read the mailbox in its config.yaml, and this one not yet.
        return Decision((SetTimer(readers_timer(room), now + _LOOK_AGAIN),))
    if own is None:
        return NOTHING
    given_up = empty(instance, room, there, now)
    if given_up != NOTHING:
        return given_up
    others = (one for one in there if one != instance.bot and not runs(instance, one, own.id))
    ran = {one.person for one in instance.grants if one.mailbox == own.id and one.what in RUNNING}
    return Decision((), tuple(EndReading(own.id, room, one, spares_moderators=one not in ran) for one in others))


def admin_gone(instance: Instance, person: UserId) -> Decision:
    """Somebody is no admin of the house any more: they read on where they run the mailbox, and nowhere else. Also in
    the room of a mailbox that is named no more: once it is back nobody knows that they were one."""
    ended = (
        EndReading(one.id, one.config_room, person)
        for one in (*instance.mailboxes, *instance.removed)
        if one.config_room is not None and not runs(instance, person, one.id)
    )
    return Decision((), tuple(ended))


def left(instance: Instance, room: RoomId, person: UserId, there: Collection[UserId], now: datetime) -> Decision:
    """Somebody left an own config room: with nobody in it who runs the mailbox, all would be told to nobody.

    Args:
        there: who was in the room until then.
    """
    return empty(instance, room, {*there} - {person}, now) if person in there else NOTHING


def empty(instance: Instance, room: RoomId, there: Collection[UserId], now: datetime) -> Decision:
    """The mailbox gives the room up if nobody is there who runs it. The bot leaves it after a while."""
    own = instance.run_in(room)
    if own is None or any(one != instance.bot and runs(instance, one, own.id) for one in there):
        return NOTHING
    return lost(instance, room, "own_room.empty") + _unused(instance, room, now)


def _unused(instance: Instance, room: RoomId, now: datetime) -> Decision:
    return Decision((AddRoom(room, instance.bot, now), SetTimer(f"unused:{room}", now + UNUSED_STAY)))


def rung(
    instance: Instance, room: RoomId, mention: tuple[UserId, ...], there: Collection[UserId]
) -> tuple[UserId, ...]:
    """Whom something rings that is told in a room: in an own config room those who are in it, or else its admins."""
    if not mention or instance.run_in(room) is None:
        return mention
    found = tuple(one for one in mention if one in there)
    return found or tuple(one for one in instance.admins if one in there) or mention


def lost(instance: Instance, room: RoomId, key: str) -> Decision:
    """The mailbox whose own config room it was is told of where all are, with the reason."""
    decision, bot = Decision(), instance.bot
    for one in (*instance.mailboxes, *instance.removed):
        if not room or one.config_room != room:
            continue
        decision += Decision((SetValue(one.id, CONFIG_ROOM, None, bot),))
        if instance.mailbox(one.id) is not None:
            told = sentence(key, address=one.address)
            say = Say(instance.config_room, (told,), kind=EventKind.NOTICE, mention=instance.admins, in_thread=False)
            decision += Decision((), (say,))
    return decision


def served_no_more(instance: Instance, mailbox: MailboxId) -> Decision:
    """The own config room of a mailbox that config.yaml names no more is told so, and kept for when it is back."""
    found = next((one for one in instance.removed if one.id == mailbox), None)
    if found is None or found.config_room is None:
        return NOTHING
    told = sentence("own_room.rests", address=found.address)
    return Decision((), (Say(found.config_room, (told,), kind=EventKind.NOTICE, in_thread=False),))


def made(snapshot: ReceiptSnapshot, call: MakeConfigRoom, input: Receipt, now: datetime) -> Decision:
    """The room was made: it is the mailbox's, if whoever asked for it may still decide that, and it has none since."""
    match input.outcome:
        case Made(room=room):
            return Decision((CloseCall(snapshot.effect, "done", room),)) + _taken(snapshot, call, room, now)
        case (TryLater() | Unknown()) as again if snapshot.failures + 1 < TRIES:
            return later(snapshot, again, input.at)
        case (Refused() | TryLater() | Unknown()) as outcome:
            words = outcome.text or name_of(outcome)
            closed = CloseCall(snapshot.effect, "refused", name_of(outcome))
            return Decision((closed,)) + _told(call, sentence("own_room.not_made", words=words))
        case _ as other:
            raise AssertionError(f"{type(other).__name__} for a room")


def _taken(snapshot: ReceiptSnapshot, call: MakeConfigRoom, room: RoomId, now: datetime) -> Decision:
    instance, mailbox = snapshot.instance, snapshot.instance.mailbox(call.mailbox)
    if mailbox is not None and mailbox.config_room == room:
        return Decision()
    is_wanted = mailbox is not None and not mailbox.is_archived and has(instance, RIGHT, call.person, mailbox.id)
    if mailbox is None or not is_wanted or mailbox.config_room:
        return Decision((), (Do(QuitRoom(room)),)) + _told(
            call, sentence("own_room.not_any_more", address=call.mailbox)
        )
    people = invited(instance, mailbox, room, call.room, (call.person, instance.bot))
    done = sentence("own_room.made", address=mailbox.address, room=room)
    return given(mailbox, room, call.person, now) + people + _told(call, done)


def _told(call: MakeConfigRoom, *told: Sentence) -> Decision:
    say: Effect = Say(call.room, told, reply_to=call.reply_to, under=call.under, mention=(call.person,))
    return Decision((), (say,))


def person_invited(snapshot: ReceiptSnapshot, call: InvitePerson, input: Receipt) -> Decision:
    """Somebody was invited, or cannot be: that is told where the room was asked for, and the room works without."""
    match input.outcome:
        case (TryLater() | Unknown()) as again if snapshot.failures + 1 < TRIES:
            return later(snapshot, again, input.at)
        case Refused(code=code) if code == UNWANTED:
            return Decision((CloseCall(snapshot.effect, "cancelled", code),))
        case (Refused() | TryLater() | Unknown()) as outcome:
            told = sentence("own_room.not_invited", who=call.user, words=outcome.text or name_of(outcome))
            say = Say(call.told, (told,), kind=EventKind.NOTICE, in_thread=False)
            return Decision((CloseCall(snapshot.effect, "refused", name_of(outcome)),), (say,))
        case _:
            return Decision((CloseCall(snapshot.effect, "done"),))


def reader_removed(snapshot: ReceiptSnapshot, call: RemoveReader, input: Receipt, now: datetime) -> Decision:
    """Somebody was put out. Where the bot may not do that, the mailbox is told of there no more."""
    match input.outcome:
        case (TryLater() | Unknown()) as again:
            return later(snapshot, again, input.at)
        case Refused(code=code) if code == UNWANTED:
            return Decision((CloseCall(snapshot.effect, "cancelled", code),))
        case Refused(code=code):
            closed, own = CloseCall(snapshot.effect, "refused", code), snapshot.instance.run_in(call.room)
            if own is None or own.id != call.mailbox:
                return Decision((closed,))
            over = sentence("own_room.ends", address=own.address)
            say = Say(call.room, (over,), kind=EventKind.NOTICE, in_thread=False)
            given_up = lost(snapshot.instance, call.room, "own_room.not_removed") + _unused(
                snapshot.instance, call.room, now
            )
            return Decision((closed,), (say,)) + given_up
        case _:
            return Decision((CloseCall(snapshot.effect, "done"),))
