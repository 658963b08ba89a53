"""Events whose key has not come yet: kept for some minutes, over a restart too, then explained."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.adapters.matrix import fields
from bot.adapters.matrix.account import write_secret
from bot.adapters.matrix.crypto.inbound import NO_OLM, KeyWithheld, SessionKey
from bot.adapters.matrix.fields import JsonObject
from bot.domain.ids import RoomId

PATIENCE = timedelta(minutes=5)
_LIMIT = 500
_BYTES = 2 * 1024 * 1024
"""Bytes of all waiting events in the file: their senders choose how long each is."""
_REASONS_LIMIT = 2000
NO_KEY = "no_key"


@dataclass(frozen=True, slots=True)
class Waiting:
    """An encrypted event as it came."""

    session: SessionKey
    raw: JsonObject
    until: datetime
    size: int
    """Bytes of it."""


class WaitingRoom:
    """The file holds ciphertext only."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._waiting: list[Waiting] = list(_load(path))
        self._given: list[Waiting] = []
        """Events taken for a batch that the caller has not saved for certain: still in the file."""
        self._reasons: dict[tuple[SessionKey | None, str], str] = {}
        self._is_changed = False

    def put(self, session: SessionKey, raw: JsonObject, now: datetime) -> None:
        event = raw.get("event_id")
        if any(waiting.raw.get("event_id") == event for waiting in self._waiting):
            return
        again = [waiting for waiting in self._given if waiting.raw.get("event_id") == event]
        self._given = [waiting for waiting in self._given if waiting not in again]
        until = again[0].until if again else now + PATIENCE
        self._waiting.append(Waiting(session, raw, until, len(fields.dumps_ascii(raw))))
        self._is_changed = True

    def sessions(self) -> set[SessionKey]:
        return {waiting.session for waiting in self._waiting}

    def confirm(self) -> None:
        """Forget the taken events: the caller has saved them."""
        self._is_changed = self._is_changed or bool(self._given)
        self._given = []

    def restore(self) -> set[SessionKey]:
        """Put back the taken events, which may be unsaved; returns their sessions, to be tried at once."""
        sessions = {waiting.session for waiting in self._given}
        self._waiting = self._given + self._waiting
        self._given = []
        return sessions

    def withheld(self, news: KeyWithheld) -> None:
        """Remember why a key will not come, so that its events wait no longer."""
        while len(self._reasons) >= _REASONS_LIMIT:
            del self._reasons[next(iter(self._reasons))]
        self._reasons[news.session, news.sender] = news.code

    def take_arrived(self, sessions: set[SessionKey]) -> list[Waiting]:
        """The events whose key is here now, in the order they came."""
        return self._take(lambda waiting: waiting.session in sessions)

    def take_overdue(self, now: datetime) -> list[Waiting]:
        """The events to give up: too old, refused by the sender's client, or too many."""
        surplus = self._surplus()
        return self._take(lambda waiting: waiting.until <= now or self._is_refused(waiting) or id(waiting) in surplus)

    def _surplus(self) -> set[int]:
        """The oldest events above the limits of number and size."""
        size, kept = 0, 0
        for waiting in reversed(self._waiting):
            size += waiting.size
            if kept == _LIMIT or size > _BYTES:
                break
            kept += 1
        return {id(waiting) for waiting in self._waiting[: len(self._waiting) - kept]}

    def reason(self, waiting: Waiting) -> str:
        sender = fields.text(waiting.raw, "sender")
        everything = SessionKey(waiting.session.room, "")
        for named in (waiting.session, everything, None):
            if (named, sender) in self._reasons:
                return self._reasons[named, sender]
        return NO_KEY

    def _is_refused(self, waiting: Waiting) -> bool:
        """Whether the key was refused for good: a client that could not reach us may still do so."""
        return self.reason(waiting) not in (NO_KEY, NO_OLM)

    def seconds_to_next(self, now: datetime) -> float | None:
        if not self._waiting:
            return None
        return max(0.0, (min(waiting.until for waiting in self._waiting) - now).total_seconds())

    def save(self) -> None:
        """Save, before the sync's position is given out: from then on nobody else knows of these events."""
        if not self._is_changed:
            return
        content = {
            "waiting": [
                {
                    "room": waiting.session.room,
                    "session": waiting.session.session_id,
                    "until": waiting.until.isoformat(),
                    "event": waiting.raw,
                }
                for waiting in (*self._given, *self._waiting)
            ]
        }
        write_secret(self._path, fields.dumps_ascii(content))
        self._is_changed = False

    def _take(self, is_wanted: Callable[[Waiting], bool]) -> list[Waiting]:
        taken = [waiting for waiting in self._waiting if is_wanted(waiting)]
        if taken:
            self._waiting = [waiting for waiting in self._waiting if waiting not in taken]
            self._given += taken
            self._is_changed = True
        return taken


def _load(path: Path) -> Iterator[Waiting]:
    try:
        kept = fields.loads(path.read_bytes())
    except (FileNotFoundError, fields.NotJson):
        return
    for entry in fields.objects(kept, "waiting"):
        try:
            until = datetime.fromisoformat(fields.text(entry, "until"))
        except ValueError:
            continue
        room = RoomId(fields.text(entry, "room"))
        raw = fields.child(entry, "event")
        session = SessionKey(room, fields.text(entry, "session"))
        yield Waiting(session, raw, until, len(fields.dumps_ascii(raw)))
