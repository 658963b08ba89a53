"""`only`, `all` and `from`: who gets the answers in a conversation, and which of our addresses they come from."""

from bot.domain.command import Command, Numbers, Right, Words
from bot.domain.rules.copying import AUTOMATIC, from_address, to_author_alone, to_everybody
from bot.domain.rules.reply import needs_of_work

ONLY = Command(
    "only",
    "write",
    to_author_alone,
    needs_of_work,
    is_sensitive=True,
    leaves_deed=True,
    french=("seul",),
    right=Right.SEND,
)
ALL = Command(
    "all",
    "write",
    to_everybody,
    needs_of_work,
    is_sensitive=True,
    leaves_deed=True,
    french=("tous",),
    tried=("everybody", "everyone", "replyall"),
    right=Right.SEND,
)
FROM = Command(
    "from",
    "write",
    from_address,
    needs_of_work,
    takes=(Numbers(), Words((AUTOMATIC,))),
    is_sensitive=True,
    leaves_deed=True,
    french=("expéditeur",),
    tried=("alias", "sender"),
    right=Right.SEND,
)
