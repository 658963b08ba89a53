"""Makes the calls of a sign-in at a provider: what they bring is sealed here, and nothing else gets to see it."""

from dataclasses import dataclass
from typing import assert_never

from bot.domain.calls import BeginSignIn, FinishSignIn, SignInCall
from bot.domain.ids import DialogueId, SecretId
from bot.domain.outcomes import PENDING, Accepted, Refused, SignInOpen, TrialOutcome, TryLater
from bot.domain.repeated import without
from bot.flows.step.step import Step
from bot.ports import NotOpened, SignInPages, SignInRefused, Unavailable, Waiting
from storage import secrets

_DROPPED = Refused("dropped", "")
"""Nobody waits for it any more."""


@dataclass(slots=True)
class SignInCaller:
    """Makes the calls by which somebody signs in."""

    step: Step
    pages: SignInPages

    async def call(self, call: SignInCall, dialogue: DialogueId) -> TrialOutcome:
        """Make one call of this dialogue.

        Raises:
            Conflict, StorageAway
        """
        answer = ""
        try:
            match call:
                case BeginSignIn():
                    return await self._begun(call, dialogue)
                case FinishSignIn():
                    answer = await self._word(call.answer) or ""
                    return await self._ended(call, answer, dialogue)
                case _ as unreachable:
                    assert_never(unreachable)
        except SignInRefused as refused:
            return Refused(refused.code, without(answer, refused.text) if answer else refused.text)
        except Unavailable as away:
            return TryLater(away.reason)
        except NotOpened:
            return Refused("secret_key", "")

    async def _begun(self, call: BeginSignIn, dialogue: DialogueId) -> SignInOpen:
        started = await self.pages.begin(call.provider, call.address)
        sealed = self.step.vault.close(started.proof, call.code)
        async with self.step.database.write() as tx:
            # Of an attempt whose end nobody noted.
            await secrets.drop(tx, call.code)
            await secrets.add(tx, call.code, sealed, dialogue, self.step.clock.now())
        return SignInOpen(started.url, started.words)

    async def _ended(self, call: FinishSignIn, answer: str, dialogue: DialogueId) -> TrialOutcome:
        proof = await self._word(call.code)
        if proof is None or (call.answer is not None and not answer):
            return _DROPPED
        if await self._word(call.grant) is not None:
            # It was kept by an attempt whose end nobody noted: the provider gives it once.
            return Accepted()
        if call.answer is None:
            login = await self.pages.look(call.provider, proof)
        else:
            login = await self.pages.answered(call.provider, proof, answer)
        if isinstance(login, Waiting):
            return TryLater(PENDING, after=login.after)
        sealed = self.step.vault.close(login.words, call.grant)
        async with self.step.database.write() as tx:
            if await secrets.get(tx, call.code) is None:
                return _DROPPED
            await secrets.add(tx, call.grant, sealed, dialogue, self.step.clock.now())
        return Accepted()

    async def _word(self, id: SecretId | None) -> str | None:
        if id is None:
            return None
        async with self.step.database.glance() as tx:
            sealed = await secrets.get(tx, id)
        return None if sealed is None else self.step.vault.open(sealed, id)
