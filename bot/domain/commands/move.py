"""`move`: a conversation goes over to another mailbox, of this room or of another one that the person is in."""

from bot.domain.command import Answer, Asked, Command, Numbers, Words
from bot.domain.needs import GroundFor, Needs, OutgoingOf
from bot.domain.rules.at_rest import closed
from bot.domain.rules.lists import mailbox_named, named_elsewhere
from bot.domain.rules.moving import cannot_go, cannot_move, carried, moved
from bot.domain.sentences import sentence
from bot.domain.settings import MailboxSettings


def _needs(asked: Asked) -> Needs:
    elsewhere = [GroundFor(one, to.id, to.room) for one in asked.about for to in _elsewhere(asked)]
    return [*(OutgoingOf(one) for one in asked.about), *elsewhere]


def _word(asked: Asked) -> str:
    return asked.called.words[0] if len(asked.called.words) == 1 else ""


def _elsewhere(asked: Asked) -> tuple[MailboxSettings, ...]:
    return named_elsewhere(asked.instance, asked.room, _word(asked))


def _move(asked: Asked) -> Answer:
    (one,) = asked.about
    why = cannot_move(one, asked.facts[OutgoingOf(one)])
    named = mailbox_named(asked, _word(asked))
    here = asked.instance.mailbox(named) if named is not None else None
    # A mailbox whose room the person is not in is told as one that is not there: nobody learns what is elsewhere.
    known = [(to, asked.facts[GroundFor(one, to.id, to.room)]) for to in _elsewhere(asked)]
    known = [(to, ground) for to, ground in known if asked.person in ground.members]
    if here is None and len(known) != 1:
        return sentence("error.move_where", addresses=", ".join(one.address for one in asked.mailboxes))
    if here is not None and here.id == one.mailbox:
        return sentence("error.move_there", number=one.id, mailbox=here.address)
    if here is not None and (shut := closed(asked.instance, here.id)) is not None:
        return shut
    if why is not None:
        return why
    home = asked.instance.mailbox(one.mailbox)
    assert home is not None, "a conversation of this room has a mailbox"
    if here is not None:
        return moved(one, home, here, actor=asked.person, now=asked.now)
    ((to, ground),) = known
    why = cannot_go(one, asked.facts[OutgoingOf(one)], ground)
    if why is not None:
        return why
    return carried(one, home, to, ground, actor=asked.person, now=asked.now, said=asked.event, instance=asked.instance)


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
