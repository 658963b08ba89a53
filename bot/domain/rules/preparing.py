"""A prepared answer is written, changed by whoever takes it up, sent, or dropped (`bot/domain/prepared.py`)."""

from dataclasses import replace
from datetime import datetime

from bot.domain.conversation import Conversation, EventKind, MailRecord, OutState
from bot.domain.decision import Decision, SaveConversation
from bot.domain.effects import Say
from bot.domain.happening import What
from bot.domain.ids import EventId, UserId
from bot.domain.prepared import MOST_TOLD, Prepared, difference
from bot.domain.rules import moves
from bot.domain.sentences import Sentence, sentence
from bot.domain.work import Outgoing


def draft_slot(conversation: Conversation) -> str:
    """The place of the one message that tells how the draft stands."""
    return f"draft:{conversation.id}"


def waiting_draft(conversation: Conversation, mail: MailRecord | None) -> Prepared | None:
    """The draft that may be changed and sent; `mail` is what was made of it. One that was taken back waits again."""
    draft = conversation.draft
    if draft is None or draft.mail is None:
        return draft
    return replace(draft, mail=None) if mail is not None and mail.state is OutState.CANCELLED else None


def mail_of_draft(work: Outgoing) -> MailRecord | None:
    """The mail that was made of the conversation's draft, among the recent ones."""
    draft = work.conversation.draft
    return next((r for r in work.outgoing if draft is not None and r.row == draft.mail), None)


def draft_in(work: Outgoing) -> Prepared | None:
    return waiting_draft(work.conversation, mail_of_draft(work))


def prepared(
    conversation: Conversation, before: Prepared | None, text: str, *, by: UserId, source: EventId, now: datetime
) -> Decision:
    """These words are the draft from now on."""
    if before is not None and before.text == text and before.source == source:
        return Decision()
    author = before.author if before is not None else by
    begun_at = before.seen_at if before is not None and before.source == source else None
    draft = Prepared(text, author, by, source, now, begun_at=begun_at)
    after = replace(conversation, draft=draft)
    what = What.DRAFTED if before is None else What.REDRAFTED
    detail = text[:MOST_TOLD] if before is None else difference(before.text, text)
    if not detail:
        # The same words in another message: that one is the draft now, and nothing of it changed.
        return Decision((SaveConversation(replace(after, changed_at=now)),))
    told = sentence("draft.waits" if author == by else "draft.waits_changed", who=author, by=by)
    return moves.changed(conversation, after, what, actor=by, now=now, detail=detail) + _shown(conversation, told)


def dropped(conversation: Conversation, *, by: UserId, now: datetime) -> Decision:
    """The draft is no more."""
    after = replace(conversation, draft=None)
    told = sentence("draft.dropped", by=by)
    return moves.changed(conversation, after, What.DISCARDED, actor=by, now=now) + _shown(conversation, told)


def _shown(conversation: Conversation, told: Sentence) -> Decision:
    say = Say(conversation.room, (told,), EventKind.NOTICE, conversation.id, slot=draft_slot(conversation))
    return Decision((), (say,))
