"""The input of an import: a mail that the team had before, out of an archive."""

from dataclasses import dataclass

from bot.domain.inputs.mail import MailArrived, MailUnreadable


@dataclass(frozen=True, slots=True)
class MailImported:
    """A mail of an archive: it is kept and found, and shown nowhere until its conversation wakes."""

    mail: MailArrived | MailUnreadable
    """Its bytes are kept. Its place has no UID; its role says whether it is one of ours (`weight.is_ours`)."""

    @property
    def key(self) -> str:
        """By its bytes: an import that is run again decides nothing twice."""
        return f"mail:import:{self.mail.place.mailbox}:{self.mail.raw}"
