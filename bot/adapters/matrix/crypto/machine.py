"""The encryption of one device, driven by the syncs: the library's own loop is not used."""

import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import structlog
from nio.crypto import Olm
from nio.store import SqliteStore

from bot.adapters.matrix import fields
from bot.adapters.matrix.account import Device, MatrixAccount
from bot.adapters.matrix.crypto.cross_signing import IdentityProblem, OwnIdentity
from bot.adapters.matrix.crypto.device_keys import DeviceKeys
from bot.adapters.matrix.crypto.devices import Devices
from bot.adapters.matrix.crypto.identities import Identities, Pins
from bot.adapters.matrix.crypto.inbound import Inbound, KeyCame, KeyWithheld, NoKey, Payload, SessionKey, Unreadable
from bot.adapters.matrix.crypto.outbound import Outbound
from bot.adapters.matrix.crypto.rekeying import keys_file
from bot.adapters.matrix.crypto.sealed import Seal
from bot.adapters.matrix.crypto.waiting import Waiting, WaitingRoom
from bot.adapters.matrix.disk import DISK_FAULTS
from bot.adapters.matrix.events import Clear, Envelope
from bot.adapters.matrix.fields import JsonObject
from bot.adapters.matrix.requests import Homeserver
from bot.adapters.matrix.rooms import Rooms
from bot.domain.ids import RoomId, UserId
from bot.domain.inputs.said import UNINVITED, VERIFICATION
from bot.domain.inputs.trust import IdentityTrouble, MemberIdentityChanged, ReaderCame, SessionCame
from bot.ports import NOT_IN_ROOM, NOT_TOLD, Memory, Unavailable

# The library's log lines hold user ids.
logging.getLogger("nio").setLevel(logging.CRITICAL)

_STRANGERS_KEYS = 200
_STRANGERS_PAUSE = 3600.0
"""Seconds in which `_STRANGERS_KEYS` encrypted to-device events of people from no room of ours are opened: each may
bring a key, which is kept for ever. A new member is no stranger once we have written in the room."""
_ASK_AGAIN = 10.0
"""Seconds between two questions about a device that nobody trusts, however often it writes."""

News = IdentityTrouble | MemberIdentityChanged | ReaderCame | SessionCame
"""News for people that no room tells."""

log = structlog.get_logger(__name__)


class KeysSealed(Exception):
    """The device's keys were sealed with another secret, or are damaged.

    Cure: give the old `secret_key` back; or move the folder away, and the bot becomes a new device.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self.folder = folder


@dataclass(frozen=True, slots=True)
class Known:
    """The shared memory of all our processes, as one of them finds it at its start."""

    encrypted: frozenset[RoomId]
    masters: Mapping[UserId, str]
    readers: Mapping[RoomId, frozenset[UserId]] = field(default_factory=dict)

    @classmethod
    async def load(cls, memory: Memory) -> Self:
        """Raises: Unavailable."""
        return cls(await memory.encrypted_rooms(), await memory.identities(), await memory.readers())


class Machine:
    """The keys of one device, in its own folder; trust in others' keys is in the memory that processes share."""

    def __init__(
        self, account: MatrixAccount, device: Device, homeserver: Homeserver, memory: Memory, known: Known
    ) -> None:
        folder = account.store_dir
        store = SqliteStore(device.user_id, device.device_id, str(folder), account.pickle_key, keys_file(device))
        Path(store.database_path).chmod(0o600)
        self._store = store
        try:
            self._olm = Olm(device.user_id, device.device_id, store)
        except ValueError as fault:
            # vodozemac: the pickles cannot be opened.
            store.database.close()
            raise KeysSealed(folder) from fault
        self._waiting = WaitingRoom(folder / "waiting.json")
        self._arrived: set[SessionKey] = self._waiting.sessions()
        self._us, self._device_id = UserId(device.user_id), device.device_id
        self._is_identity_check_due = False
        self.identity_problem: IdentityProblem | None = None
        self._asked_again: dict[UserId, float] = {}
        self._strangers_since, self._strangers = -_STRANGERS_PAUSE, 0
        self._is_ahead = False
        """Whether the disk may lack something that is in memory."""
        self._given: str | None = None
        """`next_batch` of the last batch given out."""
        self._news: list[News] = []
        self._news_given = 0
        self._asked: str | None = None
        self.rooms = Rooms(homeserver, self._us, memory, known.encrypted, known.readers)
        self.identities = Identities(Pins(memory, known.masters))
        self.devices = Devices(homeserver, self._olm, self.identities, self._rotate_with)
        self.device_keys = DeviceKeys(homeserver, self._olm)
        self.identity = OwnIdentity(account, homeserver, self.device_keys)
        self.inbound = Inbound(self._olm)
        self.seal = Seal(account.pickle_key, account.former_pickle_keys)
        self.outbound = Outbound(homeserver, self._olm, self.rooms, self.devices, self.identities)

    def begin(self, since: str | None) -> None:
        """A sync starts: with the position of the last batch, what that one brought is safe with the caller."""
        # With the same position nobody can tell; giving the batch twice does no harm.
        if since is not None and since == self._given and since != self._asked:
            self._waiting.confirm()
            del self._news[: self._news_given]
            self._news_given = 0
        else:
            self._arrived |= self._waiting.restore()
        self._asked = since

    @contextmanager
    def as_on_disk(self) -> Iterator[None]:
        """A block after whose failure the keys are read again from the disk: events that were not kept come again with
        the same sync, and must not look as if they had come already."""
        if self._is_ahead:
            self._reload()
        try:
            yield
        except DISK_FAULTS:
            self._is_ahead = True
            self._reload()
            raise

    def _reload(self) -> None:
        account = self._store.load_account()
        assert account is not None
        # The server's copy of our keys does not change with our disk.
        account.shared = self._olm.account.shared
        self._olm.account = account
        self._olm.load()
        self.devices.forget()
        self._is_ahead = False

    def take_sync(self, answer: JsonObject) -> None:
        """Take the keys of a sync's answer, before its rooms are read."""
        self.device_keys.take_counts(answer)
        lists = fields.child(answer, "device_lists")
        changed = {user for value in fields.items(lists, "changed") if (user := fields.user_id(value)) is not None}
        left = {user for value in fields.items(lists, "left") if (user := fields.user_id(value)) is not None}
        if self._us in changed:
            self._is_identity_check_due = True
        for user in self.devices.changed(changed, {user for user in changed if self.rooms.circles.knows(user)}):
            self._rotate_with(user)
        self.devices.left(left)
        for user in changed:
            self.outbound.owed.heard_from(user)
        # One write to the disk for all, not one each.
        with self._store.database.atomic():
            for event in fields.items(fields.child(answer, "to_device"), "events"):
                if self._is_surplus(event):
                    continue
                self._heed_verification(event)
                match self.inbound.take_to_device(event):
                    case KeyCame(session):
                        self._arrived.add(session)
                    case KeyWithheld() as news:
                        self._waiting.withheld(news)
                    case None:
                        pass

    def _heed_verification(self, event: object) -> None:
        if isinstance(event, dict) and event.get("type") == VERIFICATION:
            sender = fields.user_id(event.get("sender"))
            if sender is not None and sender != self._us and self.rooms.knows(sender):
                self.outbound.ask_to_verify(sender, fields.child(event, "content"))

    def _is_surplus(self, event: object) -> bool:
        """Whether the event exceeds the number taken from people in no room of ours."""
        if not isinstance(event, dict) or event.get("type") != "m.room.encrypted":
            return False
        sender = fields.user_id(event.get("sender"))
        if sender is not None and (sender == self._us or self.rooms.knows(sender)):
            return False
        now = time.monotonic()
        if now - self._strangers_since >= _STRANGERS_PAUSE:
            self._strangers_since, self._strangers = now, 0
        self._strangers += 1
        if self._strangers == _STRANGERS_KEYS + 1:
            log.warning("matrix_keys_of_strangers_ignored", seconds=round(_STRANGERS_PAUSE))
        return self._strangers > _STRANGERS_KEYS

    def take_state(self, room: RoomId, event: JsonObject) -> None:
        if self.rooms.take_state(room, event):
            self.outbound.rotate(room)

    def left(self, room: RoomId) -> None:
        """Forget a room that we left: nobody tells us who comes and goes there until we are back."""
        self.rooms.left(room)
        self.outbound.rotate(room)
        self.outbound.owed.forget(room)

    async def open(self, outer: Envelope, room: RoomId, now: datetime) -> Clear | Unreadable | None:
        """The inside of an encrypted event; None while its key is awaited. Raises: Unavailable."""
        self.outbound.owed.heard_from(outer.sender)
        if self.inbound.is_ambiguous(outer, room):
            # The sender's devices decide which of several sessions of one name is meant.
            await self.devices.refresh({outer.sender})
        match self.inbound.decrypt(outer, room):
            case NoKey(session):
                self._waiting.put(session, outer.raw, now)
                return None
            case Unreadable() as never:
                return never
            case Payload() as payload:
                trust = await self._session_trust(room, outer.sender, payload)
                return Clear(payload.event_type, payload.content, trust, payload.ratchet)

    def take_arrived(self) -> list[Waiting]:
        """Events that can be read now."""
        arrived, self._arrived = self._arrived, set()
        return self._waiting.take_arrived(arrived) if arrived else []

    def take_overdue(self, now: datetime) -> list[tuple[Waiting, str]]:
        """Events given up, with the reason."""
        return [(waiting, self._waiting.reason(waiting)) for waiting in self._waiting.take_overdue(now)]

    def seconds_to_next(self, now: datetime) -> float | None:
        return self._waiting.seconds_to_next(now)

    async def save(self, next_batch: str) -> None:
        """Save everything, before the position of the sync is given out. Raises: Unavailable."""
        await self.rooms.save()
        self._given = next_batch
        self._waiting.save()

    async def settle(self) -> None:
        """Do the work owed to the server after a sync; a failed part is done after the next sync."""
        try:
            if self.device_keys.is_upload_due:
                await self.device_keys.upload()
            await self.devices.refresh_stale()
            await self._look_at_newcomers()
            await self.outbound.unwedge()
            await self.outbound.decline_verifications()
            if self._is_identity_check_due:
                await self.check_identity()
            await self.outbound.give_owed()
        except Unavailable as fault:
            log.warning("matrix_keys_not_settled", reason=fault.reason)

    async def _look_at_newcomers(self) -> None:
        """Look at newcomers at once, though nothing may be written there for a while. Raises: Unavailable."""
        for room in self.rooms.with_newcomers():
            if not self.rooms.knows_members(room):
                # The next message has other readers than the last.
                self.outbound.rotate(room)
            try:
                await self.rooms.readers(room)
            except Unavailable as fault:
                if fault.reason not in (NOT_IN_ROOM, NOT_TOLD):
                    raise
            self.rooms.looked_at(room)

    async def check_identity(self) -> None:
        """Look whether others can trust this device, and make missing keys. Raises: Unavailable."""
        problem = await self.identity.ensure(self._device_id)
        self._is_identity_check_due = False
        self.identities.set_own(self._us, self.identity.master)
        if problem is not self.identity_problem:
            log.warning("matrix_identity", problem=problem.value if problem is not None else "none")
            if problem is not None:
                fingerprint = self.device_keys.fingerprint
                self._news.append(IdentityTrouble(problem.value, self._device_id, fingerprint, datetime.now(UTC)))
        self.identity_problem = problem

    def take_news(self, now: datetime) -> tuple[News, ...]:
        """News of identities and readers for people, given again until the position of the sync moves on."""
        self._news += [
            MemberIdentityChanged(user, master, now, is_first=self.identities.pinned(user) is None)
            for user, master in self.identities.take_changed()
        ]
        self._news += self.rooms.circles.take_news()
        came, self.devices.came = set(self.devices.came), []
        for user in sorted(came - {self._us}):
            self._news += [SessionCame(room, user, now) for room in self.rooms.circles.read_by(user)]
        self._news_given = len(self._news)
        return tuple(self._news)

    def close(self) -> None:
        self._store.database.close()

    async def trust(self, user: UserId, key: str) -> str:
        """See `Identities.trust`; asked afresh. Raises: Unavailable."""
        await self.devices.refresh({user}, anyway=True)
        shown = self.identities.trust(user, key)
        if not shown or shown != key:
            return shown
        # Only now the identity's word counts, on the keys of devices too.
        await self.devices.refresh({user}, anyway=True)
        await self.identities.save()
        self._rotate_with(user)
        return shown

    def _rotate_with(self, user: UserId) -> None:
        for room in self.rooms.shared_with(user):
            self.outbound.rotate(room)

    async def _session_trust(self, room: RoomId, sender: UserId, payload: Payload) -> str:
        """The objection to `sender` as the writer: the session must belong to a device of theirs, signed by
        the identity that they had when first seen."""
        if payload.is_forwarded:
            return "foreign_session"
        await self.devices.refresh({sender})
        objection = self._objection(sender, payload)
        if objection and time.monotonic() - self._asked_again.get(sender, -_ASK_AGAIN) >= _ASK_AGAIN:
            # A device, or its signature, may be newer than the last word on this user.
            self._asked_again[sender] = time.monotonic()
            await self.devices.refresh({sender}, anyway=True)
            objection = self._objection(sender, payload)
        if objection != "foreign_session" and not await self.rooms.is_reader(room, sender):
            return UNINVITED
        return objection

    def _objection(self, sender: UserId, payload: Payload) -> str:
        device = self.devices.with_keys(sender, curve25519=payload.curve25519, ed25519=payload.ed25519)
        return "foreign_session" if device is None else self.identities.objection(device)
