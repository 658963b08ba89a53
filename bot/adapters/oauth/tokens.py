"""Access tokens that are good now: asked for before the last one ends, and what came with them is kept first."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import structlog

from bot.adapters.oauth.pages import OauthPages
from bot.domain.ids import SecretId
from bot.domain.sign_in import SignedIn
from bot.ports import CredentialsRefused, KeptLogins, TokenSource, Unavailable

_log = structlog.get_logger("oauth")
_BEFORE: Final = 300.0
"""Seconds before its end from which a token is replaced."""


@dataclass(slots=True)
class _Held:
    login: SignedIn
    access: str = field(repr=False, default="")
    until: float = 0.0
    is_kept: bool = True
    """Whether the login stands in the database as it is here."""
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass(slots=True)
class Tokens:
    """The access tokens of all mailboxes, by where their logins are kept. Each is asked for once at a time."""

    pages: OauthPages
    kept: KeptLogins
    steady: Callable[[], float]
    """Seconds on a clock that nobody sets."""
    _held: dict[SecretId, _Held] = field(default_factory=dict)

    def source(self, id: SecretId, login: SignedIn) -> TokenSource:
        """The source of the access tokens of one login."""

        async def fresh(refused: str = "") -> str:
            held = self._held.setdefault(id, _Held(login))
            async with held.lock:
                if refused and refused == held.access:
                    _log.info("token_refused", provider=login.provider.value)
                    held.access = ""
                return await self._fresh(id, held)

        return fresh

    async def _fresh(self, id: SecretId, held: _Held) -> str:
        await self._keep(id, held)
        now = self.steady()
        if held.access and now < held.until - _BEFORE:
            return held.access
        try:
            await self._refresh(id, held)
        except Unavailable as away:
            if held.access and now < held.until:
                _log.info("token_not_replaced", reason=away.reason)
                return held.access
            raise
        return held.access

    async def _refresh(self, id: SecretId, held: _Held) -> None:
        if held.is_kept:
            # Another process may have got a newer one.
            held.login = await self.kept.newest(id) or held.login
        try:
            got, login = await self.pages.refreshed(held.login)
        except CredentialsRefused:
            held.access = ""
            raise
        held.is_kept = held.is_kept and login == held.login
        held.login, held.access, held.until = login, got.access, self.steady() + got.seconds
        _log.info("token_replaced", provider=login.provider.value, seconds=round(got.seconds))
        await self._keep(id, held)

    async def _keep(self, id: SecretId, held: _Held) -> None:
        """What cannot be kept now is kept with the next token: until then the one of before stays in the database, and
        the provider takes that as well."""
        if held.is_kept:
            return
        try:
            await self.kept.keep(id, held.login)
        except Unavailable as away:
            _log.warning("login_not_kept", reason=away.reason)
        else:
            held.is_kept = True
