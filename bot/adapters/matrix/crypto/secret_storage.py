"""The account's secret storage on the server, which holds the seeds of the identity under the recovery key."""

from bot.adapters.matrix import fields
from bot.adapters.matrix.crypto import signatures
from bot.adapters.matrix.crypto.recovery_key import NotARecoveryKey, RecoveryKey
from bot.adapters.matrix.fields import JsonObject
from bot.adapters.matrix.requests import Homeserver, refused_or_away
from bot.domain.ids import UserId

_DEFAULT = "m.secret_storage.default_key"
_KEY = "m.secret_storage.key."
_KEY_NAME = "Postroom"


class SecretStorage:
    """Account data of one user."""

    def __init__(self, homeserver: Homeserver, us: UserId) -> None:
        self._homeserver = homeserver
        self._us = us

    async def default_key(self) -> str:
        """The id of the key in use; empty before a set-up. Raises: Unavailable."""
        return fields.text(await self._get(_DEFAULT), "key")

    async def is_opened_by(self, key: RecoveryKey) -> bool:
        """Whether the storage in use is this key's. Raises: Unavailable."""
        key_id = await self.default_key()
        return bool(key_id) and key.opens(await self._get(_KEY + key_id))

    async def set_up(self, key: RecoveryKey, key_id: str, secrets: dict[str, bytes]) -> bool:
        """Make this key the one in use, holding these secrets; False where the server refuses. Raises: Unavailable."""
        if not await self._put(_KEY + key_id, key.description(_KEY_NAME)):
            return False
        for name, secret in secrets.items():
            # The secret is the base64 text of the bytes, and that text is what is encrypted.
            sealed = key.encrypt(name, signatures.unpadded(secret).encode())
            if not await self._put(name, {"encrypted": {key_id: sealed}}):
                return False
        return await self._put(_DEFAULT, {"key": key_id})

    async def read(self, key: RecoveryKey, names: tuple[str, ...]) -> dict[str, bytes]:
        """The secrets of these names.

        Raises:
            NotARecoveryKey: the key in use is another, or one of the secrets is not there.
            Unavailable
        """
        key_id = await self.default_key()
        if not key_id or not key.opens(await self._get(_KEY + key_id)):
            raise NotARecoveryKey("other key")
        found: dict[str, bytes] = {}
        for name in names:
            sealed = fields.child(await self._get(name), "encrypted", key_id)
            try:
                found[name] = signatures.raw_bytes(key.decrypt(name, sealed).decode("ascii"))
            except ValueError as fault:
                raise NotARecoveryKey(name) from fault
        return found

    async def _get(self, name: str) -> JsonObject:
        answer = await self._homeserver.call("GET", self._path(name))
        if answer.is_ok:
            return answer.body
        if answer.status == 404:
            return {}
        raise refused_or_away(answer)

    async def _put(self, name: str, content: JsonObject) -> bool:
        answer = await self._homeserver.call("PUT", self._path(name), content)
        if answer.is_limited or answer.is_session_over:
            raise refused_or_away(answer)
        return answer.is_ok

    def _path(self, name: str) -> str:
        return self._homeserver.path("user", self._us, "account_data", name)
