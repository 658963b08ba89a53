"""A login by an access token, at a server of any kind."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.ports import TokenSource

_Ended = TypeVar("_Ended")


async def with_token(
    source: TokenSource, log_in: Callable[[str], Awaitable[_Ended]], is_refused: Callable[[_Ended], bool]
) -> _Ended:
    """How `log_in` ended. A server may end a token before its time: where it refuses one, another is tried, once.

    Raises:
        CredentialsRefused, Unavailable: as the source.
    """
    token = await source()
    ended = await log_in(token)
    return await log_in(await source(token)) if is_refused(ended) else ended
