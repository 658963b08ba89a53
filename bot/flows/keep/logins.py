"""The port `KeptLogins`: sign-ins lie sealed in the database, each where a password would."""

from dataclasses import dataclass

from bot.domain.ids import SecretId
from bot.domain.sign_in import SignedIn, signed_in
from bot.flows.step.step import Step
from bot.ports import NotOpened, Unavailable
from storage import secrets
from storage.database import Conflict, StorageAway


@dataclass(slots=True)
class SealedLogins:
    """See `ports.KeptLogins`."""

    step: Step

    async def newest(self, id: SecretId) -> SignedIn | None:
        """See `ports.KeptLogins.newest`."""
        try:
            async with self.step.database.glance() as tx:
                sealed = await secrets.get(tx, id)
            return None if sealed is None else signed_in(self.step.vault.open(sealed, id))
        except (Conflict, StorageAway):
            raise Unavailable("oauth", "storage") from None
        except NotOpened:
            raise Unavailable("oauth", "secret_key") from None

    async def keep(self, id: SecretId, login: SignedIn) -> None:
        """See `ports.KeptLogins.keep`."""
        sealed = self.step.vault.close(login.words, id)
        try:
            async with self.step.database.write() as tx:
                await secrets.replace(tx, id, sealed)
        except (Conflict, StorageAway):
            raise Unavailable("oauth", "storage") from None
