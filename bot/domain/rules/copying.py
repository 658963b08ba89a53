"""How the answers in a conversation leave, and to whom: read from a member's words, kept, and named back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.domain.addresses import can_be_written_to, is_one_of, normal
from bot.domain.command import HYPHENS, Answer, Asked
from bot.domain.decision import Decision, SaveConversation
from bot.domain.effects import Say
from bot.domain.happening import What
from bot.domain.mail import Address
from bot.domain.rules import moves
from bot.domain.rules.draft import newcomers_to_choose, recipients
from bot.domain.rules.goes_to import goes_to, in_copy, listed
from bot.domain.rules.reply import work_of
from bot.domain.sentences import Sentence, sentence
from bot.domain.wishes import Wishes
from bot.domain.words import Word
from bot.domain.work import Work

AUTOMATIC: Final = Word("auto", ("automatique", "automatic"))
"""Answers come from the address that was written to."""


@dataclass(frozen=True, slots=True)
class Named:
    """The addresses of a command: those to add, and those to take off."""

    add: tuple[Address, ...] = ()
    drop: tuple[str, ...] = ()
    """In their compared form."""


def copies_openly(asked: Asked) -> Answer:
    """`cc`: who gets each answer in Cc, and who does not."""
    work, named = asked.facts[work_of(asked)], _named(_words(asked))
    if isinstance(named, Sentence):
        return named
    now = recipients(work)
    there = {normal(one.address) for one in (*now.cc, *work.conversation.wishes.cc)}
    for one in named.drop:
        if one in {normal(each.address) for each in now.to}:
            return sentence("error.cc_is_to", address=one)
        if one not in there:
            return sentence("error.cc_not_there", address=one)
    known = work.conversation.participants
    return _kept(asked, work, named, work.conversation.wishes.with_cc(named.add, named.drop, known), "")


def copies_unseen(asked: Asked) -> Answer:
    """`bcc`: who gets each answer without that the others see it."""
    work, named = asked.facts[work_of(asked)], _named(_words(asked))
    if isinstance(named, Sentence):
        return named
    there = {normal(one.address) for one in work.conversation.wishes.bcc}
    for one in named.drop:
        if one not in there:
            return sentence("error.bcc_not_there", address=one)
    return _kept(asked, work, named, work.conversation.wishes.with_bcc(named.add, named.drop), "Bcc ")


def to_author_alone(asked: Asked) -> Answer:
    """`only`: from now on the author of the newest mail alone gets answers."""
    return _towards(asked, author_alone=True)


def to_everybody(asked: Asked) -> Answer:
    """`all`: everybody who takes part gets answers again."""
    return _towards(asked, author_alone=False)


def _towards(asked: Asked, *, author_alone: bool) -> Answer:
    work = asked.facts[work_of(asked)]
    wishes = replace(work.conversation.wishes, author_alone=author_alone)
    return _saved(asked, work, wishes, What.RECIPIENTS, "only" if author_alone else "all")


def from_address(asked: Asked) -> Answer:
    """`from`: the address of ours that answers come from."""
    work, words = asked.facts[work_of(asked)], asked.called.words
    if not words:
        return _saved(asked, work, work.conversation.wishes, What.SENDER, "")
    if words == (AUTOMATIC.own,):
        return _saved(asked, work, replace(work.conversation.wishes, sender=""), What.SENDER, AUTOMATIC.own)
    found = work.mailbox.own_address(words[0].strip("<>,;"))
    if found is None or len(words) > 1:
        return sentence("error.from_which", address=" ".join(words)[:120], addresses=", ".join(work.mailbox.addresses))
    return _saved(asked, work, replace(work.conversation.wishes, sender=found), What.SENDER, found)


def _words(asked: Asked) -> tuple[str, ...]:
    """Those of all lines: an address on the second one is not left out without a word."""
    return (*asked.called.words, *asked.called.text.partition("\n")[2].split())


def _named(words: Sequence[str]) -> Named | Sentence:
    """`a@x`, `+a@x`, `-a@x`, each perhaps with a name before it: `Zoé Blanc <z@x>`."""
    add, drop = [], []
    for word in _with_names(words):
        is_gone, (name, address) = word[0] in HYPHENS, _parted(word.lstrip("+" + HYPHENS))
        if "@" not in address.strip("@"):
            return sentence("error.cc_what", word=word[:60])
        if is_gone:
            drop.append(normal(address))
        elif can_be_written_to(address):
            add.append(Address(name, address))
        else:
            return sentence("error.cc_address", address=address[:120])
    both = {normal(one.address) for one in add} & set(drop)
    if both:
        return sentence("error.cc_what", word=min(both))
    return Named(tuple(add), tuple(dict.fromkeys(drop)))


def _with_names(words: Sequence[str]) -> Iterator[str]:
    """The words, those of a name together with the address in angle brackets behind them."""
    left = list(words)
    while left:
        closing = next((n for n, word in enumerate(left) if word.rstrip(",;").endswith(">")), None)
        before = left[: closing or 0]
        is_name = closing is not None and left[closing].startswith("<") and not any("@" in word for word in before)
        count = (closing or 0) + 1 if is_name else 1
        yield " ".join(left[:count])
        left = left[count:]


def _parted(word: str) -> tuple[str, str]:
    """A name, which may be empty, and the address."""
    name, bracket, address = word.rpartition("<")
    plain = (address if bracket else word).strip("<>,;").removeprefix("mailto:")
    return (name.strip(" \"'“”«»\u00a0") if "@" not in name else ""), plain


def _kept(asked: Asked, work: Work, named: Named, wishes: Wishes, kind: str) -> Answer:
    own = next((one for one in named.add if is_one_of(work.own_addresses, one.address)), None)
    if own is not None:
        return sentence("error.cc_own", address=own.address)
    after = replace(work.conversation, wishes=wishes)
    count, most = len(recipients(replace(work, conversation=after)).everybody), work.mailbox.max_recipients
    if named.add and count > most:
        return sentence("error.cc_too_many", count=count, most=most)
    detail = kind + " ".join((*(f"+{one.address}" for one in named.add), *(f"-{one}" for one in named.drop)))
    return _saved(asked, work, wishes, What.RECIPIENTS, detail[:300])


def _saved(asked: Asked, work: Work, wishes: Wishes, what: What, detail: str) -> Decision:
    """The wishes kept, and who gets the next answer named back."""
    before = work.conversation.wishes
    kept = wishes.said(before, asked.person, asked.now).named_to(asked.person)
    after = replace(work.conversation, wishes=kept)
    saved = moves.changed(work.conversation, after, what, actor=asked.person, now=asked.now, detail=detail)
    if wishes == before and kept.told != before.told:
        saved = Decision((SaveConversation(replace(after, changed_at=asked.now)),))
    told = next_answer(replace(work, conversation=after))
    return saved + Decision((), (Say(asked.room, told, conversation=after.id, reply_to=asked.event),))


def next_answer(work: Work) -> tuple[Sentence, ...]:
    """Who gets the next answer."""
    whom, wishes = recipients(work), work.conversation.wishes
    told = list(goes_to(work, whom, None)) if whom.to else [sentence("copies.nobody"), *in_copy(whom)]
    if wishes.author_alone:
        told.append(sentence("copies.author_alone"))
        kept = [one for one in wishes.cc if one not in whom.cc]
        if kept:
            told.append(sentence("copies.kept", cc=listed(kept)))
        unseen = [one for one in wishes.bcc if one not in whom.bcc]
        if unseen:
            told.append(sentence("copies.kept_unseen", bcc=listed(unseen)))
    openly = {normal(one.address) for one in (*whom.to, *whom.cc)}
    both = [one for one in wishes.bcc if normal(one.address) in openly]
    if both:
        told.append(sentence("copies.openly", addresses=listed(both)))
    if wishes.without:
        told.append(sentence("copies.without", addresses=", ".join(wishes.without[:10])))
    if newcomers_to_choose(work):
        told.append(sentence("copies.asked_first"))
    if work.waiting:
        told.append(sentence("copies.waits"))
    return tuple(told)
