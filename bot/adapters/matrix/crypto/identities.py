"""The identities of other people: which of their devices they signed, and whether they are still who they were."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from bot.adapters.matrix import fields
from bot.adapters.matrix.crypto import signatures
from bot.adapters.matrix.fields import JsonObject
from bot.domain.ids import UserId
from bot.ports import Memory

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Identity:
    """Public keys of one person, as the homeserver gave them and signed as they must be."""

    master: str
    self_signing: str


class Pins:
    """The master key that each person had when first seen, as all processes of ours remember it."""

    def __init__(self, memory: Memory, masters: Mapping[UserId, str]) -> None:
        self._memory = memory
        self._masters = dict(masters)
        self._unsaved: dict[UserId, str] = {}
        self._saving = asyncio.Lock()

    def get(self, user: UserId) -> str | None:
        return self._masters.get(user)

    def put(self, user: UserId, master: str) -> None:
        if self._masters.get(user) != master:
            self._masters[user] = self._unsaved[user] = master

    async def save(self) -> None:
        """Before anything is done that a pin allows. Raises: Unavailable."""
        async with self._saving:
            if self._unsaved:
                saved = dict(self._unsaved)
                await self._memory.keep_identities(saved)
                self._unsaved = {user: master for user, master in self._unsaved.items() if saved.get(user) != master}


class Identities:
    """Filled from the answers of /keys/query."""

    def __init__(self, pins: Pins) -> None:
        self._pins = pins
        self._current: dict[UserId, Identity] = {}
        self._signed: dict[UserId, frozenset[str]] = {}

    def take(self, user: UserId, answer: JsonObject) -> None:
        """What an answer says of one user that was asked for; an identity seen for the first time is pinned."""
        identity = _identity(user, answer)
        devices = fields.child(answer, "device_keys", user)
        if identity is None:
            self._current.pop(user, None)
            self._signed.pop(user, None)
            return
        self._current[user] = identity
        key = identity.self_signing
        self._signed[user] = frozenset(
            device_id
            for device_id, device in devices.items()
            if isinstance(device, dict)
            and signatures.is_signed(device, user=user, key_id=f"ed25519:{key}", public_key=key)
        )
        pinned = self._pins.get(user)
        if pinned is None:
            self._pins.put(user, identity.master)
        elif pinned != identity.master:
            log.warning("matrix_identity_changed")

    def is_pinned(self, user: UserId) -> bool:
        """Whether an identity of theirs was seen before."""
        return self._pins.get(user) is not None

    async def save(self) -> None:
        """What was pinned is remembered, whatever becomes of this process. Raises: Unavailable."""
        await self._pins.save()

    def has_one(self, user: UserId) -> bool:
        return user in self._current

    def signed(self, user: UserId, device_id: str) -> bool:
        """Whether the user's current identity signed that device."""
        return device_id in self._signed.get(user, frozenset())

    def objection(self, user: UserId, device_id: str) -> str:
        """Why not to act on what that device says; empty where there is nothing to object."""
        pinned, current = self._pins.get(user), self._current.get(user)
        if pinned is not None and (current is None or current.master != pinned):
            return "identity_changed"
        return "" if self.signed(user, device_id) else "unsigned_device"

    def trust(self, user: UserId) -> bool:
        """Take the user's present identity for the right one; False where there is none."""
        current = self._current.get(user)
        if current is None:
            return False
        self._pins.put(user, current.master)
        return True


def _identity(user: UserId, answer: JsonObject) -> Identity | None:
    """Client-server API, "Key and signature security": the self-signing key is signed by the master key."""
    master_object = fields.child(answer, "master_keys", user)
    signing_object = fields.child(answer, "self_signing_keys", user)
    master, signing = (
        public_key_of(master_object, user, "master"),
        public_key_of(signing_object, user, "self_signing"),
    )
    if not master or not signing:
        return None
    if not signatures.is_signed(signing_object, user=user, key_id=f"ed25519:{master}", public_key=master):
        return None
    return Identity(master, signing)


def public_key_of(key: JsonObject, user: str, usage: str) -> str:
    """The public key of a cross-signing key object; empty where it is none of that user for that use."""
    keys = fields.child(key, "keys")
    if len(keys) != 1 or key.get("user_id") != user or usage not in fields.items(key, "usage"):
        return ""
    name, public = next(iter(keys.items()))
    return fields.clean(public) if isinstance(public, str) and name == f"ed25519:{public}" else ""
