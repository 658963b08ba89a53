"""`approve`, and 👍 on the line of a mail that waits for it: four eyes."""

from bot.domain.command import Answer, Asked, Command, Right
from bot.domain.rules.approving import approve
from bot.domain.rules.reply import needs_of_work, work_of


def _approve(asked: Asked) -> Answer:
    return approve(asked, asked.facts[work_of(asked)])


APPROVE = Command(
    "approve",
    "write",
    _approve,
    needs_of_work,
    is_sensitive=True,
    looks_back=True,
    french=("approuver",),
    tried=("accept", "accepter", "ok", "valider", "validate"),
    right=Right.SEND,
)
