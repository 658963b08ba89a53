"""Message-IDs that only we can make, so that nobody guesses a way into a conversation (PRODUCT 5, HMAC-SHA256)."""

import hashlib
import hmac
import itertools
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar

from bot.domain.addresses import normal
from bot.domain.ids import ConversationId, MessageRow, UserId

_SIGNED = re.compile(r"^([0-9a-f]{12})([0-9a-f]{10})([0-9a-f]{16})@", re.IGNORECASE)
_NUMBERS = 1 << 40
"""As many conversations as ten hexadecimal digits name."""
_TRIP = "trip."
"""No conversation is called so: neither mark is ever taken for the other."""
_NOTED = re.compile(r"^([0-9a-f]{12})([0-9a-f]{22,1042})([0-9a-f]{16})@", re.IGNORECASE)
"""Longer than `_SIGNED`: such an id names no conversation to whoever answers a correspondent's mail."""
_TAGGED = re.compile(r"([0-9a-f]{10})([0-9a-f]{8})([0-9a-f]{16})", re.IGNORECASE)
"""Short, since a local part has 64 octets (RFC 5321 4.5.3.1.1)."""
_TALK = re.compile(r"([0-9a-f]{10})([0-9a-f]{16})", re.IGNORECASE)
_HOME = 4
"""Bytes that tell a person's few addresses apart."""
_HAS_HOME = 1 << 32
"""Beside a time in seconds, which is smaller until the year 2106: the mark of the address follows."""
_WHOM = 4
"""Bytes that tell one set of recipients from another."""
_HAS_WHOM = 1 << 33
"""The mark of those who get an answer follows."""
_OF_TEAM = 1 << 34
"""It told of nothing from outside."""
_OF_NOTES = 1 << 35
"""It told of words for the team alone."""
_OF_ACTS = 1 << 36
"""It told of what colleagues did alone."""
_OF_BOTH = _OF_TEAM | _OF_ACTS
"""Of what somebody outside wrote, and of what colleagues did beside it."""
_NEWS = _OF_TEAM | _OF_NOTES | _OF_ACTS
_MARKS = _HAS_HOME | _HAS_WHOM | _NEWS
_NOTE = "note."
_TAG = "tag."
_TAG_OF_BOTH = "both."
_TAG_OF_TEAM = "team."
_TAG_OF_NOTES = "notes."
_TAG_OF_ACTS = "acts."
_CODE = "code."

_T = TypeVar("_T")


class Fresh(StrEnum):
    """Whose news a mail to a member told: the later in this order, the more likely an answer is for the team."""

    OUTSIDE = "outside"
    """Somebody outside wrote."""
    BOTH = "both"
    """Somebody outside wrote, and beside it a colleague did something, answered, or wrote words for the team."""
    TEAM = "team"
    """Nobody outside wrote anything: a colleague answered, or gave the conversation to the reader."""
    ACTS = "acts"
    """Nor did anybody else: colleagues did something (closed it, put it off), or it was `TEAM` with words for the team
    beside it."""
    NOTES = "notes"
    """Words of colleagues for the team, and no answer of theirs."""

    def or_stricter(self, other: "Fresh") -> "Fresh":
        """That of both with which more answers wait."""
        return max(self, other, key=list(Fresh).index)


_BITS = {
    Fresh.OUTSIDE: 0,
    Fresh.BOTH: _OF_BOTH,
    Fresh.TEAM: _OF_TEAM,
    Fresh.ACTS: _OF_ACTS,
    Fresh.NOTES: _OF_NOTES,
}
_TAGS = {
    Fresh.OUTSIDE: _TAG,
    Fresh.BOTH: _TAG_OF_BOTH,
    Fresh.TEAM: _TAG_OF_TEAM,
    Fresh.ACTS: _TAG_OF_ACTS,
    Fresh.NOTES: _TAG_OF_NOTES,
}


@dataclass(frozen=True, slots=True)
class Notified:
    """What the Message-ID of a mail to a member says: whom it told of what, and when."""

    person: UserId
    conversation: ConversationId
    """0: of none, as with a code."""
    at: datetime
    home: bytes = b""
    """The mark of the address that it went to (`Signer.home`); empty: of a mail of before, or known by a tag."""
    whom: bytes = b""
    """The mark of those whom it named as who gets an answer (`Signer.whom`); empty: of nobody."""
    fresh: Fresh = Fresh.OUTSIDE
    """Whose news it told, and of a mail of before those of somebody outside."""

    @property
    def is_of_thread(self) -> bool:
        """Whether it names the conversation alone: the id above all mails about it to a person, which has no time."""
        return self.at.timestamp() == 0

    @property
    def mark(self) -> str:
        """What tells it from the other mails to its person."""
        return f"{int(self.at.timestamp()):x}.{self.conversation:x}"


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs and recognises our ids with the instance's secret.

    An id is 38 hexadecimal digits: a mail's token, the conversation's number hidden with it, and the mark that only we
    can make. Who gets our mails learns from them neither which program wrote them nor how many conversations there are.
    """

    secret: bytes = field(repr=False)
    former: tuple[bytes, ...] = field(default=(), repr=False)
    """Secrets of before: what they signed is recognised, and nothing is signed with them."""

    def message_id(self, *, conversation: ConversationId, token: str, domain: str) -> str:
        """`token` is 12 hexadecimal digits, unique to the mail; the same arguments give the same id for ever."""
        hidden = conversation % _NUMBERS ^ self._veil(token)
        return f"{token}{hidden:010x}{self._mark(str(conversation), token)}@{domain}"

    def every_message_id(self, *, conversation: ConversationId, token: str, domain: str) -> tuple[str, ...]:
        """The id by today's secret, and those that earlier ones gave the same mail."""
        every = (self.secret, *self.former)
        return tuple(Signer(one).message_id(conversation=conversation, token=token, domain=domain) for one in every)

    def conversation_of(self, message_id: str) -> ConversationId | None:
        """The conversation that a signed id names, or None where we did not make it."""
        found = _parts(message_id)
        if found is None:
            return None
        token, hidden, mark = found
        conversation = ConversationId(int(hidden, 16) ^ self._veil(token))
        if hmac.compare_digest(mark, self._mark(str(conversation), token)):
            return conversation
        return self._before(lambda earlier: earlier.conversation_of(message_id))

    def trip_id(self, *, at: datetime, token: str, domain: str) -> str:
        """The id of a test mail that left at that time; it looks like any other of ours, and names no conversation."""
        second = f"{int(at.timestamp()):010x}"
        return f"{token}{second}{self._mark(_TRIP + second, token)}@{domain}"

    def trip_of(self, message_id: str) -> datetime | None:
        """The time at which the test mail with this id left, or None where we did not make the id."""
        found = _parts(message_id)
        if found is None:
            return None
        token, second, mark = found
        if hmac.compare_digest(mark, self._mark(_TRIP + second, token)):
            return datetime.fromtimestamp(int(second, 16), UTC)
        return self._before(lambda earlier: earlier.trip_of(message_id))

    def notification_id(
        self,
        *,
        person: UserId,
        conversation: ConversationId,
        at: datetime,
        token: str,
        domain: str,
        address: str = "",
        whom: bytes = b"",
        fresh: Fresh = Fresh.OUTSIDE,
    ) -> str:
        """The id of a mail that tells a member of a conversation; nothing of it has to be kept to know it again.

        Args:
            address: to which it goes; empty: to none, as the root of a thread.
            whom: the mark of those who get an answer to it.
            fresh: whose news it tells.
        """
        second = int(at.timestamp()) | (_HAS_HOME if address else 0) | (_HAS_WHOM if whom else 0)
        second |= _BITS[fresh]
        home = self.home(address) if address else b""
        plain = bytes.fromhex(f"{conversation % _NUMBERS:010x}{second:010x}") + home + whom + person.encode()
        hidden = self._covered(plain, token).hex()
        return f"{token}{hidden}{self._mark(_NOTE + hidden, token)}@{domain}"

    def notification_of(self, message_id: str) -> Notified | None:
        """What a mail to a member told of, by its id; None where we did not make the id."""
        found = _parts(message_id, _NOTED)
        if found is None:
            return None
        token, hidden, mark = found
        if len(hidden) % 2 or not hmac.compare_digest(mark, self._mark(_NOTE + hidden, token)):
            return self._before(lambda earlier: earlier.notification_of(message_id))
        plain = self._covered(bytes.fromhex(hidden), token)
        number, second = int.from_bytes(plain[:5], "big"), int.from_bytes(plain[5:10], "big")
        home = 10 + (_HOME if second & _HAS_HOME else 0)
        whom = home + (_WHOM if second & _HAS_WHOM else 0)
        at = datetime.fromtimestamp(second & ~_MARKS, UTC)
        person = UserId(plain[whom:].decode())
        fresh = next((one for one, bits in _BITS.items() if second & _NEWS == bits), Fresh.NOTES)
        return Notified(person, ConversationId(number), at, plain[10:home], plain[home:whom], fresh)

    def token_of_notification(self, message_id: str) -> str:
        """The token in such an id, 12 digits; empty where we did not make it."""
        found = _parts(message_id, _NOTED)
        return found[0] if found is not None and self.notification_of(message_id) is not None else ""

    def home(self, address: str) -> bytes:
        """The mark of a member's address, which only we can make."""
        return self._digest(f"home.{normal(address)}")[:_HOME]

    def is_home(self, mark: bytes, address: str) -> bool:
        """Whether it is the mark of this address."""
        return any(Signer(one).home(address) == mark for one in (self.secret, *self.former))

    def whom(self, openly: Collection[str], unseen: Collection[str]) -> bytes:
        """The mark of these recipients, which only we can make."""
        named = (",".join(sorted(people)) for people in (openly, unseen))
        return self._digest(f"whom.{';'.join(named)}")[:_WHOM]

    def is_whom(self, mark: bytes, openly: Collection[str], unseen: Collection[str]) -> bool:
        """Whether it is the mark of these recipients."""
        return any(Signer(one).whom(openly, unseen) == mark for one in (self.secret, *self.former))

    def conversation_tag(self, conversation: ConversationId) -> str:
        """What a correspondent's answer bears in the address that it goes to, the same for ever: 26 digits."""
        hidden = f"{conversation % _NUMBERS ^ self._veil(_TAG):010x}"
        return f"{hidden}{self._mark(_TAG + hidden, 'talk')}"

    def conversation_by_tag(self, tag: str) -> ConversationId | None:
        """The conversation that such an address leads to; None where we did not make the tag."""
        found = _TALK.fullmatch(tag)
        if found is None:
            return None
        hidden, mark = (part.lower() for part in found.groups())
        if hmac.compare_digest(mark, self._mark(_TAG + hidden, "talk")):
            return ConversationId(int(hidden, 16) ^ self._veil(_TAG))
        return self._before(lambda earlier: earlier.conversation_by_tag(tag))

    def answer_tag(
        self, *, person: UserId, conversation: ConversationId, at: datetime, fresh: Fresh = Fresh.OUTSIDE
    ) -> str:
        """What a member's answer bears in the address that it goes to, where a client names no id: 34 digits. Its mark
        says whose news was told."""
        tag = _TAGS[fresh]
        second = f"{int(at.timestamp()):08x}"
        hidden = f"{conversation % _NUMBERS ^ self._veil(second):010x}"
        return f"{hidden}{second}{self._mark(f'{tag}{hidden}.{person}', second)}"

    def notification_by_tag(self, tag: str, people: Collection[UserId]) -> Notified | None:
        """What such an answer answers, where one of these people was told; None where we did not make the tag."""
        found = _TAGGED.fullmatch(tag)
        if found is None:
            return None
        hidden, second, mark = (part.lower() for part in found.groups())
        for person, fresh in itertools.product(people, Fresh):
            if hmac.compare_digest(mark, self._mark(f"{_TAGS[fresh]}{hidden}.{person}", second)):
                conversation = ConversationId(int(hidden, 16) ^ self._veil(second))
                at = datetime.fromtimestamp(int(second, 16), UTC)
                return Notified(person, conversation, at, fresh=fresh)
        return self._before(lambda earlier: earlier.notification_by_tag(tag, people))

    def code(self, source: str, person: UserId, address: str) -> str:
        """The eight digits that prove an address to be a person's; `source` is the key of the input that asked."""
        digest = self._digest(f"{_CODE}{source}.{person}.{address}")
        return f"{int.from_bytes(digest[:8], 'big') % 10**8:08d}"

    def every_code(self, source: str, person: UserId, address: str) -> tuple[str, ...]:
        """The code by today's secret, and those that may have been mailed by earlier ones."""
        return tuple(Signer(one).code(source, person, address) for one in (self.secret, *self.former))

    def is_code(self, digits: str, source: str, person: UserId, address: str) -> bool:
        """Whether these are the digits that were mailed there."""
        return any(hmac.compare_digest(one, digits) for one in self.every_code(source, person, address))

    def _before(self, ask: Callable[["Signer"], _T | None]) -> _T | None:
        """What the first of the earlier secrets that recognises it says."""
        return next((found for one in self.former if (found := ask(Signer(one))) is not None), None)

    def _covered(self, plain: bytes, token: str) -> bytes:
        """The bytes under a mask that only we can make, another one for each mail; the same again uncovers them."""
        mask = b""
        while len(mask) < len(plain):
            mask += self._digest(f"cover.{token}.{len(mask)}")
        return bytes(a ^ b for a, b in zip(plain, mask, strict=False))

    def _mark(self, what: str, token: str) -> str:
        return self._digest(f"{what}.{token}").hex()[:16]

    def _veil(self, token: str) -> int:
        """The mask that hides the number: another one for each mail."""
        return int(self._digest(f"veil.{token}").hex()[:10], 16)

    def _digest(self, what: str) -> bytes:
        return hmac.new(self.secret, what.encode(), hashlib.sha256).digest()


def _parts(message_id: str, shape: re.Pattern[str] = _SIGNED) -> tuple[str, str, str] | None:
    """The token, what stands after it, and the mark; None where it is no id of that shape."""
    found = shape.match(message_id.strip().strip("<>"))
    if found is None:
        return None
    # Some relays change the case of an id; the digits are hexadecimal, so that lower case loses nothing.
    token, middle, mark = (part.lower() for part in found.groups())
    return token, middle, mark


def has_form_of_tag(tag: str) -> bool:
    """Whether it looks like what a member's answer bears in its address, whoever made it."""
    return _TAGGED.fullmatch(tag) is not None


def has_form_of_notification(message_id: str) -> bool:
    """Whether an id looks like that of a mail to a member, whoever made it."""
    return _parts(message_id, _NOTED) is not None


def ascii_domain(address: str) -> str:
    """The domain of an address as it can stand in a Message-ID, which is ASCII alone (RFC 5322 3.6.4): A-labels
    (RFC 3490).

    It has to be the same for ever, not to be found in the DNS: the older IDNA of the standard library will do.
    """
    domain = address.rpartition("@")[2]
    if domain.isascii():
        return domain
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return "localhost"


def token_of(key: str) -> str:
    """A mail's token from the key of the input that made it: the same input gives the same mail."""
    return hashlib.sha256(key.encode()).hexdigest()[:12]


def row_of(key: str) -> MessageRow:
    """A mail's row number, from the key of its input: the same input makes the same row."""
    return MessageRow(int(token_of(key), 16))
