"""Words of an answer that a reader of mails took for a quotation or a signature.

It guesses where the new words end; the mark of a notification says it for sure.
"""

import re
from typing import Final

from bot.domain.mail import Mail
from bot.domain.marks import ABOVE
from bot.domain.rules.new_words import is_head, is_quoted, new_words
from bot.domain.rules.own_words import Own, own_words
from bot.domain.sentences import Sentence, sentence
from bot.domain.signature_words import DISCLAIMER_START, OUTSIDE_BANNER, OUTSIDE_LINE, is_boilerplate

_SIGNATURE: Final = "-- "
"""RFC 3676 4.3: typed by nobody, since it ends with a blank."""
_RULE: Final = re.compile(r"\s*(?:--|__|\u2014|\u2013)\s*")
_OPENS: Final = re.compile(r"\W*(?:le|on|am|el|il|em|op|den|dne|w dniu|il giorno)\b.*\d", re.IGNORECASE)
"""Begins a line that says whose words follow, as clients write it."""
_ADDRESS: Final = re.compile(r"\S@\S")
_BROKEN: Final = 3
"""Over so many lines a client breaks it."""
_ORDINAL: Final = re.compile(r"\s*\d{1,3}[.)]\s")
_LINK: Final = re.compile(r"https?://\S+")
_LABELS: Final = 2
"""So many lines of a head below each other begin a quotation."""
_LABEL: Final = re.compile(
    r"\W*(?:de|from|von|da|van|envoyé|sent|date|gesendet|inviato|verzonden|à|a|to|an|para|aan|copie(?: à)?|cc"
    r"|objet|subject|betreff|oggetto|asunto|onderwerp)[*_]{0,2}[ \u00a0\u202f]?[:\uff1a]",
    re.IGNORECASE,
)
_BANNER: Final = re.compile(r"[-_ \t]{3,}(?:[^-_].{0,40}[-_ \t]{3,})?")
_WROTE: Final = re.compile(
    r"(?:le|on|am|el|il|em|op)\b.*\d.*"
    r"(?:écrit|wrote|schrieb|escribió|scritto|escreveu|schreef)[ \u00a0\u202f]?[:\uff1a]\s*$",
    re.IGNORECASE,
)
_MOST_OF_LINE: Final = 400
_SHORT: Final = 300
"""An answer of fewer letters may say no more than where its words stand."""
_BELOW: Final = re.compile(
    r"\b(?:en (?:rouge|bleu|vert|gras|couleur)|dans (?:le|ton|votre|son) (?:texte|corps|mail|message)|ci-dessous"
    r"|plus bas|entre les lignes|in (?:red|blue|green|bold|line)|in-?line|in the text|below)\b",
    re.IGNORECASE,
)
_LINK_TO_ROOM: Final = "https://matrix.to/#/"
"""Ends a notification."""
_MOST_LETTERS: Final = 50_000
_MOST_LINES: Final = 1000


def words_above(whole: str) -> str:
    """All that stands above the mark and is the writer's, lines that they marked as quoted too; empty: no mark.

    Args:
        whole: all that the mail says.
    """
    above, mark, _ = whole.partition(ABOVE)
    if not mark:
        return ""
    *lines, _ = above.split("\n")
    # A client's head may be marked as quoted where the mark is not.
    while lines and is_quoted(lines[-1]):
        lines.pop()
    _without_blanks(lines)
    _without_attribution(lines)
    _without_blanks(lines)
    _without_head(lines)
    while lines and (not lines[-1].strip() or _BANNER.fullmatch(lines[-1].strip()[:_MOST_OF_LINE])):
        lines.pop()
    if _SIGNATURE in lines:
        lines = lines[: lines.index(_SIGNATURE)]
    return "\n".join(lines).strip()


def words_found(mail: Mail, visible: str) -> str:
    """The new words, without a head or a line that say whose words follow: where nothing stands above these, a reader
    of mails takes them for the writer's, with the private address in them."""
    words, above = new_words(visible, mail.text), words_above(mail.text)
    raw, mark, _ = mail.text.partition(ABOVE)
    is_above = _squashed(words[:_MOST_LETTERS]) in _squashed(raw[-_MOST_LETTERS:])
    if mark and is_above and own_words(above, mail.from_) is Own.NONE:
        # The place of a picture stands in one reading alone.
        return above or (words if own_words(words, mail.from_) is Own.NONE else "")
    # Without the mark, and without marks of quoting, nothing says where what is quoted ends.
    is_quotation = ABOVE not in mail.text and _begins_quoted(mail.text) and not _has_quoted(mail.text)
    return "" if is_quotation or _begins_quoted(words) else words


def _begins_quoted(words: str) -> bool:
    lines = [line for line in words[:_MOST_LETTERS].split("\n") if line.strip()][: _LABELS + 2]
    if lines and _WROTE.match(lines[0][:_MOST_OF_LINE]):
        return True
    while lines and _BANNER.fullmatch(lines[0][:_MOST_OF_LINE]):
        lines.pop(0)
    return len(lines) >= _LABELS and all(_LABEL.match(line) for line in lines[:_LABELS])


def why_unsure(mail: Mail, above: str, words: str) -> Sentence | None:
    """Why the words that were found may not be all that the writer means; `above`: all above the mark."""
    if _LINK_TO_ROOM in words:
        # Somebody took the mark away, and left what stands below it.
        return sentence("mailed.between")
    if _has_quoted(above) or (_is_unquoted(mail.text) and len(words) < _SHORT and _BELOW.search(words)):
        return sentence("mailed.between")
    lost = lost_words(above, mail.visible_text, mail.linked_text, words)
    return sentence("mailed.cut") if own_words(lost, mail.from_, is_behind=True) is not Own.NONE else None


def _has_quoted(words: str) -> bool:
    """Whether a line that says something is marked as quoted."""
    return any(is_quoted(line) and re.search(r"\w", line) for line in words.split("\n"))


def _is_unquoted(whole: str) -> bool:
    """Whether the mark stands there as it was sent: answers among the lines below it look like these."""
    above, mark, _ = whole.partition(ABOVE)
    return bool(mark) and not is_quoted(above.rpartition("\n")[2])


def lost_words(above: str, *shown: str) -> str:
    """The lines of `above` that are in none of the readings of the same words; what no person wrote is none of them."""
    known = [_squashed(said) for one in shown for said in (one, _LINK.sub("", one))]
    lines = _without_banner(above[:_MOST_LETTERS].split("\n")[:_MOST_LINES])
    lost: list[str] = []
    for line in lines:
        bare = _ORDINAL.sub("", line, count=1)
        forms = {form for said in (line, bare, _LINK.sub("", bare)) if (form := _squashed(said))}
        if _RULE.fullmatch(line) or (forms and not any(form in one for form in forms for one in known)):
            lost.append(line)
    for at, line in enumerate(lost):
        if DISCLAIMER_START.match(line[:120]) and is_boilerplate(" ".join(lost[at:])[:6000]):
            return "\n".join(lost[:at])
    return "\n".join(lost)


def _squashed(words: str) -> str:
    return re.sub(r"[\W_]+", "", words).casefold()


def _without_blanks(lines: list[str]) -> None:
    while lines and not lines[-1].strip():
        lines.pop()


def _without_attribution(lines: list[str]) -> None:
    if not lines or not lines[-1].rstrip().endswith((":", "\uff1a")):
        return
    for back in range(1, min(_BROKEN, len(lines)) + 1):
        if not lines[-back].strip():
            break
        if _OPENS.match(lines[-back]):
            del lines[-back:]
            return
    lines.pop()
    if lines and _ADDRESS.search(lines[-1]):
        lines.pop()


def _without_head(lines: list[str]) -> None:
    """Take off the lines of a head: two or more, one of which names an address, or two of which are known."""
    start = len(lines)
    while start and is_head(lines[start - 1]):
        start -= 1
        if _BANNER.fullmatch(lines[start][:_MOST_OF_LINE]):
            break
    head = lines[start:]
    while head and not (
        _LABEL.match(head[0]) or _BANNER.fullmatch(head[0][:_MOST_OF_LINE]) or _ADDRESS.search(head[0])
    ):
        head.pop(0)
    known = sum(_LABEL.match(line) is not None for line in head)
    if len(head) >= _LABELS and (known >= _LABELS or any(_ADDRESS.search(line) for line in head)):
        del lines[-len(head) :]


def _without_banner(lines: list[str]) -> list[str]:
    start = next((at for at, line in enumerate(lines) if line.strip()), len(lines))
    end = next((at for at in range(start, len(lines)) if not lines[at].strip()), len(lines))
    if start < len(lines) and OUTSIDE_LINE.match(lines[start].strip()[:500]):
        return lines[start + 1 :]
    is_banner = OUTSIDE_BANNER.match(" ".join(lines[start:end])[:500]) is not None
    return lines[end:] if is_banner else lines
