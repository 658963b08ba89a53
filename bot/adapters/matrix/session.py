"""Logs in once and keeps the device for ever; a token that the server forgot is replaced, the device is not."""

from collections.abc import Mapping

import structlog

from bot.adapters.matrix import fields
from bot.adapters.matrix.account import Device, MatrixAccount, keep_device, kept_device
from bot.adapters.matrix.requests import CLIENT, SERVICE, Answer, Homeserver, refused_or_away
from bot.ports import CredentialsRefused

log = structlog.get_logger(__name__)


async def open_device(account: MatrixAccount, homeserver: Homeserver) -> tuple[Device, bool]:
    """The device, and whether the login is new; the homeserver's token is set.

    Raises:
        CredentialsRefused: name or password are wrong, or the account may not be used.
        Unavailable
    """
    if account.access_token:
        return await _given(account, homeserver)
    device = kept_device(account)
    if device is None:
        return await log_in(account, homeserver, device_id=None), True
    homeserver.access_token = device.access_token
    answer = await homeserver.call("GET", f"{CLIENT}/account/whoami")
    if answer.is_ok and fields.text(answer.body, "device_id") in ("", device.device_id):
        return device, False
    if answer.is_ok or answer.is_session_over:
        return await log_in(account, homeserver, device_id=device.device_id), True
    raise refused_or_away(answer)


async def _given(account: MatrixAccount, homeserver: Homeserver) -> tuple[Device, bool]:
    """The device of the token that somebody else made; new where it is another one than before.

    Raises:
        CredentialsRefused: the server does not know the token, or it is another account's, or has no device.
        Unavailable
    """
    homeserver.access_token = account.access_token
    answer = await homeserver.call("GET", f"{CLIENT}/account/whoami")
    if not answer.is_ok:
        if answer.is_session_over:
            raise CredentialsRefused(SERVICE, answer.error or answer.code)
        raise refused_or_away(answer)
    device = Device(fields.text(answer.body, "user_id"), fields.text(answer.body, "device_id"), homeserver.access_token)
    _check(account, device)
    kept = kept_device(account)
    if kept != device:
        keep_device(account, device)
    return device, kept is None or kept.device_id != device.device_id


def _check(account: MatrixAccount, device: Device) -> None:
    if device.user_id != account.user_id or not device.device_id or not device.access_token:
        raise CredentialsRefused(SERVICE, f"logged in as another user than {account.user_id}")


async def _register(account: MatrixAccount, homeserver: Homeserver) -> None:
    """Make the user of an application service, as it has to be before its first login; it may be there already.

    Raises: Unavailable.
    """
    name = account.user_id.removeprefix("@").partition(":")[0]
    body = {"type": "m.login.application_service", "username": name, "inhibit_login": True}
    answer = await homeserver.call("POST", f"{CLIENT}/register", body)
    if not answer.is_ok and answer.is_limited:
        raise refused_or_away(answer)


async def _asked_to_log_in(account: MatrixAccount, homeserver: Homeserver, body: Mapping[str, object]) -> Answer:
    """The answer to a login. The connection has the service's token meanwhile alone: with it, it would never hear that
    it has no session.

    Raises: Unavailable.
    """
    if not account.as_token:
        return await homeserver.call("POST", f"{CLIENT}/login", body)
    before, homeserver.access_token = homeserver.access_token, account.as_token
    try:
        if "device_id" not in body:
            await _register(account, homeserver)
        return await homeserver.call("POST", f"{CLIENT}/login", body)
    finally:
        homeserver.access_token = before


async def log_in(account: MatrixAccount, homeserver: Homeserver, *, device_id: str | None) -> Device:
    """Make a session, or a new token for the device of that id. One that was given is only looked at.

    Raises:
        CredentialsRefused, Unavailable
    """
    if account.access_token:
        device, _ = await _given(account, homeserver)
        return device
    body: dict[str, object] = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": account.user_id},
        "password": account.password,
        "initial_device_display_name": account.device_name,
    }
    if account.as_token:
        # Client-server API, "Appservice login": the token of the service stands for all its users.
        body["type"] = "m.login.application_service"
        del body["password"]
    if device_id is not None:
        body["device_id"] = device_id
    answer = await _asked_to_log_in(account, homeserver, body)
    if not answer.is_ok:
        if answer.status in (400, 401, 403) and not answer.is_limited:
            raise CredentialsRefused(SERVICE, answer.error or answer.code)
        raise refused_or_away(answer)
    device = Device(
        user_id=fields.text(answer.body, "user_id"),
        device_id=fields.text(answer.body, "device_id"),
        access_token=fields.text(answer.body, "access_token"),
    )
    _check(account, device)
    keep_device(account, device)
    homeserver.access_token = device.access_token
    log.info("matrix_logged_in", device=device.device_id, is_new=device_id is None)
    return device
