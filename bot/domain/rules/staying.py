"""Why a mail that may leave does not: the one list, for its time, its approval, and an edit that was read at last."""

from collections.abc import Collection

from bot.domain.blocking import Blocked
from bot.domain.conversation import MailRecord
from bot.domain.rules.overtaken import answered_onward, is_overtaken
from bot.domain.rules.scheduling import answered_since, why_bad, why_lost
from bot.domain.rules.source import newer_at_source, why_of_source
from bot.domain.rules.unwanted import why_unwanted
from bot.domain.sentences import Sentence, sentence
from bot.domain.work import Work


def why_it_cannot_leave(work: Work, record: MailRecord, blocked: Collection[Blocked]) -> Sentence | None:
    """Also where somebody who has read it lets it leave. Else None. `blocked` is what its mailbox blocks."""
    return (
        why_unwanted(work.conversation, record, blocked)
        or why_of_source(work, record, blocked)
        or why_bad(work, record)
        or why_lost(work, record)
    )


def why_it_stays(work: Work, record: MailRecord, blocked: Collection[Blocked]) -> Sentence | None:
    """The same where it would leave by itself: something came, too, that its writer may not know. Else None."""
    return why_it_cannot_leave(work, record, blocked) or _came_since(work, record)


def _came_since(work: Work, record: MailRecord) -> Sentence | None:
    newer = newer_at_source(work, record, "scheduled.held_source_newer")
    if newer is not None:
        return newer
    if is_overtaken(work, record):
        return sentence("scheduled.held_merged")
    if work.conversation.heard > record.heard:
        return sentence("scheduled.held")
    if answered_since(work, record) or answered_onward(work, record):
        return sentence("scheduled.held_answered")
    return None
