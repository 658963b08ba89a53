"""A flood of one sender is folded: its mails are kept in one conversation, and shown when somebody asks for them.

A broken script or an angry person can write hundreds of mails an hour; a card of each would bury everybody else's.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.authenticity import is_worse, verdict_of
from bot.domain.conversation import THROWN_AWAY, Conversation, Direction, EventKind, MailRecord
from bot.domain.decision import AddMail, Change, Decision, SaveConversation, UpdateMail
from bot.domain.effects import Effect, PostMail, Say, ShowState
from bot.domain.happening import Happening, What
from bot.domain.ids import UserId
from bot.domain.inputs.mail import FolderRole, MailArrived, MailUnreadable
from bot.domain.participants import is_by_participant
from bot.domain.rules.kept import as_kept
from bot.domain.rules.weight import is_marked_spam, is_message
from bot.domain.sentences import sentence
from bot.domain.snapshots import MailSnapshot
from bot.domain.subjects import is_other

WITHIN = timedelta(hours=1)
SHOWN_AT_ONCE = 20
"""Mails that one `!unfold` shows."""


def joins_flood(snapshot: MailSnapshot, input: MailArrived | MailUnreadable) -> Conversation | None:
    """The conversation into which this mail is folded; None where it is shown as every mail is.

    A backlog and spam are quiet anyway. Whoever answers a mail of ours is shown, whoever else writes in their name.
    """
    most = snapshot.mailbox.fold_after
    if most == 0 or snapshot.recent < most or input.place.role is not FolderRole.INBOX or is_marked_spam(input):
        return None
    if isinstance(input, MailArrived) and input.is_backlog:
        return None
    if snapshot.conversation is not None:
        return None if _answers_us(snapshot, input, snapshot.conversation) else snapshot.conversation
    newest = snapshot.newest_of_sender
    # What the team calls spam is silent, and what it deleted is gone: a mail that was never looked at does not go there
    # unseen.
    return newest if newest is not None and newest.status not in THROWN_AWAY else None


def _answers_us(snapshot: MailSnapshot, input: MailArrived | MailUnreadable, before: Conversation) -> bool:
    """Somebody who takes part answers a mail of ours, as surely as the first one came from its sender."""
    mail, own = input.mail, snapshot.mailbox.own_addresses
    named = snapshot.match.record if snapshot.match is not None else None
    if named is None or named.direction is not Direction.OUT or mail.is_auto_reply or not is_message(mail):
        return False
    is_doubtful = is_worse(verdict_of(mail, snapshot.mailbox), before.verdict)
    return not is_doubtful and is_by_participant(mail, frozenset(before.participants), own)


def folded(shown: Decision, before: Conversation, most: int) -> Decision:
    """The decision of a mail that joins `before`, with nothing posted but a count on the card and, once, one line."""
    changes: list[Change] = []
    for change in shown.changes:
        match change:
            case AddMail(record):
                changes.append(replace(change, record=replace(record, is_folded=True)))
            case SaveConversation(conversation):
                changes.append(SaveConversation(replace(conversation, folded=before.folded + 1)))
            case _:
                changes.append(change)
    # Not the mail, its files, and what would be said of it.
    effects: list[Effect] = [effect for effect in shown.effects if isinstance(effect, ShowState)]
    if before.folded == 0:
        told = sentence("mail.folding", most=most)
        effects.append(Say(before.room, (told,), kind=EventKind.NOTICE, conversation=before.id))
    happened = tuple(_unshown(one, before) for one in shown.happened)
    return Decision(tuple(changes), tuple(effects), happened)


def _unshown(one: Happening, before: Conversation) -> Happening:
    what = What.FOLDED if one.what is What.CAME else one.what
    return replace(one, what=what, conversation=replace(one.conversation, folded=before.folded + 1))


def unfold(
    conversation: Conversation, folded: Sequence[MailRecord], *, actor: UserId, now: datetime
) -> tuple[Decision, int]:
    """Show the oldest of what is folded, quietly; and how many are left."""
    left = max(0, conversation.folded - len(folded))
    after = replace(conversation, folded=left, changed_at=now)
    records = [replace(record, is_folded=False) for record in folded]
    changes: tuple[Change, ...] = (SaveConversation(after), *(UpdateMail(record) for record in records))
    posts = [
        PostMail(after, record, as_kept(record), is_backlog=True, changed_subject=is_other(record.subject, after))
        for record in records
    ]
    happened = Happening(What.UNFOLDED, after, actor, now)
    return Decision(changes, tuple(posts), (happened,)), left
