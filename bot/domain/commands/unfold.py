"""`unfold`: shows the mails of a flood that were kept unseen."""

from bot.domain.command import Answer, Asked, Command, Right
from bot.domain.decision import Decision
from bot.domain.effects import Say
from bot.domain.needs import FoldedOf, Needs
from bot.domain.rules import flood
from bot.domain.sentences import sentence


def _needs(asked: Asked) -> Needs:
    return [FoldedOf(one.id) for one in asked.about if one.folded]


def _unfold(asked: Asked) -> Answer:
    (one,) = asked.about
    folded = asked.facts[FoldedOf(one.id)] if one.folded else ()
    if not folded:
        return sentence("error.nothing_folded")
    opened, left = flood.unfold(one, folded, actor=asked.person, now=asked.now)
    if not left:
        return opened
    more = Say(asked.room, (sentence("show.more_folded", count=left),), conversation=one.id)
    return opened + Decision((), (more,))


UNFOLD = Command(
    "unfold", "find", _unfold, _needs, only_reads=True, right=Right.READ, looks_back=True, french=("déplier",)
)
