"""Leaves out of what is brought in whoever was erased: another archive of the same mails does not bring them back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.concerning import goes_with, people_in
from bot.domain.mail import Mail
from bot.domain.rules.weight import is_ours
from bot.reader.reading import Reader

IsErased = Callable[[str, datetime], bool]
"""Whether an address, in its compared form, is of somebody who was erased after that time."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """By the rule by which an erasure lets mails go, asked before anything of a mail is kept."""

    reader: Reader
    own: frozenset[str]
    """The mailbox's addresses."""
    is_erased: IsErased

    async def has(self, raw: bytes, at: datetime) -> bool:
        """Whether a mail is left out. `at`: its time, where it does not say it itself.

        Raises:
            OSError
        """
        mail = await self.reader.head(raw)
        return self.has_mail(mail, mail.date or at, is_ours=is_ours(mail, self.own))

    def has_mail(self, mail: Mail, at: datetime, *, is_ours: bool) -> bool:
        person = frozenset(one for one in people_in(mail) - self.own if self.is_erased(one, at))
        return bool(person) and goes_with(mail, person, self.own, is_ours=is_ours)
