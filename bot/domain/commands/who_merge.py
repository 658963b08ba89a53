"""`who merge` and `who split`: addresses of one person belong together in the room's mailboxes, or no longer."""

from dataclasses import replace

from bot.domain.addresses import is_one_of, normal
from bot.domain.blocking import key_of
from bot.domain.command import Answer, Asked, Command, Numbers, Words
from bot.domain.conversation import MOST_EARLIER, Conversation
from bot.domain.decision import Decision
from bot.domain.happening import What
from bot.domain.ids import ConversationId, MailboxId
from bot.domain.needs import ConversationsOf, Listed, Needs, PersonsOf
from bot.domain.persons import MOST_ADDRESSES, JoinAddress, PersonsAddress, addresses_with, joined
from bot.domain.rules import moves
from bot.domain.rules.telling import tell
from bot.domain.sentences import Sentence, sentence


def _named(asked: Asked) -> str | Sentence:
    """The one address that the words name; empty where they name none."""
    words = asked.called.words
    key = key_of(words[0]) if words else ""
    if len(words) > 1 or key is None or key.startswith("@"):
        return sentence("error.who_address", word=" ".join(words)[:60])
    return key


def _persons(asked: Asked, *addresses: str) -> PersonsOf:
    return PersonsOf(tuple(one.id for one in asked.mailboxes), tuple(normal(one) for one in addresses))


def _of_other(asked: Asked, other: str) -> Listed:
    return Listed((asked.about[0].mailbox,), correspondent=other, size=MOST_EARLIER + 1)


def _merge_needs(asked: Asked) -> Needs:
    other, own = _named(asked), asked.about[0].correspondent.address
    if isinstance(other, Sentence) or not other or not own:
        return ()
    return [_persons(asked, own, other), _of_other(asked, other)]


def _merge(asked: Asked) -> Answer:
    (one,), other = asked.about, _named(asked)
    own = one.correspondent.address
    if not own:
        return sentence("error.who_nobody")
    if isinstance(other, Sentence):
        return other
    if not other:
        return sentence("error.who_merge_whom", address=own)
    known, rows = asked.facts[_persons(asked, own, other)], asked.facts[_of_other(asked, other)].rows
    if normal(own) == other:
        return sentence("error.who_same", address=other)
    if any(is_one_of(mailbox.own_addresses, other) for mailbox in asked.mailboxes):
        return sentence("error.who_ours", address=other)
    new = [row for mailbox in asked.mailboxes for row in joined(known, _row(asked, mailbox.id, own), other)]
    if not new:
        return sentence("error.who_one_already", address=other)
    there = [*(row for row in known if row.address not in {each.address for each in new}), *new]
    addresses = addresses_with(there, own)
    if len(addresses) > MOST_ADDRESSES:
        return sentence("error.who_too_many", most=MOST_ADDRESSES)
    saved = _with_earlier(asked, one, {*one.earlier, *(row.id for row in rows)}, other)
    told = tell(asked, sentence("who.merged", addresses=", ".join(addresses)))
    return Decision(tuple(JoinAddress(row) for row in new)) + saved + told


def _row(asked: Asked, mailbox: MailboxId, own: str) -> PersonsAddress:
    return PersonsAddress(mailbox, normal(own), "", asked.person, asked.event, asked.now)


def _with_earlier(asked: Asked, one: Conversation, numbers: set[ConversationId], detail: str) -> Decision:
    """The card names the other conversations of whoever the person is now."""
    earlier = tuple(sorted(numbers - {one.id}, reverse=True)[:MOST_EARLIER])
    after = replace(one, earlier=earlier)
    return moves.changed(one, after, What.SAME_PERSON, actor=asked.person, now=asked.now, detail=detail)


def _split_needs(asked: Asked) -> Needs:
    (one,) = asked.about
    own = one.correspondent.address
    if not own or isinstance(_named(asked), Sentence):
        return ()
    return [_persons(asked, own), ConversationsOf(one.earlier)]


def _split(asked: Asked) -> Answer:
    (one,), named = asked.about, _named(asked)
    own = one.correspondent.address
    if not own:
        return sentence("error.who_nobody")
    if isinstance(named, Sentence):
        return named
    known, gone = asked.facts[_persons(asked, own)], named or normal(own)
    others, addresses = asked.facts[ConversationsOf(one.earlier)], addresses_with(known, own)
    if gone not in addresses or len(addresses) == 1:
        return sentence("error.who_not_one", address=gone)
    stay = {normal(own)} if gone == normal(own) else set(addresses) - {gone}
    numbers = {each.id for each in others if normal(each.correspondent.address) in stay or each.id == one.continues}
    # A person of its own, of whom deleting the command makes the one of before.
    parted = tuple(JoinAddress(_alone(asked, row)) for row in known if row.address == gone)
    saved = _with_earlier(asked, one, numbers, f"- {gone}")
    return Decision(parted) + saved + tell(asked, sentence("who.parted", address=gone))


def _alone(asked: Asked, row: PersonsAddress) -> PersonsAddress:
    new = _row(asked, row.mailbox, row.address)
    return replace(new, person=str(asked.event), before=row.person)


WHO_MERGE = Command(
    "who merge",
    "find",
    _merge,
    _merge_needs,
    takes=(Words(), Numbers(unmarked="error.which_conversation")),
    leaves_deed=True,
    french=("qui fusionner",),
    has_more=True,
)
WHO_SPLIT = Command(
    "who split",
    "find",
    _split,
    _split_needs,
    takes=(Words(), Numbers(unmarked="error.which_conversation")),
    leaves_deed=True,
    french=("qui séparer",),
)
