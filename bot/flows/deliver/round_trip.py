"""Sends a test mail from a mailbox to itself, looks where it arrives, and deletes it there."""

import asyncio
import math
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Final

from bot.domain.addresses import can_be_tagged, with_tag
from bot.domain.ids import MailboxId
from bot.domain.mail import Address
from bot.domain.mailbox_look import TripDone, TripLost
from bot.domain.outcomes import Accepted, MailAccepted, Opened, Refused, SubmitOutcome, TryLater, Unknown
from bot.domain.rules.round_trip import AWAITED
from bot.domain.sentences import sentence
from bot.domain.settings import MailboxSettings
from bot.domain.signing import ascii_domain
from bot.flows.deliver.data_begins import data_begins
from bot.flows.deliver.mailbox_look import KnownWays, Trip
from bot.flows.step.step import Step
from bot.mime.compose import Outgoing, Unsendable, compose
from bot.ports import CredentialsRefused, Unavailable
from bot.text.wording import say
from storage.database import Conflict, StorageAway
from storage.outbox import Claimed

_SUBMITTED: Final = 60.0
"""Seconds in which the server has to take it: a person waits."""
_LOOKED: Final = 30.0
"""Seconds that one look into a folder may take."""
_PLUS: Final = 15.0
"""Seconds for which a mail to a sub-address is awaited, beyond what the first one took."""
_LONGEST_TAG: Final = 34
"""Digits, as in a mail to a member (`signing.answer_tag`)."""
_INBOX: Final = "INBOX"


@dataclass(frozen=True, slots=True)
class RoundTrip:
    """One such mail for one attempt of a call: that DATA begins is committed, and an attempt that ends after it is not
    made again."""

    step: Step
    claimed: Claimed
    pause: Callable[[float], Awaitable[None]]

    async def made(self, mailbox: MailboxId, ways: KnownWays, box: Opened) -> Trip | None:
        """Raises nothing. None where the mailbox may send nothing by now."""
        settings = self.step.settings.known.mailbox(mailbox)
        if settings is None or settings.rests:
            return None
        arrived = await self._gone_round(settings, ways, box, settings.address, AWAITED.total_seconds())
        if not isinstance(arrived, TripDone):
            return arrived
        tag = secrets.token_hex(_LONGEST_TAG // 2)
        if not can_be_tagged(settings.address, tag):
            return replace(arrived, plus=False)
        plus = with_tag(settings.address, tag)
        second = await self._gone_round(settings, ways, box, plus, arrived.seconds + _PLUS)
        return replace(arrived, plus=isinstance(second, TripDone) and not second.is_junk)

    async def _gone_round(
        self, settings: MailboxSettings, ways: KnownWays, box: Opened, to: str, awaited: float
    ) -> Trip:
        now = self.step.clock.now()
        domain = ascii_domain(settings.address)
        id = self.step.signer.trip_id(at=now, token=secrets.token_hex(6), domain=domain)
        mail = Outgoing(
            from_=Address(settings.name, settings.address),
            to=(Address(settings.name, to),),
            cc=(),
            subject=say(settings.language, sentence("trip.subject")),
            message_id=id,
            in_reply_to="",
            references=(),
            date=now,
            text=say(settings.language, sentence("trip.text", address=settings.address)),
            html="",
            auto_submitted="auto-generated",
        )
        try:
            outcome = await self._submitted(settings, ways, to, compose(mail))
        except Unsendable as wrong:
            return Refused(wrong.reason, wrong.what)
        match outcome:
            case MailAccepted(text=text, deferred=later) if later:
                return TryLater("deferred", later[0].text or text)
            case Refused() | TryLater():
                return outcome
        found = await self._found(settings, ways, box, id, awaited)
        # What may not have left need not arrive.
        return outcome if isinstance(outcome, Unknown) and isinstance(found, TripLost) else found

    async def _submitted(self, mailbox: MailboxSettings, ways: KnownWays, to: str, raw: bytes) -> SubmitOutcome:
        # Nobody needs its bytes afterwards; what a crash leaves there is swept at a start.
        file = self.step.blobs.new_file()
        try:
            await asyncio.to_thread(file.write_bytes, raw)
            async with asyncio.timeout(_SUBMITTED):
                return await ways.submission.submit(
                    sender=mailbox.address,
                    recipients=(to,),
                    raw=file,
                    before_data=data_begins(self.step, self.claimed),
                )
        except TimeoutError:
            return Unknown("timeout")
        except (StorageAway, Conflict, OSError):
            # DATA was not said: the disk or the database took no note.
            return TryLater("storage")
        finally:
            file.unlink(missing_ok=True)

    async def _found(
        self, mailbox: MailboxSettings, ways: KnownWays, box: Opened, id: str, awaited: float
    ) -> TripDone | TripLost:
        junk = mailbox.junk or box.junk
        names = tuple(one for one in dict.fromkeys((*mailbox.folders, _INBOX, junk)) if one)
        began, wait = self.step.clock.steady(), 1.0
        while True:
            missing = ""
            for name in names:
                try:
                    async with asyncio.timeout(_LOOKED):
                        found = await ways.folders.find(name, id)
                except (Unavailable, TimeoutError) as away:
                    missing = away.reason if isinstance(away, Unavailable) else "timeout"
                    break
                except CredentialsRefused:
                    # Each wrong try counts against us at the provider.
                    return TripLost(names, "credentials")
                if found:
                    seconds = max(1, math.ceil(self.step.clock.steady() - began))
                    is_left = not await self._removed(mailbox, ways, box, name, id)
                    return TripDone(name, seconds, name == junk, is_left)
            if self.step.clock.steady() - began >= awaited:
                return TripLost(names, missing)
            await self.pause(wait)
            wait = min(wait * 1.3, 5.0)

    async def _removed(self, mailbox: MailboxSettings, ways: KnownWays, box: Opened, folder: str, id: str) -> bool:
        """Whether it is deleted where it arrived. Where the provider keeps what is sent, that copy is deleted too."""
        outcome: object = None
        try:
            async with asyncio.timeout(_LOOKED):
                outcome = await ways.folders.remove(folder, id)
                sent = mailbox.sent or box.sent
                if sent:
                    await ways.folders.remove(sent, id)
        except TimeoutError:
            pass
        return isinstance(outcome, Accepted)
