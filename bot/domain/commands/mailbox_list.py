"""`mailbox list`: the mailboxes, for those who run them."""

from typing import Final

from bot.domain.command import Answer, Asked, Command, Right, Where
from bot.domain.grants import RUNNING
from bot.domain.page import Block, Page, Paragraph, Table
from bot.domain.rules.condition_said import rest_said
from bot.domain.sentences import Sentence, sentence
from bot.domain.settings import MailboxSettings

_MOST: Final = 100
"""Mailboxes in one table."""


def _list(asked: Asked) -> Answer:
    every = sorted(asked.instance.mailboxes, key=lambda one: one.id)
    if not every:
        return sentence("mailboxes.none")
    head = ("mailboxes.address", "mailboxes.room", "mailboxes.standing", "mailboxes.from")
    shown: list[Block] = [Table(tuple(sentence(key) for key in head), tuple(_row(one) for one in every[:_MOST]))]
    if len(every) > _MOST:
        shown.append(Paragraph((sentence("mailboxes.more", count=len(every) - _MOST),)))
    return Page(sentence("mailboxes.title", count=len(every)), tuple(shown))


def _row(mailbox: MailboxSettings) -> tuple[Sentence, ...]:
    return (
        sentence("mailboxes.word", word=mailbox.address),
        sentence("mailboxes.word", word=mailbox.room),
        rest_said(mailbox) or sentence("mailboxes.served"),
        sentence("mailboxes.of_file" if mailbox.ways is None else "mailboxes.of_house"),
    )


MAILBOX_LIST = Command(
    "mailbox list",
    "admin",
    _list,
    where=Where.CONFIG,
    takes=(),
    right=Right.EDIT,
    also=RUNNING,
    french=("boîte liste",),
)
