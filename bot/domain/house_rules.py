"""Rules of the house: what becomes of a mail that opens a conversation, by what stands in it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.domain.addresses import normal
from bot.domain.blocking import covers, key_of
from bot.domain.conversation import MailRecord, Status
from bot.domain.folding import folded_words
from bot.domain.ids import EventId, MailboxId, UserId
from bot.domain.mail import Address, Mail
from bot.domain.tags import read_tag, tag_key
from bot.domain.words import Word, bare, by_what_is_said

MOST_RULES: Final = 50
"""Of a mailbox."""
MOST_LETTERS: Final = 500
"""Of a rule as it is written."""
LOOKED_AT: Final = 100
"""Mails on which a rule is tried."""
_MOST_TEXT: Final = 20_000
"""Characters of a mail's words that are looked at."""
IF: Final = Word("if", ("si",))
THEN: Final = Word("then", ("alors",))
FROM: Final = Word("from", ("de",))
SUBJECT: Final = Word("subject", ("sujet", "objet"))
TO: Final = Word("to", ("pour", "à"))
BODY: Final = Word("body", ("texte", "corps"))
TAG: Final = Word("tag", ("étiquette",))
ASSIGN: Final = Word("assign", ("attribuer", "confier"))
CLOSE: Final = Word("close", ("fermer", "clore"))
SPAM: Final = Word("spam", ("indésirable",))
_CONDITIONS: Final = by_what_is_said((FROM, SUBJECT, TO, BODY))
_ACTIONS: Final = by_what_is_said((TAG, ASSIGN, CLOSE, SPAM))
_PART: Final = re.compile(r'(?:(?P<key>[^\W\d_]+):)?(?:"(?P<quoted>[^"]*)"|(?P<word>[^\s"]+))')
_QUOTES: Final = str.maketrans("“”„«»", '"""""')


@dataclass(frozen=True, slots=True)
class Reads:
    """What a rule says; all conditions must fit."""

    conditions: tuple[tuple[str, str], ...]
    """Each a key, and the words behind it."""
    tags: tuple[str, ...] = ()
    assign: str = ""
    """A user id, or `@team`; empty: nobody."""
    status: Status | None = None
    """Closed, or spam; None: as every conversation."""


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
    """What rules look at of a mail; the words of subject and text with blanks around."""

    from_: tuple[Address, ...]
    to: tuple[Address, ...]
    subject: str
    text: str


class Misread(Exception):
    """The part of a rule that means nothing; empty: something is missing."""


def read_rule(said: str) -> Reads:
    """The rule that the words mean.

    Raises:
        Misread: they mean none.
    """
    line = said.translate(_QUOTES).replace("\u00a0", " ").replace('" ', '" ').strip()
    if line.count('"') % 2 or len(line) > MOST_LETTERS:
        raise Misread(said[:40])
    conditions: list[tuple[str, str]] = []
    tags: list[str] = []
    assign, status, is_then = "", None, False
    for found in _PART.finditer(line):
        key, value = found["key"] or "", (found["quoted"] or found["word"] or "").strip()
        if not key and bare(value) in IF.said and not conditions:
            continue
        if not key and bare(value) in THEN.said and not is_then:
            is_then = True
            continue
        if not is_then:
            name = _CONDITIONS.get(bare(key), "") if key else ""
            if not name or not _means(name, value):
                raise Misread(found[0][:40])
            conditions.append((name, value))
            continue
        match _ACTIONS.get(bare(key or value)), bool(key):
            case TAG.own, True if (tag := read_tag(value)) is not None:
                tags.append(tag)
            case ASSIGN.own, True if value and not assign:
                assign = value
            case CLOSE.own, False if status is None:
                status = Status.CLOSED
            case SPAM.own, False if status is None:
                status = Status.SPAM
            case _:
                raise Misread(found[0][:40])
    if not conditions or not (tags or assign or status):
        raise Misread("")
    return Reads(tuple(conditions), tuple(dict.fromkeys(tags)), assign, status)


def _means(name: str, value: str) -> bool:
    if "@" in value or name == TO.own:
        return name in (FROM.own, TO.own) and key_of(value) is not None
    return bool(folded_words(value))


def written(rule: Reads) -> str:
    """The rule in its own form."""
    return f"{IF.own} {' '.join(_part(*one) for one in rule.conditions)} {THEN.own} {acts(rule)}"


def acts(rule: Reads) -> str:
    """What the rule does, in its own form."""
    parts = [_part(TAG.own, tag) for tag in rule.tags]
    parts += [_part(ASSIGN.own, rule.assign)] if rule.assign else []
    parts += {Status.CLOSED: [CLOSE.own], Status.SPAM: [SPAM.own]}[rule.status] if rule.status is not None else []
    return " ".join(parts)


def _part(key: str, value: str) -> str:
    return f'{key}:"{value}"' if " " in value else f"{key}:{value}"


def letter_of(mail: Mail | MailRecord) -> Letter:
    """What rules look at of a mail."""
    text = (mail.visible_text or mail.text) if isinstance(mail, Mail) else mail.text
    return Letter(mail.from_, (*mail.to, *mail.cc), _words(mail.subject), _words(text[:_MOST_TEXT]))


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
            return any(_words(value) in _words(f"{one.name} {one.address}") for one in letter.from_)
        case TO.own:
            return _is_any(value, letter.to)
        case SUBJECT.own:
            return _words(value) in letter.subject
        case _:
            return _words(value) in letter.text


def _is_any(value: str, addresses: Iterable[Address]) -> bool:
    wanted = key_of(value) or value
    return any(normal(one.address) == wanted or covers(wanted, normal(one.address)) for one in addresses if one.address)


@dataclass(frozen=True, slots=True)
class Ruled:
    """What the rules that fit make of a conversation."""

    reads: tuple[tuple[int, Reads], ...] = ()

    @property
    def is_spam(self) -> bool:
        return any(one.status is Status.SPAM for _, one in self.reads)

    @property
    def is_closed(self) -> bool:
        return not self.is_spam and any(one.status is Status.CLOSED for _, one in self.reads)

    @property
    def assigns(self) -> bool:
        return any(one.assign for _, one in self.reads)


NOT_RULED: Final = Ruled()


def ruled(rules: tuple[HouseRule, ...], mail: Mail) -> Ruled:
    """Those of these rules that fit the mail."""
    if not rules:
        return NOT_RULED
    letter = letter_of(mail)
    read = ((one.number, _read(one)) for one in rules if one.is_on)
    return Ruled(tuple((number, reads) for number, reads in read if reads is not None and fits(reads, letter)))


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
