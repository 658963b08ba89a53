"""`scheduled`: the answers of the room's mailboxes that wait for their time, or for somebody's word."""

from bot.domain.command import Answer, Asked, Command, Right, Where
from bot.domain.conversation import MailRecord
from bot.domain.needs import Needs, WaitingIn
from bot.domain.page import Block, Bullets, Page, Paragraph
from bot.domain.rules.scheduling import line_of
from bot.domain.sentences import sentence

MOST_SHOWN = 50


def _needs(asked: Asked) -> Needs:
    return [WaitingIn(tuple(one.id for one in asked.mailboxes), MOST_SHOWN + 1)]


def _scheduled(asked: Asked) -> Answer:
    (need,) = _needs(asked)
    waiting: tuple[MailRecord, ...] = asked.facts[need]
    if not waiting:
        return sentence("scheduled.none")
    lines = tuple(line_of(one) for one in waiting[:MOST_SHOWN])
    blocks: list[Block] = [Bullets(lines)]
    if len(waiting) > MOST_SHOWN:
        blocks.append(Paragraph((sentence("scheduled.more", most=MOST_SHOWN),)))
    return Page(sentence("scheduled.title"), tuple(blocks), is_short=len(lines) <= 5)


SCHEDULED = Command(
    "scheduled",
    "write",
    _scheduled,
    _needs,
    where=Where.ROOM,
    takes=(),
    only_reads=True,
    french=("programmés",),
    tried=("planned", "programmé", "programmées", "planifiés"),
    right=Right.READ,
)
