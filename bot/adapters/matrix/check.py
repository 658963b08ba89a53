"""Tries the login, as `postroom check --connect` asks: with the device that the bot has, or will have."""

from bot.adapters.matrix.account import MatrixAccount, prepare_folder
from bot.adapters.matrix.requests import Homeserver
from bot.adapters.matrix.session import open_device


async def check_login(account: MatrixAccount) -> None:
    """It touches no keys, so that it may run beside the bot.

    Raises:
        CredentialsRefused, Unavailable
    """
    prepare_folder(account.store_dir)
    homeserver = Homeserver(account.homeserver)
    try:
        await open_device(account, homeserver)
    finally:
        await homeserver.close()
