"""Leaves out of what is brought in whoever was erased: another archive of the same mails does not bring them back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from bot.domain.concerning import goes_with, people_in
from bot.domain.mail import Mail
from bot.domain.rules.weight import is_ours
from bot.reader.reading import Reader

_BEFORE: Final = datetime.min.replace(tzinfo=UTC)
IsErased = Callable[[str, datetime], bool]
"""Whether an address, in its compared form, is of somebody who was erased after that time."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """By the rule by which an erasure lets mails go, asked before anything of a mail is kept."""

    reader: Reader
    own: frozenset[str]
    """The mailbox's addresses."""
    is_erased: IsErased

    async def has(self, raw: bytes, at: datetime | None, now: datetime) -> bool:
        """Whether a mail is left out. `at`: when it came, where that is known.

        Of what it says itself and what is known the earlier time counts. One without either is of before.

        Raises:
            OSError
        """
        mail = await self.reader.head(raw)
        told = [one for one in (mail.date, at) if one is not None and one <= now]
        return self.has_mail(mail, min(told, default=_BEFORE), is_ours=is_ours(mail, self.own))

    def has_mail(self, mail: Mail, at: datetime, *, is_ours: bool) -> bool:
        person = frozenset(one for one in people_in(mail) - self.own if self.is_erased(one, at))
        return bool(person) and goes_with(mail, person, self.own, is_ours=is_ours)
