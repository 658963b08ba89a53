"""Authentication-Results (RFC 8601): what servers on the way found out about the sender."""

from __future__ import annotations

import re
from typing import Final

from bot.domain.mail import Authentication
from bot.domain.patterns import pattern
from bot.mime.charset import decode
from bot.mime.header_block import Headers

_COMMENT: Final = pattern(r"\([^()]*\)")
_METHOD: Final = pattern(r"(?:^|;)\s*(spf|dkim|dmarc)\s*(?:/\s*\d+\s*)?=\s*([A-Za-z]+)", re.IGNORECASE)
_KEPT: Final = 20


def read_authentication(headers: Headers) -> tuple[Authentication, ...]:
    """Each field, topmost (newest) first. Whether a server is trusted is for the mailbox's settings to say."""
    found: list[Authentication] = []
    for raw in headers.all("authentication-results")[:_KEPT]:
        text = decode(raw)[:8192]
        for _ in range(3):  # comments nest, rarely more than once
            text = _COMMENT.sub(" ", text)
        server, _, results = text.partition(";")
        results_by_method: dict[str, str] = {}
        for method, result in _METHOD.findall(results):
            # Several DKIM signatures: one that passes is enough (RFC 6376 4.2).
            key, value = method.lower(), result.lower()
            if key not in results_by_method or value == "pass":
                results_by_method[key] = value
        found.append(
            Authentication(
                server=(server.split() or [""])[0].lower(),
                spf=results_by_method.get("spf", ""),
                dkim=results_by_method.get("dkim", ""),
                dmarc=results_by_method.get("dmarc", ""),
            )
        )
    return tuple(found)
