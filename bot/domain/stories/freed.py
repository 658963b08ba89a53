"""Whose conversations are nobody's because they left the room: told to those whom these concern."""

from dataclasses import replace

from bot.domain.decision import NOTHING, Decision
from bot.domain.happening import Happening, What
from bot.domain.room_snapshots import RoomSnapshot
from bot.domain.sentences import Sentence, sentence
from bot.domain.snapshots import Snapshot
from bot.domain.stories.together import told_together


def told_of_freed(snapshot: Snapshot, decision: Decision) -> Decision:
    """As an `!unassign`, once for all that they had."""
    if not isinstance(snapshot, RoomSnapshot):
        return NOTHING
    before = {one.id: one for one in snapshot.assigned}
    freed = [one for one in dict.fromkeys(decision.happened) if one.what is What.UNASSIGNED]
    # Whoever heard of an answer there that waited for approval hears of it, too.
    withdrawn = {one.conversation.id for one in decision.happened if one.what is What.REPLY_WITHDRAWN}
    freed = [replace(one, what=What.REPLY_WITHDRAWN) if one.conversation.id in withdrawn else one for one in freed]
    told = [(before[one.conversation.id], one) for one in freed if one.conversation.id in before]
    return told_together(snapshot, told, _words, "member.left_many")


def _words(one: Happening) -> tuple[Sentence, ...]:
    return (sentence("member.left", who=one.actor or "", count=1),)
