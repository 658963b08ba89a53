"""What the servers of a mailbox say of it when an admin asks: its folders, and whether its logins work."""

from dataclasses import dataclass
from enum import StrEnum


class Look(StrEnum):
    """What is asked."""

    FOLDERS = "folders"
    LOGINS = "logins"


@dataclass(frozen=True, slots=True)
class ServerFolder:
    """A folder on the server."""

    name: str
    """Decoded."""
    use: str = ""
    """`sent`, `junk` …, by what the server says or by its name; empty: a folder like others."""
    mails: int | None = None
    """None where there was no time to count them."""


@dataclass(frozen=True, slots=True)
class FolderList:
    """All folders, the inbox first, then those with a use."""

    folders: tuple[ServerFolder, ...]
    watches_junk: bool = False
    """Whether the mails in Junk are listed."""
