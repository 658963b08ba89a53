"""What became of an answer whose writer left the room while it was handed over: told to those whom its conversation
concerns, else to the room."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from bot.domain.calls import Submit
from bot.domain.conversation import Conversation, EventKind, MailRecord
from bot.domain.decision import NOTHING, Decision
from bot.domain.effects import Say
from bot.domain.happening import Happening, What
from bot.domain.ids import UserId
from bot.domain.sentences import Sentence
from bot.domain.snapshots import ReceiptSnapshot, Snapshot
from bot.domain.stories.together import in_its_line, told_together

_SAID: Final[Mapping[str, str]] = {
    "reply.refused": "writer_left.not_sent",
    "reply.not_sent": "writer_left.not_sent",
    "reply.partly_refused": "writer_left.partly",
    "reply.rest_not_sent": "writer_left.partly",
    "reply.uncertain": "writer_left.uncertain",
    "reply.stopped": "writer_left.stopped",
    "reply.left_meanwhile": "writer_left.has_left",
}
"""What is said to an author, and of them."""
_ENDS: Final = (What.REPLY_REFUSED, What.REPLY_UNCERTAIN, What.REPLY_KEPT, What.REPLIED, What.ANSWERED)


def with_writer_left(snapshot: Snapshot, decision: Decision) -> Decision:
    """In the place of what would be told to the author, who is there no more."""
    found = _answer_of_absent(snapshot)
    if found is None:
        return decision
    one, record, writer = found
    decision = replace(decision, happened=tuple(_by(done, writer) for done in decision.happened))
    done = next((each for each in decision.happened if each.what in _ENDS), None)
    said = [one for one in decision.effects if isinstance(one, Say) and one.mail == record.row and _is_end(one)]
    if not said or done is None:
        return decision
    words = tuple(_of(each, writer) for one in said for each in one.sentences if each.key in _SAID)
    line = Say(one.room, words, EventKind.NOTICE, one.id)
    kept = (line if each is said[0] else each for each in decision.effects if each not in said[1:])
    decision = replace(decision, effects=tuple(kept))
    told = told_together(snapshot, [(one, done)], lambda _: words, "")
    # Nobody has it, and nobody follows it: it stands where everybody looks.
    return in_its_line(decision, told if told != NOTHING else Decision((), (replace(line, in_thread=False),)))


def _answer_of_absent(snapshot: Snapshot) -> tuple[Conversation, MailRecord, UserId] | None:
    if not isinstance(snapshot, ReceiptSnapshot) or not isinstance(snapshot.planned.call, Submit):
        return None
    one, record = snapshot.conversation, snapshot.record
    if one is None or record is None or record.author is None or not snapshot.members:
        return None
    return None if record.author in snapshot.members else (one, record, record.author)


def _by(done: Happening, writer: UserId) -> Happening:
    """What the history says of it, so that it can be mailed to others."""
    if done.what is What.REPLY_CANCELLED:
        return replace(done, what=What.REPLY_KEPT, actor=writer, detail=writer)
    return replace(done, actor=writer) if done.what in _ENDS else done


def _is_end(say: Say) -> bool:
    return any(each.key in _SAID for each in say.sentences)


def _of(said: Sentence, writer: UserId) -> Sentence:
    return replace(said, key=_SAID[said.key], values=(*said.values, ("who", writer)))
