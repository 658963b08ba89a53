"""`aside`: what could not be decided and was put aside, and `aside retry 3` to try one of it again."""

from bot.domain.calls import DecideAgain
from bot.domain.command import Answer, Asked, Command, Right, Where, Words
from bot.domain.decision import Decision
from bot.domain.effects import Do
from bot.domain.needs import Needs, PutAside
from bot.domain.page import Bullets, Dated, Page, Paragraph
from bot.domain.sentences import sentence
from bot.domain.words import Word

_RETRY = Word("retry", ("réessayer", "retenter"))


def _needs(asked: Asked) -> Needs:
    return () if asked.called.words else [PutAside()]


def _aside(asked: Asked) -> Answer:
    match asked.called.words:
        case ():
            return _listed(asked)
        case (_RETRY.own, number) if number.isdecimal() and number.isascii():
            # A number that nothing has is answered by the call: by then somebody may have tried it already.
            return Decision((), (Do(DecideAgain(int(number), asked.room, asked.event, asked.thread)),))
        case _:
            return sentence("error.aside")


def _listed(asked: Asked) -> Answer:
    kept = asked.facts[PutAside()]
    if not kept:
        return sentence("aside.none")
    lines = tuple(
        Dated(one.at, sentence("aside.line", number=one.number, kind=one.kind, reason=one.reason)) for one in kept
    )
    how = Paragraph((sentence("aside.how", number=kept[0].number),))
    return Page(sentence("aside.title", count=len(lines)), (Bullets(lines), how))


ASIDE = Command(
    "aside",
    "admin",
    _aside,
    _needs,
    where=Where.CONFIG,
    takes=(Words((_RETRY,)),),
    right=Right.ADMIN,
    is_of_instance=True,
    aliases=("shunted",),
    french=("écartés",),
)
