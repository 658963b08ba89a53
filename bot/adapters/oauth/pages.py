"""The port `SignInPages`: a device code where the provider has it (RFC 8628), else a page and what it answers."""

import asyncio
import base64
import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qs, urlsplit

from yarl import URL

from bot.adapters.oauth.answers import SERVICE, Device, Fault, Granted, device, granted
from bot.adapters.oauth.places import LOOPBACK, Places, places_of
from bot.adapters.servers.https import Answered, ask
from bot.adapters.servers.network import Missed, Network
from bot.domain.sign_in import REFUSED, Provider, SignedIn
from bot.ports import CredentialsRefused, SignInRefused, Started, Unavailable, Waiting

_LIMIT: Final = 64 * 1024
_SECONDS: Final = 20.0
_DEVICE: Final = "urn:ietf:params:oauth:grant-type:device_code"
_SLOWER: Final = 5.0
"""RFC 8628 3.5: by so much the pause grows with each `slow_down`."""
_NOT_OURS: Final = frozenset({"invalid_client", "unauthorized_client", "invalid_scope", "invalid_request"})
"""What is wrong with the application, whoever signs in."""
_GONE: Final = frozenset({"invalid_grant", "interaction_required", "login_required", "consent_required"})
"""Somebody must sign in again."""
_PENDING: Final = frozenset({"authorization_pending", "slow_down"})
_DENIED: Final = frozenset({"access_denied", "authorization_declined"})


@dataclass(frozen=True, slots=True)
class Client:
    """This instance's application at one provider."""

    id: str
    secret: str = field(repr=False, default="")
    """Empty for an application that has none."""
    tenant: str = "common"


@dataclass(slots=True)
class OauthPages:
    """See `ports.SignInPages`."""

    network: Network
    clients: Callable[[], Mapping[Provider, Client]]
    """The applications as of now."""
    _pauses: dict[str, float] = field(default_factory=dict)
    """Of sign-ins that are waited for: seconds between two questions, by a hash of what they are asked with."""

    async def begin(self, provider: Provider, address: str) -> Started:
        """See `ports.SignInPages.begin`."""
        client, places = self._known(provider)
        if places.device is None:
            return _page(places, client, address)
        found = device(await self._asked(places.device, {"client_id": client.id, "scope": places.scope}))
        match found:
            case Fault(_, words):
                raise SignInRefused("client", words)
            case Device(code, words, url, every):
                self._pauses[_key(code)] = every
                return Started(url, words, code)

    async def look(self, provider: Provider, proof: str) -> SignedIn | Waiting:
        """See `ports.SignInPages.look`."""
        got = await self._tokens(provider, {"grant_type": _DEVICE, "device_code": proof})
        key = _key(proof)
        if isinstance(got, Fault) and got.error in _PENDING:
            pause = self._pauses.get(key, _SLOWER) + (_SLOWER if got.error == "slow_down" else 0.0)
            self._pauses[key] = pause
            return Waiting(pause)
        self._pauses.pop(key, None)
        return _login(provider, got)

    async def answered(self, provider: Provider, proof: str, answer: str) -> SignedIn:
        """See `ports.SignInPages.answered`."""
        state, _, verifier = proof.partition(".")
        form = {"grant_type": "authorization_code", "redirect_uri": LOOPBACK, "code_verifier": verifier}
        return _login(provider, await self._tokens(provider, {**form, "code": _code(answer, state)}))

    async def refreshed(self, login: SignedIn) -> tuple[Granted, SignedIn]:
        """An access token, and the login by which the next one is asked for.

        Raises:
            CredentialsRefused: somebody must sign in again.
            Unavailable: `oauth_client` where the provider does not know the application.
        """
        form = {"grant_type": "refresh_token", "refresh_token": login.refresh}
        try:
            got = await self._tokens(login.provider, form)
        except SignInRefused:
            raise Unavailable(SERVICE, REFUSED) from None
        match got:
            case Granted(refresh=refresh):
                return got, SignedIn(login.provider, refresh) if refresh else login
            case Fault(error, words) if error in _GONE:
                raise CredentialsRefused(SERVICE, words)
            case Fault(error) if error in _NOT_OURS:
                raise Unavailable(SERVICE, REFUSED)
            case Fault():
                raise Unavailable(SERVICE, "token_refused")

    def _known(self, provider: Provider) -> tuple[Client, Places]:
        client = self.clients().get(provider)
        if client is None:
            raise SignInRefused("client")
        return client, places_of(provider, client.tenant)

    async def _tokens(self, provider: Provider, form: Mapping[str, str]) -> Granted | Fault:
        client, places = self._known(provider)
        known = {"client_id": client.id} | ({"client_secret": client.secret} if client.secret else {})
        return granted(await self._asked(places.token, {**known, **form}))

    async def _asked(self, url: URL, form: Mapping[str, str]) -> Answered:
        try:
            async with asyncio.timeout(_SECONDS):
                return await ask(self.network, url, accept="application/json", limit=_LIMIT, form=form)
        except Missed as missed:
            raise Unavailable(SERVICE, missed.result.value) from None
        except TimeoutError:
            raise Unavailable(SERVICE, "timeout") from None


def _key(proof: str) -> str:
    return hashlib.sha256(proof.encode()).hexdigest()


def _login(provider: Provider, got: Granted | Fault) -> SignedIn:
    match got:
        case Granted(refresh=""):
            raise SignInRefused("no_refresh")
        case Granted(refresh=refresh):
            return SignedIn(provider, refresh)
        case Fault(error, words) if error in _DENIED:
            raise SignInRefused("denied", words)
        case Fault(error, words) if error in _NOT_OURS:
            raise SignInRefused("client", words)
        case Fault(_, words):
            # `expired_token`; `invalid_grant` and Microsoft's `bad_verification_code` of one that was used or is over.
            raise SignInRefused("expired", words)


def _page(places: Places, client: Client, address: str) -> Started:
    assert places.page is not None
    state, verifier = secrets.token_hex(16), secrets.token_urlsafe(48)
    digest = hashlib.sha256(verifier.encode()).digest()
    url = places.page.with_query(
        {
            "client_id": client.id,
            "redirect_uri": LOOPBACK,
            "response_type": "code",
            "scope": places.scope,
            # Without both there is no refresh token the second time.
            "access_type": "offline",
            "prompt": "consent",
            "login_hint": address,
            "state": state,
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
        }
    )
    return Started(str(url), "", f"{state}.{verifier}")


def _code(answer: str, state: str) -> str:
    """The code in the address that the person copied.

    Raises:
        SignInRefused: `not_code`: it is no such address; `denied`: it says no; `bad_answer`: it is of another sign-in.
    """
    words = "".join(answer.split()).strip("<>")
    try:
        parts = urlsplit(words)
        fields = {key: values[0] for key, values in parse_qs(parts.query).items()}
    except ValueError:
        raise SignInRefused("bad_answer") from None
    if parts.scheme not in ("http", "https") or parts.hostname not in ("127.0.0.1", "localhost"):
        raise SignInRefused("not_code")
    if fields.get("state") != state:
        raise SignInRefused("bad_answer")
    if "error" in fields:
        raise SignInRefused("denied" if fields["error"] in _DENIED else "client")
    if not fields.get("code"):
        raise SignInRefused("bad_answer")
    return fields["code"]
