"""The end of one command."""

import re
from dataclasses import dataclass
from typing import Final, Self

from bot.adapters.imap.responses import Code, code_of
from bot.adapters.imap.wire import Pieces
from bot.ports import Unavailable

SERVICE: Final = "imap"
# RFC 5530: a NO with one of these says nothing about what was asked.
_OUTAGE_CODES: Final = frozenset({"UNAVAILABLE", "INUSE", "LIMIT", "THROTTLED", "CONTACTADMIN"})
# The meaning of these codes is in the words behind them.
_VAGUE_CODES: Final = frozenset({"", "ALERT", "SERVERBUG"})
_OUTAGE_WORDS: Final = re.compile(r"too many|try again|temporar|rate limit|throttl", re.IGNORECASE)


class ConnectionLost(Unavailable):
    """The connection ended. If it had lain idle, a new try on a new connection makes sense."""

    def __init__(self, reason: str) -> None:
        super().__init__(SERVICE, reason)


class IdleRefused(Unavailable):
    """IDLE got no continuation: this server has to be asked from time to time."""

    def __init__(self, *, was_silent: bool) -> None:
        super().__init__(SERVICE, "timeout" if was_silent else "idle_refused")
        self.was_silent = was_silent
        """The connection was dropped."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The end of a command, with the untagged responses that came meanwhile."""

    result: str
    """`OK`, `NO` or `BAD`."""
    text: bytes
    rows: tuple[Pieces, ...]

    @property
    def is_ok(self) -> bool:
        return self.result == "OK"

    @property
    def code(self) -> Code:
        return code_of(self.text)

    @property
    def words(self) -> str:
        """The server's words."""
        return self.text.decode("utf-8", "replace")

    @property
    def is_outage(self) -> bool:
        """Whether a NO tells of the server's state, not of what was asked."""
        if self.result != "NO":
            return False
        code = self.code.name
        return code in _OUTAGE_CODES or (code in _VAGUE_CODES and bool(_OUTAGE_WORDS.search(self.words)))

    @property
    def is_server_bug(self) -> bool:
        return self.code.name == "SERVERBUG"

    @property
    def refuses_login(self) -> bool:
        """Whether, as the end of a login, it is said of the password or the token, and for good."""
        return not (self.is_ok or self.is_outage or self.is_server_bug)

    def expect_ok(self) -> Self:
        """Raises: Unavailable, with the response code or the result as reason."""
        if not self.is_ok:
            raise Unavailable(SERVICE, (self.code.name or self.result).lower())
        return self
