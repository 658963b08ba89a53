"""What a deleted command had changed is as before: told once to those whom it concerns, as what it did was told."""

from bot.domain.conversation import Conversation
from bot.domain.decision import Decision
from bot.domain.happening import Happening, What, said_of
from bot.domain.rules.notice_words import as_it_stands
from bot.domain.sentences import Sentence
from bot.domain.snapshots import Snapshot
from bot.domain.stories.known import known_of
from bot.domain.stories.together import told_together


def told_of_undone(snapshot: Snapshot, decision: Decision) -> Decision:
    """A line in the thread; of several conversations, one in the room, which mentions also who has a chat."""
    before = {one.id: one for one in known_of(snapshot)}
    # Of an answer that is taken back nobody was told, or it is told as that.
    by_answer = (What.REPLY_CANCELLED, What.REPLY_WITHDRAWN)
    cancelled = {one.conversation.id for one in decision.happened if one.what in by_answer}
    acts = [
        one
        for one in dict.fromkeys(decision.happened)
        if one.what is What.COMMAND_UNDONE and one.conversation.id in before.keys() - cancelled
    ]
    told = [(before[one.conversation.id], one) for one in acts if _is_news(before[one.conversation.id], one)]
    return told_together(snapshot, told, _words, "bulk.undone")


def _words(one: Happening) -> tuple[Sentence, ...]:
    return said_of(one.what.key, one.actor, one.detail), as_it_stands(one.conversation)


def _is_news(before: Conversation, one: Happening) -> bool:
    """Whether somebody was told of such a change; what goes to another room is told as a move (`rules/moving.py`)."""
    after = one.conversation
    return before.room == after.room and _told_part(before) != _told_part(after)


def _told_part(one: Conversation) -> tuple[object, ...]:
    return one.assignee, one.status, one.goes_on_as, one.snoozed_until, one.correspondent, one.wishes, one.mailbox
