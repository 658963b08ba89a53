"""Questions asked beside the running bot: whether the login works, how the rooms stand, what a person's key is."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from enum import Enum, auto
from pathlib import Path
from tempfile import TemporaryDirectory

from yarl import URL

from bot.adapters.matrix import fields
from bot.adapters.matrix.account import MatrixAccount, kept_device, prepare_folder
from bot.adapters.matrix.crypto.identities import master_of
from bot.adapters.matrix.power import ask_power
from bot.adapters.matrix.requests import CLIENT, SERVICE, Homeserver, refused_or_away
from bot.adapters.matrix.session import log_in, open_device
from bot.domain.ids import RoomId, UserId
from bot.ports import CredentialsRefused, Unavailable

_SECONDS = 15.0
NO_API = "no client api"
"""Why a server is `Unavailable` that answers, and is no homeserver's client API."""


class Standing(Enum):
    """Where the bot stands to a room."""

    JOINED = auto()
    INVITED = auto()
    BANNED = auto()
    OUTSIDE = auto()
    """The room is there, and the bot neither in it nor invited."""
    UNKNOWN = auto()
    """The homeserver knows no such room."""


@dataclass(frozen=True, slots=True)
class RoomSeen:
    """A room as the bot finds it."""

    standing: Standing
    inviter: UserId | None = None
    power: int = 0
    """The bot's, in a room that it is in."""
    is_open: bool = False
    """Whether anybody may enter or read it."""


@dataclass(frozen=True, slots=True)
class Look:
    """A session to look around with."""

    homeserver: Homeserver
    is_login_refused: bool
    """The session that is kept works, and what config.yaml has to make another one does not."""


@asynccontextmanager
async def looking(account: MatrixAccount) -> AsyncIterator[Look]:
    """A session that ends with the block, without touching a key or a folder: it may run beside the bot.

    What is in config.yaml is tried though a session is kept: it is what the bot logs in with when that ends.

    Raises:
        CredentialsRefused, Unavailable
    """
    homeserver = Homeserver(account.homeserver, account.trusted)
    try:
        if not await _is_homeserver(homeserver, URL(account.homeserver)):
            raise Unavailable(SERVICE, NO_API)
        kept = None if account.access_token else kept_device(account)
        try:
            with TemporaryDirectory() as folder:
                await log_in(replace(account, store_dir=Path(folder)), homeserver, device_id=None)
        except CredentialsRefused:
            if kept is None:
                raise
            homeserver.access_token = kept.access_token
            answer = await homeserver.call("GET", f"{CLIENT}/account/whoami", seconds=_SECONDS)
            if not answer.is_ok:
                raise
            yield Look(homeserver, is_login_refused=True)
            return
        try:
            yield Look(homeserver, is_login_refused=False)
        finally:
            if not account.access_token:
                with suppress(Unavailable):
                    await homeserver.call("POST", f"{CLIENT}/logout", {}, seconds=_SECONDS)
    finally:
        await homeserver.close()


async def _is_homeserver(homeserver: Homeserver, url: URL) -> bool:
    """Whether a client API answers there.

    A homeserver's own port without TLS waits for ever for the end of what it takes for a request: so it is asked
    without TLS at the same time.

    Raises:
        Unavailable: with `tls` where it answers without TLS alone.
    """
    asked = asyncio.create_task(_versions(homeserver))
    if url.scheme != "https":
        return await asked
    plain = Homeserver(str(url.with_scheme("http").with_port(url.port)))
    other = asyncio.create_task(_versions(plain))
    try:
        await asyncio.wait({asked, other}, return_when=asyncio.FIRST_COMPLETED)
        if not asked.done() and other.exception() is None and other.result():
            raise Unavailable(SERVICE, "tls")
        return await asked
    finally:
        for task in (asked, other):
            task.cancel()
        await asyncio.gather(asked, other, return_exceptions=True)
        await plain.close()


async def _versions(homeserver: Homeserver) -> bool:
    """Raises: Unavailable."""
    answer = await homeserver.call("GET", "/_matrix/client/versions", authorised=False, seconds=_SECONDS)
    return answer.is_ok and "versions" in answer.body


async def rooms_seen(homeserver: Homeserver, us: UserId, rooms: Sequence[RoomId]) -> dict[RoomId, RoomSeen]:
    """How these rooms stand. Raises: Unavailable."""
    invitations = await _invitations(homeserver, rooms)
    return {room: await _seen(homeserver, us, room, invitations) for room in dict.fromkeys(rooms)}


async def _invitations(homeserver: Homeserver, rooms: Sequence[RoomId]) -> fields.JsonObject:
    nothing = {"not_types": ["*"]}
    wanted = {
        "room": {
            "rooms": list(rooms),
            "timeline": {"limit": 1, **nothing},
            "state": nothing,
            "ephemeral": nothing,
            "account_data": nothing,
        },
        "presence": nothing,
        "account_data": nothing,
    }
    params = {"timeout": "0", "set_presence": "offline", "filter": json.dumps(wanted)}
    answer = await homeserver.call("GET", f"{CLIENT}/sync", params=params, seconds=_SECONDS)
    if not answer.is_ok:
        raise refused_or_away(answer)
    return fields.child(fields.child(answer.body, "rooms"), "invite")


async def _seen(homeserver: Homeserver, us: UserId, room: RoomId, invitations: fields.JsonObject) -> RoomSeen:
    if room in invitations:
        events = fields.objects(fields.child(fields.child(invitations, room), "invite_state"), "events")
        ours = (one for one in events if one.get("type") == "m.room.member" and one.get("state_key") == us)
        return RoomSeen(Standing.INVITED, next((fields.user_id(one.get("sender")) for one in ours), None))
    state = homeserver.path("rooms", room, "state")
    member = await homeserver.call("GET", f"{state}/m.room.member/{us}", seconds=_SECONDS)
    membership = fields.text(member.body, "membership") if member.is_ok else ""
    if membership == "ban":
        return RoomSeen(Standing.BANNED)
    if membership != "join":
        # Says of any room whether it is listed, so that it is there (client-server API, "Listing rooms").
        listed = await homeserver.call("GET", homeserver.path("directory", "list", "room", room), seconds=_SECONDS)
        return RoomSeen(Standing.UNKNOWN if listed.status == 404 else Standing.OUTSIDE)
    power = await ask_power(homeserver, room)
    rule = await homeserver.call("GET", f"{state}/m.room.join_rules/", seconds=_SECONDS)
    history = await homeserver.call("GET", f"{state}/m.room.history_visibility/", seconds=_SECONDS)
    is_open = (
        fields.text(rule.body, "join_rule") == "public"
        or fields.text(history.body, "history_visibility") == "world_readable"
    )
    return RoomSeen(Standing.JOINED, power=power.of(us) if power is not None else 0, is_open=is_open)


async def shown_master(account: MatrixAccount, user: UserId) -> str:
    """The public master key that the homeserver shows for a person; empty where it shows none.

    Raises:
        CredentialsRefused, Unavailable
    """
    prepare_folder(account.store_dir)
    homeserver = Homeserver(account.homeserver, account.trusted)
    try:
        await open_device(account, homeserver)
        answer = await homeserver.call("POST", f"{CLIENT}/keys/query", {"device_keys": {user: []}})
        if not answer.is_ok:
            raise refused_or_away(answer)
        return master_of(user, answer.body)
    finally:
        await homeserver.close()
