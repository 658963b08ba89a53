"""Logs in once and keeps the device for ever; a token that the server forgot is replaced, the device is not."""

import structlog

from bot.adapters.matrix import fields
from bot.adapters.matrix.account import Device, MatrixAccount, keep_device, kept_device
from bot.adapters.matrix.requests import CLIENT, SERVICE, Homeserver, refused_or_away
from bot.ports import CredentialsRefused

log = structlog.get_logger(__name__)


async def open_device(account: MatrixAccount, homeserver: Homeserver) -> tuple[Device, bool]:
    """The device, and whether the login is new; the homeserver's token is set.

    Raises:
        CredentialsRefused: name or password are wrong, or the account may not be used.
        Unavailable
    """
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


async def log_in(account: MatrixAccount, homeserver: Homeserver, *, device_id: str | None) -> Device:
    """Raises: CredentialsRefused, Unavailable."""
    body: dict[str, object] = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": account.user_id},
        "password": account.password,
        "initial_device_display_name": account.device_name,
    }
    if device_id is not None:
        body["device_id"] = device_id
    answer = await homeserver.call("POST", f"{CLIENT}/login", body, authorised=False)
    if not answer.is_ok:
        if answer.status in (400, 401, 403) and not answer.is_limited:
            raise CredentialsRefused(SERVICE, answer.error or answer.code)
        raise refused_or_away(answer)
    device = Device(
        user_id=fields.text(answer.body, "user_id"),
        device_id=fields.text(answer.body, "device_id"),
        access_token=fields.text(answer.body, "access_token"),
    )
    if device.user_id != account.user_id or not device.device_id or not device.access_token:
        raise CredentialsRefused(SERVICE, f"logged in as another user than {account.user_id}")
    keep_device(account, device)
    homeserver.access_token = device.access_token
    log.info("matrix_logged_in", device=device.device_id, is_new=device_id is None)
    return device
