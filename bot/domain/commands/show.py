"""`show`: the card of a conversation again, with its mails and a link to its thread."""

from bot.domain.command import Answer, Asked, Command
from bot.domain.needs import MailsOf, Needs
from bot.domain.page import Block, Bullets, CardOf, MailLine, Page

MOST_SHOWN = 30


def _needs(asked: Asked) -> Needs:
    return [MailsOf(one.id) for one in asked.about]


def _show(asked: Asked) -> Answer:
    blocks: list[Block] = []
    for one in asked.about:
        mails = sorted(asked.facts[MailsOf(one.id)], key=lambda mail: (mail.date, mail.row))
        blocks += [CardOf(one), Bullets(tuple(MailLine(mail) for mail in mails[-MOST_SHOWN:]))]
    return Page(None, tuple(blocks), conversation=asked.about[0].id)


SHOW = Command("show", "find", _show, _needs, takes_several=True, french=("voir", "montrer"))
