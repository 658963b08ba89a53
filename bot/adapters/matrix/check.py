"""Questions asked beside the running bot, with its device: whether the login works, and what a person's key is."""

from bot.adapters.matrix.account import MatrixAccount, prepare_folder
from bot.adapters.matrix.crypto.identities import master_of
from bot.adapters.matrix.requests import CLIENT, Homeserver, refused_or_away
from bot.adapters.matrix.session import open_device
from bot.domain.ids import UserId


async def check_login(account: MatrixAccount) -> None:
    """Log in without touching a key, so that the check may run beside the bot.

    Raises:
        CredentialsRefused, Unavailable
    """
    prepare_folder(account.store_dir)
    homeserver = Homeserver(account.homeserver)
    try:
        await open_device(account, homeserver)
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
