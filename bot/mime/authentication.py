"""Authentication-Results (RFC 8601): what servers on the way found out about the sender."""

from __future__ import annotations

import re
from typing import Final

from bot.domain.mail import Authentication
from bot.domain.patterns import pattern
from bot.mime.charset import decode
from bot.mime.header_block import Headers

_MARK: Final = pattern(r'[\\"();]')
_UNSAFE: Final = pattern(r"[^\w@.+-]")
_METHOD: Final = pattern(r"\s*(spf|dkim|dmarc)\s*(?:/\s*\d+\s*)?=\s*([A-Za-z]+)", re.IGNORECASE)
_PROPERTY: Final = pattern(
    r"(?<![\w.])(smtp\.mailfrom|smtp\.helo|header\.d|header\.i|header\.from)\s*=\s*\"?([^\s;\"]{1,320})", re.IGNORECASE
)
_KEPT: Final = 20
_RESULTS: Final = 100


def read_authentication(headers: Headers) -> tuple[Authentication, ...]:
    """Each field, topmost (newest) first. Whether a server is trusted is for the mailbox's settings to say."""
    return tuple(_field(decode(raw)[:8192]) for raw in headers.all("authentication-results")[:_KEPT])


def _field(text: str) -> Authentication:
    clauses = _clauses(text)
    if clauses is None:
        # Its server is known by what stands before the first mark; of the results nothing is believed.
        return Authentication(server=_server(re.split(r"[;(\"]", text, maxsplit=1)[0]))
    said: dict[str, str] = {}
    domains = {"spf": "", "dmarc": ""}
    signed: list[str] = []
    for one in clauses[1 : _RESULTS + 1]:
        found = _METHOD.match(one)
        if found is None:
            continue
        method, result = found[1].lower(), found[2].lower()
        properties = {key.lower(): _domain(value) for key, value in _PROPERTY.findall(one)}
        if method == "dkim" and result == "pass":
            signed.append(properties.get("header.d") or properties.get("header.i", ""))
        if not _counts(method, result, said):
            continue
        said[method] = result
        if method == "spf":
            domains["spf"] = properties.get("smtp.mailfrom") or properties.get("smtp.helo", "")
        elif method == "dmarc":
            domains["dmarc"] = properties.get("header.from", "")
    return Authentication(
        server=_server(clauses[0]),
        spf=said.get("spf", ""),
        dkim=said.get("dkim", ""),
        dmarc=said.get("dmarc", ""),
        spf_domain=domains["spf"],
        dkim_domains=tuple(dict.fromkeys(one for one in signed if one)),
        dmarc_domain=domains["dmarc"],
    )


def _counts(method: str, result: str, said: dict[str, str]) -> bool:
    """Whether a result stands, beside an earlier one of the same method.

    Several DKIM signatures: one that passes is enough (RFC 6376 4.2). A second result of SPF or DMARC is none that a
    server gives: the one that proves less counts.
    """
    if method not in said:
        return True
    return (result == "pass") is (method == "dkim") and (said[method] == "pass") is not (method == "dkim")


def _server(text: str) -> str:
    return (text.split() or [""])[0].lower()


def _clauses(text: str) -> list[str] | None:
    """What stands between the semicolons, without comments; None where a comment or a quote is never closed.

    Parts of a field are the sender's own words (the envelope's sender, the name in HELO): in quotes and in comments
    they can say anything, and count as nothing. Of a quoted word only what an address may have is left.
    """
    found, depth, start, quote = [""], 0, 0, -1
    at = 0
    while (mark := _MARK.search(text, at)) is not None:
        where, what = mark.start(), mark[0]
        at = mark.end()
        if what == "\\":
            # The next character means nothing, within a comment or a quote; outside there is none.
            at += 1 if depth or quote >= 0 else 0
        elif quote >= 0:
            if what == '"':
                found[-1] += _UNSAFE.sub("_", text[quote:where])
                quote, start = -1, at
        elif what == "(":
            found[-1] += "" if depth else text[start:where] + " "
            depth += 1
        elif depth:
            depth -= what == ")"
            start = at
        elif what == '"':
            found[-1] += text[start:where]
            quote = at
        elif what == ")":
            return None
        else:
            found[-1] += text[start:where]
            found.append("")
            start = at
    if depth or quote >= 0:
        return None
    found[-1] += text[start:]
    return found


def _domain(value: str) -> str:
    return value.rpartition("@")[2].strip("<>.").lower()
