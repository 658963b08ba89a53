"""Tries for somebody what mail servers say: finds those of an address, and logs in with a password that was given.

Only these logins open or read the password."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import assert_never

from bot.domain.calls import (
    AddFolder,
    CheckDns,
    DecideAgain,
    FindServers,
    LoginCall,
    LookAtMailbox,
    SignInCall,
    TrialCall,
    TryImap,
    TrySmtp,
)
from bot.domain.credentials import Lack, PasswordReference, is_password
from bot.domain.mailbox_look import Look
from bot.domain.outcomes import CREDENTIALS, Accepted, Refused, TrialOutcome, TryLater
from bot.domain.repeated import without
from bot.domain.sign_in import signed_in
from bot.flows.deliver.aside import decided
from bot.flows.deliver.mailbox_look import Known, looked, opened
from bot.flows.deliver.round_trip import RoundTrip
from bot.flows.deliver.sign_in import SignInCaller
from bot.flows.step.step import Step
from bot.ports import (
    CredentialsRefused,
    Folders,
    NotOpened,
    NotRead,
    ReadsPassword,
    ServerFinder,
    SignInPages,
    Submission,
    Unavailable,
)
from storage import secrets
from storage.outbox import Claimed

_LONGEST = 60.0
"""Seconds that a trial may take: a person waits for it."""
Ways = Callable[[LoginCall, str], tuple[Folders, Submission] | None]
"""Makes the ways to a mailbox's servers from what was sealed of its login. None: nobody knows them."""


@dataclass(slots=True)
class TrialCaller:
    """Makes the calls by which a dialogue tries something."""

    step: Step
    ways: Ways
    finder: ServerFinder
    read: ReadsPassword
    pages: SignInPages
    known: Known
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def call(self, claimed: Claimed, call: TrialCall) -> TrialOutcome:
        """Make one call; `logged_in` says how logins end."""
        if isinstance(call, SignInCall):
            dialogue = claimed.planned.dialogue
            assert dialogue is not None
            return await SignInCaller(self.step, self.pages).call(call, dialogue)
        if isinstance(call, FindServers):
            return await self.finder.find(call.address)
        if isinstance(call, CheckDns):
            return await self.finder.records(call.domain, call.selectors)
        if isinstance(call, LookAtMailbox):
            return await looked(call.mailbox, call.look, self.known, RoundTrip(self.step, claimed, self.pause))
        if isinstance(call, AddFolder):
            return await looked(call.mailbox, Look.FOLDERS, self.known)
        if isinstance(call, DecideAgain):
            return await decided(self.step, call)
        return await self.logged_in(call)

    async def logged_in(self, call: LoginCall) -> TrialOutcome:
        """Open the password and try the login.

        Refused with `dropped`, `secret_key`, `no_server` or a `Lack` where nothing can be tried.
        """
        word = await self._word(call)
        if isinstance(word, Refused):
            return word
        login = None if isinstance(call.secret, PasswordReference) else signed_in(word)
        if login is None and not is_password(word):
            # Several lines, or nothing to see: no password, and no server is to read it as a command.
            return Refused(Lack.NOT_ONE_LINE.value, "")
        ways = self.ways(call, word)
        if ways is None:
            return Refused("no_server", "")
        # No server gets to see what tokens are asked for with.
        return _without(word if login is None else login.refresh, await self._tried(call, *ways))

    async def _word(self, call: LoginCall) -> str | Refused:
        match call.secret:
            case PasswordReference() as reference:
                try:
                    return await self.read(call.mailbox, reference)
                except NotRead as lack:
                    return Refused(lack.reason, "")
            case str() as id:
                async with self.step.database.glance() as tx:
                    sealed = await secrets.get(tx, id)
                if sealed is None:
                    # The password was dropped meanwhile: nobody waits for the trial.
                    return Refused("dropped", "")
                try:
                    return self.step.vault.open(sealed, id)
                except NotOpened:
                    return Refused("secret_key", "")
            case _ as unreachable:
                assert_never(unreachable)

    async def _tried(self, call: LoginCall, folders: Folders, submission: Submission) -> TrialOutcome:
        try:
            async with asyncio.timeout(_LONGEST):
                match call:
                    case TryImap():
                        await folders.check()
                        if call.ways is not None:
                            return await opened(folders)
                    case TrySmtp():
                        await submission.check()
                    case _ as unreachable:
                        assert_never(unreachable)
        except CredentialsRefused as refused:
            return Refused(CREDENTIALS, refused.text)
        except Unavailable as away:
            return TryLater(away.reason)
        except TimeoutError:
            return TryLater("timeout")
        finally:
            await folders.close()
            await submission.close()
        return Accepted()


def _without(word: str, outcome: TrialOutcome) -> TrialOutcome:
    """The outcome without the words of a server that repeats the password, so that the room does not read it."""
    return Refused(outcome.code, without(word, outcome.text)) if isinstance(outcome, Refused) else outcome
