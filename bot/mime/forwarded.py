"""`@fwd`: the mail that somebody passes on, read from the header that their client copied, or from the attached one."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.domain.mail import Address, PassedOn
from bot.domain.patterns import pattern
from bot.mime.addresses import read_addresses
from bot.mime.body import read_body
from bot.mime.parts import Part, read_inner
from bot.mime.words import decode_words, one_line

_FIRST: Final = pattern(r"@[fF][wW][dD](?:[ \t\u00a0\u202f]{0,3}:|(?![^\s]))(?P<words>[^\n]*)")
"""The mark, a colon, and words of whoever passes it on."""
_LINE: Final = pattern(
    r"[*_]{0,2}(?P<name>[^\W\d_]{1,10}(?:-[Tt]o| à)?)[*_]{0,2}[ \t\u00a0\u202f]{0,3}:[*_]{0,2}(?P<value>[^\n]*)"
)
_ADDRESS: Final = pattern(r"[^\s<>\[\]():;,\"*]{1,64}@[^\s<>\[\]():;,\"*]{1,255}")
_QUOTED: Final = pattern(r"(?:>[ ]?){1,5}")
_RULE: Final = pattern(r"[-_=*\s]{3,}[^\n]{0,60}")
_FROM: Final = frozenset(("from", "de", "von"))
_SUBJECT: Final = frozenset(("subject", "objet", "sujet", "betreff"))
_OTHERS: Final = frozenset(
    """
    date sent to cc envoyé envoye à a pour copie répondre réponse reply-to gesendet datum an
    """.split()
) | {"répondre à"}
"""Names of the lines that Gmail, Outlook, Apple Mail and Thunderbird copy above a mail: English, French, German."""
_MOST_LINES: Final = 400
"""Lines in which the header is looked for."""
_LONGEST: Final = 1_000
"""Characters of a line of it."""


def read_passed_on(root: Part, text: str, charset: str) -> PassedOn | None:
    """What stands under `@fwd`; None where the body does not begin with it. The copied header goes before a file."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    begin = next((n for n, line in enumerate(lines) if line.strip()), None)
    first = _FIRST.fullmatch(lines[begin].strip()) if begin is not None else None
    if begin is None or first is None:
        return None
    below = lines[begin + 1 :]
    found = _copied(below) or _attached(root, below, charset) or PassedOn(Address("", ""), "", "", _words(below))
    return replace(found, beside=_words([first["words"], found.beside]))


def _copied(lines: list[str]) -> PassedOn | None:
    """The first header among the lines: lines of known names in a row, From with an address among them."""
    cut = [line[:_LONGEST] for line in lines[:_MOST_LINES]]
    plain = [_QUOTED.sub("", line, count=1) if line.startswith(">") else line for line in cut]
    for at, line in enumerate(plain):
        if _name(line) is None or (at and _name(plain[at - 1]) is not None):
            continue
        end = at
        while end < len(plain) and (_name(plain[end]) is not None or _goes_on(plain, end)):
            end += 1
        values = _values(plain[at:end])
        writer = next((_writer(values[name]) for name in values if name in _FROM), Address("", ""))
        if len(values) < 3 or not writer.address:
            continue
        subject = next((values[name] for name in values if name in _SUBJECT), "")
        rest = [_QUOTED.sub("", one, count=1) if line != lines[at] else one for one in lines[end:]]
        return PassedOn(writer, one_line(subject), _words(rest), _above(plain[:at]))
    return None


def _name(line: str) -> str | None:
    found = _LINE.match(line.strip())
    name = found["name"].lower() if found is not None else ""
    return name if name in _FROM | _SUBJECT | _OTHERS else None


def _goes_on(lines: list[str], at: int) -> bool:
    """A folded line of a header: many recipients."""
    return bool(lines[at].strip()) and lines[at][0] in " \t" and at + 1 < len(lines) and bool(lines[at + 1].strip())


def _values(lines: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in lines:
        match = _LINE.match(line.strip())
        if match is not None:
            found.setdefault(match["name"].lower(), match["value"].strip(" \t\u00a0\u202f*_"))
    return found


def _writer(value: str) -> Address:
    """`Marie <marie@example.org>`, also as `*Marie* [mailto:marie@example.org]`."""
    cleaned = value.replace("[mailto:", "<").replace("]", ">").replace("<mailto:", "<").replace("*", "")
    found = _ADDRESS.search(cleaned)
    if found is None:
        return Address("", "")
    named = next(iter(read_addresses(cleaned[: found.end() + 1].encode())), None)
    name = named.name if named is not None and named.address == found[0] else ""
    return Address(name or one_line(cleaned[: found.start()].strip(" <\"'")), found[0])


def _attached(root: Part, below: list[str], charset: str) -> PassedOn | None:
    """The first attached message."""
    part = next((one for one in root.walk() if one.is_message), None)
    if part is None:
        return None
    inner = read_inner(part)
    people = read_addresses(inner.headers.get("from"), fallback=charset)
    writer = next((one for one in people if one.address), None)
    if writer is None:
        return None
    subject = one_line(decode_words(inner.headers.get("subject"), fallback=charset))
    return PassedOn(writer, subject, read_body(inner).text.strip(), _words(below))


def _above(lines: list[str]) -> str:
    """The words of whoever passes it on, without the line that their client draws."""
    kept = list(lines)
    while kept and (not kept[-1].strip() or _RULE.fullmatch(kept[-1].strip()[:200]) or kept[-1].strip().endswith(":")):
        kept.pop()
    return _words(kept)


def _words(lines: list[str]) -> str:
    return "\n".join(lines).strip()
