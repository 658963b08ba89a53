"""What somebody wrote does not leave once they may not send any more, or are no longer in the room: its words wait as
the conversation's draft, which a colleague sends or drops."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot.domain.conversation import Conversation, EventKind, MailRecord
from bot.domain.decision import NOTHING, Decision, SaveConversation
from bot.domain.effects import Say
from bot.domain.happening import Happening, What
from bot.domain.ids import MessageRow, UserId
from bot.domain.rules.preparing import prepared
from bot.domain.rules.taking_back import WAITING, undo, waits, without_saving
from bot.domain.sentences import sentence
from bot.domain.work import Outgoing

KEPT: Final = ("kept.right", "kept.left", "kept.address")
"""The sentences for the thread that say why."""


@dataclass(frozen=True, slots=True)
class KeptHere:
    """What becomes of one conversation."""

    decision: Decision
    """Without the saving of the conversation, which may change further."""
    conversation: Conversation
    mails: tuple[MailRecord, ...]
    """Those that do not leave."""


def kept_here(
    work: Outgoing,
    writer: UserId,
    why: str,
    *,
    by: UserId | None,
    now: datetime,
    only: Collection[MessageRow] | None = None,
) -> KeptHere:
    """Take back what a person wrote and nobody has yet: all of it, or of these mails alone. `why` is one of
    `KEPT`."""
    conversation, decision, kept = work.conversation, NOTHING, []
    for record in work.outgoing:
        if not _leaves_still(work, record, writer) or (only is not None and record.row not in only):
            continue
        kept.append(record)
        # What was taken back before keeps nobody assigned.
        left = (*(one for one in work.outgoing if one not in kept), record)
        at_hand = replace(work, conversation=conversation, outgoing=left)
        back = undo(at_hand, record, actor=by or writer, room=conversation.room, source=None, now=now)
        changed, conversation = without_saving(back, conversation)
        decision += replace(changed, happened=tuple(_as_kept(one, writer) for one in changed.happened))
        if record.row in work.under_way or record.state_before is not None:
            continue
        is_free = conversation.draft is None and bool(conversation.mails)
        if is_free and record.text.strip() and record.source is not None:
            drafted = prepared(conversation, None, record.text, by=writer, source=record.source, now=now)
            changed, conversation = without_saving(drafted, conversation)
            decision += changed
        is_draft = conversation.draft is not None and conversation.draft.text == record.text
        told = (sentence(why, who=writer), sentence("kept.as_draft" if is_draft else "kept.in_message"))
        decision += Decision((), (Say(conversation.room, told, EventKind.NOTICE, conversation.id),))
    return KeptHere(decision, conversation, tuple(kept))


def kept_with(
    before: Decision,
    work: Outgoing,
    writer: UserId,
    why: str,
    *,
    by: UserId | None,
    now: datetime,
    only: Collection[MessageRow] | None = None,
) -> tuple[Decision, tuple[MailRecord, ...]]:
    """The same after another decision on the conversation, which `work` knows of; saved once."""
    found = kept_here(work, writer, why, by=by, now=now, only=only)
    if not found.mails:
        return before, ()
    others, _ = without_saving(before, work.conversation)
    saved = SaveConversation(replace(found.conversation, changed_at=now))
    return others + found.decision + Decision((saved,)), found.mails


def _as_kept(one: Happening, writer: UserId) -> Happening:
    return replace(one, what=What.REPLY_KEPT, detail=writer) if one.what is What.REPLY_CANCELLED else one


def _leaves_still(work: Outgoing, record: MailRecord, writer: UserId) -> bool:
    if record.author != writer or record.is_automatic or record.state not in WAITING:
        return False
    return record.row in work.under_way or waits(work, record)
