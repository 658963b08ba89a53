"""Colleagues whom somebody names in words for the team."""

from collections.abc import Collection

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

_APART = (Medium.DIRECT, Medium.EMAIL)


def needs_of_names(asked: Asked, text: str, pills: Collection[UserId]) -> Needs:
    """The members, where the words name anybody."""
    return [MembersOf(asked.room)] if pills or bare_names(text) else []


def named(asked: Asked, text: str, pills: Collection[UserId]) -> tuple[UserId, ...]:
    """The colleagues whom the words name by pills, and without one."""
    members = asked.facts[MembersOf(asked.room)] if needs_of_names(asked, text, pills) else ()
    by_name = (_member(members, name) for name in bare_names(text))
    found = dict.fromkeys((*(one for one in pills if one in members), *by_name))
    return tuple(one for one in found if one is not None and one not in (asked.person, asked.instance.bot))


def told_by_name(
    asked: Asked, one: Conversation, people: Collection[UserId], pills: Collection[UserId], said: str
) -> Decision:
    """A line for those of the named people who have no pill, after their quiet hours for who is in them.

    By pills the message rings them itself, also in those hours, and in a muted mailbox. To be named is to them as a
    note in their own conversation: who chose another way than a mention for that is told by that.
    """
    instance = asked.instance
    by_line = (
        who
        for who in people
        if who not in pills and medium_of(who, one.mailbox, instance.choices_now, Occasion.NOTED_MINE) not in _APART
    )
    told_now, held = awake(instance, unless_mute(tuple(by_line), one.mailbox, instance.choices), one.id, asked.now)
    if not told_now:
        return held
    line = Say(asked.room, (sentence(said, who=asked.person),), EventKind.NOTICE, one.id, mention=told_now)
    return held + Decision((), (line,))


def _member(members: Collection[UserId], name: str) -> UserId | None:
    if ":" in name:
        return next((user for user in members if user.lower() == name.lower()), None)
    return only_one_named(members, name)
