"""Authentication-Results (RFC 8601): what servers on the way found out about the sender."""

from __future__ import annotations

import re
from typing import Final

from bot.domain.mail import Authentication
from bot.domain.patterns import pattern
from bot.mime.charset import decode
from bot.mime.header_block import Headers

_COMMENT: Final = pattern(r"\([^()]*\)")
_METHOD: Final = pattern(r"\s*(spf|dkim|dmarc)\s*(?:/\s*\d+\s*)?=\s*([A-Za-z]+)", re.IGNORECASE)
_PROPERTY: Final = pattern(
    r"\b(smtp\.mailfrom|smtp\.helo|header\.d|header\.i|header\.from)\s*=\s*\"?([^\s;\"]{1,320})", re.IGNORECASE
)
_KEPT: Final = 20
_RESULTS: Final = 100


def read_authentication(headers: Headers) -> tuple[Authentication, ...]:
    """Each field, topmost (newest) first. Whether a server is trusted is for the mailbox's settings to say."""
    return tuple(_field(decode(raw)[:8192]) for raw in headers.all("authentication-results")[:_KEPT])


def _field(text: str) -> Authentication:
    for _ in range(3):  # comments nest, rarely more than once
        text = _COMMENT.sub(" ", text)
    server, _, results = text.partition(";")
    said: dict[str, str] = {}
    domains = {"spf": "", "dmarc": ""}
    signed: list[str] = []
    for one in results.split(";")[:_RESULTS]:
        found = _METHOD.match(one)
        if found is None:
            continue
        method, result = found[1].lower(), found[2].lower()
        properties = {key.lower(): _domain(value) for key, value in _PROPERTY.findall(one)}
        if method == "dkim" and result == "pass":
            signed.append(properties.get("header.d") or properties.get("header.i", ""))
        # Several DKIM signatures: one that passes is enough (RFC 6376 4.2).
        if method not in said or (result == "pass" and said[method] != "pass"):
            said[method] = result
            if method == "spf":
                domains["spf"] = properties.get("smtp.mailfrom") or properties.get("smtp.helo", "")
            elif method == "dmarc":
                domains["dmarc"] = properties.get("header.from", "")
    return Authentication(
        server=(server.split() or [""])[0].lower(),
        spf=said.get("spf", ""),
        dkim=said.get("dkim", ""),
        dmarc=said.get("dmarc", ""),
        spf_domain=domains["spf"],
        dkim_domains=tuple(dict.fromkeys(one for one in signed if one)),
        dmarc_domain=domains["dmarc"],
    )


def _domain(value: str) -> str:
    return value.rpartition("@")[2].strip("<>.").lower()
