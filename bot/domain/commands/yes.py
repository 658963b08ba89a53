"""`yes`: the word for a command that waits for it (`dialogues/bulk.py`, `dialogues/rule_offer.py`,
`dialogues/new_mailbox.py`): ✅ is no word."""

from bot.domain.command import Answer, Asked, Command, Right, Where
from bot.domain.dialogue import Dialogue, yes_of
from bot.domain.dialogues import table
from bot.domain.dialogues.dialogue import Said
from bot.domain.needs import Needs
from bot.domain.new_mailbox import NewMailbox
from bot.domain.sentences import sentence


def _waiting(asked: Asked) -> tuple[Dialogue, ...]:
    one = table.newest_here(asked)
    return (one,) if one is not None and (yes_of(one) is not None or isinstance(one.state, NewMailbox)) else ()


def _needs(asked: Asked) -> Needs:
    return table.needs(_waiting(asked), Said(asked, is_yes=True))


def _yes(asked: Asked) -> Answer:
    done = table.heard(_waiting(asked), Said(asked, is_yes=True))
    if done is not None:
        return done
    other = table.newest_here(asked)
    # A mail leaves by its own words alone.
    return sentence("error.yes_to_what") if other is None else table.status_of(other, asked)[-1]


YES = Command(
    "yes",
    "work",
    _yes,
    _needs,
    where=Where.ROOM | Where.CONFIG,
    only_reads=True,
    right=Right.READ,
    takes=(),
    french=("oui",),
)
