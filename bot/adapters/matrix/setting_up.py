"""What `postroom init` needs of a homeserver before the first start: its address, and the config room."""

import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import assert_never

from bot.adapters.matrix import fields
from bot.adapters.matrix.account import MatrixAccount
from bot.adapters.matrix.own_rooms import create_own_room, find_own_room, first_state
from bot.adapters.matrix.power import ask_power
from bot.adapters.matrix.requests import CLIENT, SERVICE, Answer, Homeserver, refused_or_away
from bot.adapters.matrix.session import log_in
from bot.domain.ids import RoomId, UserId
from bot.domain.outcomes import Made, Refused, TryLater, Unknown
from bot.ports import Unavailable

_KEY, _CONFIG = "room", "config"
_FULL = 100
_SECONDS = 10.0


class NotAllowed(Exception):
    """The homeserver refused to make the room, to invite, or to give power. The text is what it said."""


async def published_homeserver(server_name: str) -> str | None:
    """The address of the client API that a server publishes (client-server API, "Well-known URI"); None without one."""
    homeserver = Homeserver(f"https://{server_name}")
    try:
        answer = await homeserver.call("GET", "/.well-known/matrix/client", seconds=_SECONDS, authorised=False)
    except Unavailable:
        return None
    finally:
        await homeserver.close()
    return fields.text(fields.child(answer.body, "m.homeserver"), "base_url") or None if answer.is_ok else None


@asynccontextmanager
async def logged_in(account: MatrixAccount) -> AsyncIterator[Homeserver]:
    """A session that ends with the block: the device that the bot keeps is made by its first start.

    Raises:
        CredentialsRefused, Unavailable
    """
    homeserver = Homeserver(account.homeserver, account.trusted)
    try:
        with TemporaryDirectory() as folder:
            await log_in(replace(account, store_dir=Path(folder)), homeserver, device_id=None)
        try:
            yield homeserver
        finally:
            with contextlib.suppress(Unavailable):
                await homeserver.call("POST", f"{CLIENT}/logout", {})
    finally:
        await homeserver.close()


async def config_room(homeserver: Homeserver, us: UserId, admin: UserId, *, name: str, topic: str) -> RoomId:
    """The config room: that of an earlier try, or a new one, encrypted; the admin is invited and has full power.

    Raises:
        NotAllowed, Unavailable
    """
    room = await find_own_room(homeserver, us, _KEY, _CONFIG) or await _create(homeserver, name, topic)
    await _give_power(homeserver, room, admin)
    await _invite(homeserver, room, admin)
    return room


async def _create(homeserver: Homeserver, name: str, topic: str) -> RoomId:
    body = {"name": name, "topic": topic, "initial_state": first_state(is_encrypted=True)}
    made = await create_own_room(homeserver, _KEY, _CONFIG, body)
    match made:
        case Made(room):
            return room
        case Refused(code, text):
            raise NotAllowed(text or code)
        case TryLater(reason) | Unknown(reason):
            raise Unavailable(SERVICE, reason)
        case _ as unreachable:
            assert_never(unreachable)


async def _give_power(homeserver: Homeserver, room: RoomId, admin: UserId) -> None:
    power = await ask_power(homeserver, room)
    if power is None or power.levels is None or power.of(admin) >= _FULL:
        return
    users = {**fields.child(power.levels, "users"), admin: _FULL}
    path = homeserver.path("rooms", room, "state", "m.room.power_levels") + "/"
    _done(await homeserver.call("PUT", path, {**power.levels, "users": users}))


async def _invite(homeserver: Homeserver, room: RoomId, admin: UserId) -> None:
    state = await homeserver.call("GET", homeserver.path("rooms", room, "state", "m.room.member", admin))
    if fields.text(state.body, "membership") not in ("join", "invite"):
        _done(await homeserver.call("POST", homeserver.path("rooms", room, "invite"), {"user_id": admin}))


def _done(answer: Answer) -> None:
    if answer.is_ok:
        return
    if answer.is_limited or answer.status == 500:
        raise refused_or_away(answer)
    raise NotAllowed(answer.error or answer.code)
