"""Colleagues whom somebody names in words for the team."""

from collections.abc import Collection, Iterable
from datetime import datetime

from bot.domain.choices import Medium, Occasion
from bot.domain.command import Asked
from bot.domain.conversation import Conversation, EventKind
from bot.domain.decision import Decision
from bot.domain.effects import Say
from bot.domain.ids import UserId
from bot.domain.names import bare_names, only_one_named
from bot.domain.needs import MembersOf, Needs
from bot.domain.rules.quiet_hours import awake
from bot.domain.rules.told import medium_of, unless_mute
from bot.domain.sentences import sentence
from bot.domain.settings import Instance

_APART = (Medium.DIRECT, Medium.EMAIL)


def needs_of_names(asked: Asked, text: str, pills: Collection[UserId]) -> Needs:
    """The members, where the words name anybody."""
    return [MembersOf(asked.room)] if pills or bare_names(text) else []


def named(asked: Asked, text: str, pills: Collection[UserId]) -> tuple[UserId, ...]:
    """The colleagues whom the words name by pills, and without one."""
    members = asked.facts[MembersOf(asked.room)] if needs_of_names(asked, text, pills) else ()
    found = dict.fromkeys((*(one for one in pills if one in members), *named_among(members, text)))
    return tuple(one for one in found if one not in (asked.person, asked.instance.bot))


def named_among(members: Collection[UserId], text: str) -> tuple[UserId, ...]:
    """Those of the members whose names stand in the words."""
    found = dict.fromkeys(_member(members, name) for name in bare_names(text))
    return tuple(one for one in found if one is not None)


def told_by_name(
    instance: Instance,
    one: Conversation,
    people: Iterable[UserId],
    pills: Collection[UserId],
    *,
    by: UserId,
    now: datetime,
    said: str,
) -> Decision:
    """A line for people who are named without a pill; whoever is in quiet hours is told after them.

    By pills the message rings them itself, also in a muted mailbox; whose phone kept still in their hours is told after
    them all the same. To be named is to them as a note in their own conversation: who chose another way than a mention
    for that is told by that.
    """
    choices = instance.choices_now
    here = [who for who in people if medium_of(who, one.mailbox, choices, Occasion.NOTED_MINE) not in _APART]
    told_now, held = awake(instance, unless_mute(here, one.mailbox, instance.choices), one.id, now)
    by_line = tuple(who for who in told_now if who not in pills)
    if not by_line:
        return held
    line = Say(one.room, (sentence(said, who=by),), EventKind.NOTICE, one.id, mention=by_line)
    return held + Decision((), (line,))


def _member(members: Collection[UserId], name: str) -> UserId | None:
    if ":" in name:
        return next((user for user in members if user.lower() == name.lower()), None)
    return only_one_named(members, name)
