"""`audit` and `mailbox log`: who changed how the mailboxes are set up, and what became of a mailbox, for admins."""

from typing import Final

from bot.domain.audited import AuditLine
from bot.domain.command import Answer, Asked, Command, Right, Text, Where
from bot.domain.needs import AuditOf, Needs
from bot.domain.page import Bullets, Dated, Page
from bot.domain.rules.which_mailbox import which_mailbox
from bot.domain.sentences import Sentence, sentence
from bot.domain.settings import MailboxSettings

MOST_SHOWN: Final = 60


def _wanted(asked: Asked) -> tuple[MailboxSettings, ...]:
    """The mailbox that is named, or all; none where the word names none."""
    word = asked.called.text.strip()
    if not word:
        return tuple(asked.instance.mailboxes)
    found = asked.instance.named(word)
    return () if found is None else (found,)


def _of(asked: Asked) -> AuditOf:
    wanted = tuple(sorted(one.id for one in _wanted(asked)))
    return AuditOf(wanted, MOST_SHOWN, of_people=asked.called.command.name == AUDIT.name)


def _needs(asked: Asked) -> Needs:
    return [_of(asked)] if _wanted(asked) else []


def _audit(asked: Asked) -> Answer:
    wanted = {one.id: one for one in _wanted(asked)}
    if not wanted and asked.called.text.strip():
        return which_mailbox(asked)
    found = asked.facts[_of(asked)] if wanted else ()
    if not found:
        return sentence("audit.none" if asked.called.command.name == AUDIT.name else "audit.nothing")
    lines = tuple(Dated(one.at, _said(one, wanted[one.audited.mailbox])) for one in found)
    return Page(sentence("audit.title", count=len(found)), (Bullets(lines),))


def _log(asked: Asked) -> Answer:
    """Of one mailbox: what became of several is not told in one list."""
    return _audit(asked) if len(_wanted(asked)) == 1 else which_mailbox(asked)


def _log_needs(asked: Asked) -> Needs:
    return _needs(asked) if len(_wanted(asked)) == 1 else []


def _said(line: AuditLine, mailbox: MailboxSettings) -> Sentence:
    one = line.audited
    who = one.by or sentence("history.nobody")
    return sentence(one.act.value, who=who, address=mailbox.address, detail=one.detail, reason=one.detail)


AUDIT = Command(
    "audit",
    "admin",
    _audit,
    _needs,
    where=Where.CONFIG,
    takes=(Text(),),
    right=Right.ADMIN,
    french=("modifications",),
)
MAILBOX_LOG = Command(
    "mailbox log",
    "admin",
    _log,
    _log_needs,
    where=Where.CONFIG,
    takes=(Text(),),
    right=Right.ADMIN,
    french=("boîte journal",),
)
