"""Which keys of a person's devices are believed, whatever order the homeserver tells them in."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from nio.crypto import Olm, OlmDevice
from nio.store import SqliteStore

from bot.adapters.matrix.crypto import signatures
from bot.adapters.matrix.crypto.devices import Devices
from bot.adapters.matrix.crypto.identities import Identities, Pins
from bot.adapters.matrix.requests import Homeserver
from bot.domain.ids import UserId
from tests.fakes.memory import FakeMemory

ALICE, US = UserId("@alice:hs"), UserId("@bot:hs")
TRUE, FORGED, THIRD = bytes([1]) * 32, bytes([2]) * 32, bytes([7]) * 32
MASTER, SIGNING = bytes([3]) * 32, bytes([4]) * 32
OTHER_MASTER, OTHER_SIGNING = bytes([5]) * 32, bytes([6]) * 32


def signed(value: dict[str, Any], seed: bytes, name: str = "", *, user: str = ALICE) -> dict[str, Any]:
    """The object with one more signature; the key's id is the public key where no name is given."""
    theirs = {**value.get("signatures", {}).get(user, {})}
    theirs[f"ed25519:{name or signatures.public_key(seed)}"] = signatures.signature(value, seed)
    return {**value, "signatures": {user: theirs}}


def device(
    seed: bytes, signing: bytes | None = None, *, id: str = "D", by_itself: bool = True, user: str = ALICE
) -> dict[str, Any]:
    keys = {f"ed25519:{id}": signatures.public_key(seed), f"curve25519:{id}": signatures.unpadded(seed[::-1])}
    payload: dict[str, Any] = {"user_id": user, "device_id": id, "algorithms": [], "keys": keys}
    if by_itself:
        payload = signed(payload, seed, id, user=user)
    return payload if signing is None else signed(payload, signing, user=user)


def answer(
    *devices: dict[str, Any],
    master: bytes | None = MASTER,
    signing: bytes = SIGNING,
    signing_by: bytes | None = None,
    user: str = ALICE,
) -> dict[str, Any]:
    """Of /keys/query. `signing_by`: who signed the self-signing key, if not the master key."""
    told: dict[str, Any] = {"device_keys": {user: {payload["device_id"]: payload for payload in devices}}}
    if master is None:
        return told

    def key(usage: str, seed: bytes) -> dict[str, Any]:
        public = signatures.public_key(seed)
        return {"user_id": user, "usage": [usage], "keys": {f"ed25519:{public}": public}}

    # Whoever signs, the signature stands under the master key's name.
    name = signatures.public_key(master)
    told["master_keys"] = {user: key("master", master)}
    told["self_signing_keys"] = {user: signed(key("self_signing", signing), signing_by or master, name, user=user)}
    return told


@dataclass
class Side:
    """What the bot believes; `told` is what the homeserver answers."""

    folder: Path
    homeserver: Homeserver
    told: dict[str, Any] = field(default_factory=dict)
    changed: list[UserId] = field(default_factory=list)
    memory: FakeMemory = field(default_factory=FakeMemory)

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        self.olm = Olm(US, "BOT", SqliteStore(US, "BOT", str(self.folder), "pickle"))
        self.identities = Identities(Pins(self.memory, self.memory.masters))
        self.devices = Devices(self.homeserver, self.olm, self.identities, self.changed.append)

    async def hears(self, told: dict[str, Any], user: UserId = ALICE) -> None:
        self.told.clear()
        self.told.update(told)
        await self.devices.refresh({user}, anyway=True)

    def objection(self, seed: bytes, id: str = "D", user: UserId = ALICE) -> str:
        """To words of the device with the keys of this seed, as the machine finds it."""
        found = self.find(seed, user)
        return "foreign_session" if found is None else self.identities.objection(found)

    def reads(self, seed: bytes, user: UserId = ALICE) -> bool:
        found = self.find(seed, user)
        return found is not None and self.identities.may_read(found)

    def find(self, seed: bytes, user: UserId = ALICE) -> OlmDevice | None:
        return self.devices.with_keys(
            user, ed25519=signatures.public_key(seed), curve25519=signatures.unpadded(seed[::-1])
        )


@pytest.fixture
async def side(tmp_path: Path) -> AsyncIterator[Side]:
    told: dict[str, Any] = {}

    async def tell(request: web.BaseRequest) -> web.StreamResponse:
        return web.json_response(told)

    runner = web.ServerRunner(web.Server(tell))
    await runner.setup()
    homeserver: Homeserver | None = None
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        homeserver = Homeserver(f"http://127.0.0.1:{runner.addresses[0][1]}")
        yield Side(tmp_path, homeserver, told)
    finally:
        if homeserver is not None:
            await homeserver.close()
        await runner.cleanup()


def orders() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    true, forged = answer(device(TRUE, SIGNING)), answer(device(FORGED))
    yield "forged first", [forged, true]
    yield "true first", [true, forged]
    yield "true, forged, true", [true, forged, true]


@pytest.mark.parametrize("told", [pytest.param(told, id=name) for name, told in orders()])
@pytest.mark.parametrize("is_restarted", [False, True], ids=["", "restarted"])
async def test_keys_that_the_owner_never_signed_are_not_believed_under_the_id_of_a_signed_device(
    side: Side, told: list[dict[str, Any]], is_restarted: bool
) -> None:
    for one in told:
        if is_restarted:
            side.start()
        await side.hears(one)
        assert side.objection(FORGED)
    assert not side.reads(FORGED)
    # What the server told last decides no more than whether the true device is heard.
    is_true_told = "D" in told[-1]["device_keys"][ALICE] and told[-1] == answer(device(TRUE, SIGNING))
    assert (side.objection(TRUE) == "") is is_true_told


async def test_signed_keys_are_not_replaced_by_others_that_are_signed_too(side: Side) -> None:
    await side.hears(answer(device(TRUE, SIGNING)))
    await side.hears(answer(device(FORGED, SIGNING)))
    assert side.objection(FORGED) == "foreign_session"


async def test_a_replaced_identity_replaces_no_keys_until_it_is_trusted(side: Side) -> None:
    await side.hears(answer(device(TRUE)))
    await side.hears(answer(device(FORGED, OTHER_SIGNING), master=OTHER_MASTER, signing=OTHER_SIGNING))
    assert not side.reads(FORGED) and side.find(FORGED) is None
    new = signatures.public_key(OTHER_MASTER)
    assert side.identities.trust(ALICE, "") == side.identities.trust(ALICE, new[::-1]) == new
    assert not side.reads(FORGED), "another key was meant"
    assert side.identities.trust(ALICE, new) == new
    await side.devices.refresh({ALICE}, anyway=True)
    assert side.reads(FORGED) and side.objection(FORGED) == ""


async def test_a_self_signing_key_that_the_master_did_not_sign_vouches_for_nothing(side: Side) -> None:
    await side.hears(answer(device(FORGED, OTHER_SIGNING), signing=OTHER_SIGNING, signing_by=OTHER_MASTER))
    assert side.objection(FORGED) == "unsigned_device"
    await side.hears(answer(device(TRUE, SIGNING)))
    await side.hears(answer(device(FORGED, OTHER_SIGNING), signing=OTHER_SIGNING, signing_by=OTHER_MASTER))
    assert side.objection(FORGED) and not side.reads(FORGED)


async def test_a_device_that_did_not_sign_itself_is_none(side: Side) -> None:
    await side.hears(answer(device(TRUE, SIGNING, by_itself=False)))
    assert side.find(TRUE) is None
    await side.hears(answer(device(TRUE, SIGNING)))
    assert side.objection(TRUE) == ""


HIDDEN = answer(device(TRUE, SIGNING), device(FORGED, id="E"), master=None)
REPLACED = answer(
    device(TRUE, OTHER_SIGNING), device(FORGED, OTHER_SIGNING, id="E"), master=OTHER_MASTER, signing=OTHER_SIGNING
)


@pytest.mark.parametrize("told", [HIDDEN, REPLACED], ids=["hidden", "replaced"])
async def test_nobody_reads_under_an_identity_that_is_not_the_pinned_one(side: Side, told: dict[str, Any]) -> None:
    await side.hears(answer(device(TRUE, SIGNING)))
    assert side.reads(TRUE) and side.identities.take_changed() == []
    side.changed.clear()
    await side.hears(told)
    assert not side.reads(FORGED) and not side.reads(TRUE)
    assert side.changed == [ALICE], "the session that she has must not go on"
    master = "" if told is HIDDEN else signatures.public_key(OTHER_MASTER)
    assert side.identities.take_changed() == [(ALICE, master)]
    await side.hears(told)
    assert side.identities.take_changed() == [], "told once"
    side.start()
    await side.hears(told)
    assert not side.reads(FORGED), "after a restart too"


async def test_who_never_had_an_identity_reads_on_all_devices(side: Side) -> None:
    await side.hears(answer(device(TRUE), device(FORGED, id="E"), master=None))
    assert side.reads(TRUE) and side.reads(FORGED)
    assert side.objection(TRUE) == "no_identity"


def vouched(told: dict[str, Any], seed: bytes, id: str = "D") -> dict[str, Any]:
    """The same answer, its master key signed by a device as well, as clients do that make an identity."""
    return {**told, "master_keys": {ALICE: signed(told["master_keys"][ALICE], seed, id)}}


async def test_an_identity_of_a_person_who_was_known_without_one_counts_where_their_device_signed_it(
    side: Side,
) -> None:
    await side.hears(answer(device(TRUE), master=None))
    told = answer(device(TRUE, SIGNING))
    await side.hears(told)
    assert side.objection(TRUE) == "identity_new", "the homeserver can make this one"
    assert side.reads(TRUE), "what they read they go on reading"
    assert side.identities.take_changed() == [(ALICE, signatures.public_key(MASTER))]
    await side.hears(vouched(told, TRUE))
    assert side.objection(TRUE) == "" and side.identities.take_changed() == []
    await side.hears(answer(device(FORGED, OTHER_SIGNING), master=OTHER_MASTER, signing=OTHER_SIGNING))
    assert not side.reads(FORGED), "from now on it is theirs"


@pytest.mark.parametrize("is_restarted", [False, True])
async def test_a_device_that_came_after_the_first_sight_vouches_for_nothing(side: Side, is_restarted: bool) -> None:
    await side.hears(answer(device(TRUE), master=None))
    await side.hears(answer(device(TRUE), device(FORGED, id="E"), master=None))
    if is_restarted:
        side.start()
    told = answer(device(TRUE), device(FORGED, OTHER_SIGNING, id="E"), master=OTHER_MASTER, signing=OTHER_SIGNING)
    await side.hears(vouched(told, FORGED, "E"))
    assert side.objection(FORGED) == "identity_new"
    new = signatures.public_key(OTHER_MASTER)
    assert side.identities.trust(ALICE, new) == new
    assert side.objection(FORGED) == "", "an admin said so"


@pytest.mark.parametrize("is_restarted", [False, True])
async def test_a_session_that_reads_from_now_on_is_news_once(side: Side, is_restarted: bool) -> None:
    """Also where it came while the bot was down; and no session is news that was there before."""

    def news() -> list[UserId]:
        came, side.devices.came = side.devices.came, []
        if is_restarted:
            side.start()
        return came

    await side.hears(answer(device(TRUE, SIGNING)))
    assert news() == [], "the first sight"
    await side.hears(answer(device(TRUE, SIGNING)))
    assert news() == []
    await side.hears(answer(device(TRUE, SIGNING), device(FORGED, id="E")))
    assert news() == [], "it is not signed, and reads nothing"
    if not is_restarted:
        await side.hears(answer(device(TRUE, SIGNING), device(FORGED, SIGNING, id="E")))
        assert news() == [ALICE]
    await side.hears(answer(device(TRUE, SIGNING), device(FORGED, SIGNING, id="E"), device(THIRD, SIGNING, id="F")))
    assert news() == [ALICE]
    await side.hears(answer(device(TRUE, SIGNING), device(FORGED, SIGNING, id="E"), device(THIRD, SIGNING, id="F")))
    assert news() == []


async def test_who_reads_is_asked_for_though_this_process_does_not_follow_them(side: Side) -> None:
    await side.hears(answer(device(TRUE, SIGNING)))
    side.start()
    side.told.update(answer(device(TRUE, SIGNING), device(THIRD, SIGNING, id="F")))
    assert side.devices.changed({ALICE, UserId("@stranger:hs")}, {ALICE}) == set()
    await side.devices.refresh_stale()
    assert side.devices.came == [ALICE]


async def test_our_own_identity_is_the_one_whose_seed_we_have_whatever_came_first(side: Side) -> None:
    other = answer(device(FORGED, OTHER_SIGNING, user=US), master=OTHER_MASTER, signing=OTHER_SIGNING, user=US)
    await side.hears(other, US)
    side.identities.set_own(US, signatures.public_key(MASTER))
    assert not side.reads(FORGED, US)
    await side.hears(other, US)
    assert not side.reads(FORGED, US)
    await side.hears(answer(device(TRUE, SIGNING, id="E", user=US), user=US), US)
    assert side.reads(TRUE, US)
