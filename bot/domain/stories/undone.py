"""What a deleted command had changed is as before: told once to those whom it concerns, as what it did was told."""

from bot.domain.choices import Medium
from bot.domain.conversation import Conversation, EventKind
from bot.domain.decision import NOTHING, Change, Decision
from bot.domain.effects import Say
from bot.domain.happening import Happening, What, said_of
from bot.domain.ids import ConversationId, UserId
from bot.domain.rules.notice_words import as_it_stands
from bot.domain.rules.put_off import is_thrown_away, timers_for
from bot.domain.rules.quiet_hours import awake, mentioned_for
from bot.domain.sentences import numbered, sentence
from bot.domain.snapshots import Snapshot
from bot.domain.stories.apart import told_otherwise
from bot.domain.stories.hearers import of_act
from bot.domain.stories.known import instance_of, known_of


def told_of_undone(snapshot: Snapshot, decision: Decision) -> Decision:
    """A line in the thread; of several conversations, one in the room, which mentions also who has a chat."""
    before = {one.id: one for one in known_of(snapshot)}
    # Of an answer that is taken back nobody was told.
    cancelled = {one.conversation.id for one in decision.happened if one.what is What.REPLY_CANCELLED}
    acts = [
        one
        for one in dict.fromkeys(decision.happened)
        if one.what is What.COMMAND_UNDONE and one.conversation.id in before.keys() - cancelled
    ]
    told = [(before[one.conversation.id], one) for one in acts if _is_news(before[one.conversation.id], one)]
    if len(told) == 1:
        return _in_thread(snapshot, *told[0])
    return _in_room(snapshot, told) if told else NOTHING


def _is_news(before: Conversation, one: Happening) -> bool:
    """Whether somebody was told of such a change; what goes to another room is told as a move (`rules/moving.py`)."""
    after = one.conversation
    return before.room == after.room and _told_part(before) != _told_part(after)


def _told_part(one: Conversation) -> tuple[object, ...]:
    return one.assignee, one.status, one.goes_on_as, one.snoozed_until, one.correspondent, one.wishes, one.mailbox


def _in_thread(snapshot: Snapshot, before: Conversation, one: Happening) -> Decision:
    after = one.conversation
    told_by = of_act(snapshot, one.what, one.actor, before=before, after=after)
    words = (said_of(one.what.key, one.actor or "", one.detail), as_it_stands(after))
    is_mailed = not is_thrown_away(after)
    people, held = mentioned_for(instance_of(snapshot), told_by, after.id, one.at, is_mailed=is_mailed)
    say = (Say(after.room, words, EventKind.NOTICE, after.id, mention=people),) if people else ()
    return held + Decision((), say) + told_otherwise(snapshot, told_by, after, one.at, words, is_mailed=is_mailed)


def _in_room(snapshot: Snapshot, told: list[tuple[Conversation, Happening]]) -> Decision:
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
    words = sentence("bulk.undone", count=len(numbers), who=first.actor or "", numbers=named)
    say = Say(first.conversation.room, (words,), EventKind.NOTICE, in_thread=False, mention=tuple(people))
    return Decision(tuple(kept), (say,))
