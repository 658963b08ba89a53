"""Files, streamed between the disk and the homeserver's media store, encrypted on the way where the room is."""

import asyncio
import base64
import hashlib
import json
import re
import secrets
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from Crypto.Cipher import AES

from bot.adapters.matrix import fields
from bot.adapters.matrix.requests import (
    CLIENT_V1,
    NETWORK_FAULTS,
    UPLOAD_SECONDS,
    Answer,
    Homeserver,
    outage,
    outcome_of,
    refused_or_away,
)
from bot.domain.outcomes import Accepted, Outcome, Refused, TryLater
from bot.ports import Unavailable, Uploaded

_CHUNK = 256 * 1024
_MXC = re.compile(r"mxc://([^/\s]{1,255})/([A-Za-z0-9_-]{1,255})\Z")
_UPLOAD_PATH = "/_matrix/media/v3/upload"
_OLD_DOWNLOAD = "/_matrix/media/v3/download"
_OLD_CONFIG = "/_matrix/media/v3/config"
"""The path at homeservers before Matrix 1.11."""
_LIMITS_HOLD = 3600.0
_BLOCK = 16


class NotOurs(ValueError):
    """The description of an encrypted file is not usable; the text says why, without the file's content."""


@dataclass(frozen=True, slots=True)
class _FileKey:
    key: bytes
    counter: bytes
    sha256: bytes


class Limits:
    """The homeserver's limits, asked for now and then."""

    def __init__(self, homeserver: Homeserver) -> None:
        self._homeserver = homeserver
        self._upload: int | None = None
        self._asked = -_LIMITS_HOLD

    async def upload_limit(self) -> int | None:
        """Bytes; None where the server does not say, or could not be asked yet."""
        now = asyncio.get_running_loop().time()
        if now - self._asked >= _LIMITS_HOLD:
            try:
                self._upload = await _ask_upload_limit(self._homeserver)
                self._asked = now
            except Unavailable:
                # The upload itself will tell.
                pass
        return self._upload


async def _ask_upload_limit(homeserver: Homeserver) -> int | None:
    """Raises: Unavailable."""
    for path in (f"{CLIENT_V1}/media/config", _OLD_CONFIG):
        answer = await homeserver.call("GET", path)
        if answer.is_ok:
            limit = fields.number(answer.body, "m.upload.size")
            return limit if limit is not None and limit > 0 else None
        if answer.status not in (400, 404, 405):
            raise refused_or_away(answer)
    return None


async def upload(
    homeserver: Homeserver, path: Path, *, filename: str, content_type: str, size: int, encrypt: bool
) -> Uploaded | Refused | TryLater:
    """Upload a file. The server learns neither name nor type of an encrypted one."""
    params = {} if encrypt else {"filename": filename}
    headers = {
        "Content-Type": "application/octet-stream" if encrypt else content_type or "application/octet-stream",
        "Content-Length": str(size),
    }
    key, counter = secrets.token_bytes(32), secrets.token_bytes(8) + bytes(8)
    digest = hashlib.sha256()
    try:
        with await asyncio.to_thread(path.open, "rb") as file:
            body = _parts(file, _encryption(key, counter, digest.update) if encrypt else None)
            answer = await homeserver.call_raw(
                "POST", _UPLOAD_PATH, body, params=params, headers=headers, seconds=UPLOAD_SECONDS
            )
    except Unavailable as fault:
        return outage(fault)
    return _uploaded(answer, _encrypted_file(key, counter, digest.digest()) if encrypt else None)


async def download(homeserver: Homeserver, url: str, encryption: str, into: Path, *, limit: int) -> Outcome:
    match = _MXC.match(url)
    if match is None:
        return Refused("malformed", "")
    try:
        key = _file_key(encryption) if encryption else None
    except NotOurs as fault:
        return Refused("malformed", str(fault))
    parts = match.group(1), match.group(2)
    path = homeserver.path("media", "download", *parts, prefix=CLIENT_V1)
    outcome = await _fetch(homeserver, path, key, into, limit=limit)
    if isinstance(outcome, Refused) and outcome.code == "M_UNRECOGNIZED":
        # Homeservers before Matrix 1.11 know the old address only.
        outcome = await _fetch(homeserver, homeserver.path(*parts, prefix=_OLD_DOWNLOAD), key, into, limit=limit)
    if not isinstance(outcome, Accepted):
        await asyncio.to_thread(into.unlink, missing_ok=True)
    return outcome


async def _fetch(homeserver: Homeserver, path: str, key: _FileKey | None, into: Path, *, limit: int) -> Outcome:
    cipher = AES.new(key.key, AES.MODE_CTR, nonce=key.counter[:8], initial_value=key.counter[8:]) if key else None
    digest = hashlib.sha256()
    size = 0
    try:
        async with homeserver.stream(path, seconds=UPLOAD_SECONDS) as response:
            if response.status != 200:
                return await _refusal(response.status, await response.content.read(_CHUNK))
            if (response.content_length or 0) > limit:
                return Refused("too_large", "")
            with await asyncio.to_thread(into.open, "wb") as file:
                async for part in response.content.iter_chunked(_CHUNK):
                    size += len(part)
                    if size > limit:
                        return Refused("too_large", "")
                    if cipher is not None:
                        digest.update(part)
                        part = cipher.decrypt(part)
                    await asyncio.to_thread(file.write, part)
    except NETWORK_FAULTS as fault:
        return TryLater(reason=type(fault).__name__, is_outage=True)
    if key is not None and digest.digest() != key.sha256:
        return Refused("hash", "")
    return Accepted()


async def _refusal(status: int, raw: bytes) -> Outcome:
    if status >= 500:
        return TryLater(reason=f"http {status}", is_outage=True)
    try:
        body = fields.loads(raw)
    except fields.NotJson:
        return Refused(str(status), "") if status in (404, 410, 413) else TryLater(f"http {status}", is_outage=True)
    wait = fields.number(body, "retry_after_ms")
    return outcome_of(Answer(status, body, None if wait is None else wait / 1000))


async def _parts(file: BinaryIO, change: Callable[[bytes], bytes] | None) -> AsyncIterator[bytes]:
    while part := await asyncio.to_thread(file.read, _CHUNK):
        yield part if change is None else change(part)


def _encryption(key: bytes, counter: bytes, seen: Callable[[bytes], None]) -> Callable[[bytes], bytes]:
    cipher = AES.new(key, AES.MODE_CTR, nonce=counter[:8], initial_value=counter[8:])

    def change(part: bytes) -> bytes:
        encrypted = cipher.encrypt(part)
        seen(encrypted)
        return encrypted

    return change


def _encrypted_file(key: bytes, counter: bytes, sha256: bytes) -> dict[str, object]:
    """`EncryptedFile` without its `url` (client-server API, "Sending encrypted attachments")."""
    return {
        "v": "v2",
        "key": {
            "kty": "oct",
            "alg": "A256CTR",
            "ext": True,
            "key_ops": ["encrypt", "decrypt"],
            "k": base64.urlsafe_b64encode(key).decode().rstrip("="),
        },
        "iv": base64.b64encode(counter).decode().rstrip("="),
        "hashes": {"sha256": base64.b64encode(sha256).decode().rstrip("=")},
    }


def _uploaded(answer: Answer, encrypted: dict[str, object] | None) -> Uploaded | Refused | TryLater:
    url = fields.text(answer.body, "content_uri")
    if answer.is_ok and _MXC.match(url):
        return Uploaded(url, json.dumps({"url": url, **encrypted}) if encrypted is not None else "")
    if answer.is_ok:
        return TryLater("bad answer", is_outage=True)
    outcome = outcome_of(answer)
    return outcome if isinstance(outcome, Refused | TryLater) else TryLater("bad answer", is_outage=True)


def _file_key(encryption: str) -> _FileKey:
    """Raises: NotOurs."""
    try:
        described = fields.loads(encryption)
        key = _base64(fields.text(fields.child(described, "key"), "k"))
        counter = _base64(fields.text(described, "iv"))
        sha256 = _base64(fields.text(fields.child(described, "hashes"), "sha256"))
    except ValueError as fault:
        raise NotOurs("description") from fault
    if fields.text(described, "v") != "v2" or len(key) != 32 or len(counter) != _BLOCK or len(sha256) != 32:
        raise NotOurs("description")
    return _FileKey(key, counter, sha256)


def _base64(text: str) -> bytes:
    """Either alphabet, padded or not: clients differ."""
    plain = text.replace("-", "+").replace("_", "/").rstrip("=")
    return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
