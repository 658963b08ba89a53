"""`customer`: whose conversation it is; the next answer goes there."""

from collections.abc import Iterable
from dataclasses import replace
from operator import attrgetter

from bot.domain.addresses import can_be_written_to, is_one_of, normal
from bot.domain.command import Answer, Asked, Command, Numbers, Right, Text
from bot.domain.conversation import MOST_EARLIER, Conversation
from bot.domain.decision import Decision
from bot.domain.effects import Say
from bot.domain.happening import What
from bot.domain.heading import Heading
from bot.domain.ids import INVISIBLE
from bot.domain.mail import Address
from bot.domain.needs import AcquaintanceWith, Needs
from bot.domain.participants import with_named
from bot.domain.rules import moves
from bot.domain.rules.copying import next_answer
from bot.domain.rules.reply import work_of
from bot.domain.sentences import Sentence, sentence
from bot.domain.work import Work


def _wanted(asked: Asked) -> Address | Sentence:
    """The person that the words name; or what is wrong with them, whatever the conversation."""
    (one,) = asked.about
    heading = Heading(" ".join(asked.called.text.translate(INVISIBLE).split()))
    to = heading.address
    if to is None:
        return sentence("error.customer_whom", address=one.correspondent.address or one.correspondent.name)
    if not can_be_written_to(to.address):
        return sentence("error.customer_address", address=to.address[:120])
    if any(is_one_of(mailbox.own_addresses, to.address) for mailbox in asked.mailboxes):
        return sentence("error.customer_own", address=to.address)
    return to


def _known(one: Conversation, to: Address) -> AcquaintanceWith:
    return AcquaintanceWith(one.mailbox, to.address, "")


def _needs(asked: Asked) -> Needs:
    to = _wanted(asked)
    return () if isinstance(to, Sentence) else [work_of(asked), _known(asked.about[0], to)]


def _customer(asked: Asked) -> Answer:
    (one,), to = asked.about, _wanted(asked)
    if isinstance(to, Sentence):
        return to
    work, known = asked.facts[work_of(asked)], asked.facts[_known(one, to)]
    is_theirs = normal(to.address) == normal(one.correspondent.address)
    named = one.correspondent.name if is_theirs else _name_of(to, known.people, work)
    to = Address(to.name or named, to.address)
    if is_theirs and to == one.correspondent:
        return sentence("error.customer_already", address=to.address)
    others = tuple(each.id for each in known.earlier if each.id != one.id)
    last = work.last_of_participants
    after = replace(
        one,
        correspondent=to,
        earlier=others[:MOST_EARLIER],
        participants=with_named(one.participants, (to,), work.own_addresses),
        wishes=one.wishes.of_customer(to, last.row if last is not None else 0)
        .said(one.wishes, asked.person, asked.now)
        .named_to(asked.person),
    )
    detail = f"{one.correspondent.shown or '?'} → {to.shown}"
    saved = moves.changed(one, after, What.CUSTOMER, actor=asked.person, now=asked.now, detail=detail[:300])
    return saved + _told(asked, replace(work, conversation=after))


def _name_of(to: Address, people: Iterable[Address], work: Work) -> str:
    """The name that they have in the mailbox, or in the newest mail here that names them."""
    mails = sorted({r.row: r for r in (*work.incoming, *work.history)}.values(), key=attrgetter("order"), reverse=True)
    here = [one for mail in mails for one in (*mail.from_, *mail.reply_to, *mail.to, *mail.cc)]
    theirs = (one.name for one in (*people, *here) if normal(one.address) == normal(to.address))
    return next((name for name in theirs if name), "")


def _told(asked: Asked, work: Work) -> Decision:
    """Whose it is now, and who gets the next answer."""
    whose = sentence("customer.is_now", who=work.conversation.correspondent.shown)
    say = Say(asked.room, (whose, *next_answer(work)), conversation=work.conversation.id, reply_to=asked.event)
    return Decision((), (say,))


CUSTOMER = Command(
    "customer",
    "write",
    _customer,
    _needs,
    takes=(Numbers(), Text()),
    is_sensitive=True,
    leaves_deed=True,
    french=("client", "correspondant"),
    tried=("correspondent", "owner", "usager"),
    has_more=True,
    right=Right.SEND,
)
