"""Encrypts our messages: a Megolm session for each room, its key given to every device that may read."""

import asyncio
import secrets
from collections import defaultdict
from collections.abc import Iterable

import structlog
from nio.crypto import Olm, OlmDevice, Session

from bot.adapters.matrix import fields
from bot.adapters.matrix.crypto import signatures
from bot.adapters.matrix.crypto.devices import Devices
from bot.adapters.matrix.crypto.identities import Identities
from bot.adapters.matrix.crypto.inbound import MEGOLM, NO_OLM
from bot.adapters.matrix.crypto.owed import OwedKeys
from bot.adapters.matrix.fields import JsonObject
from bot.adapters.matrix.requests import CLIENT, Homeserver, refused_or_away
from bot.adapters.matrix.rooms import Rooms
from bot.domain.ids import RoomId, UserId

_CLAIM_AT_ONCE = 200
_SEND_AT_ONCE = 100
_SERVER_WAITS_MS = 10_000
_VERIFICATIONS = 10
"""The most requests that are answered after one sync."""

log = structlog.get_logger(__name__)


class NobodyReads(Exception):
    """Other people are in the room, and no device of theirs would get the key."""


class Outbound:
    """Writes with the keys of our device."""

    def __init__(
        self, homeserver: Homeserver, olm: Olm, rooms: Rooms, devices: Devices, identities: Identities
    ) -> None:
        self._homeserver = homeserver
        self._identities = identities
        self._olm = olm
        self._rooms = rooms
        self._devices = devices
        self._locks: defaultdict[RoomId, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._rotate: set[RoomId] = set()
        self.owed = OwedKeys()
        self._verifications: dict[tuple[UserId, str], str] = {}
        self._told_no_olm: set[str] = set()
        """Curve25519 keys of devices told once that we could not reach them."""

    def rotate(self, room: RoomId) -> None:
        """The next message gets a new session: somebody left, or somebody's devices changed."""
        self._rotate.add(room)

    async def encrypt(self, room: RoomId, event_type: str, content: JsonObject) -> dict[str, object]:
        """The content of the `m.room.encrypted` event. Raises: NobodyReads, Unavailable."""
        async with self._locks[room]:
            if self._is_share_due(room):
                await self._share(room)
            inside = {"type": event_type, "content": content, "room_id": room}
            session = self._olm.outbound_group_sessions[room]
            return {
                "algorithm": MEGOLM,
                "sender_key": self._olm.account.identity_keys["curve25519"],
                "ciphertext": session.encrypt(fields.dumps(inside)),
                "session_id": session.id,
                "device_id": self._olm.device_id,
            }

    async def start_sessions(self, wanted: Iterable[OlmDevice]) -> None:
        """Begin Olm sessions with the devices that lack one, by their one-time keys. Raises: Unavailable."""
        missing = list(wanted)
        for start in range(0, len(missing), _CLAIM_AT_ONCE):
            part = missing[start : start + _CLAIM_AT_ONCE]
            asked: defaultdict[str, dict[str, str]] = defaultdict(dict)
            for device in part:
                asked[device.user_id][device.id] = "signed_curve25519"
            answer = await self._homeserver.call(
                "POST", f"{CLIENT}/keys/claim", {"one_time_keys": asked, "timeout": _SERVER_WAITS_MS}
            )
            if not answer.is_ok:
                raise refused_or_away(answer)
            for device in part:
                self._start_session(device, fields.child(answer.body, "one_time_keys", device.user_id, device.id))

    def olm_session(self, device: OlmDevice) -> Session | None:
        session: Session | None = self._olm.session_store.get(device.curve25519)
        return session

    async def send_to_devices(self, event_type: str, messages: list[tuple[OlmDevice, JsonObject]]) -> None:
        """Raises: Unavailable."""
        for start in range(0, len(messages), _SEND_AT_ONCE):
            by_user: defaultdict[str, dict[str, JsonObject]] = defaultdict(dict)
            for device, content in messages[start : start + _SEND_AT_ONCE]:
                by_user[device.user_id][device.id] = content
            answer = await self._homeserver.call(
                "PUT",
                self._homeserver.path("sendToDevice", event_type, secrets.token_urlsafe(12)),
                {"messages": by_user},
            )
            if not answer.is_ok:
                raise refused_or_away(answer)

    async def unwedge(self) -> None:
        """Begin new sessions with devices whose messages could not be read; a dummy tells them. Raises: Unavailable."""
        wedged: list[OlmDevice] = list(self._olm.wedged_devices)
        if not wedged:
            return
        await self.start_sessions(wedged)
        dummies: list[tuple[OlmDevice, JsonObject]] = []
        for device in wedged:
            session = self.olm_session(device)
            if session is not None:
                dummies.append((device, self._olm._olm_encrypt(session, device, "m.dummy", {})))
        await self.send_to_devices("m.room.encrypted", dummies)
        self._olm.wedged_devices[:] = [device for device in self._olm.wedged_devices if device not in wedged]
        # Perhaps they could not read what we gave them by the old sessions.
        for device in wedged:
            for room in self._rooms.shared_with(UserId(device.user_id)):
                if room in self._olm.outbound_group_sessions:
                    self.owed.add(room, self._key_of(room), set(), [device])
            self.owed.heard_from(UserId(device.user_id))

    def ask_to_verify(self, sender: UserId, content: JsonObject) -> None:
        """Note a request to compare emojis, which the device will decline: the bot is a program."""
        device, transaction = fields.text(content, "from_device"), fields.text(content, "transaction_id")
        if device and transaction and len(self._verifications) < _VERIFICATIONS:
            self._verifications[sender, device] = transaction

    async def decline_verifications(self) -> None:
        """Client-server API, "Key verification framework". Raises: Unavailable."""
        asked, self._verifications = self._verifications, {}
        for (user, device), transaction in asked.items():
            content = {"transaction_id": transaction, "code": "m.user", "reason": "A program cannot compare emojis"}
            answer = await self._homeserver.call(
                "PUT",
                self._homeserver.path("sendToDevice", "m.key.verification.cancel", secrets.token_urlsafe(12)),
                {"messages": {user: {device: content}}},
            )
            if not answer.is_ok:
                raise refused_or_away(answer)

    def _is_share_due(self, room: RoomId) -> bool:
        session = self._olm.outbound_group_sessions.get(room)
        return (
            session is None
            or room in self._rotate
            or session.expired
            or not session.shared
            or not self._rooms.knows_members(room)
        )

    async def _share(self, room: RoomId) -> None:
        try:
            readers = await self._circle(room)
            devices = [
                device for user in sorted(readers) for device in self._devices.of(user) if not self._is_own(device)
            ]
            receivers = [device for device in devices if self._identities.may_read(device)]
            shut_out = [device for device in devices if not self._identities.may_read(device)]
            if not receivers and readers - {self._olm.user_id}:
                raise NobodyReads
            self._olm.create_outbound_group_session(room)
            group = self._olm.outbound_group_sessions[room]
            rotation = await self._rooms.rotation(room)
            group.max_messages, group.max_age = rotation.messages, rotation.age
            key = self._key_of(room)
            await self.start_sessions(device for device in receivers if self.olm_session(device) is None)
            unreached = await self._give(key, receivers)
            if receivers and len(unreached) == len(receivers):
                raise NobodyReads
            await self.send_to_devices(
                "m.room_key.withheld", [(device, self._withheld(room, group.id)) for device in shut_out]
            )
            group.mark_as_shared()
            self.owed.add(room, key, {user for user in readers if not self._devices.follows(user)}, unreached)
        except BaseException:
            self._rotate.add(room)
            raise
        log.info(
            "matrix_session_shared",
            room=room,
            devices=len(receivers) - len(unreached),
            unreachable=len(unreached),
            unsigned=len(shut_out),
        )

    async def _circle(self, room: RoomId) -> frozenset[UserId]:
        """The readers, with their devices; asked once more if they changed meanwhile. Raises: Unavailable."""
        while True:
            self._rotate.discard(room)
            readers = await self._rooms.readers(room)
            await self._devices.refresh(set(readers))
            if room not in self._rotate:
                return readers

    def _key_of(self, room: RoomId) -> JsonObject:
        """The key of the room's session, from its present state on."""
        group = self._olm.outbound_group_sessions[room]
        return {"algorithm": MEGOLM, "room_id": room, "session_id": group.id, "session_key": group.session_key}

    async def give_owed(self) -> None:
        """Give keys to readers who could not be reached when the keys were new. Raises: Unavailable."""
        for owed in self.owed.due():
            readers = await self._rooms.readers(owed.room)
            await self._devices.refresh(owed.users)
            found = {user for user in owed.users if self._devices.follows(user)}
            devices = [*owed.devices, *(device for user in sorted(found) for device in self._devices.of(user))]
            receivers = [
                device
                for device in devices
                if device.user_id in readers and not device.deleted and self._identities.may_read(device)
            ]
            await self.start_sessions(device for device in receivers if self.olm_session(device) is None)
            unreached = await self._give(owed.key, receivers)
            owed.users -= found
            owed.devices = unreached
            log.info("matrix_session_given_late", room=owed.room, devices=len(receivers) - len(unreached))

    async def _give(self, key: JsonObject, receivers: list[OlmDevice]) -> list[OlmDevice]:
        """Give the key; returns the devices without an Olm session. Raises: Unavailable."""
        messages: list[tuple[OlmDevice, JsonObject]] = []
        unreached: list[OlmDevice] = []
        # One write to the disk for all, not one each.
        with self._olm.store.database.atomic():
            for device in receivers:
                session = self.olm_session(device)
                if session is None:
                    unreached.append(device)
                    continue
                messages.append((device, self._olm._olm_encrypt(session, device, "m.room_key", key)))
        await self.send_to_devices("m.room.encrypted", messages)
        self._told_no_olm -= {device.curve25519 for device, _ in messages}
        untold = [device for device in unreached if device.curve25519 not in self._told_no_olm]
        await self.send_to_devices("m.room_key.withheld", [(device, self._no_olm()) for device in untold])
        self._told_no_olm |= {device.curve25519 for device in untold}
        return unreached

    def _no_olm(self) -> JsonObject:
        """Client-server API, "Reporting that decryption keys are withheld": names no room and no session."""
        return {
            "algorithm": MEGOLM,
            "sender_key": self._olm.account.identity_keys["curve25519"],
            "code": NO_OLM,
            "reason": "No one-time key",
        }

    def _withheld(self, room: RoomId, session_id: str) -> JsonObject:
        return {
            "algorithm": MEGOLM,
            "room_id": room,
            "session_id": session_id,
            "sender_key": self._olm.account.identity_keys["curve25519"],
            "code": "m.unverified",
            "reason": "The device is not signed by its owner",
        }

    def _is_own(self, device: OlmDevice) -> bool:
        return bool(device.user_id == self._olm.user_id and device.id == self._olm.device_id)

    def _start_session(self, device: OlmDevice, one_time_keys: JsonObject) -> None:
        """Begin a session by a one-time key; a key that the device did not sign, or no key, is ignored."""
        for key in one_time_keys.values():
            if not isinstance(key, dict) or not signatures.is_signed(
                key, user=device.user_id, key_id=f"ed25519:{device.id}", public_key=device.ed25519
            ):
                continue
            try:
                self._olm.create_session(fields.text(key, "key"), device.curve25519)
                return
            except (ValueError, TypeError):
                continue
        log.info("matrix_no_one_time_key", device=fields.clean(device.id)[:64])
