"""The pace of syncs: no homeserver, broken or hostile, may keep us busy for nothing."""

from dataclasses import dataclass

_AT_ONCE = 1.0
"""Seconds: a sync that waits as it was asked to takes longer, unless there is news."""
_STALLED_PAUSES = (0.25, 0.5, 1.0, 2.0, 4.0)
_ECHOES = 3
_ECHO_PAUSE = 0.25
_BURST = 20
_PER_SECOND = 5.0


@dataclass(slots=True)
class Pace:
    """Three reasons to wait. Whatever a sync brings it brings at once, so that a backlog is not slowed.

    - A server that answers at once without any news does not wait as it was asked to: the pauses grow.
    - Our own events come back by sync, and each answer costs the homeserver time that it could use for our next ones.
      After a few answers in a row with nothing for us we are posting much.
    - Answers that each bring a little are taken together, five times a second, once there were many.
    """

    _stalled: int = 0
    _echoes: int = 0
    _left: float = _BURST
    _at: float = 0.0

    def pause(self, *, at: float, took: float, moved: bool, had_inputs: bool) -> float:
        """Seconds to wait before the next sync.

        Args:
            at: when the answer was taken, in seconds of a clock that never goes back.
            took: seconds that the server needed for it.
            moved: it has another position than the one before.
        """
        self._stalled = self._stalled + 1 if not moved and took < _AT_ONCE else 0
        self._echoes = self._echoes + 1 if moved and not had_inputs else 0
        self._left = min(self._left + (at - self._at) * _PER_SECOND, _BURST) - 1
        self._at = at
        if self._stalled:
            return _STALLED_PAUSES[min(self._stalled, len(_STALLED_PAUSES)) - 1]
        echo = _ECHO_PAUSE if self._echoes >= _ECHOES else 0.0
        return max(echo, -self._left / _PER_SECOND)
