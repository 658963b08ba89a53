"""`health`: what works and what waits, for those who run mailboxes."""

from typing import Final

from bot.domain.command import Answer, Asked, Command, Right, Where
from bot.domain.condition import Condition, MailboxCondition, Outage
from bot.domain.grants import RUNNING
from bot.domain.needs import ConditionOf, Needs
from bot.domain.page import Block, Page, Paragraph, Table
from bot.domain.rules.condition_said import last_mail, put_aside, servers
from bot.domain.sentences import Sentence, sentence
from bot.domain.settings import MailboxSettings

_MOST: Final = 100
"""Mailboxes in one table."""
_LATE: Final = 300.0
"""Seconds that a call may be due before it is said: it is on its way."""


def _of(asked: Asked) -> ConditionOf:
    known = sorted(asked.instance.mailboxes, key=lambda one: one.id)
    return ConditionOf(tuple(one.id for one in known[:_MOST]))


def _needs(asked: Asked) -> Needs:
    return [_of(asked)]


def _health(asked: Asked) -> Answer:
    found = asked.facts[_of(asked)]
    known = {one.id: one for one in asked.instance.mailboxes}
    told = [*_of_all(found, asked)]
    head = ("health.mailbox", "health.servers", "health.last_mail", "health.waiting")
    rows = tuple(_row(known[one.mailbox], one, found.outages) for one in found.mailboxes if one.mailbox in known)
    blocks: list[Block] = []
    if rows:
        blocks.append(Table(tuple(sentence(key) for key in head), rows))
    if len(known) > _MOST:
        told.append(sentence("mailboxes.more", count=len(known) - _MOST))
    if told:
        blocks.append(Paragraph(tuple(told)))
    return Page(sentence("health.title"), tuple(blocks))


def _of_all(found: Condition, asked: Asked) -> list[Sentence]:
    """What concerns no mailbox alone."""
    told = [
        sentence("health.away_all", service=one.service, reason=one.reason, at=one.since)
        for one in found.outages
        if not one.of
    ]
    if asked.others:
        # Whoever runs some of the mailboxes learns no figures of the others.
        return told
    if found.put_aside:
        told.append(put_aside(found.put_aside))
    if found.oldest_due is not None and (asked.now - found.oldest_due).total_seconds() >= _LATE:
        told.append(sentence("health.late", at=found.oldest_due))
    return told or [sentence("health.all_well")]


def _row(mailbox: MailboxSettings, one: MailboxCondition, outages: tuple[Outage, ...]) -> tuple[Sentence, ...]:
    return (
        sentence("mailboxes.word", word=mailbox.address),
        servers(mailbox, outages),
        last_mail(one),
        sentence("health.count", count=one.waiting),
    )


HEALTH = Command(
    "health",
    "admin",
    _health,
    _needs,
    where=Where.CONFIG,
    takes=(),
    right=Right.EDIT,
    also=RUNNING,
    french=("santé",),
)
