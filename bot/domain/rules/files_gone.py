"""Mails whose kept files cannot be read any more: nothing of them leaves, and their writers are told which."""

from collections.abc import Collection
from dataclasses import replace

from bot.domain.conversation import Conversation, MailRecord, OutState
from bot.domain.decision import AddMail, Change, Decision, SaveConversation, UpdateMail
from bot.domain.effects import Effect, ShowState, SubmitMail
from bot.domain.ids import BlobId, ConversationId, MessageRow
from bot.domain.rules.telling import to_author
from bot.domain.sentences import sentence


def files_of(decision: Decision) -> frozenset[BlobId]:
    """The files whose bytes a decision needs."""
    mails = (effect.draft.record for effect in decision.effects if isinstance(effect, SubmitMail))
    return frozenset(one.blob for record in mails for one in record.files if one.is_here)


def without_gone(decision: Decision, gone: Collection[BlobId]) -> Decision:
    """The decision with the mails refused that need one of these files."""
    needing = [
        effect.draft.record
        for effect in decision.effects
        if isinstance(effect, SubmitMail) and any(one.blob in gone for one in effect.draft.record.files)
    ]
    refused = {one.row: replace(one, state=OutState.REFUSED, leaves_at=None) for one in needing}
    if not refused:
        return decision
    about = _conversations(decision)
    changes = tuple(_changed(one, refused) for one in decision.changes)
    effects = tuple(one for one in decision.effects if not _is_of(one, refused))
    told = tuple(
        each
        for record in refused.values()
        if record.conversation in about
        for each in _told(about[record.conversation], record, gone)
    )
    return replace(decision, changes=changes, effects=(*effects, *told))


def _changed(change: Change, refused: dict[MessageRow, MailRecord]) -> Change:
    if isinstance(change, AddMail | UpdateMail) and change.record.row in refused:
        return replace(change, record=refused[change.record.row])
    return change


def _is_of(effect: Effect, refused: dict[MessageRow, MailRecord]) -> bool:
    if isinstance(effect, SubmitMail):
        return effect.draft.record.row in refused
    return isinstance(effect, ShowState) and effect.record.row in refused


def _conversations(decision: Decision) -> dict[ConversationId, Conversation]:
    shown = [one.conversation for one in decision.effects if isinstance(one, ShowState)]
    saved = [one.conversation for one in decision.changes if isinstance(one, SaveConversation)]
    return {one.id: one for one in (*shown, *saved)}


def _told(conversation: Conversation, record: MailRecord, gone: Collection[BlobId]) -> tuple[Effect, ...]:
    names = ", ".join(one.file.filename for one in record.files if one.blob in gone)
    told = sentence("missing.file_to_send", filename=names)
    return ShowState(conversation, record), to_author(conversation, record, told)
