"""Meanings of the server's answers for a mail."""

import re
from dataclasses import dataclass
from typing import Final

from bot.domain.outcomes import Refused, TryLater

_ENHANCED: Final = re.compile(r"^([245]\.\d{1,3}\.\d{1,3})\s*")


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply to a command: its code, and the server's words on one line."""

    code: int
    text: str

    @classmethod
    def of(cls, code: int, message: str) -> "Answer":
        """An answer as aiosmtplib gives it, which keeps bytes that are no UTF-8 as surrogates."""
        valid = message.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        return cls(code, " ".join(line.strip() for line in valid.splitlines()))

    @property
    def is_ok(self) -> bool:
        return 200 <= self.code < 300

    @property
    def is_permanent(self) -> bool:
        return 500 <= self.code < 600

    @property
    def enhanced(self) -> str:
        """The enhanced status code (RFC 3463) that the words begin with; empty where there is none."""
        found = _ENHANCED.match(self.text)
        return found[1] if found else ""

    @property
    def asks_for_login(self) -> bool:
        # RFC 4954 6: 530 login required, 534 mechanism too weak, 535 refused, 538 only under encryption.
        return self.code in (530, 534, 535, 538)

    @property
    def lacks_mechanism(self) -> bool:
        """Whether, as the end of a login, it is said of the way to log in, not of who does."""
        return self.code in (334, 500, 501, 502, 503, 504)

    @property
    def refuses_login(self) -> bool:
        """Whether, as the end of a login, it is said of the password or the token, and for good."""
        return self.is_permanent and not self.lacks_mechanism

    @property
    def sounds_temporary(self) -> bool:
        # Postfix milters that are set to reject where they should defer say "550 5.5.0 Service unavailable".
        return self.is_permanent and self.enhanced == "5.5.0"

    def as_refused(self) -> Refused:
        """The answer as a refusal: both codes, and the words without the enhanced one, on whichever line it stands."""
        words = self.text
        if self.enhanced:
            words = re.sub(rf"(?:^|(?<=\s)){re.escape(self.enhanced)}\s*", "", words)
        return Refused(f"{self.code} {self.enhanced}".strip(), words)

    def as_try_later(self) -> TryLater:
        if self.asks_for_login:
            return TryLater("credentials", self.text, is_outage=True)
        return TryLater(str(self.code), self.text)

    def as_outcome(self) -> Refused | TryLater:
        """The outcome of an answer that is about the mail as a whole, and no yes."""
        if self.is_permanent and not self.sounds_temporary and not self.asks_for_login:
            return self.as_refused()
        return self.as_try_later()
