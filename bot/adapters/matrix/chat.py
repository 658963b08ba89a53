"""The port `Chat` on a Matrix homeserver, for one account with one device."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Self
from urllib.parse import urlencode

import structlog

from bot.adapters.matrix import fields, media, spaces, team_rooms
from bot.adapters.matrix.account import Device, MatrixAccount, prepare_folder
from bot.adapters.matrix.crypto.cross_signing import IdentityProblem
from bot.adapters.matrix.crypto.machine import Known, Machine
from bot.adapters.matrix.crypto.outbound import NobodyReads
from bot.adapters.matrix.crypto.rekeying import encrypt_anew
from bot.adapters.matrix.descriptions import ask_description_faults, described_state
from bot.adapters.matrix.disk import disk_faults_as_outage
from bot.adapters.matrix.find import edits_of, find_own
from bot.adapters.matrix.own import with_mark
from bot.adapters.matrix.power import Power, ask_power
from bot.adapters.matrix.requests import SERVICE, Homeserver, outage, outcome_of, posted, refused_or_away
from bot.adapters.matrix.session import log_in, open_device
from bot.adapters.matrix.sync import SyncReader, ask
from bot.domain.calls import DescribeCommand, MakeRoom
from bot.domain.fingerprints import OTHER_IDENTITY
from bot.domain.ids import EventId, RoomId, UserId
from bot.domain.outcomes import Accepted, MakeOutcome, Outcome, PostOutcome, Refused, Trusted, TrustOutcome, TryLater
from bot.ports import (
    NOBODY_READS,
    NOT_IN_ROOM,
    NOT_TOLD,
    Member,
    Memory,
    SyncBatch,
    TokenRefused,
    Unavailable,
    Uploaded,
)

_CLEAR_TYPES = frozenset({"m.reaction", "m.room.redaction"})
"""Types that no client encrypts: the server needs their relations."""
_ASK_MEMBERS_AGAIN = 30.0
"""Seconds until the readers of a room are asked for again."""

log = structlog.get_logger(__name__)


class MatrixChat:
    """Made by `connect`; `sync` is called by one task at a time, the rest by any number."""

    def __init__(
        self, account: MatrixAccount, homeserver: Homeserver, device: Device, memory: Memory, known: Known
    ) -> None:
        self._account = account
        self._homeserver = homeserver
        self._device = device
        self._us = UserId(device.user_id)
        self._machine = Machine(account, device, homeserver, memory, known)
        self._reader = SyncReader(homeserver, self._machine, self._us)
        self._login = asyncio.Lock()
        self._limits = media.Limits(homeserver)

    @classmethod
    async def connect(cls, account: MatrixAccount, memory: Memory) -> Self:
        """Log in, or take up the device of earlier starts. One process at a time does so, and alone changes the memory.

        Raises:
            CredentialsRefused
            KeysSealed: the folder was made with another `pickle_key`.
            Unavailable
        """
        with disk_faults_as_outage():
            return await cls._connect(account, memory)

    @classmethod
    async def _connect(cls, account: MatrixAccount, memory: Memory) -> Self:
        prepare_folder(account.store_dir)
        homeserver = Homeserver(account.homeserver, account.trusted)
        try:
            device, is_fresh = await open_device(account, homeserver)
            await asyncio.to_thread(encrypt_anew, account, device)
            chat = cls(account, homeserver, device, memory, await Known.load(memory))
        except BaseException:
            await homeserver.close()
            raise
        try:
            await chat._start(is_fresh=is_fresh)
        except BaseException:
            await chat.close()
            raise
        return chat

    @property
    def user_id(self) -> UserId:
        return self._us

    @property
    def device_id(self) -> str:
        return self._device.device_id

    @property
    def fingerprint(self) -> str:
        """The device's Ed25519 key, for `/verify DEVICE FINGERPRINT` by hand."""
        return self._machine.device_keys.fingerprint

    @property
    def identity_problem(self) -> IdentityProblem | None:
        """Why clients may warn of our device, or shut it out; None where all is well."""
        return self._machine.identity_problem

    @property
    def recovery_key(self) -> str:
        """The key that restores the identity after a lost disk, for a safe place; empty if the identity is not ours."""
        return self._machine.identity.recovery_key

    async def sync(
        self, since: str | None, *, timeout: float, memory: datetime | None = None, with_own: bool = False
    ) -> SyncBatch:
        with disk_faults_as_outage(), self._machine.as_on_disk():
            return await self._sync(since, timeout, memory, with_own=with_own)

    async def _sync(self, since: str | None, timeout: float, memory: datetime | None, *, with_own: bool) -> SyncBatch:
        self._machine.begin(since)
        seconds = self._machine.seconds_to_next(datetime.now(UTC))
        if seconds is not None:
            timeout = min(timeout, seconds + 1)
        is_anew = since is None and memory is not None
        answer = await ask(self._homeserver, since, timeout, is_anew=is_anew)
        if answer.is_session_over:
            await self._log_in_again()
            answer = await ask(self._homeserver, since, timeout, is_anew=is_anew)
        if answer.status == 400 and since is not None and not answer.is_limited:
            raise TokenRefused(answer.code)
        if not answer.is_ok:
            raise refused_or_away(answer)
        if not fields.text(answer.body, "next_batch"):
            raise Unavailable(SERVICE, "sync without next_batch")
        batch = await self._reader.read(answer.body, since, memory, with_own=with_own)
        await self._machine.settle()
        return replace(batch, inputs=(*batch.inputs, *self._machine.take_news(datetime.now(UTC))))

    async def send(
        self, room: RoomId, event_type: str, content: str, transaction: str, *, in_clear: bool = False
    ) -> PostOutcome:
        is_clear = in_clear or event_type in _CLEAR_TYPES
        try:
            if not is_clear and await self._machine.rooms.is_encrypted(room):
                clear = fields.loads(content)
                with disk_faults_as_outage():
                    sealed = await self._machine.outbound.encrypt(room, event_type, clear)
                if "m.relates_to" in clear:
                    sealed["m.relates_to"] = clear["m.relates_to"]
                event_type, content = (
                    "m.room.encrypted",
                    fields.dumps(with_mark(sealed, clear, room, self._machine.seal)),
                )
            elif not is_clear and not self._machine.rooms.is_known(room):
                # We may enter the room before a PUT arrives there: nothing goes into an encrypted room in clear.
                return Refused(code="M_FORBIDDEN", text="not in the room")
            path = self._homeserver.path("rooms", room, "send", event_type, transaction)
            answer = await self._homeserver.call_raw("PUT", path, fields.sendable(content))
        except NobodyReads:
            return TryLater(NOBODY_READS, after=_ASK_MEMBERS_AGAIN)
        except Unavailable as fault:
            if fault.reason in (NOT_IN_ROOM, NOT_TOLD):
                # The trouble of this room, and of no other.
                code = "M_FORBIDDEN" if fault.reason == NOT_IN_ROOM else NOT_TOLD
                return TryLater(code, after=_ASK_MEMBERS_AGAIN)
            return outage(fault)
        return posted(answer)

    async def put_state(self, room: RoomId, event_type: str, state_key: str, content: str) -> Outcome:
        path = self._homeserver.path("rooms", room, "state", event_type, state_key)
        try:
            return outcome_of(await self._homeserver.call_raw("PUT", path, fields.sendable(content)))
        except Unavailable as fault:
            return outage(fault)

    async def get_state(self, room: RoomId, event_type: str, state_key: str) -> str | None:
        path = self._homeserver.path("rooms", room, "state", event_type, state_key)
        answer = await self._homeserver.call("GET", path)
        if answer.is_ok:
            return fields.dumps(answer.body)
        if answer.status in (403, 404):
            return None
        raise refused_or_away(answer)

    async def redact(self, room: RoomId, event: EventId, transaction: str, *, with_edits: bool = False) -> Outcome:
        try:
            # Last what they lead to: an end in between finds them once more.
            edits = await edits_of(self._homeserver, room, event) if with_edits else ()
            for edit in edits:
                outcome = await self._redact(room, edit, f"{transaction}.{edit}")
                if not isinstance(outcome, Accepted):
                    return outcome
            return await self._redact(room, event, transaction)
        except Unavailable as fault:
            return outage(fault)

    async def _redact(self, room: RoomId, event: EventId, transaction: str) -> Outcome:
        path = self._homeserver.path("rooms", room, "redact", event, transaction)
        return outcome_of(await self._homeserver.call("PUT", path, {}))

    async def upload(
        self, path: Path, *, filename: str, content_type: str, size: int, encrypt: bool
    ) -> Uploaded | Refused | TryLater:
        return await media.upload(
            self._homeserver, path, filename=filename, content_type=content_type, size=size, encrypt=encrypt
        )

    async def upload_limit(self) -> int | None:
        """See `ports.Chat.upload_limit`."""
        return await self._limits.upload_limit()

    async def download(self, url: str, encryption: str, into: Path, *, limit: int) -> Outcome:
        return await media.download(self._homeserver, url, encryption, into, limit=limit)

    async def find(
        self,
        room: RoomId,
        thread: EventId | None,
        transaction: str,
        kind_of_type: str,
        after: datetime | None = None,
    ) -> EventId | None:
        return await find_own(self._homeserver, room, thread, transaction, self._us, after)

    async def members(self, room: RoomId) -> tuple[Member, ...]:
        return await self._machine.rooms.members(room)

    async def invited(self, room: RoomId) -> tuple[Member, ...]:
        return await self._machine.rooms.invited(room)

    async def joined_rooms(self) -> frozenset[RoomId]:
        return await self._machine.rooms.joined()

    async def is_encrypted(self, room: RoomId) -> bool:
        is_encrypted = await self._machine.rooms.is_encrypted(room)
        if not self._machine.rooms.is_known(room):
            raise Unavailable(SERVICE, NOT_IN_ROOM)
        return is_encrypted

    def succeed(self, room: RoomId, replacement: RoomId) -> None:
        """See `ports.Chat.succeed`."""
        self._machine.rooms.circles.succeed(room, replacement)

    def encrypted_rooms(self) -> frozenset[RoomId]:
        return self._machine.rooms.encrypted()

    async def join(self, room: RoomId, via: Sequence[str] = ()) -> Outcome:
        # `server_name` is what servers before Matrix 1.12 read.
        query = urlencode([(name, server) for server in via for name in ("via", "server_name")])
        path = self._homeserver.path("join", room)
        return await self._act(f"{path}?{query}" if query else path, {}, field="room_id")

    async def leave(self, room: RoomId) -> Outcome:
        return await self._act(self._homeserver.path("rooms", room, "leave"), {}, field="")

    async def find_space(self, organisation: str) -> RoomId | None:
        return await spaces.find_space(self._homeserver, self._us, organisation)

    async def create_space(self, organisation: str) -> MakeOutcome:
        return await spaces.create_space(self._homeserver, organisation)

    async def find_room(self, mark: str) -> RoomId | None:
        return await team_rooms.find_room(self._homeserver, self._us, mark)

    async def make_room(self, call: MakeRoom) -> MakeOutcome:
        return await team_rooms.make_room(self._homeserver, call)

    async def invite(self, room: RoomId, user: UserId) -> Outcome:
        return await self._act(self._homeserver.path("rooms", room, "invite"), {"user_id": user}, field="")

    async def remove(self, room: RoomId, user: UserId, reason: str) -> Outcome:
        return await self._act(
            self._homeserver.path("rooms", room, "kick"), {"user_id": user, "reason": reason}, field=""
        )

    async def has_event(self, room: RoomId, event: EventId) -> bool | None:
        answer = await self._homeserver.call("GET", self._homeserver.path("rooms", room, "event", event))
        if answer.is_ok:
            return True
        if answer.status == 404 and answer.code == "M_NOT_FOUND":
            # Perhaps we are not in the room: the server tells only members that an event is missing.
            return False if await self.power_of_bot(room) is not None else None
        if answer.status in (403, 404):
            return None
        raise refused_or_away(answer)

    async def run_mark(self) -> str | None:
        answer = await self._homeserver.call("GET", self._run_mark_path())
        if answer.is_ok:
            return fields.dumps(answer.body)
        if answer.status == 404:
            return None
        raise refused_or_away(answer)

    async def keep_run_mark(self, content: str) -> None:
        answer = await self._homeserver.call("PUT", self._run_mark_path(), fields.loads(content))
        if not answer.is_ok:
            raise refused_or_away(answer)

    def _run_mark_path(self) -> str:
        return self._homeserver.path("user", self._us, "account_data", "org.postroom.run")

    async def power(self, room: RoomId) -> Power | None:
        """The room's present levels; None where we are not in the room. Raises: Unavailable."""
        return await ask_power(self._homeserver, room)

    async def power_level(self, room: RoomId, user: UserId) -> int | None:
        """A user's level; None where we are not in the room. Raises: Unavailable."""
        power = await self.power(room)
        return None if power is None else power.of(user)

    async def power_of_bot(self, room: RoomId) -> int | None:
        """Raises: Unavailable."""
        return await self.power_level(room, self._us)

    async def trust(self, user: UserId, key: str) -> TrustOutcome:
        """See `ports.Chat.trust`."""
        try:
            with disk_faults_as_outage():
                shown = await self._machine.trust(user, key)
        except Unavailable as fault:
            return outage(fault)
        if not shown:
            return Refused("NO_IDENTITY", "")
        return Trusted(shown) if shown == key else Refused(OTHER_IDENTITY, shown)

    async def describe(self, command: DescribeCommand) -> Outcome:
        """See `ports.Chat.describe`."""
        described = described_state(command, self._us)
        return await self.put_state(command.room, described.event_type, described.state_key, described.content)

    async def description_faults(
        self, room: RoomId, wanted: Sequence[DescribeCommand]
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """See `ports.Chat.description_faults`."""
        return await ask_description_faults(self._homeserver, room, wanted, self._us)

    async def close(self) -> None:
        await self._homeserver.close()
        self._machine.close()

    async def _start(self, *, is_fresh: bool) -> None:
        """Raises: Unavailable."""
        if is_fresh:
            self._machine.device_keys.forget_upload()
        await self._machine.settle()
        await self._machine.check_identity()
        # Both are public; a person who verifies the device by hand needs them.
        log.info("matrix_device", device=self.device_id, fingerprint=self.fingerprint)

    async def _act(self, path: str, body: fields.JsonObject, *, field: str = "event_id") -> Outcome:
        try:
            answer = await self._homeserver.call("POST", path, body)
        except Unavailable as fault:
            return outage(fault)
        return outcome_of(answer, field=field)

    async def _log_in_again(self) -> None:
        """Log in again as the same device. Raises: CredentialsRefused, Unavailable."""
        async with self._login:
            log.warning("matrix_session_over", device=self._device.device_id)
            self._device = await log_in(self._account, self._homeserver, device_id=self._device.device_id)
            # A hard logout took the device and its keys from the server.
            self._machine.device_keys.forget_upload()
            self._machine.devices.forget()
            await self._start(is_fresh=True)
