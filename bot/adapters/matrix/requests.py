"""Calls of the homeserver's client API over kept-alive connections, with every answer turned into a value."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import IO
from urllib.parse import quote

import aiohttp
from yarl import URL

from bot.adapters.matrix import fields
from bot.adapters.matrix.account import TrustSource
from bot.adapters.matrix.fields import JsonObject
from bot.domain.ids import EventId
from bot.domain.outcomes import Accepted, NotDone, Outcome, Posted, PostOutcome, Refused, TryLater
from bot.ports import Unavailable

SERVICE = "matrix"
CLIENT = "/_matrix/client/v3"
CLIENT_V1 = "/_matrix/client/v1"

CALL_SECONDS = 60.0
UPLOAD_SECONDS = 300.0
_CONNECT_SECONDS = 15.0
_CONNECTIONS = 32
_ANSWER_LIMIT = 128 * 1024 * 1024
"""Bytes of one answer; a sync after a long absence may be large."""
_RETRY_AFTER_LIMIT = 3600.0

NETWORK_FAULTS = (aiohttp.ClientError, TimeoutError, asyncio.TimeoutError, OSError, ssl.SSLError, ValueError)
"""Exceptions of aiohttp when a server is away or talks nonsense (ValueError: the server's broken URLs and headers)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The homeserver's answer to a call: 2xx, 4xx with its reason, 500 where the homeserver stumbled over the call."""

    status: int
    body: JsonObject = field(default_factory=dict)
    retry_after: float | None = None
    size: int = 0
    """Bytes of the answer."""

    @property
    def is_ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def code(self) -> str:
        """`M_FORBIDDEN` …; the status where the answer names no code."""
        return fields.text(self.body, "errcode") or str(self.status)

    @property
    def error(self) -> str:
        return fields.text(self.body, "error")

    @property
    def is_limited(self) -> bool:
        return self.status == 429 or self.code == "M_LIMIT_EXCEEDED"

    @property
    def is_session_over(self) -> bool:
        """Whether the server does not know our access token, or no longer."""
        return self.status == 401 and self.code in ("M_UNKNOWN_TOKEN", "M_MISSING_TOKEN")


class Homeserver:
    """One connection pool to one homeserver, with the token of our device."""

    def __init__(self, base_url: str, trusted: TrustSource | None = None) -> None:
        self._base_url = base_url.rstrip("/")
        self._trusted = trusted
        self._http: aiohttp.ClientSession | None = None
        self.access_token = ""

    def path(self, *parts: str, prefix: str = CLIENT) -> str:
        """The path of a call; the parts may hold any characters."""
        return "/".join((prefix, *(quote(part, safe="") for part in parts)))

    @property
    def http(self) -> aiohttp.ClientSession:
        if self._http is None or self._http.closed:
            self._http = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=_CONNECTIONS,
                    keepalive_timeout=75,
                    ttl_dns_cache=60,
                    ssl=self._trusted() if self._trusted is not None else True,
                ),
                timeout=_timeout(CALL_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(),
                # Answers are small: compression costs both sides more than it saves.
                headers={"Accept-Encoding": "identity"},
            )
        return self._http

    async def close(self) -> None:
        if self._http is not None:
            await self._http.close()
            self._http = None

    async def call(
        self,
        method: str,
        path: str,
        body: JsonObject | None = None,
        *,
        params: Mapping[str, str] | None = None,
        seconds: float = CALL_SECONDS,
        authorised: bool = True,
    ) -> Answer:
        """Raises: Unavailable: the server is away, answers 5xx, or answers no JSON."""
        raw = fields.dumps(body).encode() if body is not None else None
        return await self.call_raw(method, path, raw, params=params, seconds=seconds, authorised=authorised)

    async def call_raw(
        self,
        method: str,
        path: str,
        body: bytes | AsyncIterator[bytes] | IO[bytes] | None,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        seconds: float = CALL_SECONDS,
        authorised: bool = True,
        is_list: bool = False,
    ) -> Answer:
        """As `call`, with bytes or a stream as body; an answer that is an array is given as `chunk`."""
        sent = {"Content-Type": "application/json"} if body is not None else {}
        sent.update(headers or {})
        try:
            async with self._request(
                method, path, body, params=params, headers=sent, seconds=seconds, authorised=authorised
            ) as response:
                raw = await _read(response)
                if is_list and response.ok:
                    raw = b'{"chunk":%b}' % raw
                status, retry_after = response.status, response.headers.get("Retry-After", "")
        except NETWORK_FAULTS as fault:
            raise Unavailable(SERVICE, _fault_name(fault)) from fault
        return _answer(status, raw, retry_after)

    @asynccontextmanager
    async def stream(self, path: str, *, seconds: float) -> AsyncIterator[aiohttp.ClientResponse]:
        """A GET whose body the caller reads in parts. Raises what aiohttp raises (`NETWORK_FAULTS`)."""
        async with self._request("GET", path, None, headers={}, seconds=seconds) as response:
            yield response

    @asynccontextmanager
    async def _request(
        self,
        method: str,
        path: str,
        body: bytes | AsyncIterator[bytes] | IO[bytes] | None,
        *,
        headers: dict[str, str],
        seconds: float,
        params: Mapping[str, str] | None = None,
        authorised: bool = True,
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        if authorised:
            headers["Authorization"] = f"Bearer {self.access_token}"
        url = self._base_url + path
        if params:
            url += "?" + "&".join(f"{quote(key, safe='')}={quote(value, safe='')}" for key, value in params.items())
        async with self.http.request(
            method, URL(url, encoded=True), data=body, headers=headers, timeout=_timeout(seconds)
        ) as response:
            yield response


def outcome_of(answer: Answer, *, field: str = "event_id") -> Outcome:
    """The outcome of a call that changes something.

    Args:
        field: the field that the answer must hold; empty for calls without one. An answer without the field is no
            answer: nobody knows whether the call was done, and it is made again under the same identity.
    """
    if answer.is_ok:
        return without(field) if field and not fields.text(answer.body, field) else Accepted()
    return failure(answer)


def posted(answer: Answer) -> PostOutcome:
    """The outcome of an event that was sent."""
    if answer.is_ok:
        event = fields.text(answer.body, "event_id")
        return Posted(EventId(event)) if event else without("event_id")
    return failure(answer)


def without(field: str) -> TryLater:
    """The homeserver says that the call is done, without the field that it should give."""
    return TryLater(reason=f"no {field}")


def failure(answer: Answer) -> Accepted | NotDone:
    """The outcome that an error means; `Accepted` for errors that say that all is as wanted."""
    if answer.is_limited:
        return TryLater(reason="429", text=answer.error, after=answer.retry_after)
    if answer.is_session_over:
        return TryLater(reason=answer.code, text=answer.error, is_outage=True)
    if answer.status == 500:
        # The homeserver stumbled over this very call; other calls may go on.
        return TryLater(reason="http 500", text=answer.error)
    if answer.code == "M_DUPLICATE_ANNOTATION":
        # The same reaction is there already, as wanted.
        return Accepted()
    if answer.code == "M_RESOURCE_LIMIT_EXCEEDED":
        # The operator's limits hold the whole server (monthly users, disk): the trouble ends without us.
        return TryLater(reason=answer.code, text=answer.error, is_outage=True)
    return Refused(code=answer.code, text=answer.error)


def outage(fault: Unavailable) -> TryLater:
    return TryLater(reason=fault.reason, is_outage=True)


def refused_or_away(answer: Answer) -> Unavailable:
    """The exception for a call that only asks, when the error has no meaning of its own."""
    return Unavailable(SERVICE, "429" if answer.is_limited else answer.code)


def _timeout(seconds: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=seconds, sock_connect=min(seconds, _CONNECT_SECONDS))


async def _read(response: aiohttp.ClientResponse) -> bytes:
    size = response.content_length
    if size is not None and size <= _ANSWER_LIMIT:
        return await response.read()
    parts = bytearray()
    async for part in response.content.iter_chunked(1 << 16):
        parts += part
        if len(parts) > _ANSWER_LIMIT:
            raise aiohttp.ClientPayloadError("answer too large")
    return bytes(parts)


def _answer(status: int, raw: bytes, retry_after: str) -> Answer:
    """Raises: Unavailable."""
    if status > 500:
        raise Unavailable(SERVICE, f"http {status}")
    try:
        body = fields.loads(raw)
    except fields.NotJson as fault:
        if status == 429:
            return Answer(status, {}, _seconds(retry_after))
        if status == 413:
            return Answer(status, {"errcode": "M_TOO_LARGE"})
        # A proxy before a homeserver that is away answers 404, 401 … with a page of its own.
        raise Unavailable(SERVICE, f"http {status} without json") from fault
    if 300 <= status < 400 or (status == 500 and not fields.text(body, "errcode")):
        raise Unavailable(SERVICE, f"http {status}")
    wait = fields.number(body, "retry_after_ms")
    return Answer(status, body, _seconds(retry_after) if wait is None else _within(wait / 1000), len(raw))


def _seconds(header: str) -> float | None:
    """RFC 9110 10.2.3, the form in seconds; Matrix asks for that one."""
    try:
        return _within(float(header))
    except ValueError:
        return None


def _within(seconds: float) -> float | None:
    return min(seconds, _RETRY_AFTER_LIMIT) if seconds >= 0 else None


def _fault_name(fault: BaseException) -> str:
    if isinstance(fault, TimeoutError | asyncio.TimeoutError):
        return "timeout"
    if isinstance(fault, aiohttp.ClientConnectorCertificateError):
        return "certificate"
    if isinstance(fault, aiohttp.ClientConnectorSSLError | ssl.SSLError):
        return "tls"
    if isinstance(fault, aiohttp.ClientConnectorDNSError):
        return "dns"
    if isinstance(fault, aiohttp.ClientConnectorError):
        return "unreachable"
    if isinstance(fault, FileNotFoundError):
        return "ca_file"
    if isinstance(fault, aiohttp.ClientConnectionError | OSError):
        return "connection lost"
    return "bad answer"
