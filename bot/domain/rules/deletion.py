"""A deleted conversation: nothing is done in it, nothing of it is lost, and the next mail brings it back."""

from dataclasses import replace
from datetime import datetime

from bot.domain.conversation import Conversation, Status
from bot.domain.decision import Decision
from bot.domain.happening import What
from bot.domain.ids import UserId
from bot.domain.rules.moves import changed, timer_of, with_status
from bot.domain.rules.spam import status_before
from bot.domain.rules.taking_back import WAITING
from bot.domain.sentences import Sentence, sentence
from bot.domain.work import Outgoing


def cannot_delete(one: Conversation, work: Outgoing) -> Sentence | None:
    """The reason why a conversation is not to be deleted now; None without one."""
    return sentence("error.delete_waits", number=one.id) if still_leaves(work) else None


def still_leaves(work: Outgoing) -> bool:
    """Whether a mail of it waits to leave, for its time or for a word, or is being handed over."""
    return any(mail.state in WAITING or mail.row in work.under_way | work.retries for mail in work.outgoing)


def delete(one: Conversation, *, actor: UserId, now: datetime) -> Decision:
    """Deleted, whatever it was. Its mails lie on the server where they lay."""
    return changed(one, with_status(one, Status.DELETED), What.DELETED, actor=actor, now=now)


def restore(one: Conversation, *, actor: UserId, now: datetime) -> Decision:
    """As it was before."""
    if one.status is not Status.DELETED:
        return Decision()
    back = replace(with_status(one, one.status_before), status_before=status_before(one))
    return changed(one, back, What.BROUGHT_BACK, actor=actor, now=now) + timer_of(back)


def as_before_mail(one: Conversation) -> Conversation:
    """What a mail joins: what was spam when it was deleted is spam again, in silence."""
    if one.status is Status.DELETED and one.status_before is Status.SPAM:
        return replace(one, status=Status.SPAM, status_before=Status.ACTIVE)
    return one


def told_deleted(one: Conversation) -> Sentence:
    """What is said to somebody who works in a deleted conversation."""
    return sentence("error.deleted", number=one.id)
