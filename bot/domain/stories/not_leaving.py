"""What does not leave because its writer may not send it any more: told to those whose conversations it stands in."""

from typing import Final

from bot.domain.decision import NOTHING, Decision
from bot.domain.effects import Say
from bot.domain.happening import Happening, What, people_in
from bot.domain.ids import RoomId
from bot.domain.rules.not_theirs import KEPT
from bot.domain.sentences import Sentence
from bot.domain.snapshots import Snapshot
from bot.domain.stories.together import in_its_line, told_together

_KEPT: Final = (What.REPLY_KEPT, What.REPLY_WITHDRAWN)


def with_not_leaving(snapshot: Snapshot, decision: Decision) -> Decision:
    """Once for all of it in a room. What is nobody's by the same act is told as that."""
    freed = {one.conversation.id for one in decision.happened if one.what is What.UNASSIGNED}
    says = (effect for effect in decision.effects if isinstance(effect, Say))
    why = {one.conversation: one.sentences for one in says if any(each.key in KEPT for each in one.sentences)}
    kept = {one.conversation.id: one for one in decision.happened if one.what in _KEPT}
    rooms: dict[RoomId, list[Happening]] = {}
    for number, one in kept.items():
        if number in why and number not in freed:
            rooms.setdefault(one.conversation.room, []).append(one)

    def words_of(one: Happening) -> tuple[Sentence, ...]:
        return why[one.conversation.id]

    told = NOTHING
    for those in rooms.values():
        about = [(one.conversation, one) for one in those]
        told += told_together(snapshot, about, words_of, "kept.many", who=next(iter(people_in(those[0].detail)), None))
    return in_its_line(decision, told)
