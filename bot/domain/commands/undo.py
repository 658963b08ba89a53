"""`undo`: takes back the answer that has not left yet."""

from bot.domain.command import Answer, Asked, Command
from bot.domain.conversation import OutState
from bot.domain.needs import Needs, OutgoingOf
from bot.domain.rules.resend import mail_of
from bot.domain.rules.taking_back import WAITING, taken_back_by, turn_of, waits
from bot.domain.sentences import sentence


def _needs(asked: Asked) -> Needs:
    return [OutgoingOf(one) for one in asked.about]


def _undo(asked: Asked) -> Answer:
    (one,) = asked.about
    work = asked.facts[OutgoingOf(one)]
    queued = [r for r in work.outgoing if r.state is OutState.QUEUED or waits(work, r) or r.row in work.under_way]
    if not queued:
        return sentence("error.nothing_to_undo")
    meant = mail_of(work, asked.target)
    if asked.is_by_hand and meant not in queued:
        return sentence("error.nothing_to_undo")
    last = meant if meant in queued else max(queued, key=lambda r: (waits(work, r), *turn_of(r)))
    return taken_back_by(work, last, actor=asked.person, room=asked.room, source=asked.event, now=asked.now)


UNDO = Command(
    "undo",
    "write",
    _undo,
    _needs,
    looks_back=True,
    is_of_mail=True,
    waiting=WAITING,
    french=("annuler",),
    tried=("cancel",),
)
