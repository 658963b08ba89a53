"""`more`: the next page of what was shown last, where it is written."""

from bot.domain.command import Answer, Asked, Command, Right, Where
from bot.domain.sentences import sentence


def _more(asked: Asked) -> Answer:
    """There is no further page: where there is one, its own command is given instead (`load/turning.py`)."""
    return sentence("error.no_more")


MORE = Command(
    "more",
    "find",
    _more,
    where=Where.ROOM | Where.CONFIG | Where.DIRECT,
    takes=(),
    only_reads=True,
    continues=True,
    french=("suite",),
    tried=("next", "page", "suivant", "suivante"),
    right=Right.READ,
)
