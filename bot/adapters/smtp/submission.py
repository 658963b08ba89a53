"""Hands a mail to its server step by step, so that its progress is always known: the port `Submission`."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from bot.adapters.smtp.account import SmtpAccount
from bot.adapters.smtp.answers import Answer
from bot.adapters.smtp.content import END, chunks, is_ascii, size_of
from bot.adapters.smtp.envelope import Path as EnvelopePath
from bot.adapters.smtp.envelope import path_of
from bot.adapters.smtp.session import ServerAway, Session, SessionLost
from bot.domain.outcomes import MailAccepted, RecipientAnswer, Refused, SubmitOutcome, TryLater, Unknown
from bot.ports import CredentialsRefused

KEEP_SECONDS: Final = 30.0
_REACH_SECONDS: Final = 10.0
_BAD_SENDER: Final = Answer(553, "5.1.7 bad sender address syntax")
_BAD_RECIPIENT: Final = Answer(553, "5.1.3 bad recipient address syntax")
_NO_SMTPUTF8: Final = Answer(553, "5.6.7 SMTPUTF8 is not offered")


@dataclass(slots=True)
class _Recipients:
    """The server's answer to each RCPT."""

    accepted: list[str] = field(default_factory=list)
    refused: list[RecipientAnswer] = field(default_factory=list)
    deferred: list[RecipientAnswer] = field(default_factory=list)

    def add(self, address: str, answer: Answer) -> None:
        told = RecipientAnswer(address, answer.code, answer.text)
        if answer.is_ok:
            self.accepted.append(address)
        elif answer.is_permanent and answer.code != 552:
            self.refused.append(told)
        else:
            # RFC 5321 4.5.3.1.10: 552 at RCPT means "too many recipients", for this mail, now.
            self.deferred.append(told)

    def as_outcome(self) -> Refused | TryLater:
        """The outcome when no recipient was accepted."""
        if self.deferred:
            first = self.deferred[0]
            return TryLater(str(first.code), first.text)
        first = self.refused[0]
        return Answer(first.code, first.text).as_refused()


class SmtpSubmission:
    """See `ports.Submission`. Mails may be submitted at the same time, each on a connection of its own."""

    def __init__(self, account: SmtpAccount, *, keep_seconds: float = KEEP_SECONDS) -> None:
        """`keep_seconds`: how long a connection waits for the next mail."""
        self._account = account
        self._keep_seconds = keep_seconds
        self._spare: Session | None = None
        self._heard_at = -math.inf
        self._closing: asyncio.TimerHandle | None = None

    async def submit(
        self, *, sender: str, recipients: Sequence[str], raw: Path, before_data: Callable[[], Awaitable[None]]
    ) -> SubmitOutcome:
        """See `ports.Submission.submit`.

        After `before_data` a lost connection is still TryLater while the final dot was not sent: until then no server
        may take the mail (RFC 5321 4.1.1.4).
        """
        if not recipients:
            return _BAD_RECIPIENT.as_refused()
        try:
            from_path = path_of(sender)
        except ValueError:
            return _BAD_SENDER.as_refused()
        try:
            session = self._take_spare()
            if session is not None:
                try:
                    begun = await self._begin(session, from_path, recipients, raw)
                except SessionLost:
                    # The server closed it while it waited: once more on a new one.
                    session = None
                else:
                    if isinstance(begun, Answer) and begun.code == 421:
                        session = None
            if session is None:
                session = await Session.open(self._account)
                begun = await self._begin(session, from_path, recipients, raw)
        except ServerAway as error:
            return TryLater(error.reason, error.text, is_outage=True)
        except CredentialsRefused as error:
            return TryLater("credentials", error.text, is_outage=True)
        except SessionLost as error:
            return TryLater(error.reason)
        self._heard_at = asyncio.get_running_loop().time()
        if isinstance(begun, Answer):
            await self._give_back(session)
            return begun.as_outcome()
        return await self._transfer(session, from_path, recipients, raw, before_data)

    async def check(self) -> None:
        """See `ports.Submission.check`."""
        (await Session.open(self._account)).close()

    async def reach(self) -> None:
        """See `ports.Submission.reach`."""
        timeouts = replace(self._account.timeouts, connect=min(_REACH_SECONDS, self._account.timeouts.connect))
        stranger = replace(self._account, user="", password="", token=None, fresh=None, timeouts=timeouts)
        try:
            # For all of it: one who takes its time at each step is away as well.
            async with asyncio.timeout(_REACH_SECONDS):
                (await Session.open(stranger)).close()
        except TimeoutError:
            raise ServerAway("timeout") from None

    def silent_for(self) -> float:
        """See `ports.Submission.silent_for`."""
        return asyncio.get_running_loop().time() - self._heard_at

    async def close(self) -> None:
        """See `ports.Submission.close`."""
        self._drop_spare()

    # --- steps

    async def _begin(
        self, session: Session, sender: EnvelopePath, recipients: Sequence[str], raw: Path
    ) -> Answer | None:
        """MAIL; the answer where it is no yes. Raises: SessionLost."""
        size = size_of(raw)
        if session.size_limit and size > session.size_limit:
            return Answer(552, f"5.3.4 SIZE {session.size_limit}")
        options: list[bytes] = []
        if session.offers("size"):
            options.append(b"SIZE=%d" % size)
        if session.offers("8bitmime") and not is_ascii(raw):
            options.append(b"BODY=8BITMIME")
        if session.offers("smtputf8"):
            if sender.needs_smtputf8 or any(not address.rpartition("@")[0].isascii() for address in recipients):
                options.append(b"SMTPUTF8")
        elif sender.needs_smtputf8:
            return _NO_SMTPUTF8
        answer = await session.command(b"MAIL", b"FROM:" + sender.wire, *options)
        return None if answer.is_ok else answer

    async def _transfer(
        self,
        session: Session,
        sender: EnvelopePath,
        recipients: Sequence[str],
        raw: Path,
        before_data: Callable[[], Awaitable[None]],
    ) -> SubmitOutcome:
        """RCPT for each, DATA, and the content."""
        told = _Recipients()
        try:
            for address in recipients:
                answer = await self._recipient(session, address)
                if answer.code == 421 or answer.asks_for_login:
                    session.abort()
                    return answer.as_try_later()
                told.add(address, answer)
            if not told.accepted:
                await self._give_back(session)
                return told.as_outcome()
            try:
                await before_data()
            except BaseException:
                session.abort()
                raise
            answer = await session.begin_data()
            if answer.code != 354:
                await self._give_back(session)
                return answer.as_outcome()
            answer = await session.send_content(chunks(raw), END)
        except SessionLost as error:
            return Unknown(error.reason) if error.sent_all else TryLater(error.reason)
        self._heard_at = asyncio.get_running_loop().time()
        await self._give_back(session, needs_reset=not answer.is_ok)
        if not answer.is_ok:
            return answer.as_outcome()
        return MailAccepted(
            answer.text, accepted=tuple(told.accepted), refused=tuple(told.refused), deferred=tuple(told.deferred)
        )

    async def _recipient(self, session: Session, address: str) -> Answer:
        try:
            path = path_of(address)
        except ValueError:
            return _BAD_RECIPIENT
        if not path.text:
            return _BAD_RECIPIENT
        if path.needs_smtputf8 and not session.offers("smtputf8"):
            return _NO_SMTPUTF8
        return await session.command(b"RCPT", b"TO:" + path.wire)

    # --- the connection that waits for the next mail

    def _take_spare(self) -> Session | None:
        if self._closing is not None:
            self._closing.cancel()
            self._closing = None
        session, self._spare = self._spare, None
        return session if session is not None and session.is_open else None

    async def _give_back(self, session: Session, *, needs_reset: bool = True) -> None:
        """Keep the connection for the next mail. The outcome of this one stands, whatever happens here."""
        if not session.is_open:
            return
        try:
            if needs_reset:
                await session.reset()
        except SessionLost:
            return
        if self._spare is not None or not session.is_open:
            session.close()
            return
        self._spare = session
        self._closing = asyncio.get_running_loop().call_later(self._keep_seconds, self._drop_spare)

    def _drop_spare(self) -> None:
        session = self._take_spare()
        if session is not None:
            session.close()
