"""Parts of an outgoing mail: sender, recipients, quoted mails."""

from collections.abc import Sequence
from dataclasses import replace
from operator import attrgetter
from typing import assert_never

from bot.domain.addresses import is_one_of, normal
from bot.domain.conversation import Direction, MailRecord, OutState
from bot.domain.effects import Draft
from bot.domain.ids import MessageRow
from bot.domain.mail import Address
from bot.domain.participants import Addressed, Choice, addressed, chosen, is_by_participant
from bot.domain.rules.saved_replies import values_of
from bot.domain.settings import MailboxSettings, QuoteMode
from bot.domain.variables import filled, filled_plainly
from bot.domain.work import Work

GONE = (OutState.CANCELLED, OutState.REFUSED)
"""States of a mail that nobody got, and that nothing is done about."""


def submit_key(record: MailRecord) -> str:
    """The outbox key of a mail's submission, by which it is undone."""
    return f"submit:{record.row}"


def quotes_of(work: Work, choice: Choice | None) -> tuple[MessageRow, ...]:
    """The mails that an answer decided now quotes, newest first: those that its writer could see.

    What was written before a newcomer came is not for them, and what a newcomer wrote is nobody else's.
    """
    mail = answered(work, choice)
    last = (mail.row,) if mail is not None else ()
    given = given_to(work)
    if given is not None and (mail is None or normal(given.address) not in _named_in(mail)):
        # Whose conversation it is now was told nothing before.
        return ()
    is_for_newcomer = choice in (Choice.THEM, Choice.ALL) and bool(newcomers_to_choose(work))
    match work.mailbox.quote:
        case QuoteMode.NONE:
            return ()
        case QuoteMode.LAST:
            return last
        case QuoteMode.FULL:
            if is_for_newcomer:
                return last
            seen = _seen_by_all(work, recipients(work, choice).everybody)
            return tuple(r.row for r in seen if _is_of_participants(work, r))
        case _ as unreachable:
            assert_never(unreachable)


def draft_of(work: Work, record: MailRecord) -> Draft:
    """The draft of the mail, with the quotes that were decided."""
    newest = [r for r in (work.newest_in, work.last_of_participants) if r is not None]
    known = {r.row: r for r in (*work.history, *work.quoted, *newest)}
    quoted = tuple(known[row] for row in record.quotes if row in known)
    is_answer = bool(record.in_reply_to) or work.newest_in is not None
    from_name = filled_plainly(work.mailbox.from_name, values_of(work.conversation, work.mailbox))
    # What a rule passes on was written by nobody here.
    signature = "" if record.is_automatic else _signature(work)
    return Draft(record, record.text, record.from_[0], quoted, signature, from_name, is_answer)


def _signature(work: Work) -> str:
    """The mailbox's, with the values of the conversation; the writer's name is put in where names are known."""
    return filled(work.mailbox.signature, values_of(work.conversation, work.mailbox)).text


def wished_sender(work: Work) -> Address | None:
    """The address of ours that members chose for this conversation, while it is ours."""
    own = work.mailbox.own_address(work.conversation.wishes.sender)
    return Address(work.mailbox.name, own) if own is not None else None


def sender_address(work: Work, mail: MailRecord | None) -> Address:
    """The mailbox's name, and its address or the alias that `mail`, which is answered, was written to."""
    aliases = {normal(alias): alias for alias in work.mailbox.aliases}
    own = frozenset((normal(work.mailbox.address),))
    for one in (*mail.to, *mail.cc) if mail is not None else ():
        if is_one_of(own, one.address):
            break
        meant = next((alias for key, alias in aliases.items() if is_one_of((key,), one.address)), None)
        if meant is not None:
            return Address(work.mailbox.name, meant)
    return Address(work.mailbox.name, work.mailbox.address)


def answers_to(mailbox: MailboxSettings, tag: str) -> tuple[Address, ...]:
    """The address that answers to a mail of a member are asked to go to, where the mailbox wants a mark in it."""
    to = mailbox.answers_go_to(mailbox.address, tag)
    return (Address(mailbox.name, to),) if to else ()


def with_own_sender(work: Work, record: MailRecord) -> MailRecord:
    """The mail as it leaves today: from the mailbox, where the alias that was chosen is not ours any more."""
    if work.mailbox.leaves_from(record.from_[0].address):
        return record
    return replace(record, from_=(sender_address(work, None),))


def followed_up(work: Work) -> MailRecord | None:
    """Our newest mail that has left or will, where nobody has written yet: the next one goes on from it."""
    ours = [r for r in (*work.outgoing, work.newest_out) if r is not None and r.state not in GONE]
    return max(ours, key=attrgetter("order"), default=None)


def recipients(work: Work, choice: Choice | None = None) -> Addressed:
    """The recipients of an answer; `choice` is the word that was said."""
    return addressed(
        choice,
        last=work.last_of_participants,
        newest=_newest(work),
        ours=work.newest_out,
        correspondent=work.conversation.correspondent,
        known=frozenset(work.conversation.participants),
        own=work.own_addresses,
        wishes=work.conversation.wishes,
        given=given_to(work),
    )


def given_to(work: Work) -> Address | None:
    """To whom a member gave the conversation (`!customer`), until a participant writes again."""
    wishes, last = work.conversation.wishes, work.last_of_participants
    return wishes.customer if wishes.customer_after == (last.row if last is not None else 0) else None


def newcomers_to_choose(work: Work) -> tuple[Address, ...]:
    """The newest writers who were never in the conversation: only a word makes them recipients."""
    return chosen(_newest(work), frozenset(work.conversation.participants), work.own_addresses)


def answered(work: Work, choice: Choice | None) -> MailRecord | None:
    """The mail that is answered, and quoted: nobody's words go to others without a word that chooses them."""
    if choice in (Choice.THEM, Choice.ALL) and newcomers_to_choose(work):
        return work.newest_in
    if work.last_of_participants is not None:
        return work.last_of_participants
    return None if newcomers_to_choose(work) else work.newest_in


def _newest(work: Work) -> MailRecord | None:
    return work.newest_in if work.newest_in is not None and not work.newest_in.is_automatic else None


def _seen_by_all(work: Work, people: Sequence[Address]) -> Sequence[MailRecord]:
    """The mails to quote, newest first, down to where one of these people came in by themselves, whom nobody had named.

    Whoever came before the mails that are looked at (`Work.incoming`, `Work.history`) may see all of these.
    """
    known = sorted({r.row: r for r in (*work.incoming, *work.history)}.values(), key=attrgetter("order"))
    seen = list(work.history)
    for person in people:
        key = normal(person.address)
        first = next((r for r in known if key in _named_in(r)), None)
        if first is not None and key in {normal(one.address) for one in (*first.from_, *first.reply_to)}:
            seen = [r for r in seen if r.order >= first.order]
    return seen


def _named_in(record: MailRecord) -> set[str]:
    named = (*record.from_, *record.reply_to, *record.original_from, *record.to, *record.cc)
    return {normal(one.address) for one in named}


def _is_of_participants(work: Work, record: MailRecord) -> bool:
    known, own = frozenset(work.conversation.participants), work.own_addresses
    return record.direction is Direction.OUT or is_by_participant(record, known, own)
