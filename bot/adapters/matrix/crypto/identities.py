"""The identities of other people: which of their devices they signed, and whether they are still who they were."""

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import structlog
from nio.crypto import OlmDevice

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


_NONE = "none:"
"""Begins what is remembered of a person who was seen without an identity: the keys of the devices they had then."""
_DEVICES_KEPT = 50


class Pins:
    """The master key that each person had when first seen, as all processes of ours remember it.

    Who had none is remembered by the Ed25519 keys of their devices: an identity that comes later is theirs where one of
    these signed it, for whoever runs the homeserver can make an identity, but not that signature.
    """

    def __init__(self, memory: Memory, masters: Mapping[UserId, str]) -> None:
        self._memory = memory
        self._masters = dict(masters)
        self._unsaved: dict[UserId, str] = {}
        self._saving = asyncio.Lock()

    def get(self, user: UserId) -> str | None:
        master = self._masters.get(user)
        return None if master is None or master.startswith(_NONE) else master

    def devices(self, user: UserId) -> frozenset[str] | None:
        """The devices that a person without an identity had when first seen; None for everybody else."""
        kept = self._masters.get(user)
        if kept is None or not kept.startswith(_NONE):
            return None
        return frozenset(kept.removeprefix(_NONE).split(","))

    def put_devices(self, user: UserId, keys: Collection[str]) -> None:
        self.put(user, _NONE + ",".join(sorted(keys)[:_DEVICES_KEPT]))

    def put(self, user: UserId, master: str) -> None:
        if self._masters.get(user) != master:
            self._masters[user] = self._unsaved[user] = master

    async def save(self) -> None:
        """Save new pins, before anything is done that they allow. Raises: Unavailable."""
        async with self._saving:
            if self._unsaved:
                saved = dict(self._unsaved)
                await self._memory.keep_identities(saved)
                self._unsaved = {user: master for user, master in self._unsaved.items() if saved.get(user) != master}


DeviceIdentity = tuple[str, str]
"""A device's Ed25519 and Curve25519 keys: what an identity signs. Its id alone says nothing: the server gives it."""


class Identities:
    """The identities of people, filled from the answers of /keys/query."""

    def __init__(self, pins: Pins) -> None:
        self._pins = pins
        self._own: tuple[UserId, str] | None = None
        self._current: dict[UserId, Identity] = {}
        self._signed: dict[UserId, dict[str, DeviceIdentity]] = {}
        self._changed: dict[UserId, str] = {}
        self._told: dict[UserId, str] = {}
        self._without: set[UserId] = set()
        """Users without an identity, by the homeserver's word."""

    def take(self, user: UserId, answer: JsonObject) -> None:
        """Take the answer to a question about a user. An identity is pinned when the person is first seen, or later if
        a device that they had then has signed it."""
        identity = _identity(user, answer)
        devices = _device_keys(user, answer)
        has_none = not any(user in fields.child(answer, name) for name in ("master_keys", "self_signing_keys"))
        (self._without.add if has_none else self._without.discard)(user)
        if identity is None:
            self._current.pop(user, None)
            self._signed.pop(user, None)
            if has_none and devices and self.pinned(user) is None and self._pins.devices(user) is None:
                self._pins.put_devices(user, devices.values())
        else:
            self._current[user] = identity
            self._signed[user] = _signed_devices(user, identity, fields.child(answer, "device_keys", user))
            first = self._pins.devices(user)
            if self.pinned(user) is None and (first is None or _vouched(user, answer, devices, first)):
                self._pins.put(user, identity.master)
        self._note_change(user)

    async def save(self) -> None:
        """Save the pins, so that they outlive this process. Raises: Unavailable."""
        await self._pins.save()

    def set_own(self, us: UserId, master: str) -> None:
        """Pin the identity of our own account: the one whose seeds we have, whatever the server showed first."""
        self._own = (us, master) if master else None

    def pinned(self, user: UserId) -> str | None:
        """The master key that this user must have; None for a user never seen with one."""
        if self._own is not None and self._own[0] == user:
            return self._own[1]
        return self._pins.get(user)

    def has_told(self, user: UserId) -> bool:
        """Whether this process has had an answer about the user's identity, or its absence."""
        return user in self._current or user in self._without

    def is_changed(self, user: UserId) -> bool:
        """Whether the identity is another than the pinned one, or is gone, or came after the person without a word of
        their devices."""
        pinned, current = self.pinned(user), self._current.get(user)
        if pinned is None:
            return current is not None and self._pins.devices(user) is not None
        return current is None or current.master != pinned

    def signed(self, device: OlmDevice) -> bool:
        """Whether the user's current identity signed these very keys under that id."""
        return self._signed.get(device.user_id, {}).get(device.id) == (device.ed25519, device.curve25519)

    def objection(self, device: OlmDevice) -> str:
        """The objection to acting on a device's words; empty without one."""
        if self.is_changed(device.user_id):
            return "identity_changed" if self.pinned(device.user_id) is not None else "identity_new"
        if device.user_id in self._without:
            return "no_identity"
        return "" if self.signed(device) else "unsigned_device"

    def may_read(self, device: OlmDevice) -> bool:
        """Whether a device may read. People with an identity read on devices that the pinned one signed (MSC4153):
        the homeserver could add others, or hide or replace the identity. People without one read on all devices."""
        return self.pinned(device.user_id) is None or not self.objection(device)

    def trust(self, user: UserId, key: str) -> str:
        """Take the user's identity for the right one where its master key is this one. The present master key; empty
        where there is no identity."""
        current = self._current.get(user)
        if current is None:
            return ""
        if current.master == key:
            self._pins.put(user, key)
            self._note_change(user)
        return current.master

    def take_changed(self) -> list[tuple[UserId, str]]:
        """Users whose identity is not the pinned one, each with the present master key (empty where it is gone); each
        once until it changes again."""
        changed = [(user, master) for user, master in self._changed.items() if self._told.get(user) != master]
        self._told.update(changed)
        return changed

    def _note_change(self, user: UserId) -> None:
        is_ours = self._own is not None and self._own[0] == user
        if is_ours or not self.is_changed(user):
            # `OwnIdentity.ensure` looks after our own identity, and tells of it.
            self._changed.pop(user, None)
            self._told.pop(user, None)
            return
        current = self._current.get(user)
        master = current.master if current is not None else ""
        if self._changed.get(user) != master:
            log.warning("matrix_identity_changed", is_gone=not master)
        self._changed[user] = master


def _device_keys(user: UserId, answer: JsonObject) -> dict[str, str]:
    """The Ed25519 key of each device that the answer names, by its id."""
    listed = fields.child(answer, "device_keys", user)
    found = {id: fields.text(fields.child(listed, id, "keys"), f"ed25519:{id}") for id in listed}
    return {id: key for id, key in found.items() if key and "," not in key}


def _vouched(user: UserId, answer: JsonObject, devices: Mapping[str, str], first: Collection[str]) -> bool:
    """Whether a device of the person's first days signed the master key, as the client that makes one does."""
    master = fields.child(answer, "master_keys", user)
    return any(
        key in first and signatures.is_signed(master, user=user, key_id=f"ed25519:{id}", public_key=key)
        for id, key in devices.items()
    )


def _signed_devices(user: UserId, identity: Identity, devices: JsonObject) -> dict[str, DeviceIdentity]:
    key = identity.self_signing
    signed: dict[str, DeviceIdentity] = {}
    for device_id, device in devices.items():
        if isinstance(device, dict) and signatures.is_signed(
            device, user=user, key_id=f"ed25519:{key}", public_key=key
        ):
            keys = fields.child(device, "keys")
            signed[device_id] = (
                fields.text(keys, f"ed25519:{device_id}"),
                fields.text(keys, f"curve25519:{device_id}"),
            )
    return signed


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


def master_of(user: UserId, answer: JsonObject) -> str:
    """The master key of a person's identity, if the answer shows a rightly signed one; else empty."""
    identity = _identity(user, answer)
    return identity.master if identity is not None else ""


def public_key_of(key: JsonObject, user: str, usage: str) -> str:
    """The public key of a cross-signing key object; empty if the object is not that user's for that use."""
    keys = fields.child(key, "keys")
    if len(keys) != 1 or key.get("user_id") != user or usage not in fields.items(key, "usage"):
        return ""
    name, public = next(iter(keys.items()))
    return fields.clean(public) if isinstance(public, str) and name == f"ed25519:{public}" else ""
