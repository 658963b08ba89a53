"""Questions asked beside the running bot, with its device: whether the login works, and what a person's key is."""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.adapters.matrix.account import MatrixAccount, kept_device, prepare_folder
from bot.adapters.matrix.crypto.identities import master_of
from bot.adapters.matrix.requests import CLIENT, Homeserver, refused_or_away
from bot.adapters.matrix.session import log_in, open_device
from bot.domain.ids import UserId


async def check_login(account: MatrixAccount) -> None:
    """Log in without touching a key or a folder, so that the check may run beside the bot, and as another user.

    The bot's own session is asked for where there is one; else a login that is ended again says the same.

    Raises:
        CredentialsRefused, Unavailable
    """
    homeserver = Homeserver(account.homeserver)
    try:
        device = kept_device(account)
        if device is not None:
            homeserver.access_token = device.access_token
            answer = await homeserver.call("GET", f"{CLIENT}/account/whoami")
            if answer.is_ok:
                return
            if not answer.is_session_over:
                raise refused_or_away(answer)
        with TemporaryDirectory() as folder:
            await log_in(replace(account, store_dir=Path(folder)), homeserver, device_id=None)
        await homeserver.call("POST", f"{CLIENT}/logout", {})
    finally:
        await homeserver.close()


async def shown_master(account: MatrixAccount, user: UserId) -> str:
    """The public master key that the homeserver shows for a person; empty where it shows none.

    Raises:
        CredentialsRefused, Unavailable
    """
    prepare_folder(account.store_dir)
    homeserver = Homeserver(account.homeserver)
    try:
        await open_device(account, homeserver)
        answer = await homeserver.call("POST", f"{CLIENT}/keys/query", {"device_keys": {user: []}})
        if not answer.is_ok:
            raise refused_or_away(answer)
        return master_of(user, answer.body)
    finally:
        await homeserver.close()
