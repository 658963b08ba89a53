"""Keys that a reader did not get: their homeserver was away, or had no one-time key of theirs left."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from nio.crypto import OlmDevice

from bot.adapters.matrix.fields import JsonObject
from bot.domain.ids import RoomId, UserId
from bot.domain.rights import server_of

_FIRST_PAUSE = 5.0
_LONGEST_PAUSE = 900.0
_KEPT = 7 * 86400.0
"""Seconds until an owed key is given up."""


@dataclass(slots=True)
class OwedKey:
    """The key of a session, from its first message on, and the readers who still have to get it."""

    room: RoomId
    key: JsonObject
    users: set[UserId]
    """Readers whose devices are not known."""
    devices: list[OlmDevice]
    """Known devices with which no Olm session could be begun."""
    until: float

    @property
    def servers(self) -> set[str]:
        return {server_of(user) for user in (*self.users, *(UserId(device.user_id) for device in self.devices))}


@dataclass(slots=True)
class OwedKeys:
    """The owed keys, in memory: messages from before a restart stay unreadable for those who were away."""

    clock: Callable[[], float] = time.monotonic
    _owed: list[OwedKey] = field(default_factory=list)
    _due: float = 0.0
    _pause: float = _FIRST_PAUSE

    def add(self, room: RoomId, key: JsonObject, users: set[UserId], devices: list[OlmDevice]) -> None:
        if not users and not devices:
            return
        now = self.clock()
        if not self._owed:
            self._pause, self._due = _FIRST_PAUSE, now + _FIRST_PAUSE
        self._owed.append(OwedKey(room, key, users, devices, now + _KEPT))

    def forget(self, room: RoomId) -> None:
        """Forget the keys of a room that we left: its people are no longer known."""
        self._owed = [owed for owed in self._owed if owed.room != room]

    def heard_from(self, user: UserId) -> None:
        """Try a person's keys at once: their homeserver is there again."""
        if any(server_of(user) in owed.servers for owed in self._owed):
            self._pause, self._due = _FIRST_PAUSE, self.clock()

    def due(self) -> tuple[OwedKey, ...]:
        """The keys to try now; the pause to the next try grows."""
        now = self.clock()
        self._owed = [owed for owed in self._owed if owed.until > now and (owed.users or owed.devices)]
        if not self._owed or now < self._due:
            return ()
        self._due = now + self._pause
        self._pause = min(self._pause * 2, _LONGEST_PAUSE)
        return tuple(self._owed)
