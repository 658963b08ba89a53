"""`purge`: spam of which nothing is kept any more; counted, and asked about first."""

from bot.domain.command import Answer, Asked, Command, Right
from bot.domain.conversation import Conversation, Status
from bot.domain.decision import Decision
from bot.domain.needs import Needs, OutgoingIn, UnfinishedIn
from bot.domain.retention import Drop
from bot.domain.rules.deletion import cannot_delete
from bot.domain.sentences import sentence


def _needs(asked: Asked) -> Needs:
    return [need for one in asked.about for need in (OutgoingIn(one.id), UnfinishedIn(one.id))]


def _purge(asked: Asked) -> Answer:
    gone = []
    for one in asked.about:
        work = asked.facts[OutgoingIn(one.id)]
        if one.status is not Status.SPAM or (work is not None and cannot_delete(one, work) is not None):
            return sentence("error.purge_not_spam", number=one.id)
        # Somebody keeps it at hand, writes in it, or it is on its way to the Junk folder: the next time.
        if not (one.starred or one.open_draft or asked.facts[UnfinishedIn(one.id)]):
            gone.append(Drop(one, _folders(asked, one)))
    return Decision(tuple(gone)) if gone else sentence("error.purge_busy")


def _folders(asked: Asked, one: Conversation) -> tuple[str, ...]:
    mailbox = asked.instance.also_removed(one.mailbox)
    return mailbox.folders if mailbox is not None else ()


PURGE = Command(
    "purge",
    "work",
    _purge,
    _needs,
    takes_several=True,
    selects=(Status.SPAM,),
    of_each=lambda number: [OutgoingIn(number), UnfinishedIn(number)],
    is_asked_first=True,
    right=Right.DELETE,
    looks_back=True,
    french=("purger",),
    tried=("expunge", "vider"),
    has_more=True,
)
