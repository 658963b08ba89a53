"""`split` and ✂️: mails from one of them on get a conversation of their own; a merged one goes on by itself again."""

from bot.domain.command import Answer, Asked, Command
from bot.domain.needs import AcquaintanceWith, LaterOf, MailAt, MailsOf, Needs
from bot.domain.rules.at_rest import at_rest
from bot.domain.rules.merging import split_off
from bot.domain.rules.overtaken import parted
from bot.domain.rules.reply import work_of
from bot.domain.rules.splitting import MOST_SPLIT, cannot_split, own_of, split_from
from bot.domain.sentences import sentence


def _newest(asked: Asked) -> MailsOf:
    return MailsOf(asked.about[0].id, MOST_SPLIT + 1)


def _number(asked: Asked) -> AcquaintanceWith:
    (one,) = asked.about
    return AcquaintanceWith(one.mailbox, one.correspondent.address, "")


def _needs(asked: Asked) -> Needs:
    (one,) = asked.about
    if asked.target is not None and asked.target.mail is not None and asked.target.conversation == one.id:
        return [MailAt(asked.target.mail), _newest(asked), _number(asked)]
    return [LaterOf(one), work_of(asked)] if one.goes_on_as is not None else []


def _split(asked: Asked) -> Answer:
    (one,) = asked.about
    if asked.target is not None and asked.target.mail is not None and asked.target.conversation == one.id:
        return _from_a_mail(asked)
    if one.goes_on_as is None:
        return sentence("error.split_what", number=one.id)
    held = parted(asked.facts[work_of(asked)])
    return split_off(one, asked.facts[LaterOf(one)], actor=asked.person, now=asked.now) + held


def _from_a_mail(asked: Asked) -> Answer:
    (one,) = asked.about
    assert asked.target is not None and asked.target.mail is not None
    first, newest = asked.facts[MailAt(asked.target.mail)], asked.facts[_newest(asked)]
    number, mailbox = asked.facts[_number(asked)].number, asked.instance.mailbox(one.mailbox)
    if first is None or mailbox is None:
        return sentence("missing.no_mail")
    if first.conversation != one.id:
        # It was split off, and merged into this one again.
        return sentence("error.mail_elsewhere", number=first.conversation)
    rests = at_rest(one)
    if rests is not None:
        return rests
    wrong = cannot_split(one, first, newest)
    if wrong is not None:
        return wrong
    own = own_of(one, newest, (*asked.instance.mailboxes, *asked.instance.removed, *asked.others))
    return split_from(one, first, newest, number, mailbox, own=own, actor=asked.person, now=asked.now)


SPLIT = Command(
    "split",
    "work",
    _split,
    _needs,
    looks_back=True,
    leaves_deed=True,
    french=("scinder", "séparer"),
    tried=("unmerge",),
    has_more=True,
)
