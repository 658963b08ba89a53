"""Recognises the lines that programs put above a quoted mail: attributions ("On … wrote:") and header blocks."""

import re
from collections.abc import Sequence
from typing import Final

from bot.domain.patterns import pattern
from bot.domain.quote_lines import Line, is_separator
from bot.domain.quote_words import LABELS, WROTE, Label

# -- attributions -----------------------------------------------------------------------------------------------------

_TIME = r"\d{1,2}\s?[:.h\u6642\u65f6\uc2dc\uff1a]\s?\d{2}"
_DATE_OR_TIME_RULE = (
    rf"{_TIME}|\b(?:19|20)\d\d\b|\d{{1,4}}[./-]\d{{1,2}}[./-]\d{{1,4}}"
    r"|\d{1,2}\s?[\u6708\uc6d4]|\b[\u0660-\u0669\u06f0-\u06f9]{4}\b"
)
_DATE_OR_TIME = pattern(_DATE_OR_TIME_RULE)
_TIME_AND_DATE = pattern(rf"\d.{{0,60}}{_TIME}|{_TIME}.{{0,60}}\d")
_ADDRESS = pattern(r"[^\s<>\"(\[:]{1,64}@[^\s<>\")\]:]{1,190}")
_ENDS_WITH_ADDRESS = pattern(r"[<(\[][^<>\s]{0,80}@[^<>\s]{1,190}[>)\]]*[\s\"'\u00bb]*[:\uff1a]$")
_ENDS = pattern(r"[:\uff1a\u17d6\ufe55][\s*_|\u00bb\"'-]{0,20}$")
_COLONS: Final = frozenset(":\uff1a\u17d6\ufe55")
_WROTE_END = pattern(
    r"(?:wrote|writes|schrieb|a écrit|escribió|ha scritto|написал\(?а?\)?|escreveu|napisał\(?a?\)?)\s?[-*_ ]{0,10}$",
    re.IGNORECASE,
)
_LEAD = pattern(r"^[\s*_|\u00bb\u300a\"-]{0,12}")
_OPENER = pattern(
    r"(?:on|le|am|op|den|el|il|em|no dia|dne|dňa|dana|dnia|w dniu|"
    r"a|la|pe|în|in|na|на|в|у|στις|την|vào|vào lúc|pada|sa|ve|v|þann|më|ar|o|às|ter|"
    r"at|date|"
    r"in a message dated|in article|quoting|zitat von|citando|mensaje citado por|missatge de|i|em|noong|mnamo|am|"
    r"ในวันที่|เมื่อ|在|于|於|فى|في|على|بتاريخ|در|در تاریخ|בתאריך|ב|ביום|pe data de|ke|ma|ti|to|pe|su|la)\b[\s.,]",
    re.IGNORECASE,
)
_ANGLED = pattern(r"[<(\[][^<>\s]{1,80}@[^<>\s]{1,190}[>)\]]")
_DATE_EARLY = pattern(rf"^.{{0,16}}(?:{_DATE_OR_TIME_RULE}|\d{{1,2}}[.,]?\s)")
_FULL_DATE = pattern(r"\b(?:19|20)\d\d\b|\d{1,4}[./-]\d{1,2}[./-]\d{1,4}")
_SENTENCE_END = pattern(r"[!?:;\u3002]$|[^\W\d_]{5}[.]$")
_EARLY_DIGIT = pattern(r"^.{0,40}\d")
INTRODUCES = pattern(r"[:\uff1a]\W{0,5}$|\d.{0,80}@|@.{0,80}\d")
"""Words in an attribution container that really introduce a quote: people write into these containers too."""
_ATTRIBUTION_CHARS: Final = 700
_ATTRIBUTION_LINES: Final = 5
_ATTRIBUTION_LINE: Final = 390
_OPENING: Final = 60


def attribution_start(lines: Sequence[Line], end: int, *, quote_follows: bool) -> int | None:
    """The first line of the attribution that ends with this line; None if none ends here."""
    last = lines[end]
    if len(last.text) > _ATTRIBUTION_LINE:
        return None
    tail = last.text[-24:]
    has_colon = _COLONS.isdisjoint(tail) is False and bool(_ENDS.search(tail))
    if not has_colon and not ("@" in last.text and _WROTE_END.search(tail)):
        return None
    span = ""
    best: int | None = None
    is_complete = False
    for start in range(end, max(-1, end - _ATTRIBUTION_LINES), -1):
        line = lines[start]
        if (
            line.depth != last.depth
            or line.is_empty
            or (start != end and (line.mark is not last.mark or is_separator(line)))
        ):
            break
        text = _LEAD.sub("", line.text)
        span = f"{text} {span}" if span else text
        if len(span) > _ATTRIBUTION_CHARS:
            break
        if not _is_attribution(span, has_colon=has_colon, quote_follows=quote_follows):
            continue
        whole = bool(_DATE_OR_TIME.search(span) and (_ADDRESS.search(span) or WROTE.search(span)))
        if whole and _EARLY_DIGIT.match(text):
            opens = bool(_OPENER.match(text))
            if opens and _FULL_DATE.search(text):
                return start
            if _goes_on(lines, start):
                whole = False
            elif opens or _DATE_EARLY.match(text):
                return start
        below = span[len(text) :]
        if best is None or (
            not is_complete
            and (
                (_DATE_OR_TIME.search(text) and not _DATE_OR_TIME.search(below))
                or (_ADDRESS.search(text) and not _ADDRESS.search(below))
                or (WROTE.search(text) and not WROTE.search(below))
            )
        ):
            best = start
            is_complete = whole
    return best


def _goes_on(lines: Sequence[Line], start: int) -> bool:
    """Whether the line above is the beginning of the attribution that goes on here."""
    above = lines[start - 1].text if start else ""
    if not above or _SENTENCE_END.search(above):
        return False
    if _OPENER.match(above) and len(above) <= _OPENING and re.search(r"[\d.,]", above):
        return True
    dated = bool(_DATE_OR_TIME.search(above))
    if above.endswith(",") and (dated or _ADDRESS.search(above)):
        return True
    return dated and bool(_EARLY_DIGIT.match(above)) and not _FULL_DATE.search(lines[start].text)


def _is_attribution(span: str, *, has_colon: bool, quote_follows: bool) -> bool:
    dated = bool(_DATE_OR_TIME.search(span))
    addressed = bool(_ADDRESS.search(span))
    wrote = bool(WROTE.search(span))
    if not has_colon:
        return wrote and dated and addressed
    if wrote:
        return (
            quote_follows
            or (addressed and (dated or bool(_ANGLED.search(span))))
            or (dated and bool(_TIME_AND_DATE.search(span) or _OPENER.match(span)))
        )
    if dated and _ENDS_WITH_ADDRESS.search(span) and _TIME_AND_DATE.search(span):
        return True
    return quote_follows and (
        bool(_TIME_AND_DATE.search(span)) or (addressed and len(span) < 200) or (dated and bool(_OPENER.match(span)))
    )


# -- header blocks ----------------------------------------------------------------------------------------------------

_HEADER = pattern(r"^[*_|\s]{0,6}([^\W\d_][^:\uff1a*_@<>]{0,30}?)\s{0,3}[*_]{0,3}\s{0,2}[:\uff1a][*_]{0,3}(?=\s|\S|$)")
_BLOCK_LINES: Final = 24
_BLOCK_CONTINUATION: Final = 4


def header_label(text: str) -> Label | None:
    """Which line of a quoted mail's header block this is."""
    found = _HEADER.match(text)
    return None if found is None else LABELS.get(found[1].strip().casefold())


def header_block_end(lines: Sequence[Line], start: int, *, needed: int) -> int | None:
    """The index after the header block that begins here; None if none does.

    `needed` different labels make a block; the sender, or the date and the subject, must be among them.
    """
    first = header_label(lines[start].text)
    if first is None or first is Label.OTHER:
        return None
    depth = lines[start].depth
    seen: set[Label] = {first}
    end = start + 1
    loose = blank = 0
    for index in range(start + 1, min(len(lines), start + _BLOCK_LINES)):
        line = lines[index]
        if line.depth != depth and not line.is_empty:
            break
        if line.is_empty:
            blank += 1
            if blank > 1:
                break
            continue
        label = header_label(line.text)
        if label is None:
            loose += 1
            if loose > _BLOCK_CONTINUATION or blank:
                break
            continue
        if label in seen and label is not Label.OTHER:
            break
        seen.add(label)
        loose = blank = 0
        end = index + 1
    strong = seen - {Label.OTHER}
    if Label.FROM not in strong and not {Label.DATE, Label.SUBJECT} <= strong:
        return None
    return end if len(strong) >= needed else None
