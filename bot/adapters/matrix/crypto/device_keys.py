"""Our own device's keys on the server: the identity, one-time keys refilled, a fallback key."""

import structlog
from nio.crypto import Olm

from bot.adapters.matrix import fields
from bot.adapters.matrix.fields import JsonObject
from bot.adapters.matrix.requests import CLIENT, Homeserver, refused_or_away

_ALGORITHM = "signed_curve25519"

log = structlog.get_logger(__name__)


class DeviceKeys:
    """Keeps the keys on the server that others need in order to write to us."""

    def __init__(self, homeserver: Homeserver, olm: Olm) -> None:
        self._homeserver = homeserver
        self._olm = olm
        self._lacks_fallback = False

    @property
    def fingerprint(self) -> str:
        """The device's Ed25519 key, for a person to compare."""
        return str(self._olm.account.identity_keys["ed25519"])

    @property
    def is_upload_due(self) -> bool:
        return bool(self._olm.should_upload_keys) or self._lacks_fallback

    def take_counts(self, answer: JsonObject) -> None:
        """Take the number of keys left on the server from a sync; a count of 0, or none at all, means refill."""
        if "device_one_time_keys_count" in answer:
            count = fields.number(fields.child(answer, "device_one_time_keys_count"), _ALGORITHM) or 0
            self._olm.uploaded_key_count = max(count, 0)
        if "device_unused_fallback_key_types" in answer:
            self._lacks_fallback = _ALGORITHM not in fields.items(answer, "device_unused_fallback_key_types")

    def forget_upload(self) -> None:
        """Upload all keys again: the server may have forgotten this device."""
        self._olm.account.shared = False
        self._olm.uploaded_key_count = None
        self._lacks_fallback = True

    def signed_device(self) -> dict[str, object]:
        """The `device_keys` object, signed by the device itself."""
        olm = self._olm
        device: dict[str, object] = {
            "user_id": olm.user_id,
            "device_id": olm.device_id,
            "algorithms": ["m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"],
            "keys": {
                f"curve25519:{olm.device_id}": olm.account.identity_keys["curve25519"],
                f"ed25519:{olm.device_id}": olm.account.identity_keys["ed25519"],
            },
        }
        return self.signed(device)

    async def upload(self) -> None:
        """Bring the server up to date. Raises: Unavailable."""
        account = self._olm.account
        content: dict[str, object] = {}
        is_first = not account.shared
        if is_first:
            content["device_keys"] = self.signed_device()
        count = 0 if is_first else self._olm.uploaded_key_count or 0
        missing = account.max_one_time_keys - count
        # Keys made before and not yet published are part of what is uploaded.
        fresh = missing - len(account.one_time_keys["curve25519"])
        if fresh > 0:
            account.generate_one_time_keys(fresh)
        content["one_time_keys"] = {
            f"{_ALGORITHM}:{key_id}": self.signed({"key": key})
            for key_id, key in account.one_time_keys["curve25519"].items()
        }
        if self._lacks_fallback or is_first:
            vodozemac_account = account._account
            if not vodozemac_account.fallback_key:
                vodozemac_account.generate_fallback_key()
            content["fallback_keys"] = {
                f"{_ALGORITHM}:{_text(key_id)}": self.signed({"key": _text(key), "fallback": True})
                for key_id, key in vodozemac_account.fallback_key.items()
            }
        # Saved before the upload: a key that somebody claims must never be one that we lost.
        self._olm.save_account()
        answer = await self._homeserver.call("POST", f"{CLIENT}/keys/upload", content)
        if not answer.is_ok:
            raise refused_or_away(answer)
        account.shared = True
        account.mark_keys_as_published()
        self._olm.uploaded_key_count = fields.number(fields.child(answer.body, "one_time_key_counts"), _ALGORITHM)
        self._lacks_fallback = False
        self._olm.save_account()
        log.info("matrix_keys_uploaded", first=is_first, one_time_keys=max(missing, 0))

    def signed(self, value: dict[str, object]) -> dict[str, object]:
        """The object with the device's own signature."""
        signature = self._olm.sign_json(value)
        return {**value, "signatures": {self._olm.user_id: {f"ed25519:{self._olm.device_id}": signature}}}


def _text(key: object) -> str:
    """vodozemac gives its keys as objects in some places and as text in others."""
    to_base64 = getattr(key, "to_base64", None)
    return str(to_base64()) if to_base64 is not None else str(key)
