"""Sends mail: the port `Submission` on aiosmtplib."""

from bot.adapters.smtp.account import SmtpAccount, SmtpTimeouts
from bot.adapters.smtp.submission import SmtpSubmission

__all__ = ["SmtpAccount", "SmtpSubmission", "SmtpTimeouts"]
