"""Who is told now, and of what somebody is to be told after their quiet hours."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from bot.domain.choices import Medium
from bot.domain.decision import Change, Decision, SetTimer
from bot.domain.direct import HoldNews, quiet_timer
from bot.domain.effects import Effect, Say
from bot.domain.ids import ConversationId, UserId
from bot.domain.inputs import Input
from bot.domain.inputs.said import MessageEdited, Reaction, Redacted, TeamMessage
from bot.domain.inputs.trust import Undecryptable
from bot.domain.rules.told import unless_mute
from bot.domain.settings import Instance


def awake(
    instance: Instance | None, people: Iterable[UserId], number: ConversationId, now: datetime
) -> tuple[tuple[UserId, ...], Decision]:
    """Those of the people who are told now; of the others it is kept that they are to be told after their hours."""
    found, kept = list[UserId](), list[Change]()
    for who in people:
        until = instance.quiet_until(who, now) if instance is not None else None
        if until is None:
            found.append(who)
        else:
            kept += [HoldNews(who, number, now), SetTimer(quiet_timer(who), until)]
    return tuple(found), Decision(tuple(kept))


def mentioned_for(
    instance: Instance | None,
    told_by: Callable[[Medium], Iterable[UserId]],
    number: ConversationId,
    now: datetime,
    *,
    is_mailed: bool = True,
) -> tuple[tuple[UserId, ...], Decision]:
    """Who is mentioned for a happening now; and what is kept of it for after quiet hours.

    Args:
        is_mailed: a mail may tell it. Else whoever would be mailed is mentioned.
    """
    mailed = () if is_mailed else told_by(Medium.EMAIL)
    return awake(instance, dict.fromkeys((*told_by(Medium.MENTION), *mailed)), number, now)


def with_sleeping_authors(instance: Instance | None, input: Input, decision: Decision, now: datetime) -> Decision:
    """The decision as what it says of a mail rings its author: in their quiet hours it stands there, and they are told
    of the conversation after them. What answers an act of theirs rings at once, and so does what a mute mailbox would
    never tell."""
    effects, kept = list[Effect](), Decision()
    by = input.sender if isinstance(input, TeamMessage | MessageEdited | Reaction | Redacted | Undecryptable) else None
    for one in decision.effects:
        if instance is not None and isinstance(one, Say) and one.mail is not None and one.conversation is not None:
            mailboxes = [each.id for each in instance.mailboxes if each.room == one.room]
            others = [who for who in one.mention if who != by]
            heard = [who for who in others if all(unless_mute((who,), each, instance.choices) for each in mailboxes)]
            told_now, held = awake(instance, heard, one.conversation, now)
            kept += held
            one = replace(one, mention=tuple(who for who in one.mention if who not in heard or who in told_now))
        effects.append(one)
    return replace(decision, effects=tuple(effects)) + kept
