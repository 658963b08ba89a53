"""`approve`, and 👍 on the line of a mail that waits for it: four eyes."""

from bot.domain.command import Answer, Asked, Command, Right
from bot.domain.conversation import OutState
from bot.domain.needs import BlockedIn, Needs
from bot.domain.rules.approving import approve
from bot.domain.rules.reply import work_of


def _blocked(asked: Asked) -> BlockedIn:
    return BlockedIn(tuple(one.mailbox for one in asked.about))


def _needs(asked: Asked) -> Needs:
    return [work_of(asked), _blocked(asked)]


def _approve(asked: Asked) -> Answer:
    return approve(asked, asked.facts[work_of(asked)], asked.facts[_blocked(asked)])


APPROVE = Command(
    "approve",
    "write",
    _approve,
    _needs,
    is_sensitive=True,
    looks_back=True,
    is_of_mail=True,
    waiting=(OutState.UNAPPROVED,),
    french=("approuver",),
    tried=("accept", "accepter", "ok", "valider", "validate"),
    right=Right.SEND,
)
