"""`show`: the card of a conversation again, with its mails and a link to its thread; `show all`: all their words."""

import re
from typing import Final

from bot.domain.command import Answer, Asked, Command, Numbers, Right, Where, Words
from bot.domain.conversation import Conversation
from bot.domain.decision import Decision
from bot.domain.effects import ShowCard
from bot.domain.needs import MailsOf, Needs, WholeOf
from bot.domain.page import Block, Bullets, CardOf, MailLine, More, Page, WholeMail
from bot.domain.rules.telling import answered
from bot.domain.sentences import Sentence, sentence
from bot.domain.words import Word

MOST_SHOWN = 30
"""Mails of one conversation."""
MOST_TOGETHER = 60
"""Mails of all conversations together: an event has room for no more (64 KiB)."""
MOST_PAGES: Final = 100_000
ALL: Final = Word("all", ("tout", "tous"))
_PAGE: Final = re.compile(r"page:(\d{1,6})")


def _wanted(asked: Asked) -> int | Sentence:
    """The page of all words; 0 where the card is wanted."""
    words = asked.called.words
    if not words:
        return 0
    pages = [found for word in words if (found := _PAGE.fullmatch(word)) is not None]
    if ALL.own not in words or len(words) != 1 + len(pages) or len(pages) > 1:
        return sentence("error.show_what", words=" ".join(words)[:60])
    if len(asked.about) > 1:
        return sentence("error.only_one", name=SHOW.name)
    return min(max(int(pages[0][1]), 1), MOST_PAGES) if pages else 1


def _needs(asked: Asked) -> Needs:
    page = _wanted(asked)
    if isinstance(page, Sentence):
        return ()
    return [WholeOf(asked.about[0].id, page)] if page else _mails(asked)


def _mails(asked: Asked) -> list[MailsOf]:
    most = min(MOST_SHOWN, MOST_TOGETHER // max(1, len(asked.about)))
    return [MailsOf(one.id, most) for one in asked.about]


def _show(asked: Asked) -> Answer:
    page = _wanted(asked)
    if isinstance(page, Sentence):
        return page
    if page:
        return _all(asked, asked.about[0], page)
    blocks: list[Block] = []
    for one, need in zip(asked.about, _mails(asked), strict=True):
        mails = sorted(asked.facts[need], key=lambda mail: (mail.date, mail.row))
        blocks += [CardOf(one), Bullets(tuple(MailLine(mail) for mail in mails))]
    return _opened(asked, Page(None, tuple(blocks), conversation=asked.about[0].id))


def _opened(asked: Asked, page: Page) -> Answer:
    """The page; and what has no card yet, of before this house, gets one in its room where somebody opens it there."""
    woken = [one for one in asked.about if one.root is None and one.folded and one.room == asked.room]
    if not woken:
        return page
    return answered(asked, page) + Decision((), tuple(ShowCard(one, is_backlog=True) for one in woken))


def _all(asked: Asked, one: Conversation, page: int) -> Answer:
    """The words of all mails, oldest first; of a long mail as many as a page holds."""
    found = asked.facts[WholeOf(one.id, page)]
    page = min(page, max(found.pages, 1))
    blocks: list[Block] = [
        WholeMail(
            words.mail,
            words.text,
            is_begun=words.part.start > 0,
            goes_on=words.part.stop < words.part.length,
        )
        for words in found.words
    ]
    if page < found.pages:
        blocks.append(More(found.pages - page, _command(one, page + 1), is_pages=True))
    title = sentence("show.all", count=found.mails, page=page, pages=max(found.pages, 1), subject=one.subject)
    back = _command(one, page - 1) if page > 1 else ""
    return _opened(asked, Page(title, tuple(blocks), conversation=one.id, back=back))


def _command(one: Conversation, page: int) -> str:
    return f"!show all #{one.id} page:{page}"


SHOW = Command(
    "show",
    "find",
    _show,
    _needs,
    where=Where.THREAD | Where.DIRECT,
    takes=(Numbers(), Words((ALL,))),
    only_reads=True,
    takes_several=True,
    looks_back=True,
    french=("voir", "montrer"),
    has_more=True,
    right=Right.READ,
)
