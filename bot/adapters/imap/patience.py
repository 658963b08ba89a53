"""How long a server may fail to give a mail before the line moves on without it."""

import asyncio
from collections.abc import Iterator, Sequence
from typing import Final, Literal, TypeAlias

TRIES: Final = 3
GIVE_UP_SECONDS: Final = 30.0

Part: TypeAlias = Literal["size", "body", "head", "fields"]
"""The thing asked for: the list of items, the bytes, the header block, or the few header fields that servers cache."""
_ASKED_ONCE: Final = frozenset({"head", "fields"})
"""Only good for telling people what the mail is about: not worth a second broken connection."""


class Patience:
    """Remembers, over reconnections, at which mails of a folder a connection broke.

    Of several that were under way together any may be to blame: from then on each is asked for alone. What fails alone
    is tried `TRIES` times over at least `seconds`, and then given up.
    """

    def __init__(self, seconds: float = GIVE_UP_SECONDS) -> None:
        self._seconds = seconds
        self._suspects: set[int] = set()
        self._failures: dict[tuple[int, Part], list[float]] = {}

    def blame(self, uids: Sequence[int], part: Part) -> None:
        """The server failed while these were under way."""
        self._suspects.update(uids)
        if len(uids) == 1:
            self._failures.setdefault((uids[0], part), []).append(asyncio.get_running_loop().time())

    def gave_up(self, uid: int, part: Part) -> bool:
        failures = self._failures.get((uid, part), ())
        if part in _ASKED_ONCE:
            return bool(failures)
        return len(failures) >= TRIES and asyncio.get_running_loop().time() - failures[0] >= self._seconds

    def settled(self, uid: int) -> None:
        """A mail was given, is gone, or was given up: its broken connections are forgotten."""
        if uid in self._suspects:
            self._suspects.discard(uid)
            for key in [key for key in self._failures if key[0] == uid]:
                del self._failures[key]

    def forget(self) -> None:
        """Forget everything: from now on the UIDs mean other mails."""
        self._suspects.clear()
        self._failures.clear()

    def apart(self, uids: Sequence[int]) -> Iterator[Sequence[int]]:
        """The mails, in order, in runs that may be asked for together; each suspect is a run of its own."""
        run: list[int] = []
        for uid in uids:
            if uid not in self._suspects:
                run.append(uid)
                continue
            if run:
                yield run
                run = []
            yield [uid]
        if run:
            yield run
