"""Our own identity: made at the first start, checked at every other, never put in place of another."""

import secrets
from dataclasses import dataclass
from enum import StrEnum

import structlog

from bot.adapters.matrix import fields
from bot.adapters.matrix.account import MatrixAccount
from bot.adapters.matrix.crypto import signatures
from bot.adapters.matrix.crypto.device_keys import DeviceKeys
from bot.adapters.matrix.crypto.identities import public_key_of
from bot.adapters.matrix.crypto.recovery_key import NotARecoveryKey, RecoveryKey
from bot.adapters.matrix.crypto.sealed import WrongKey, read_sealed, write_sealed
from bot.adapters.matrix.crypto.secret_storage import SecretStorage
from bot.adapters.matrix.fields import JsonObject
from bot.adapters.matrix.requests import CLIENT, Homeserver, refused_or_away
from bot.domain.ids import UserId

_USAGES = ("master", "self_signing", "user_signing")

log = structlog.get_logger(__name__)


class IdentityProblem(StrEnum):
    """The reasons why other people's clients cannot trust our device; each needs a person."""

    FOREIGN = "foreign_identity"
    """The account has an identity whose keys we do not have, and it has not signed our device.

    That is so where it was made elsewhere, or where our folder was lost and `secret_key` is another now. Give the
    account's recovery key in the configuration; or log in as the bot in Element and enter `/verify DEVICE FINGERPRINT`.
    """
    WRONG_RECOVERY_KEY = "wrong_recovery_key"
    """As FOREIGN, and the recovery key that was given does not open the account's secret storage."""
    SEALED = "identity_sealed"
    """The file of our identity was sealed with another `secret_key`."""
    REFUSED = "refused"
    """The homeserver did not let us upload our identity: it may ask for a login in the browser."""


@dataclass(frozen=True, slots=True)
class Seeds:
    """The three private keys, 32 bytes each."""

    master: bytes
    self_signing: bytes
    user_signing: bytes

    def __repr__(self) -> str:
        return "Seeds()"

    def of(self, usage: str) -> bytes:
        return {"master": self.master, "self_signing": self.self_signing, "user_signing": self.user_signing}[usage]


@dataclass(frozen=True, slots=True)
class _Kept:
    seeds: Seeds
    recovery: RecoveryKey | None
    recovery_id: str


def kept_recovery_key(account: MatrixAccount) -> str:
    """The recovery key in the account's folder, read without asking a server; empty before the first start.

    Raises:
        WrongKey: the folder was sealed with another key.
    """
    content = read_sealed(account.identity_file, account.pickle_key, *account.former_pickle_keys)
    return fields.text(content, "recovery_key") if content is not None else ""


class OwnIdentity:
    """The cross-signing identity of the bot's account, as far as this device has it."""

    def __init__(self, account: MatrixAccount, homeserver: Homeserver, device_keys: DeviceKeys) -> None:
        self._account = account
        self._homeserver = homeserver
        self._device_keys = device_keys
        self._us = UserId(account.user_id)
        self._path = account.identity_file
        self._storage = SecretStorage(homeserver, self._us)
        self._kept: _Kept | None = None

    @property
    def recovery_key(self) -> str:
        """The recovery key, for a person to keep elsewhere; empty where the identity is not ours."""
        return self._kept.recovery.written() if self._kept is not None and self._kept.recovery is not None else ""

    @property
    def master(self) -> str:
        """The public master key whose seed we have, or empty."""
        return signatures.public_key(self._kept.seeds.master) if self._kept is not None else ""

    async def ensure(self, device_id: str) -> IdentityProblem | None:
        """Make what is missing; say what stands in the way.

        Raises:
            Unavailable
        """
        try:
            self._kept = self._load()
        except WrongKey:
            return IdentityProblem.SEALED
        ours = await self._ask()
        foreign = self._foreign_master(ours)
        if foreign:
            if self._is_signed(ours, device_id):
                # A person verified this device by hand, which is as good.
                return None
            problem = await self._recover(foreign)
            if problem is not None:
                return problem
        if self._kept is None:
            self._keep(_Kept(Seeds(*(secrets.token_bytes(32) for _ in _USAGES)), None, ""))
        if not self._has_our_keys(ours):
            problem = await self._upload()
            if problem is not None:
                return problem
        if not self._is_signed(ours, device_id) and not await self._sign_device(device_id):
            return IdentityProblem.REFUSED
        await self._ensure_recovery()
        return None

    def _foreign_master(self, ours: JsonObject) -> str:
        """The account's master key on the server where it is not the one that we have."""
        master = self._server_key(ours, "master")
        is_ours = self._kept is not None and signatures.public_key(self._kept.seeds.master) == master
        return "" if is_ours else master

    def _load(self) -> _Kept | None:
        """Raises: WrongKey."""
        content = read_sealed(self._path, self._account.pickle_key)
        if content is None:
            return None
        try:
            seeds = Seeds(*(signatures.raw_bytes(fields.text(content, usage)) for usage in _USAGES))
            recovery = fields.text(content, "recovery_key")
            return _Kept(seeds, RecoveryKey.read(recovery) if recovery else None, fields.text(content, "recovery_id"))
        except ValueError as fault:
            raise WrongKey(self._path.name) from fault

    def _keep(self, kept: _Kept) -> None:
        """Write the seeds down before the server learns anything of them."""
        content: dict[str, object] = {usage: signatures.unpadded(kept.seeds.of(usage)) for usage in _USAGES}
        if kept.recovery is not None:
            content |= {"recovery_key": kept.recovery.written(), "recovery_id": kept.recovery_id}
        write_sealed(self._path, self._account.pickle_key, content)
        self._kept = kept

    async def _ask(self) -> JsonObject:
        answer = await self._homeserver.call("POST", f"{CLIENT}/keys/query", {"device_keys": {self._us: []}})
        if not answer.is_ok:
            raise refused_or_away(answer)
        return answer.body

    def _server_key(self, ours: JsonObject, usage: str) -> str:
        return public_key_of(fields.child(ours, f"{usage}_keys", self._us), self._us, usage)

    def _has_our_keys(self, ours: JsonObject) -> bool:
        assert self._kept is not None
        return all(
            self._server_key(ours, usage) == signatures.public_key(self._kept.seeds.of(usage)) for usage in _USAGES
        )

    def _is_signed(self, ours: JsonObject, device_id: str) -> bool:
        """Whether the identity on the server, whoever has its keys, has signed this device."""
        master = self._server_key(ours, "master")
        signing = fields.child(ours, "self_signing_keys", self._us)
        device = fields.child(ours, "device_keys", self._us, device_id)
        key = self._server_key(ours, "self_signing")
        return (
            bool(master and key)
            and fields.text(fields.child(device, "keys"), f"ed25519:{device_id}") == self._device_keys.fingerprint
            and signatures.is_signed(signing, user=self._us, key_id=f"ed25519:{master}", public_key=master)
            and signatures.is_signed(device, user=self._us, key_id=f"ed25519:{key}", public_key=key)
        )

    async def _recover(self, master: str) -> IdentityProblem | None:
        """Take the seeds of the account's identity out of its secret storage."""
        given = self._account.recovery_key
        names = tuple(f"m.cross_signing.{usage}" for usage in _USAGES)
        try:
            recovery = RecoveryKey.read(given) if given else await self._derived()
            found = await self._storage.read(recovery, names)
        except NotARecoveryKey:
            return IdentityProblem.WRONG_RECOVERY_KEY if given else IdentityProblem.FOREIGN
        seeds = Seeds(*(found[name] for name in names))
        if any(len(seeds.of(usage)) != 32 for usage in _USAGES) or signatures.public_key(seeds.master) != master:
            return IdentityProblem.WRONG_RECOVERY_KEY if given else IdentityProblem.FOREIGN
        self._keep(_Kept(seeds, recovery, await self._storage.default_key()))
        log.info("matrix_identity_recovered")
        return None

    async def _upload(self) -> IdentityProblem | None:
        body = self._public_keys()
        path = f"{CLIENT}/keys/device_signing/upload"
        answer = await self._homeserver.call("POST", path, body)
        if answer.status == 401 and not answer.is_session_over:
            # The server asks for the password: perhaps another process of ours made an identity meanwhile, and a
            # password would replace that one.
            foreign = self._foreign_master(await self._ask())
            if foreign:
                return await self._recover(foreign)
            body["auth"] = {
                "type": "m.login.password",
                "identifier": {"type": "m.id.user", "user": self._us},
                "password": self._account.password,
                "session": fields.text(answer.body, "session"),
            }
            answer = await self._homeserver.call("POST", path, body)
        if answer.is_limited or answer.is_session_over:
            raise refused_or_away(answer)
        log.info("matrix_identity_uploaded", status=answer.status)
        return None if answer.is_ok else IdentityProblem.REFUSED

    def _public_keys(self) -> dict[str, object]:
        """The body of the upload: the master key signed by the device, the others by the master key."""
        assert self._kept is not None
        master_seed = self._kept.seeds.master
        master_public = signatures.public_key(master_seed)
        body: dict[str, object] = {}
        for usage in _USAGES:
            public = signatures.public_key(self._kept.seeds.of(usage))
            key: dict[str, object] = {"user_id": self._us, "usage": [usage], "keys": {f"ed25519:{public}": public}}
            if usage == "master":
                key = self._device_keys.signed(key)
            else:
                key["signatures"] = {self._us: {f"ed25519:{master_public}": signatures.signature(key, master_seed)}}
            body[f"{usage}_key"] = key
        return body

    async def _sign_device(self, device_id: str) -> bool:
        assert self._kept is not None
        device = self._device_keys.signed_device()
        seed = self._kept.seeds.self_signing
        signed = {
            **device,
            "signatures": {self._us: {f"ed25519:{signatures.public_key(seed)}": signatures.signature(device, seed)}},
        }
        answer = await self._homeserver.call(
            "POST", f"{CLIENT}/keys/signatures/upload", {self._us: {device_id: signed}}
        )
        if answer.is_limited or answer.is_session_over:
            raise refused_or_away(answer)
        log.info("matrix_device_signed", device=device_id, status=answer.status)
        return answer.is_ok and not fields.child(answer.body, "failures")

    async def _derived(self) -> RecoveryKey:
        """The recovery key that belongs to our key, or to that one of before which the storage was set up with."""
        keys = (self._account.pickle_key, *self._account.former_pickle_keys)
        every = [RecoveryKey.derived(one) for one in keys]
        for one in every[1:]:
            if await self._storage.is_opened_by(one):
                return one
        return every[0]

    async def _ensure_recovery(self) -> None:
        """Set up secret storage where the account has none, or has one of ours under a key of before; a storage that
        somebody else set up stays as it is."""
        assert self._kept is not None
        kept, in_use = self._kept, await self._storage.default_key()
        fresh = RecoveryKey.derived(self._account.pickle_key)
        is_of_before = kept.recovery in [RecoveryKey.derived(one) for one in self._account.former_pickle_keys]
        if is_of_before and in_use:
            if in_use != kept.recovery_id:
                # Set up already by a start that did not live to note it; or another storage by somebody else.
                if await self._storage.is_opened_by(fresh):
                    self._keep(_Kept(kept.seeds, fresh, in_use))
                return
            renewed = _Kept(kept.seeds, fresh, secrets.token_urlsafe(24))
            if await self._set_up(renewed):
                self._keep(renewed)
            return
        if in_use:
            return
        if kept.recovery is None or is_of_before:
            kept = _Kept(kept.seeds, fresh, secrets.token_urlsafe(24))
            self._keep(kept)
        await self._set_up(kept)

    async def _set_up(self, kept: _Kept) -> bool:
        assert kept.recovery is not None
        is_set_up = await self._storage.set_up(
            kept.recovery, kept.recovery_id, {f"m.cross_signing.{usage}": kept.seeds.of(usage) for usage in _USAGES}
        )
        log.info("matrix_recovery_set_up", done=is_set_up)
        return is_set_up
