"""The parts of a snapshot that the chain after each story reads, whichever kind it is."""

from collections.abc import Collection

from bot.domain.choices import EVERYBODY, Choice
from bot.domain.command import Asked
from bot.domain.conversation import Conversation, HistoryEntry
from bot.domain.due_snapshots import MailedSnapshot, SnoozeSnapshot
from bot.domain.ids import ConversationId, UserId
from bot.domain.needs import HistoryOf, MembersOf
from bot.domain.room_snapshots import RoomSnapshot
from bot.domain.settings import Instance
from bot.domain.snapshots import (
    AsideSnapshot,
    CallAside,
    DeletedSnapshot,
    EditedSnapshot,
    MailSnapshot,
    Reacted,
    ReceiptSnapshot,
    Snapshot,
    TakenAway,
    Turned,
)


def members_of(snapshot: Snapshot) -> Collection[UserId]:
    """The members of the room, where what rested may come back to one who left, or who left might be told."""
    match snapshot:
        case (
            MailSnapshot(members=members)
            | EditedSnapshot(members=members)
            | DeletedSnapshot(members=members)
            | ReceiptSnapshot(members=members)
            | SnoozeSnapshot(members=members)
        ):
            return members
        case RoomSnapshot(staying=staying):
            return staying
        case (
            Asked(room=room, facts=facts)
            | Reacted(asked=Asked(room=room, facts=facts))
            | MailedSnapshot(asked=Asked(room=room, facts=facts))
        ):
            return facts[MembersOf(room)] if facts.answers([MembersOf(room)]) else ()
        case TakenAway(given=given, facts=facts):
            return facts[MembersOf(given.room)] if facts.answers([MembersOf(given.room)]) else ()
        case _:
            return ()


def history_of(snapshot: Snapshot, number: ConversationId) -> tuple[HistoryEntry, ...]:
    """The history of a conversation, where whom an act concerns depends on it."""
    match snapshot:
        case Asked(facts=facts) | TakenAway(facts=facts):
            return facts[HistoryOf(number)] if facts.answers([HistoryOf(number)]) else ()
        case _:
            return ()


def people_of(snapshot: Snapshot) -> tuple[UserId, ...]:
    """Those of the members who may be told something: the bot tells itself nothing."""
    instance = instance_of(snapshot)
    return tuple(one for one in members_of(snapshot) if instance is None or one != instance.bot)


def choices_of(snapshot: Snapshot) -> tuple[Choice, ...]:
    """What people chose to be told of, as it holds now."""
    instance = instance_of(snapshot)
    return () if instance is None else instance.choices_now


def own_choices_of(snapshot: Snapshot) -> tuple[Choice, ...]:
    """What people themselves chose, whether or not it can be done by now."""
    instance = instance_of(snapshot)
    return () if instance is None else tuple(one for one in instance.choices if one.person != EVERYBODY)


def instance_of(snapshot: Snapshot) -> Instance | None:
    """The settings, where the chain may need them."""
    match snapshot:
        case (
            MailSnapshot(instance=instance)
            | ReceiptSnapshot(instance=instance)
            | Asked(instance=instance)
            | Reacted(asked=Asked(instance=instance))
            | Turned(asked=Asked(instance=instance))
            | MailedSnapshot(instance=instance)
            | EditedSnapshot(instance=instance)
            | DeletedSnapshot(instance=instance)
            | TakenAway(instance=instance)
            | RoomSnapshot(instance=instance)
            | AsideSnapshot(instance=instance)
            | SnoozeSnapshot(instance=instance)
        ):
            return instance
        case _:
            return None


def known_of(snapshot: Snapshot) -> tuple[Conversation, ...]:
    """The conversations of a snapshot, as they were read."""
    match snapshot:
        case MailSnapshot(conversation=one) | ReceiptSnapshot(conversation=one):
            return (one,) if one is not None else ()
        case (
            Asked(about=about, here=here)
            | Reacted(asked=Asked(about=about, here=here))
            | Turned(asked=Asked(about=about, here=here))
            | MailedSnapshot(asked=Asked(about=about, here=here))
        ):
            return (*about, *((here,) if here is not None else ()))
        case EditedSnapshot(work=work, drafted=drafted, note=note):
            beside = (one.conversation for one in (drafted, note) if one is not None)
            return (*(w.conversation for w in work), *beside)
        case DeletedSnapshot(about=about, card_of=card_of, drafted=drafted):
            others = (card_of, drafted.conversation if drafted is not None else None)
            return (*about, *(one for one in others if one is not None))
        case TakenAway(conversation=one):
            return (one,) if one is not None else ()
        case RoomSnapshot(assigned=assigned):
            return assigned
        case MailedSnapshot(conversation=one):
            return (one,) if one is not None else ()
        case AsideSnapshot(call=CallAside(conversation=one)) | SnoozeSnapshot(conversation=one):
            return (one,) if one is not None else ()
        case _:
            return ()
