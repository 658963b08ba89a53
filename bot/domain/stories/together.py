"""What one act did to several conversations, told at once to those whom it concerns."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.domain.choices import Medium
from bot.domain.conversation import Conversation, EventKind
from bot.domain.decision import NOTHING, Change, Decision
from bot.domain.effects import Say
from bot.domain.happening import Happening
from bot.domain.ids import ConversationId, UserId
from bot.domain.rules.put_off import is_thrown_away, timers_for
from bot.domain.rules.quiet_hours import awake, mentioned_for
from bot.domain.sentences import Sentence, numbered, sentence
from bot.domain.snapshots import Snapshot
from bot.domain.stories.apart import told_otherwise
from bot.domain.stories.hearers import of_act
from bot.domain.stories.known import instance_of

Told = Sequence[tuple[Conversation, Happening]]
"""What happened, each with its conversation as it was before."""


def told_together(
    snapshot: Snapshot,
    told: Told,
    words: Callable[[Happening], tuple[Sentence, ...]],
    of_many: str,
    *,
    who: UserId | None = None,
) -> Decision:
    """A line in the thread; of several conversations, one in the room, which mentions also who has a chat.

    Args:
        words: of one of them.
        of_many: the sentence of several, with `count`, `who` and `numbers`.
        who: where it names another person than who did it.
    """
    if len(told) == 1:
        before, one = told[0]
        return _in_thread(snapshot, before, one, words(one))
    return _in_room(snapshot, told, of_many, who) if told else NOTHING


def _in_thread(snapshot: Snapshot, before: Conversation, one: Happening, words: tuple[Sentence, ...]) -> Decision:
    after = one.conversation
    told_by = of_act(snapshot, one.what, one.actor, before=before, after=after)
    is_mailed = not is_thrown_away(after)
    people, held = mentioned_for(instance_of(snapshot), told_by, after.id, one.at, is_mailed=is_mailed)
    say = (Say(after.room, words, EventKind.NOTICE, after.id, mention=people),) if people else ()
    return held + Decision((), say) + told_otherwise(snapshot, told_by, after, one.at, words, is_mailed=is_mailed)


def _in_room(snapshot: Snapshot, told: Told, of_many: str, who: UserId | None) -> Decision:
    people, numbers, kept = dict[UserId, None](), dict[ConversationId, None](), list[Change]()
    for before, one in told:
        after = one.conversation
        told_by = of_act(snapshot, one.what, one.actor, before=before, after=after)
        rung, mailed = (*told_by(Medium.MENTION), *told_by(Medium.DIRECT)), told_by(Medium.EMAIL)
        if is_thrown_away(after):
            rung += mailed
        else:
            kept += timers_for(mailed, after, one.at)
        told_now, held = awake(instance_of(snapshot), rung, after.id, one.at)
        kept += held.changes
        people |= dict.fromkeys(told_now)
        numbers |= {after.id: None} if told_now else {}
    if not people:
        return Decision(tuple(kept))
    first = told[0][1]
    named = numbered(sorted(numbers))
    words = sentence(of_many, count=len(numbers), who=who or first.actor or "", numbers=named)
    say = Say(first.conversation.room, (words,), EventKind.NOTICE, in_thread=False, mention=tuple(people))
    return Decision(tuple(kept), (say,))


def in_its_line(decision: Decision, told: Decision) -> Decision:
    """Both: what stands in the thread already rings there, and is not said twice."""
    effects, more = list(decision.effects), []
    for one in told.effects:
        stands = replace(one, mention=()) if isinstance(one, Say) else one
        if stands in effects:
            effects[effects.index(stands)] = one
        else:
            more.append(one)
    return Decision(decision.changes + told.changes, (*effects, *more), decision.happened)
