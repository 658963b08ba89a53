"""The conversations of a snapshot as they were before what is told, for whom that concerns."""

from dataclasses import replace

from bot.domain.conversation import Conversation
from bot.domain.decision import Decision
from bot.domain.happening import What
from bot.domain.ids import ConversationId
from bot.domain.snapshots import ReceiptSnapshot, Snapshot
from bot.domain.stories.known import known_of


def as_they_were(snapshot: Snapshot) -> dict[ConversationId, Conversation]:
    """The conversations as they were; one that was nobody's and got its assignee by the answer that left now, as it was
    before that was written (where it waited for approval, both were told then)."""
    found = {one.id: one for one in known_of(snapshot)}
    if isinstance(snapshot, ReceiptSnapshot) and snapshot.record is not None and snapshot.conversation is not None:
        one, answer = snapshot.conversation, snapshot.record
        if answer.took_over and answer.approved_by is None and one.assignee == answer.author:
            found[one.id] = replace(one, assignee=None)
        if snapshot.passed_from is not None:
            found[one.id] = replace(found[one.id], mails=max(1, one.mails))
    return found


def begun_in(decision: Decision) -> dict[ConversationId, Conversation]:
    """The conversations that members begin here, as they were: nobody's. One that passes a mail on is not new."""
    passes = any(one.what is What.FORWARDED for one in decision.happened)
    begun = (one.conversation for one in decision.happened if one.what is What.BEGUN)
    return {one.id: replace(one, assignee=None, mails=int(passes)) for one in begun}
