"""`forward`: a mail is passed on to somebody, in a conversation of its own."""

from dataclasses import replace

from bot.domain.addresses import normal
from bot.domain.command import Answer, Asked, Command, Flags, Headed, Numbers, Right, Text
from bot.domain.conversation import Conversation, MailRecord
from bot.domain.decision import AddMail, Decision
from bot.domain.effects import SayLinked
from bot.domain.happening import Happening, What
from bot.domain.heading import Heading
from bot.domain.needs import MailAt, Needs, NewestOf
from bot.domain.rules.asking import is_unseen
from bot.domain.rules.beginning import acquaintance_with, begun, meant
from bot.domain.rules.missing import where_it_lies
from bot.domain.rules.reply import work_of
from bot.domain.rules.telling import tell
from bot.domain.rules.whole import not_whole
from bot.domain.sentences import Sentence, sentence
from bot.domain.subjects import subject_of_forward


def _heading(asked: Asked) -> Heading:
    return asked.called.heading or Heading()


def _needs(asked: Asked) -> Needs:
    meant_mail = asked.target.mail if asked.target is not None else None
    at = [MailAt(meant_mail)] if meant_mail is not None else [work_of(asked)] if len(asked.about) == 1 else []
    return [
        need for one in asked.about for need in (*at, NewestOf(one.id), acquaintance_with(one.mailbox, _heading(asked)))
    ]


def _mail(asked: Asked, one: Conversation) -> MailRecord | None:
    """The mail of the message that is replied to, else the newest one that came."""
    row = asked.target.mail if asked.target is not None else None
    found = asked.facts[MailAt(row)] if row is not None else None
    those = {one.id, *(each.id for each in asked.pointed)}
    return found if found is not None and found.conversation in those else asked.facts[NewestOf(one.id)]


def _is_pointed_at(asked: Asked) -> bool:
    return asked.target is not None and asked.target.mail is not None


def _forward(asked: Asked) -> Answer:
    (one,) = asked.about
    heading = _heading(asked)
    known = asked.facts[acquaintance_with(one.mailbox, heading)]
    mailbox, mail = asked.instance.mailbox(one.mailbox), _mail(asked, one)
    is_newer = not _is_pointed_at(asked) and is_unseen(asked.facts[work_of(asked)])
    if not heading.who:
        return sentence("error.forward_whom", example=sentence("example.forward"))
    if mail is None or mailbox is None:
        return sentence("missing.no_mail")
    if heading.sender and mailbox.own_address(heading.sender) is None:
        addresses = ", ".join(mailbox.addresses)
        return sentence("error.new_from", address=heading.sender[:120], addresses=addresses)
    to = meant(asked, heading, known)
    if isinstance(to, Sentence):
        return to
    if normal(to.address) == normal(one.correspondent.address):
        return sentence("error.forward_back", address=to.address)
    why = not_whole(mail)
    if why is not None:
        return tell(asked, why, where_it_lies(mail))
    if is_newer:
        return sentence("error.forward_newer", name=mail.from_[0].address if mail.from_ else "")
    left = begun(asked, mailbox, replace(heading, subject=subject_of_forward(mail.subject or one.subject)), known, mail)
    return left if isinstance(left, Sentence) else left + _linked(asked, one, left)


def _linked(asked: Asked, one: Conversation, left: Decision) -> Decision:
    """The new thread says where it comes from; the line of its mail in this one leads there."""
    (record,) = [change.record for change in left.changes if isinstance(change, AddMail)]
    told = sentence("forward.begun", who=asked.person, link=f"#{one.id}")
    back = SayLinked(asked.room, told, asked.room, one.root, record.conversation)
    detail = ", ".join(address.address for address in record.to)
    happened = Happening(What.FORWARDED, one, asked.person, asked.now, detail)
    return Decision((), (back,), (happened,))


FORWARD = Command(
    "forward",
    "write",
    _forward,
    _needs,
    takes=(Numbers(), Headed(has_subject=False), Flags((), has_time=True), Text(is_mailed=True)),
    is_sensitive=True,
    aliases=("fwd",),
    french=("transférer",),
    tried=("redirect",),
    has_more=True,
    right=Right.SEND,
)
