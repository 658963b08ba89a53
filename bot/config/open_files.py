"""The number of files that the process may have open, and that it needs: every connection to a server is one."""

import resource
from typing import Final

from bot.config.types import Config

_HOUSE: Final = 150
"""The database, Matrix, the log, workers that read mails, blobs on their way, people who ask for `/health`."""
_OF_MAILBOX: Final = 4
"""Beside its folders and Junk: Sent, one connection to act, and two submissions."""
_MOST: Final = 1_048_576


def needed(config: Config) -> int:
    """About the number of open files with every mailbox connected."""
    folders = (len(mailbox.imap.folders) + mailbox.imap.watch_junk for mailbox in config.mailboxes)
    return _HOUSE + sum(of_mailbox + _OF_MAILBOX for of_mailbox in folders)


def allowed() -> int:
    """The most files that the process may have open, once it has asked for them."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _MOST if hard == resource.RLIM_INFINITY else hard


def ask_for_all() -> int:
    """Raise the soft limit, which is 1,024 nearly everywhere, to the hard one. Returns what holds now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = min(allowed(), _MOST)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        except (OSError, ValueError):
            return soft
    return wanted
