"""`show`: the card of a conversation again, with its mails and a link to its thread."""

from bot.domain.command import Answer, Asked, Command
from bot.domain.needs import MailsOf
from bot.domain.page import Block, Bullets, CardOf, MailLine, Page

MOST_SHOWN = 30
"""Mails of one conversation."""
MOST_TOGETHER = 60
"""Mails of all conversations together: an event has room for no more (64 KiB)."""


def _needs(asked: Asked) -> list[MailsOf]:
    most = min(MOST_SHOWN, MOST_TOGETHER // max(1, len(asked.about)))
    return [MailsOf(one.id, most) for one in asked.about]


def _show(asked: Asked) -> Answer:
    blocks: list[Block] = []
    for one, need in zip(asked.about, _needs(asked), strict=True):
        mails = sorted(asked.facts[need], key=lambda mail: (mail.date, mail.row))
        blocks += [CardOf(one), Bullets(tuple(MailLine(mail) for mail in mails))]
    return Page(None, tuple(blocks), conversation=asked.about[0].id)


SHOW = Command("show", "find", _show, _needs, takes_several=True, french=("voir", "montrer"))
