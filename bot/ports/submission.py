"""The door by which mail leaves."""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Protocol

from bot.domain.outcomes import (
    SubmitOutcome,
)


class Submission(Protocol):
    """The server that takes our mail."""

    async def submit(
        self, *, sender: str, recipients: Sequence[str], raw: Path, before_data: Callable[[], Awaitable[None]]
    ) -> SubmitOutcome:
        """MAIL, RCPT for each, then `before_data()` (the caller commits that DATA begins), then DATA.

        What fails before the final dot was handed over is TryLater or Refused; a connection lost or a timeout after
        it is Unknown (RFC 5321 6.1, RFC 1047). An authentication refused is TryLater with `is_outage` and reason
        `credentials`.
        """
        ...

    async def check(self) -> None:
        """Connect, log in, quit. Raises: Unavailable, CredentialsRefused."""
        ...

    async def reach(self) -> None:
        """Connect and greet, without a login: is it there? Ends within 12 s. Raises: Unavailable."""
        ...

    def silent_for(self) -> float:
        """Seconds since the server has taken, or refused, something; infinite where it never has."""
        ...

    async def close(self) -> None: ...
