"""The words of a rule of the house: read as people write them, and written in the rule's own form."""

import re
from dataclasses import dataclass
from typing import Final

from bot.domain.blocking import key_of
from bot.domain.conversation import Status
from bot.domain.folding import folded_words
from bot.domain.tags import read_tag
from bot.domain.words import Word, bare, by_what_is_said

MOST_LETTERS: Final = 500
"""Of a rule as it is written."""
IF: Final = Word("if", ("si",))
THEN: Final = Word("then", ("alors",))
FROM: Final = Word("from", ("de",))
SUBJECT: Final = Word("subject", ("sujet", "objet"))
TO: Final = Word("to", ("pour", "à"))
BODY: Final = Word("body", ("texte", "corps"))
HEADER: Final = Word("header", ("en-tête", "entête"))
TAG: Final = Word("tag", ("étiquette",))
ASSIGN: Final = Word("assign", ("attribuer", "confier"))
CLOSE: Final = Word("close", ("fermer", "clore"))
SPAM: Final = Word("spam", ("indésirable",))
FORWARD: Final = Word("forward", ("transférer",))
ROOM: Final = Word("room", ("salon",))
_CONDITIONS: Final = by_what_is_said((FROM, SUBJECT, TO, BODY, HEADER))
_ACTIONS: Final = by_what_is_said((TAG, ASSIGN, CLOSE, SPAM, FORWARD, ROOM))
_PART: Final = re.compile(
    r'(?:(?P<key>[^\W\d_]+(?:-[^\W\d_]+)?):)?(?P<field>[A-Za-z0-9-]+=(?="))?(?:"(?P<quoted>[^"]*)"|(?P<word>[^\s"]+))'
)
_FIELD: Final = re.compile(r"[A-Za-z0-9-]{1,60}")
"""The name of a header field, as fields are called in practice (RFC 5322 3.6.8 allows more)."""
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
    forward: str = ""
    """The address that the mail is passed on to; empty: nobody."""
    room: str = ""
    """The mailbox of another room with which the conversation is opened; empty: with that to which the mail came."""

    @property
    def asks_fields(self) -> bool:
        """Whether a condition is about header fields."""
        return any(name == HEADER.own for name, _ in self.conditions)


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
    assign, forward, room, status, is_then = "", "", "", None, False
    for found in _PART.finditer(line):
        key, value = found["key"] or "", (found["quoted"] or found["word"] or "").strip()
        value = (found["field"] or "") + value
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
            case FORWARD.own, True if value and not forward:
                forward = value
            case ROOM.own, True if value and not room:
                room = value
            case CLOSE.own, False if status is None:
                status = Status.CLOSED
            case SPAM.own, False if status is None:
                status = Status.SPAM
            case _:
                raise Misread(found[0][:40])
    goes = bool(forward) + bool(room) + (status is Status.SPAM)
    if not conditions or not (tags or assign or status or goes) or goes > 1:
        raise Misread("")
    return Reads(tuple(conditions), tuple(dict.fromkeys(tags)), assign, status, forward, room)


def _means(name: str, value: str) -> bool:
    if name == HEADER.own:
        field, words = named_field(value)
        return bool(_FIELD.fullmatch(field)) and ("=" not in value or bool(folded_words(words)))
    if "@" in value or name == TO.own:
        return name in (FROM.own, TO.own) and key_of(value) is not None
    return bool(folded_words(value))


def named_field(value: str) -> tuple[str, str]:
    """The header field that a condition names, in small letters; and the words that it must have, if any."""
    field, _, words = value.partition("=")
    return field.strip().lower(), words


def written(rule: Reads) -> str:
    """The rule in its own form."""
    return f"{IF.own} {' '.join(_part(*one) for one in rule.conditions)} {THEN.own} {acts(rule)}"


def acts(rule: Reads) -> str:
    """What the rule does, in its own form."""
    parts = [_part(TAG.own, tag) for tag in rule.tags]
    parts += [_part(ASSIGN.own, rule.assign)] if rule.assign else []
    parts += [_part(FORWARD.own, rule.forward)] if rule.forward else []
    parts += [_part(ROOM.own, rule.room)] if rule.room else []
    parts += {Status.CLOSED: [CLOSE.own], Status.SPAM: [SPAM.own]}[rule.status] if rule.status is not None else []
    return " ".join(parts)


def _part(key: str, value: str) -> str:
    return f'{key}:"{value}"' if " " in value else f"{key}:{value}"
