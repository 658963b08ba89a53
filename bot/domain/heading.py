"""The heading of a letter that begins a conversation: whom it is to, its subject, and which of our addresses writes."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bot.domain.mail import Address

_SUBJECT: Final = re.compile(r'"([^"\n]*)"|“([^”\n]*)”|„([^“”\n]*)[“”]|«([^»\n]*)»|”([^”\n]*)”')
"""Between quotation marks, as keyboards make them of the straight ones."""
_FROM_LAST: Final = re.compile(r"(?:^|\s)(?:from|de)\s+(\S+@\S+)\s*$", re.IGNORECASE)
_FROM_ALONE: Final = re.compile(r"\s*(?:from|de)\s+(\S+@\S+)\s*", re.IGNORECASE)
_NAMED: Final = re.compile(r"(?P<name>[^<>]*?)\s*<\s*(?:mailto:)?(?P<address>[^<>\s]+)\s*>")
_FROM_FIRST: Final = re.compile(r"\s+(?:from|de)\s+(\S+@\S+)(?=\s|$)", re.IGNORECASE)
_BARE_WHO: Final = re.compile(r"\S*@\S*")
_SECOND_WHO: Final = re.compile(
    r"(?:(?:[,;&/+]|et|and|ou|or)\s+)?<?[^\s@<>\"]+@[^\s@<>\"]+\.[^\s@<>\"]+", re.IGNORECASE
)
"""Behind an address another one is meant as one, too."""
_QUOTED_WHO: Final = re.compile(rf"(?:{_SUBJECT.pattern})(?:\s*(?P<address><[^<>\s]*@[^<>\s]*>))?")
_BRACKETED_WHO: Final = re.compile(
    r"(?P<name>[^\s<>@\"“”„«»]+(?: [^\s<>@\"“”„«»]+){0,3}) ?<(?:mailto:)?[^<>\s@]+@[^<>\s@]+>"
)
"""A few words that an address in brackets ends."""
_FLAG_WITHIN: Final = re.compile(
    r"(?:^|(?<=\s))(?P<dash>--|[\u2013\u2014])(?P<name>[^\W\d_]{1,12})(?=[\s:=,\"“„«”]|$)[\s:=,]*"
)
_BLANKS: Final = " \t\u00a0\u202f"


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands before the words of a letter, as its writer wrote it; each part may be empty."""

    who: str = ""
    """An address, `Name <address>`, or the name of somebody known."""
    subject: str = ""
    sender: str = ""
    """One of our own addresses, behind `from`."""
    is_unclear: bool = False
    """Quotation marks stand within others, so that nobody can tell where the subject ends."""

    @property
    def address(self) -> Address | None:
        """The address that `who` gives; None where it is a name."""
        found = _NAMED.fullmatch(self.who)
        if found is not None:
            return Address(found["name"].strip(_BLANKS + "\"'"), found["address"])
        return Address("", self.who.removeprefix("mailto:")) if "@" in self.who else None


def read_heading(text: str) -> tuple[Heading, str]:
    """The heading on the first line, and the words after it: `WHO [from ADDRESS] "SUBJECT" [from ADDRESS]`."""
    first, _, below = text.partition("\n")
    quoted = _quoted(first)
    if quoted is None:
        return Heading(is_unclear=True), below
    if not quoted:
        return Heading(who=_plain(first)), below
    subject, before = quoted[0], first[: quoted[0].start]
    last = _FROM_LAST.search(before)
    who, sender = _plain(before[: last.start()] if last is not None else before), last[1] if last is not None else ""
    if not before.strip() and len(quoted) > 1:
        named, rest = read_address(first[: quoted[1].start].lstrip())
        if not rest:
            # The name stands between quotation marks as well.
            subject, who, sender = quoted[1], named.who, named.sender
    beside = first[subject.end :]
    behind = _FROM_ALONE.fullmatch(beside) if not sender else None
    words = below if behind is not None or not beside.strip(_BLANKS) else f"{beside.strip(_BLANKS)}\n{below}"
    return Heading(who, _plain(subject.text), behind[1] if behind is not None else sender), words


@dataclass(frozen=True, slots=True)
class _Quoted:
    """A part of a line between quotation marks."""

    start: int
    end: int
    text: str


def _quoted(line: str) -> list[_Quoted] | None:
    """What stands between quotation marks, with marks inside of it; None where marks are left that close nothing."""
    parts: list[_Quoted] = []
    at, left = 0, ""
    while (found := _SUBJECT.search(line, at)) is not None:
        end = _closed(line, found)
        if end is None:
            return None
        left += line[at : found.start()]
        parts.append(_Quoted(found.start(), end, line[found.start() + 1 : end - 1]))
        at = end
    is_torn = bool(parts) and not set(left + line[at:]).isdisjoint('"“”«»')
    return None if is_torn else parts


def _closed(line: str, found: re.Match[str]) -> int | None:
    """Where the part ends whose first mark is found: an inner mark follows a blank, a closing one a word."""
    opening, start = found[0][0], found.start()
    closing = {'"': '"', "“": "”", "«": "»"}.get(opening)
    if closing is None:
        return found.end()
    marks = [at for at in range(start, len(line)) if line[at] in (opening, closing)]
    depth = 0
    for at in marks:
        opens, closes = line[at] == opening, line[at] == closing
        if opening == closing and len(marks) > 2:
            after, before = line[at + 1 : at + 2], line[at - 1 : at] if at > start else " "
            opens = (before.isspace() or before in "([{'’«-") and not (after or " ").isspace()
            closes = at > start and not before.isspace() and not after.isalnum()
            if opens == closes:
                return None
        elif opening == closing:
            opens, closes = at == start, at > start
        depth += 1 if opens else -1
        if depth == 0:
            return at + 1
    return None


def read_address(text: str) -> tuple[Heading, str]:
    """The same without a subject: `WHO [from ADDRESS] words`.

    A name stands between quotation marks, or before its address in brackets: of bare words nobody could tell where they
    end and the letter begins.
    """
    first, newline, below = text.partition("\n")
    quoted, bare = _QUOTED_WHO.match(first), _bracketed(first) or _BARE_WHO.match(first)
    found = quoted or bare
    if found is None:
        return Heading(), text
    who = _plain(found[0])
    if quoted is not None:
        who = _plain(f"{_within(quoted)} {quoted['address'] or ''}")
    sender = _FROM_FIRST.match(first, found.end())
    beside = first[sender.end() if sender is not None else found.end() :].strip(_BLANKS)
    second = _SECOND_WHO.match(beside)
    if second is not None:
        # Both are told: to one alone it would leave with the other's address as its first word.
        return Heading(f"{who} {_plain(second[0])}", "", sender[1] if sender is not None else ""), text
    words = f"{beside}{newline}{below}" if beside else below
    return Heading(who, "", sender[1] if sender is not None else ""), words


def _bracketed(line: str) -> re.Match[str] | None:
    """A name before its address: one word, or each with a capital. Others may be words of the letter already."""
    found = _BRACKETED_WHO.match(line)
    words = found["name"].split() if found is not None else []
    return found if len(words) == 1 or all(word[0].isupper() for word in words) else None


def read_quoted(text: str) -> tuple[str, str]:
    """What stands between quotation marks, and the words after it; without those, the first line, and what is below.

    Of bare words nobody could tell where they end and the letter begins.
    """
    quoted = _SUBJECT.match(text.lstrip(_BLANKS))
    if quoted is None:
        first, _, below = text.partition("\n")
        return _plain(first), below
    return _plain(_within(quoted)), text.lstrip(_BLANKS)[quoted.end() :].strip(_BLANKS)


def read_time_within(text: str, names: Callable[[str], bool]) -> tuple[str | None, str]:
    """The words of `--at "monday 9:00"` on the first line, and the text without them; None without that flag.

    Without quotation marks they go on to the end of that line: what follows a flag is mailed to nobody.

    Args:
        names: whether a word between the dashes and the time is the flag.
    """
    first, newline, below = text.partition("\n")
    quoted = [(one.start(), one.end()) for one in _SUBJECT.finditer(first)]
    for found in _FLAG_WITHIN.finditer(first):
        is_in_subject = any(start < found.start() < end for start, end in quoted)
        is_quoted = _SUBJECT.match(first, found.end()) is not None
        # Of two dashes a keyboard makes a long one, which stands in letters as well.
        if is_in_subject or not names(found["name"]) or not (is_quoted or found["dash"] == "--"):
            continue
        at, after = read_quoted(first[found.end() :])
        return at, f"{first[: found.start()]} {after}".strip(_BLANKS) + newline + below
    return None, text


def _within(quoted: re.Match[str]) -> str:
    return next(group for group in quoted.groups()[:5] if group is not None)


def _plain(text: str) -> str:
    return " ".join(text.split())
