"""The devices of other users: asked of the server, checked one by one, kept in the crypto store."""

from collections import defaultdict
from collections.abc import Callable

import structlog
from nio.crypto import Olm, OlmDevice

from bot.adapters.matrix import fields
from bot.adapters.matrix.crypto import signatures
from bot.adapters.matrix.crypto.identities import Identities
from bot.adapters.matrix.fields import JsonObject
from bot.adapters.matrix.requests import CLIENT, Homeserver, refused_or_away
from bot.domain.ids import UserId
from bot.domain.rights import server_of

_QUERY_AT_ONCE = 200
_SERVER_WAITS_MS = 10_000

log = structlog.get_logger(__name__)


class Devices:
    """The devices of users, fresh when asked for."""

    def __init__(
        self, homeserver: Homeserver, olm: Olm, identities: Identities, on_change: Callable[[UserId], None]
    ) -> None:
        """`on_change` is told each user whose reading devices have changed."""
        self._on_change = on_change
        self._homeserver = homeserver
        self._identities = identities
        self._olm = olm
        self._tracked: set[UserId] = set()
        self._stale: set[UserId] = set()
        self.came: list[UserId] = []
        """Users with a new session that reads from now on, beside earlier ones; the machine takes them."""

    def of(self, user: UserId) -> tuple[OlmDevice, ...]:
        return tuple(self._olm.device_store.active_user_devices(user))

    def follows(self, user: UserId) -> bool:
        """Whether `of` is complete: the user's homeserver has answered since we share a room."""
        return user in self._tracked

    def with_keys(self, user: UserId, *, curve25519: str, ed25519: str) -> OlmDevice | None:
        """The user's device that has both keys."""
        for device in self.of(user):
            if device.curve25519 == curve25519 and device.ed25519 == ed25519:
                return device
        return None

    def changed(self, users: set[UserId], readers: set[UserId]) -> set[UserId]:
        """Mark users as changed, as the server says; returns those that we follow.

        Args:
            readers: the changed users who read a room of ours: asked for although this process does not follow them.
        """
        followed = users & self._tracked
        self._stale |= followed | readers
        return followed

    def left(self, users: set[UserId]) -> None:
        """Stop following users who share no encrypted room with us: no news of them will come."""
        self._tracked -= users
        self._stale -= users

    def forget(self) -> None:
        """Ask for everybody again when next needed."""
        self._tracked.clear()
        self._stale.clear()

    async def refresh(self, users: set[UserId], *, anyway: bool = False) -> None:
        """Ask for the users that we do not follow yet or that changed; with `anyway` for all of them.

        Raises: Unavailable.
        """
        wanted = sorted(users if anyway else (users - self._tracked) | (users & self._stale))
        for start in range(0, len(wanted), _QUERY_AT_ONCE):
            part = wanted[start : start + _QUERY_AT_ONCE]
            # A change told during the question makes them stale again.
            self._stale -= set(part)
            self._tracked |= set(part)
            try:
                answer = await self._homeserver.call(
                    "POST",
                    f"{CLIENT}/keys/query",
                    {"device_keys": {user: [] for user in part}, "timeout": _SERVER_WAITS_MS},
                )
                if not answer.is_ok:
                    raise refused_or_away(answer)
            except BaseException:
                self._tracked -= set(part)
                raise
            self._take(answer.body, set(part))
        await self._identities.save()

    async def refresh_stale(self) -> None:
        """Raises: Unavailable."""
        if self._stale:
            await self.refresh(set(self._stale))

    def _take(self, body: JsonObject, asked: set[UserId]) -> None:
        away = set(fields.child(body, "failures"))
        changed: defaultdict[str, dict[str, OlmDevice]] = defaultdict(dict)
        for user in asked:
            listed = fields.child(body, "device_keys", user)
            lacks_identity = self._identities.pinned(user) is not None and not fields.child(body, "master_keys", user)
            if server_of(user) in away and (not listed or lacks_identity):
                # Our homeserver kept only a part of their devices: the known ones stay, and the question comes again.
                self._tracked.discard(user)
                continue
            before = self._circle(user)
            # The identity that an earlier process saw, until this one hears of it.
            earlier = before if self._identities.has_told(user) else self._keys(user)
            signed = {device.id for device in self.of(user) if not self._identities.objection(device)}
            self._identities.take(user, body)
            seen: set[str] = set()
            for device_id, payload in listed.items():
                if user == self._olm.user_id and device_id == self._olm.device_id:
                    continue
                device = self._checked(user, device_id, payload, was_signed=device_id in signed)
                if device is not None:
                    seen.add(device_id)
                    changed[user][device_id] = device
            for gone in self.of(user):
                if gone.id not in seen:
                    gone.deleted = True
                    changed[user][gone.id] = gone
            circle = self._circle(user)
            if circle != before:
                self._on_change(user)
            if earlier and circle - earlier:
                self.came.append(user)
        if changed:
            self._olm.store.save_device_keys(changed)

    def _circle(self, user: UserId) -> frozenset[tuple[str, str]]:
        """The keys of the user's devices that may read."""
        return frozenset((d.ed25519, d.curve25519) for d in self.of(user) if self._identities.may_read(d))

    def _keys(self, user: UserId) -> frozenset[tuple[str, str]]:
        return frozenset((d.ed25519, d.curve25519) for d in self.of(user))

    def _checked(self, user: UserId, device_id: str, payload: object, *, was_signed: bool) -> OlmDevice | None:
        """The device, new or known, if the server's word on it is sound.

        Args:
            was_signed: the keys that we have of the device were signed by the user's pinned identity.
        """
        if not isinstance(payload, dict):
            return None
        keys = fields.child(payload, "keys")
        ed25519 = fields.text(keys, f"ed25519:{device_id}")
        curve25519 = fields.text(keys, f"curve25519:{device_id}")
        if (
            payload.get("user_id") != user
            or payload.get("device_id") != device_id
            or not _is_key(ed25519)
            or not _is_key(curve25519)
            or not signatures.is_signed(payload, user=user, key_id=f"ed25519:{device_id}", public_key=ed25519)
        ):
            log.warning("matrix_device_unsound", device=fields.clean(device_id)[:64])
            return None
        known: OlmDevice | None = self._olm.device_store[user].get(device_id)
        name = fields.text(fields.child(payload, "unsigned"), "device_display_name")[:255]
        if known is None:
            known = OlmDevice(user, device_id, {"ed25519": ed25519, "curve25519": curve25519}, display_name=name)
            self._olm.device_store[user][device_id] = known
            return known
        if known.ed25519 != ed25519 or known.curve25519 != curve25519:
            told = OlmDevice(user, device_id, {"ed25519": ed25519, "curve25519": curve25519}, display_name=name)
            if not was_signed and not self._identities.objection(told):
                # The first keys were the homeserver's word alone; these are the owner's.
                log.warning("matrix_device_keys_replaced", device=fields.clean(device_id)[:64])
                self._olm.device_store[user][device_id] = told
                return told
            # Client-server API, "Device keys": a device never changes its keys; whoever says so is not believed.
            log.warning("matrix_device_keys_changed", device=fields.clean(device_id)[:64])
            return None if known.deleted else known
        known.deleted = False
        return known


def _is_key(text: str) -> bool:
    try:
        return len(signatures.raw_bytes(text)) == 32
    except ValueError:
        return False
