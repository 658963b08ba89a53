"""Direct chats: who gets one, and what ends it. Access is being in the room of a mailbox, at each moment anew."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.domain.calls import EnterRoom, QuitRoom
from bot.domain.command import Asked, Command, Where
from bot.domain.conversation import EventKind
from bot.domain.decision import NOTHING, Decision, SetTimer
from bot.domain.direct import Direct, EndDirect, SaveDirect, quiet_timer
from bot.domain.effects import Do, Say, ShowPage
from bot.domain.house_changes import AddRoom, ForgetRoom
from bot.domain.ids import RoomId, UserId
from bot.domain.inputs.room import Invited, MemberChanged, RoomUpgraded
from bot.domain.own_addresses import MOST_BOUNCES
from bot.domain.page import Paragraph
from bot.domain.rights import server_of
from bot.domain.room_snapshots import RoomSnapshot
from bot.domain.sentences import Sentence, numbered, sentence
from bot.domain.settings import Instance
from bot.domain.upgrades import is_room_id, uses
from bot.domain.within import Within

UNUSED_STAY: Final = timedelta(hours=24)
"""Time that the bot stays in a room that no mailbox uses."""


def invited(snapshot: RoomSnapshot, input: Invited) -> Decision | None:
    """The answer to an invitation into a chat of two by somebody who may have one; None for any other invitation.

    Whether it is one is looked at from within: the invitation says what its server likes.
    """
    waits = snapshot.waiting is not None and snapshot.waiting.is_direct and snapshot.waiting.inviter == input.inviter
    if not (input.is_direct or waits) or uses(snapshot.instance, input.room) or snapshot.organisation:
        return None
    if not _may_have(snapshot.instance, input.inviter, snapshot.has_access):
        return None
    changes = (
        AddRoom(input.room, input.inviter, input.at, is_direct=True),
        SetTimer(f"unused:{input.room}", input.at + UNUSED_STAY),
    )
    return Decision(changes, (Do(EnterRoom(input.room)),))


def entered(snapshot: RoomSnapshot, room: RoomId, now: datetime) -> Decision | None:
    """What a room is that the bot has just looked at from within; None where it is nothing of this."""
    instance, standing, waiting = snapshot.instance, snapshot.instance.direct_in(room), snapshot.waiting
    if standing is not None:
        goes_on = NOTHING if waiting is None else Decision((ForgetRoom(room),))
        return checked(instance, standing, snapshot.present, has_access=snapshot.has_access) or goes_on
    if waiting is None or not waiting.is_direct or uses(instance, room):
        return None
    person = waiting.inviter
    is_fit = _are_two(instance, person, snapshot.present) and _may_have(instance, person, snapshot.has_access)
    if not is_fit:
        # To an admin it may be useful all the same, as any room that they invite to.
        return None if person in instance.admins else Decision((ForgetRoom(room),), (Do(QuitRoom(room)),))
    before = instance.direct_with(person)
    decision = NOTHING if before is None else ending(before.room, sentence("direct.goes_on"))
    told = [sentence("direct.what"), sentence("direct.how")]
    if any(one.person == person and one.is_paused for one in instance.addresses):
        # They may have been in no room of ours when it was.
        told.append(sentence("email.paused", count=MOST_BOUNCES))
    say = Say(room, tuple(told), EventKind.NOTICE, language=instance.language_of(person))
    # What happened in their quiet hours may have waited for a chat.
    begun = (SaveDirect(Direct(room, person, now)), ForgetRoom(room), SetTimer(quiet_timer(person), now))
    return decision + Decision(begun, (say,))


def may_be_forgotten(instance: Instance, room: RoomId) -> bool:
    """Whether a room in which the bot is may be a direct chat that a database which was put back does not know."""
    return not (uses(instance, room) or instance.shows_mail_in(room))


def of_two(instance: Instance, present: Collection[UserId]) -> UserId | None:
    """Whose direct chat a room is in which these are; None where it is nobody's, or where its person has another."""
    others = [one for one in present if one != instance.bot]
    if len(others) != 1 or not _are_two(instance, others[0], present):
        return None
    return others[0] if instance.direct_with(others[0]) is None else None


def checked(instance: Instance, chat: Direct, present: Collection[UserId], *, has_access: bool) -> Decision | None:
    """The end of a chat that is none of two any more, or whose person may have none; None where it goes on."""
    if chat.person not in present:
        return ending_unsaid(chat.room)
    if not _are_two(instance, chat.person, present):
        return ending(chat.room, sentence("direct.not_alone"))
    if not _may_have(instance, chat.person, has_access):
        return ending(chat.room, sentence("direct.no_access"))
    return None


def gate(asked: Asked) -> Decision | None:
    """The end of the chat in which somebody asks, if it may not go on."""
    within = asked.within
    if within is None:
        return None
    # Of anybody else's access nothing is known here; if they are in the room, it is none of two.
    has_access = bool(within.mailboxes or within.withheld) or asked.person != within.chat.person
    return checked(asked.instance, within.chat, within.present, has_access=has_access)


def refused(asked: Asked, within: Within, row: Command) -> Sentence | None:
    """Why a command does nothing in a direct chat; None where it does."""
    if Where.DIRECT not in row.where:
        if asked.missing:
            return sentence("error.no_such_conversation", numbers=numbered(asked.missing))
        key = "in_its_thread" if asked.about else "which" if row.is_about_conversations else "in_the_room"
        return sentence(f"direct.{key}")
    if Where.CONFIG in row.where or within.mailboxes:
        return None
    return told_withheld(within) if within.withheld else sentence("direct.no_room")


def with_withheld(asked: Asked, decision: Decision) -> Decision:
    """The pages of a decision, with the mailboxes of which nothing stands in them."""
    within = asked.within
    if within is None or not within.withheld or Where.CONFIG in asked.called.command.where:
        return decision
    more = Paragraph((told_withheld(within),))
    effects = [
        replace(one, page=replace(one.page, blocks=(*one.page.blocks, more))) if isinstance(one, ShowPage) else one
        for one in decision.effects
    ]
    return replace(decision, effects=tuple(effects))


def told_withheld(within: Within) -> Sentence:
    return sentence("direct.withheld", addresses=", ".join(one.address for one in within.withheld))


def of_member(snapshot: RoomSnapshot, input: MemberChanged) -> Decision:
    """What becomes of direct chats where somebody comes or goes: in one of them, or in the room of a mailbox."""
    instance, chat = snapshot.instance, snapshot.instance.direct_in(input.room)
    is_out = input.membership in ("leave", "ban")
    if chat is not None and input.user != chat.person:
        # Whoever is only invited reads what was said, once they come.
        return NOTHING if is_out or input.membership == "knock" else ending(chat.room, sentence("direct.not_alone"))
    if chat is not None:
        return ending_unsaid(chat.room) if is_out else NOTHING
    theirs = instance.direct_with(input.user)
    if not is_out or theirs is None or not instance.in_room(input.room):
        return NOTHING
    is_kept = _may_have(instance, input.user, snapshot.has_access)
    return NOTHING if is_kept else ending(theirs.room, sentence("direct.no_access"))


def upgraded(snapshot: RoomSnapshot, input: RoomUpgraded) -> Decision:
    """The chat goes on in the room that replaces it, once its person has invited the bot there."""
    chat = snapshot.instance.direct_in(input.room)
    if chat is None:
        return NOTHING
    ended = Decision((EndDirect(chat.room),), (Do(QuitRoom(chat.room)),))
    if input.by != chat.person or not is_room_id(input.replacement) or input.replacement == input.room:
        return ended
    due = SetTimer(f"unused:{input.replacement}", input.at + UNUSED_STAY)
    return ended + Decision((AddRoom(input.replacement, chat.person, input.at, is_direct=True), due))


def ending(room: RoomId, why: Sentence) -> Decision:
    """Last words, which everybody there may read, and the bot leaves; what waited to be said there is not said."""
    say = Say(room, (why,), EventKind.NOTICE, in_clear=True)
    return Decision((EndDirect(room), ForgetRoom(room)), (say, Do(QuitRoom(room))))


def ending_unsaid(room: RoomId) -> Decision:
    """The end of a chat whose person left, or for which the homeserver takes nothing from the bot any more: nobody can
    be told there, and they are mentioned from then on."""
    return Decision((EndDirect(room), ForgetRoom(room)), (Do(QuitRoom(room)),))


def _are_two(instance: Instance, person: UserId, present: Collection[UserId]) -> bool:
    return set(present) == {person, instance.bot}


def _may_have(instance: Instance, person: UserId, has_access: bool) -> bool:
    if person == instance.bot or server_of(person) not in instance.allowed_servers:
        return False
    return has_access or person in instance.admins
