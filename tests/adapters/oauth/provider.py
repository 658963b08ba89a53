"""A provider that behaves as Microsoft's and Google's token pages do, refusals included; served over TLS."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

CLIENT, SECRET = "our-application", "the client's secret"
_TRACE = "\r\nTrace ID: 21a7ca08\r\nCorrelation ID: 55137716\r\nTimestamp: 2026-11-28 09:00:00Z"


@dataclass
class Device:
    """A sign-in by a device code, and what the person at the page has done by now."""

    code: str
    words: str
    state: str = "pending"
    """`pending`, `slow`, `approved`, `denied`, `expired` or `used`."""


@dataclass
class FakePages:
    """The pages of one provider."""

    rotates: bool = True
    """Each refresh brings another refresh token, as Microsoft does; the earlier ones stay good."""
    is_strict: bool = False
    """A refresh token is good once."""
    secret: str = ""
    """The client's, where it has one."""
    secret_is_over: bool = False
    seconds: int = 3600
    """For so long an access token is good."""
    every: int = 5
    """Seconds that are asked for between two questions whether somebody has signed in."""
    fault: str = ""
    """What goes wrong with every answer: `503`, `429`, `html`, `moved`, `large`, `silent`."""
    devices: dict[str, Device] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    """Codes that the page gave out, each with its challenge (RFC 7636)."""
    refresh: set[str] = field(default_factory=set)
    access: set[str] = field(default_factory=set)
    asked: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        lines = head.split("\r\n")
        length = next(int(line.split(":")[1]) for line in lines if line.lower().startswith("content-length"))
        form = {key: values[0] for key, values in parse_qs((await reader.readexactly(length)).decode()).items()}
        method, path, _ = lines[0].split(" ")
        assert method == "POST"
        self.asked.append((path, form))
        status, headers, body = await self._answer(path, form)
        writer.write(f"HTTP/1.1 {status} -\r\nContent-Length: {len(body)}\r\n{headers}\r\n".encode() + body)
        await writer.drain()

    async def _answer(self, path: str, form: Mapping[str, str]) -> tuple[int, str, bytes]:
        match self.fault:
            case "503" | "429":
                return int(self.fault), "", b"later"
            case "html":
                return 200, "Content-Type: text/html\r\n", b"<html>maintenance</html>"
            case "moved":
                return 302, "Location: https://elsewhere.example/token\r\n", b""
            case "large":
                return 200, "", b'{"access_token": "' + b"x" * 100_000 + b'"}'
            case "silent":
                await asyncio.sleep(60)
        status, fields = self.answer(path, form)
        return status, "Content-Type: application/json\r\n", json.dumps(fields).encode()

    def answer(self, path: str, form: Mapping[str, str]) -> tuple[int, dict[str, object]]:
        """The status, and the fields of the body."""
        if form.get("client_id") != CLIENT or form.get("client_secret", "") != self.secret or self.secret_is_over:
            return _no("invalid_client", "AADSTS7000222: The provided client secret keys are expired.", 401)
        if path.endswith("/devicecode"):
            number = next(self._numbers)
            device = self.devices[f"device-{number}"] = Device(f"device-{number}", f"WORD{number}")
            return 200, {
                "device_code": device.code,
                "user_code": device.words,
                "verification_uri": "https://microsoft.com/devicelogin",
                "expires_in": 900,
                "interval": self.every,
                "message": "To sign in, use a web browser",
            }
        match form.get("grant_type"):
            case "urn:ietf:params:oauth:grant-type:device_code":
                return self._by_device(form.get("device_code", ""))
            case "authorization_code":
                return self._by_code(form)
            case "refresh_token":
                return self._refreshed(form.get("refresh_token", ""))
        return _no("unsupported_grant_type", "")

    def opened(self, url: str) -> str:
        """The address to which the browser is sent when the person has agreed at that page."""
        fields = {key: values[0] for key, values in parse_qs(urlsplit(url).query).items()}
        code = f"4/code-{next(self._numbers)}"
        self.codes[code] = fields["code_challenge"]
        return f"{fields['redirect_uri']}/?state={fields['state']}&code={code.replace('/', '%2F')}&scope=x"

    def _by_device(self, code: str) -> tuple[int, dict[str, object]]:
        device = self.devices.get(code)
        match device.state if device is not None else "unknown":
            case "pending":
                return _no("authorization_pending", "AADSTS70016: The user must input their code.")
            case "slow":
                return _no("slow_down", "")
            case "denied":
                return _no("authorization_declined", "AADSTS70000: The user declined.")
            case "expired":
                return _no("expired_token", "AADSTS70019: The code has expired.")
            case "approved":
                assert device is not None
                device.state = "used"
                return self._tokens(rotated=True)
        return _no("bad_verification_code", "AADSTS70020: The provided value is not valid.")

    def _by_code(self, form: Mapping[str, str]) -> tuple[int, dict[str, object]]:
        challenge = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if challenge != base64.urlsafe_b64encode(digest).decode().rstrip("="):
            return _no("invalid_grant", "Malformed auth code.")
        return self._tokens(rotated=True)

    def _refreshed(self, token: str) -> tuple[int, dict[str, object]]:
        if token not in self.refresh:
            return _no("invalid_grant", "AADSTS50173: The provided grant has expired due to it being revoked.")
        if self.is_strict:
            self.refresh.discard(token)
        return self._tokens(rotated=self.rotates)

    def _tokens(self, *, rotated: bool) -> tuple[int, dict[str, object]]:
        number = next(self._numbers)
        self.access.add(f"access-{number}")
        fields: dict[str, object] = {
            "access_token": f"access-{number}",
            "token_type": "Bearer",
            "expires_in": self.seconds,
        }
        if rotated:
            self.refresh.add(f"refresh-{number}")
            fields["refresh_token"] = f"refresh-{number}"
        return 200, fields


def _no(error: str, words: str, status: int = 400) -> tuple[int, dict[str, object]]:
    return status, {"error": error, "error_description": words + _TRACE if words else "", "error_codes": [70016]}
