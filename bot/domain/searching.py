"""What is asked of the full-text index, and what it says of each mail and note."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from bot.domain.conversation import LISTED, Conversation, MailRecord, OutState, Status
from bot.domain.folding import folded_words
from bot.domain.ids import ConversationId, MailboxId, UserId
from bot.domain.mail import Address

MOST_BODY: Final = 10_000
"""Characters of a mail's visible words that are searched."""
MOST_NOTE: Final = 4_000
MOST_PEOPLE: Final = 50
"""Addresses of a mail that are searched."""
SHORTEST_START: Final = 3
"""Letters before `*`: a shorter start begins half of all words."""
MOST_TERMS: Final = 12
MOST_WORDS: Final = 40
"""Words of a question, those of its quoted phrases and its filters counted."""
LONGEST_QUESTION: Final = 1_000
"""Characters of a question: the answer repeats it."""
MOST_SUBJECT: Final = 1_000
"""Characters of a subject that are searched."""


class Field(StrEnum):
    """The parts of a mail that a word may be asked in; its letter stands before each word of that part."""

    ANY = ""
    SUBJECT = "s:"
    FROM = "f:"
    TO = "t:"


HAS_FILE: Final = "h:file"
BREAK: Final = "_"
"""Stands between the parts of a text, so that no phrase goes over their border."""


@dataclass(frozen=True, slots=True)
class Term:
    """Words that stand one after the other; with `is_start`, the last one is only the start of a word."""

    words: tuple[str, ...]
    """As they are compared (`folding`)."""
    field: Field = Field.ANY
    is_start: bool = False
    address: str = ""
    """The address that the words are, where they are one: its person may have others."""
    others: tuple[tuple[str, ...], ...] = ()
    """Words that will do as well: the person's other addresses."""
    or_in: tuple[Field, ...] = ()
    """Parts of the mail in which they will do as well."""

    @property
    def choices(self) -> tuple[tuple[str, ...], ...]:
        """Each of the words and their likes, as they stand in the index."""
        every = ((field, words) for field in (self.field, *self.or_in) for words in (self.words, *self.others))
        return tuple(tuple(field.value + word for word in words) for field, words in every)


@dataclass(frozen=True, slots=True)
class AsItIs:
    """Of a conversation, what conditions ask."""

    id: ConversationId
    mailbox: MailboxId
    status: Status
    assignee: UserId | None
    tags: frozenset[str]
    """As they are compared."""


@dataclass(frozen=True, slots=True)
class Query:
    """What must hold of a mail or a note, and of its conversation."""

    terms: tuple[Term, ...] = ()
    has_file: bool = False
    after: datetime | None = None
    """From this time on."""
    before: datetime | None = None
    """Before this time."""
    number: ConversationId | None = None
    status: Status | None = None
    assignee: UserId | None = None
    assignee_name: str = ""
    """What stands before the colon of the assignee's id, in small letters."""
    is_unassigned: bool = False
    tag: str = ""
    """As it is compared."""
    with_taken_back: bool = False
    """Also mails that were taken back, which nobody finds by their words."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked at all. With nothing but a time or a condition, it is asked of the newest."""
        is_within = self.after is not None or self.before is not None
        return not (self.terms or self.has_file or self.number is not None or is_within or self.has_conditions)

    @property
    def is_long(self) -> bool:
        """Whether more is asked than anybody types."""
        return len(self.terms) > MOST_TERMS or sum(len(term.words) for term in self.terms) > MOST_WORDS

    @property
    def has_conditions(self) -> bool:
        """Whether something is asked of the conversation as it is today."""
        return (
            self.status is not None
            or self.assignee is not None
            or self.is_unassigned
            or bool(self.assignee_name or self.tag)
        )

    def fits(self, one: AsItIs) -> bool:
        """Whether the conversation as it is today is asked for."""
        return (
            (one.status in LISTED if self.status is None else one.status is self.status)
            and self.assignee in (None, one.assignee)
            and self.assignee_name in ("", (one.assignee or "")[1:].partition(":")[0].lower())
            and not (self.is_unassigned and one.assignee is not None)
            and (not self.tag or self.tag in one.tags)
        )


NO_QUERY: Final = Query()


@dataclass(frozen=True, slots=True)
class Hit:
    """A conversation that was found, by the newest of its mails and notes that match."""

    conversation: Conversation
    mail: MailRecord | None
    note: str = ""
    """The words of a note; empty for a mail."""


@dataclass(frozen=True, slots=True)
class Hits:
    """A page of what was found."""

    rows: tuple[Hit, ...]
    total: int
    """Conversations, as far as they were counted."""
    is_more: bool = False
    """There may be more than were counted."""


def mailbox_token(mailbox: MailboxId) -> str:
    """Stands in each text of the mailbox."""
    return "m:" + hashlib.sha256(mailbox.encode("utf-8", "replace")).hexdigest()[:12]


def taken_back_token(mailbox: MailboxId) -> str:
    """Stands in its place in a mail that was taken back."""
    return "b" + mailbox_token(mailbox)


def number_token(number: ConversationId) -> str:
    """Stands in each text of the conversation."""
    return f"c:{number}"


def tokens_of_mail(record: MailRecord, found_in: MailboxId) -> list[str]:
    """All that a mail is found by, in the mailbox of its conversation: who, subject, visible words, names of files. One
    that was taken back has no words any more, and is asked for by itself.
    """
    writers = (*record.from_, *record.original_from, *record.reply_to)
    others = (*record.to, *record.cc, *record.bcc)
    files = files_of(record)
    is_gone = record.state is OutState.CANCELLED
    first = taken_back_token(found_in) if is_gone else mailbox_token(found_in)
    tokens = [first, number_token(record.conversation), BREAK]
    tokens += _part(folded_words(record.subject[:MOST_SUBJECT]), Field.SUBJECT)
    tokens += _part(_people(writers), Field.FROM)
    tokens += _part(_people(others), Field.TO)
    if is_gone:
        return tokens
    tokens += folded_words(record.text[:MOST_BODY])
    if files:
        tokens += [BREAK, HAS_FILE, *folded_words(" ".join(files)[:MOST_NOTE])]
    return tokens


def files_of(record: MailRecord) -> list[str]:
    """The names of a mail's files, without pictures that stand in its words."""
    named = [one.filename for one in record.attachments if not one.inline]
    return named + [one.file.filename for one in record.files]


def tokens_of_note(mailbox: MailboxId, number: ConversationId, words: str) -> list[str]:
    """All that a note is found by."""
    return [*_of(mailbox, number), *folded_words(words[:MOST_NOTE])]


def tokens_of_conversation(one: Conversation) -> list[str]:
    """What a conversation is found by beside its mails: the subject that the team gave it, and whose it is."""
    tokens = _of(one.mailbox, one.id)
    tokens += _part(folded_words(one.subject[:MOST_SUBJECT]), Field.SUBJECT)
    return tokens + _part(_people((one.correspondent,)), Field.FROM)


def _of(mailbox: MailboxId, number: ConversationId) -> list[str]:
    return [mailbox_token(mailbox), number_token(number), BREAK]


def _part(words: Sequence[str], field: Field) -> list[str]:
    """The words of a part, to be found anywhere and there."""
    return [*words, BREAK, *(field.value + word for word in words), BREAK]


def _people(people: Sequence[Address]) -> list[str]:
    words: list[str] = []
    for one in people[:MOST_PEOPLE]:
        words += folded_words(f"{one.name[:200]} {one.address[:200]}")
    return words
