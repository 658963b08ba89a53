"""How long a mailbox keeps what is over: the original first, then the words, then the row (decision 132)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Final

from bot.domain.conversation import KEPT_BACK, Conversation, Direction, MailRecord, OutState, Status
from bot.domain.ids import BlobId, ConversationId, MailboxId
from bot.domain.settings import MailboxSettings
from bot.domain.times import months_on

RETENTION: Final = "retention"
"""The kind of timer."""
OVER: Final = (Status.CLOSED, Status.DELETED, Status.SPAM)
"""What somebody has to do something about is kept, however old it is."""
PAUSE: Final = timedelta(seconds=2)
"""Between two steps: whoever waits for the database has their turn."""
BETWEEN: Final = timedelta(days=1)
"""Between two passes, and from the word in the config room to the first step."""
FRESH: Final = timedelta(days=1)
"""A mail younger than this was not here before and forgotten."""
_FOR_EVER: Final = datetime.min.replace(tzinfo=UTC)
LEAVING: Final = frozenset({*KEPT_BACK, OutState.RETRYING})
"""The states of a mail of ours that may still leave."""
_BEGIN: Final = _FOR_EVER
"""A mail may say that it is from before 1970."""
_NONE: Final = ConversationId(0)
_MICROSECOND: Final = timedelta(microseconds=1)


class Step(StrEnum):
    """What goes of a conversation; each takes along what those before it take."""

    ORIGINALS = "originals"
    """The mails' bytes and their files."""
    WORDS = "words"
    """What was written in them, and by the team in the thread."""
    ROW = "row"
    """All of it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What has not changed since these times goes."""

    originals: datetime
    words: datetime
    row: datetime
    spam: datetime

    def first_of(self, status: Status) -> datetime:
        """Nothing of that status is touched which changed later."""
        return max(self.originals, self.spam) if status is Status.SPAM else self.originals


def limits(mailbox: MailboxSettings, now: datetime) -> Limits:
    """Of a mailbox; what takes more takes also what takes less."""
    row = _before(mailbox.keep_closed_months, now)
    words = max(row, _before(mailbox.keep_words_months, now))
    originals = max(words, _before(mailbox.keep_originals_months, now))
    spam = now - timedelta(days=mailbox.keep_spam_days) if mailbox.keep_spam_days else _FOR_EVER
    return Limits(originals, words, row, spam)


def forgets(mailbox: MailboxSettings) -> bool:
    """Whether anything of the mailbox goes by itself."""
    return bool(
        mailbox.keep_originals_months
        or mailbox.keep_words_months
        or mailbox.keep_closed_months
        or mailbox.keep_spam_days
    )


def _before(months: int, now: datetime) -> datetime:
    return datetime.combine(months_on(now.date(), -months), now.timetz()) if months else _FOR_EVER


def step_of(one: Conversation, limits: Limits) -> Step | None:
    """What of it is to go; None: nothing."""
    if one.status not in OVER:
        return None
    if one.changed_at < limits.row or (one.status is Status.SPAM and one.changed_at < limits.spam):
        return Step.ROW
    if one.changed_at < limits.words:
        return Step.WORDS
    return Step.ORIGINALS if one.changed_at < limits.originals else None


@dataclass(frozen=True, slots=True)
class Old:
    """A conversation whose time has come, with what may keep it."""

    conversation: Conversation
    mails: tuple[MailRecord, ...] = ()
    has_calls: bool = False
    """Something is still to be done for it, in the room or on a server, or a question is open."""
    is_merged_into: bool = False
    """Others go on as this one."""
    goes_on: Conversation | None = None
    """The conversation that it goes on as; None where it does not, or that one is gone."""
    touched_at: datetime | None = None
    """When a member did something about it last, or wrote in its thread, which changes nothing of its own."""
    has_more: bool = False
    """It has more mails of which something is to go than are read at once: the next step goes on with it."""


def may_go(old: Old, limits: Limits) -> Step | None:
    """What goes of it now. None: somebody keeps it at hand, writes in it, or it is part of what stays."""
    one = old.conversation
    lately = max(one.changed_at, old.touched_at) if old.touched_at is not None else one.changed_at
    step = step_of(replace(one, changed_at=lately), limits)
    if step is None or one.starred or one.open_draft is not None or old.has_calls:
        return None
    if any(record.state in LEAVING for record in old.mails):
        return None
    if old.goes_on is not None and (step_of(old.goes_on, limits) is None or old.goes_on.starred):
        return None
    if step is Step.ROW and old.is_merged_into:
        # They go first, and this one the next time.
        return None
    return step


def without(record: MailRecord, step: Step) -> MailRecord:
    """The mail once the step was taken. Who wrote when to whom stays, so that an answer finds its conversation."""
    bare = replace(
        record,
        raw=BlobId(""),
        is_forgotten=True,
        attachments=tuple(replace(one, sha256="") for one in record.attachments),
        files=tuple(replace(one, blob=BlobId("")) for one in record.files),
    )
    return bare if step is Step.ORIGINALS else replace(bare, text="", detail="", linked="", folded="")


def past_keys(mailbox: MailboxId, id: str, sameness: Iterable[str], *, is_junk: bool) -> tuple[str, ...]:
    """The keys under which it is kept that such a mail was here once, though nothing else is known of it: where its
    server numbers its mails anew, it is nothing new.

    Args:
        id: as mails are found by (`sameness.id_to_find`).
        sameness: the fingerprints that it may have; two mails of one id are two mails.
        is_junk: it lay in the Junk folder. Taken out of there it is new: somebody says that it is no spam.
    """
    named = (f"{mailbox}\0{id}\0{each}" for each in sameness)
    return tuple(
        f"past:{'junk:' if is_junk else ''}{sha256(one.encode('utf-8', 'replace')).hexdigest()}" for one in named
    )


def past_key_of(record: MailRecord, folders: Collection[str]) -> str:
    """The key of a mail that goes. Our own ids are nobody else's: what their copies say is not compared.

    Args:
        folders: those whose mails become threads.
    """
    each = "" if record.direction is Direction.OUT else record.sameness
    return past_keys(record.mailbox, record.id_to_find, (each,), is_junk=lies_in_junk(record, folders))[0]


def lies_in_junk(record: MailRecord, folders: Collection[str]) -> bool:
    """Whether a mail that came lies in the Junk folder, as far as is known."""
    return record.direction is Direction.IN and bool(record.folder) and record.folder not in folders


# --- where a pass stands --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """How far a pass through a mailbox has come: by status, then by the time of the last change."""

    mailbox: MailboxId
    status: Status = OVER[0]
    at: datetime = _BEGIN
    number: ConversationId = _NONE

    @property
    def timer(self) -> str:
        """The timer of the next step."""
        return f"{RETENTION}:{self.status.value}:{(self.at - _BEGIN) // _MICROSECOND}:{self.number}:{self.mailbox}"

    @property
    def before(self) -> "Place":
        """From where this very conversation is found next."""
        return replace(self, number=ConversationId(self.number - 1))

    @property
    def next_status(self) -> "Place | None":
        """The beginning of the next one; None: the pass is over."""
        later = OVER[OVER.index(self.status) + 1 :]
        return Place(self.mailbox, later[0]) if later else None


def place_in(about: str) -> Place:
    """The place that a timer names, without its kind."""
    status, at, number, mailbox = about.split(":", 3)
    return Place(MailboxId(mailbox), Status(status), _BEGIN + int(at) * _MICROSECOND, ConversationId(int(number)))


def told_key(mailbox: MailboxSettings) -> str:
    """The key under which it is kept that these times were told in the config room."""
    times = (
        mailbox.keep_originals_months,
        mailbox.keep_words_months,
        mailbox.keep_closed_months,
        mailbox.keep_spam_days,
    )
    return f"retention:{mailbox.id}:{':'.join(map(str, times))}"


# --- changes --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fade:
    """Keep less of a conversation: its mails as they are given, and, where `words` go, none of the team's words.

    It is taken only as it was read.
    """

    conversation: Conversation
    mails: tuple[MailRecord, ...]
    words: bool


@dataclass(frozen=True, slots=True)
class Drop:
    """Keep nothing of a conversation but that its mails were here (`past_key_of`). It is taken only as it was read."""

    conversation: Conversation
    folders: tuple[str, ...]
    """Those of its mailbox whose mails become threads."""


RetentionChange = Fade | Drop
