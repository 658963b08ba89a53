"""`move`: a conversation goes over to another mailbox of the room."""

from bot.domain.command import Answer, Asked, Command, Numbers, Words
from bot.domain.needs import Needs, OutgoingOf
from bot.domain.rules.deletion import still_leaves
from bot.domain.rules.lists import mailbox_named
from bot.domain.rules.moving import moved
from bot.domain.sentences import Sentence, sentence


def _needs(asked: Asked) -> Needs:
    return [OutgoingOf(one) for one in asked.about]


def _move(asked: Asked) -> Answer:
    (one,) = asked.about
    named = mailbox_named(asked, asked.called.words[0]) if len(asked.called.words) == 1 else None
    to = asked.instance.mailbox(named) if named is not None else None
    if to is None:
        # A mailbox of another room is told as one that is not there: nobody learns what is elsewhere.
        return _which(asked)
    if to.id == one.mailbox:
        return sentence("error.move_there", number=one.id, mailbox=to.address)
    if one.draft is not None:
        return sentence("error.move_draft", number=one.id)
    if still_leaves(asked.facts[OutgoingOf(one)]):
        return sentence("error.move_waits", number=one.id)
    return moved(one, to, actor=asked.person, now=asked.now)


def _which(asked: Asked) -> Sentence:
    return sentence("error.move_where", addresses=", ".join(one.address for one in asked.mailboxes))


MOVE = Command(
    "move",
    "work",
    _move,
    _needs,
    takes=(Numbers(), Words()),
    leaves_deed=True,
    french=("déplacer",),
    tried=("transfer", "transférer"),
    has_more=True,
)
