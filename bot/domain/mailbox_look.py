"""What the servers of a mailbox say of it when an admin asks: its folders, and whether its logins and its mail work."""

from dataclasses import dataclass
from enum import StrEnum


class Look(StrEnum):
    """What is asked."""

    FOLDERS = "folders"
    LOGINS = "logins"
    ROUND_TRIP = "round_trip"
    """The logins, and a test mail of the mailbox to itself."""


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


@dataclass(frozen=True, slots=True)
class TripDone:
    """The test mail arrived."""

    folder: str
    seconds: int
    """After the server had taken it; at least 1."""
    is_junk: bool = False
    is_left: bool = False
    """The server did not delete it."""
    plus: bool | None = None
    """Whether one to a sub-address arrived as well; None: nobody looked, or cannot tell."""


@dataclass(frozen=True, slots=True)
class TripLost:
    """The server took the test mail, and it did not arrive for as long as it was waited for."""

    folders: tuple[str, ...]
    """Where it was looked for."""
    reason: str = ""
    """Why the last look failed; empty: the mail was not there."""
