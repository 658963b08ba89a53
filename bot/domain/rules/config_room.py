"""A mailbox has a config room of its own, and loses it: what is told there of it, and where else it is told then."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from bot.domain.calls import InvitePerson, MakeConfigRoom, QuitRoom
from bot.domain.conversation import EventKind
from bot.domain.decision import CloseCall, Decision
from bot.domain.effects import Do, Effect, Say
from bot.domain.grants import RUNNING, Right
from bot.domain.house_changes import ForgetRoom, SetValue
from bot.domain.ids import RoomId, UserId
from bot.domain.inputs.inside import Receipt
from bot.domain.merged import CONFIG_ROOM
from bot.domain.outcomes import Made, Refused, TryLater, Unknown, name_of
from bot.domain.rights import has
from bot.domain.rules.later import TRIES, later
from bot.domain.sentences import Sentence, sentence
from bot.domain.settings import Instance, MailboxSettings
from bot.domain.snapshots import ReceiptSnapshot

RIGHT: Final = Right.EDIT
"""The right to give a mailbox its own config room, and to take it away."""


def given(mailbox: MailboxSettings, room: RoomId, by: UserId) -> Decision:
    """The mailbox is told of there from this commit on; the first words say what the room is for."""
    told = sentence("own_room.welcome", address=mailbox.address)
    say = Say(room, (told,), kind=EventKind.NOTICE, in_thread=False)
    return Decision((SetValue(mailbox.id, CONFIG_ROOM, room, by), ForgetRoom(room)), (say,))


def invited(
    instance: Instance, mailbox: MailboxSettings, room: RoomId, told: RoomId, but: Iterable[UserId]
) -> Decision:
    """Those who run the mailbox are invited to its config room."""
    rows = (one for one in instance.grants if one.mailbox == mailbox.id and one.is_on and one.what in RUNNING)
    people = [one for one in dict.fromkeys(row.person for row in rows) if one not in but]
    return Decision((), tuple(Do(InvitePerson(room, one, told)) for one in people))


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


def made(snapshot: ReceiptSnapshot, call: MakeConfigRoom, input: Receipt, now: datetime) -> Decision:
    """The room was made: it is the mailbox's, if whoever asked for it may still decide that, and it has none since."""
    match input.outcome:
        case Made(room=room):
            return Decision((CloseCall(snapshot.effect, "done", room),)) + _taken(snapshot, call, room)
        case (TryLater() | Unknown()) as again if snapshot.failures + 1 < TRIES:
            return later(snapshot, again, input.at)
        case (Refused() | TryLater() | Unknown()) as outcome:
            words = outcome.text or name_of(outcome)
            closed = CloseCall(snapshot.effect, "refused", name_of(outcome))
            return Decision((closed,)) + _told(call, sentence("own_room.not_made", words=words))
        case _ as other:
            raise AssertionError(f"{type(other).__name__} for a room")


def _taken(snapshot: ReceiptSnapshot, call: MakeConfigRoom, room: RoomId) -> Decision:
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
    return given(mailbox, room, call.person) + people + _told(call, done)


def _told(call: MakeConfigRoom, *told: Sentence) -> Decision:
    say: Effect = Say(call.room, told, reply_to=call.reply_to, under=call.under, mention=(call.person,))
    return Decision((), (say,))


def person_invited(snapshot: ReceiptSnapshot, call: InvitePerson, input: Receipt) -> Decision:
    """Somebody was invited, or cannot be: that is told where the room was asked for, and the room works without."""
    match input.outcome:
        case (TryLater() | Unknown()) as again if snapshot.failures + 1 < TRIES:
            return later(snapshot, again, input.at)
        case (Refused() | TryLater() | Unknown()) as outcome:
            told = sentence("own_room.not_invited", who=call.user, words=outcome.text or name_of(outcome))
            say = Say(call.told, (told,), kind=EventKind.NOTICE, in_thread=False)
            return Decision((CloseCall(snapshot.effect, "refused", name_of(outcome)),), (say,))
        case _:
            return Decision((CloseCall(snapshot.effect, "done"),))
