"""Asks the servers of a mailbox of ours, by connections of their own, what an admin wants to know of it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Final, Protocol, TypeVar, assert_never

from bot.domain.ids import MailboxId
from bot.domain.mailbox_look import FolderList, Look, ServerFolder, TripDone, TripLost
from bot.domain.outcomes import (
    CREDENTIALS,
    Accepted,
    LoginsTried,
    NotDone,
    Opened,
    Refused,
    TrialOutcome,
    TryLater,
    Unknown,
)
from bot.domain.repeated import without
from bot.ports import CredentialsRefused, Folders, Submission, Unavailable

_Said = TypeVar("_Said")
Trip = TripDone | TripLost | NotDone
_LONGEST: Final = 60.0
"""Seconds that all may take: a person waits for it."""
_COUNTS: Final = 30.0
"""Seconds for counting mails; a server may have hundreds of folders."""
_INBOX: Final = "INBOX"
_USES: Final = ("\\Sent", "\\Junk", "\\Trash", "\\Drafts", "\\Archive")


@dataclass(frozen=True, slots=True)
class KnownWays:
    """The ways to the servers of a mailbox, with the password that holds."""

    folders: Folders
    submission: Submission
    watches_junk: bool = False
    hidden: tuple[str, ...] = ()
    """The passwords, which a server may repeat in its words."""


Known = Callable[[MailboxId], Awaitable[KnownWays | None]]
"""None: nobody knows its servers."""


class Sends(Protocol):
    """Sends a test mail from a mailbox to itself, and looks for it."""

    async def made(self, mailbox: MailboxId, ways: "KnownWays", box: Opened) -> Trip | None: ...


async def looked(mailbox: MailboxId, look: Look, known: Known, trip: Sends | None = None) -> TrialOutcome:
    """What the servers say by now. `Refused` with `no_server` where none are known."""
    ways = await known(mailbox)
    if ways is None:
        return Refused("no_server", "")
    try:
        match look:
            case Look.FOLDERS:
                found = await _reached(_listed(ways))
                return found if isinstance(found, FolderList) else _hidden(found, ways)
            case Look.LOGINS | Look.ROUND_TRIP:
                imap, smtp = await asyncio.gather(_reached(_opened(ways.folders)), _reached(_sends(ways.submission)))
                went: Trip | None = None
                is_wanted = look is Look.ROUND_TRIP and isinstance(smtp, Accepted)
                if is_wanted and trip is not None and isinstance(imap, Opened):
                    went = await trip.made(mailbox, ways, imap)
                return LoginsTried(
                    imap if isinstance(imap, Opened) else _hidden(imap, ways),
                    smtp if isinstance(smtp, Accepted) else _hidden(smtp, ways),
                    _hidden(went, ways) if isinstance(went, NotDone) else went,
                )
            case _ as unreachable:
                assert_never(unreachable)
    finally:
        await ways.folders.close()
        await ways.submission.close()


async def opened(folders: Folders) -> Opened:
    """What the mailbox has. Raises: Unavailable, CredentialsRefused."""
    sent, junk = await folders.special_folder("\\Sent"), await folders.special_folder("\\Junk")
    return Opened(sent or "", junk or "", await folders.count(_INBOX))


async def _opened(folders: Folders) -> Opened:
    await folders.check()
    return await opened(folders)


async def _sends(submission: Submission) -> Accepted:
    await submission.check()
    return Accepted()


async def _listed(ways: KnownWays) -> FolderList:
    folders = ways.folders
    names = await folders.names()
    uses = {one.name: one.special_use for one in names if one.special_use}
    for use in _USES:
        found = await folders.special_folder(use)
        if found is not None and use not in uses.values():
            uses.setdefault(found, use)
    first = sorted(names, key=lambda one: (one.name.upper() != _INBOX, one.name not in uses, one.name.casefold()))
    counted = await _counts(folders, [one.name for one in first])
    listed = (ServerFolder(one.name, uses.get(one.name, "")[1:].lower(), counted.get(one.name)) for one in first)
    return FolderList(tuple(listed), ways.watches_junk)


async def _counts(folders: Folders, names: list[str]) -> dict[str, int]:
    counted: dict[str, int] = {}
    try:
        async with asyncio.timeout(_COUNTS):
            for name in names:
                counted[name] = await folders.count(name)
    except (TimeoutError, Unavailable):
        # The list is worth more than the figures.
        pass
    return counted


async def _reached(asking: Awaitable[_Said]) -> _Said | NotDone:
    try:
        async with asyncio.timeout(_LONGEST):
            return await asking
    except CredentialsRefused as refused:
        return Refused(CREDENTIALS, refused.text)
    except Unavailable as away:
        return TryLater(away.reason)
    except TimeoutError:
        return TryLater("timeout")


def _hidden(outcome: NotDone, ways: KnownWays) -> NotDone:
    """The outcome without the words of a server that repeats the password, so that the room does not read it."""
    text = outcome.text
    for word in ways.hidden:
        text = without(word, text) if word else text
    match outcome:
        case Refused() | TryLater() | Unknown():
            return replace(outcome, text=text)
        case _ as unreachable:
            assert_never(unreachable)
