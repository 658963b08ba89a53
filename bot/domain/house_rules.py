"""Rules of the house: what becomes of a mail that opens a conversation, by what stands in it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.domain.addresses import normal
from bot.domain.blocking import covers, key_of
from bot.domain.conversation import MailRecord, Status
from bot.domain.folding import folded_words
from bot.domain.ids import EventId, MailboxId, UserId
from bot.domain.mail import Address, Fields, Mail
from bot.domain.rule_words import FROM, HEADER, SUBJECT, TO, Misread, Reads, named_field, read_rule
from bot.domain.tags import tag_key

MOST_RULES: Final = 50
"""Of a mailbox."""
LOOKED_AT: Final = 100
"""Mails on which a rule is tried."""
_MOST_TEXT: Final = 20_000
"""Characters of a mail's words that are looked at."""
_MOST_NAME: Final = 500
"""Characters of a name, and of an address."""


@dataclass(frozen=True, slots=True)
class HouseRule:
    """One rule of a mailbox."""

    mailbox: MailboxId
    number: int
    said: str
    """In its own form (`written`), which `read_rule` reads."""
    is_on: bool
    by: UserId
    at: datetime
    source: EventId
    """The message of the command that made it: deleting it soon takes the rule back."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What rules look at of a mail, in compared form, made once for all rules; words with blanks around."""

    from_: tuple[str, ...]
    names: tuple[str, ...]
    """The words of each writer's name and address."""
    to: tuple[str, ...]
    subject: str
    text: str
    fields: Fields


@dataclass(frozen=True, slots=True)
class Came:
    """A mail that came, on which a rule is tried."""

    record: MailRecord
    fields: Fields | None = None
    """Of its head; None: its bytes are gone, or nobody asked."""


def letter_of(mail: Mail | Came, *, with_fields: bool = True) -> Letter:
    """What rules look at of a mail."""
    one = mail.record if isinstance(mail, Came) else mail
    text = (mail.visible_text or mail.text) if isinstance(mail, Mail) else mail.record.text
    fields = tuple((name, _words(said)) for name, said in mail.fields or ()) if with_fields else ()
    return Letter(
        _addresses(one.from_),
        tuple(_words(f"{each.name[:_MOST_NAME]} {each.address[:_MOST_NAME]}") for each in one.from_),
        _addresses((*one.to, *one.cc)),
        _words(one.subject[:_MOST_TEXT]),
        _words(text[:_MOST_TEXT]),
        fields,
    )


def _addresses(people: Iterable[Address]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(normal(one.address[:_MOST_NAME]) for one in people if one.address))


def _words(text: str) -> str:
    return f" {' '.join(folded_words(text))} "


def fits(rule: Reads, letter: Letter) -> bool:
    """Whether every condition fits. Words stand beside each other, as between quotation marks."""
    return all(_fits(name, value, letter) for name, value in rule.conditions)


def _fits(name: str, value: str, letter: Letter) -> bool:
    match name:
        case FROM.own if "@" in value:
            return _is_any(value, letter.from_)
        case FROM.own:
            wanted = _words(value)
            return any(wanted in one for one in letter.names)
        case TO.own:
            return _is_any(value, letter.to)
        case SUBJECT.own:
            return _words(value) in letter.subject
        case HEADER.own:
            field, words = named_field(value)
            wanted = _words(words) if words else ""
            return any(name == field and wanted in said for name, said in letter.fields)
        case _:
            return _words(value) in letter.text


def _is_any(value: str, addresses: Iterable[str]) -> bool:
    wanted = key_of(value) or value
    return any(one == wanted or covers(wanted, one) for one in addresses)


@dataclass(frozen=True, slots=True)
class Fitting:
    """A rule that fits a mail."""

    number: int
    reads: Reads
    by: UserId
    """Who made it."""


@dataclass(frozen=True, slots=True)
class Ruled:
    """What the rules that fit make of a conversation."""

    rules: tuple[Fitting, ...] = ()

    @property
    def is_spam(self) -> bool:
        return any(one.reads.status is Status.SPAM for one in self.rules)

    @property
    def is_closed(self) -> bool:
        return not self.is_spam and any(one.reads.status is Status.CLOSED for one in self.rules)

    @property
    def assigns(self) -> bool:
        return any(one.reads.assign for one in self.rules)

    @property
    def forwards(self) -> tuple[Fitting, ...]:
        """The rules that pass the mail on, the first to each address."""
        to = {normal(one.reads.forward): one for one in reversed(self.rules) if one.reads.forward}
        return tuple(one for one in self.rules if one in to.values()) if not self.is_spam else ()

    @property
    def opens_with(self) -> Fitting | None:
        """The rule that opens it with a mailbox of another room: the first that does."""
        return next((one for one in self.rules if one.reads.room), None) if not self.is_spam else None


NOT_RULED: Final = Ruled()


def ruled(rules: tuple[HouseRule, ...], mail: Mail) -> Ruled:
    """Those of these rules that fit the mail."""
    if not rules:
        return NOT_RULED
    read = [(one, reads) for one in rules if one.is_on and (reads := _read(one)) is not None]
    letter = letter_of(mail, with_fields=any(reads.asks_fields for _, reads in read))
    fit = [(one, reads) for one, reads in read if fits(reads, letter)]
    return Ruled(tuple(Fitting(one.number, reads, one.by) for one, reads in fit))


def _read(rule: HouseRule) -> Reads | None:
    try:
        return read_rule(rule.said)
    except Misread:
        return None


def with_more(tags: tuple[str, ...], more: Iterable[str]) -> tuple[str, ...]:
    """The tags with others that are not among them yet."""
    known = {tag_key(tag): tag for tag in tags}
    for tag in more:
        known.setdefault(tag_key(tag), tag)
    return tuple(known.values())


# --- changes --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SaveRule:
    """Keep a rule of the house in place of that of its number."""

    rule: HouseRule


@dataclass(frozen=True, slots=True)
class DropRule:
    """Forget a rule of the house."""

    mailbox: MailboxId
    number: int


RuleChange = SaveRule | DropRule
