"""The doors to the outside, and what comes through them: a protocol for each, which one adapter fulfils."""

from bot.ports.chat import Chat, Member, Memory, SyncBatch, TokenRefused, Uploaded
from bot.ports.clock import Clock
from bot.ports.faults import NOBODY_READS, NOT_IN_ROOM, NOT_TOLD, TOO_FAR_BACK, CredentialsRefused, Unavailable
from bot.ports.mailbox import (
    Fetched,
    FetchedMail,
    FolderMissing,
    FolderName,
    Folders,
    FolderStatus,
    Gone,
    Inbox,
    NotGiven,
)
from bot.ports.secrets import NotOpened, NotRead, ReadsPassword, Vault
from bot.ports.servers import ServerFinder
from bot.ports.sign_in import KeptLogins, SignInPages, SignInRefused, Started, TokenSource, Waiting
from bot.ports.submission import Submission

__all__ = [
    "NOBODY_READS",
    "NOT_IN_ROOM",
    "NOT_TOLD",
    "TOO_FAR_BACK",
    "Chat",
    "Clock",
    "CredentialsRefused",
    "Fetched",
    "FetchedMail",
    "FolderMissing",
    "FolderName",
    "FolderStatus",
    "Folders",
    "Gone",
    "Inbox",
    "KeptLogins",
    "Member",
    "Memory",
    "NotGiven",
    "NotOpened",
    "NotRead",
    "ReadsPassword",
    "ServerFinder",
    "SignInPages",
    "SignInRefused",
    "Started",
    "Submission",
    "SyncBatch",
    "TokenRefused",
    "TokenSource",
    "Unavailable",
    "Uploaded",
    "Vault",
    "Waiting",
]
