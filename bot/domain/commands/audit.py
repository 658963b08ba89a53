"""`audit` and `mailbox log`: who changed how mailboxes are set up, and what became of one, for those who run them."""

from collections.abc import Sequence
from typing import Final

from bot.domain.audited import AuditLine
from bot.domain.command import Answer, Asked, Command, Right, Text, Where
from bot.domain.needs import AuditOf, Needs
from bot.domain.page import Bullets, Dated, Page
from bot.domain.rules.which_mailbox import the_one_meant, which_mailbox
from bot.domain.sentences import Sentence, sentence
from bot.domain.settings import MailboxSettings

MOST_SHOWN: Final = 60


def _audited(asked: Asked) -> tuple[MailboxSettings, ...]:
    """The mailbox that is named, or all; none where the word names none."""
    word = asked.called.text.strip()
    found = asked.instance.named(word) if word else None
    return (found,) if found is not None else () if word else tuple(asked.instance.mailboxes)


def _logged(asked: Asked) -> MailboxSettings | Sentence:
    """One mailbox: what became of several is not told in one list."""
    return the_one_meant(asked, asked.called.text.strip())


def _of(mailboxes: Sequence[MailboxSettings], *, of_people: bool) -> AuditOf:
    return AuditOf(tuple(sorted(one.id for one in mailboxes)), MOST_SHOWN, of_people=of_people)


def _audit_needs(asked: Asked) -> Needs:
    wanted = _audited(asked)
    return [_of(wanted, of_people=True)] if wanted else ()


def _log_needs(asked: Asked) -> Needs:
    found = _logged(asked)
    return () if isinstance(found, Sentence) else [_of((found,), of_people=False)]


def _audit(asked: Asked) -> Answer:
    wanted = _audited(asked)
    if not wanted:
        return which_mailbox(asked) if asked.called.text.strip() else sentence("audit.none")
    return _page(wanted, asked.facts[_of(wanted, of_people=True)]) or sentence("audit.none")


def _log(asked: Asked) -> Answer:
    found = _logged(asked)
    if isinstance(found, Sentence):
        return found
    return _page((found,), asked.facts[_of((found,), of_people=False)]) or sentence("audit.nothing")


def _page(mailboxes: Sequence[MailboxSettings], found: Sequence[AuditLine]) -> Page | None:
    """None: there is nothing to show."""
    known = {one.id: one for one in mailboxes}
    lines = tuple(Dated(one.at, _said(one, known[one.audited.mailbox])) for one in found)
    return Page(sentence("audit.title", count=len(lines)), (Bullets(lines),)) if lines else None


def _said(line: AuditLine, mailbox: MailboxSettings) -> Sentence:
    one = line.audited
    who = one.by or sentence("history.nobody")
    return sentence(one.act.value, who=who, address=mailbox.address, detail=one.detail, reason=one.detail)


AUDIT = Command(
    "audit",
    "admin",
    _audit,
    _audit_needs,
    where=Where.CONFIG,
    takes=(Text(),),
    right=Right.EDIT,
    french=("modifications",),
)
MAILBOX_LOG = Command(
    "mailbox log",
    "admin",
    _log,
    _log_needs,
    where=Where.CONFIG,
    takes=(Text(),),
    right=Right.EDIT,
    french=("boîte journal",),
)
