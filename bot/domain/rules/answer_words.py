"""The words of an answer by mail: what its writer wrote, and whether that is sure.

Where the mark of the notification stands in the mail, what is above it, without a client's head and a signature, is
theirs. The reader of mails, which guesses where new words end, has to say the same. Where the mark does not stand
there, only what is before anything that may be quoted is theirs, and only where what follows is marked as quoted. What
is not sure waits for its writer.
"""

import re
from dataclasses import dataclass
from typing import Final

from bot.domain.mail import Mail
from bot.domain.marks import ABOVE
from bot.domain.quote_heads import attribution_start, header_block_end
from bot.domain.quote_lines import HIDDEN_CHARACTERS, Line, is_separator, text_lines
from bot.domain.quote_words import is_forward_banner, is_original_banner
from bot.domain.rules.client_heads import LABELS, has_quoted, is_labelled, is_of_head, is_quoted, without_head
from bot.domain.rules.notice_lines import is_of_notice
from bot.domain.rules.own_words import Own, own_words
from bot.domain.sentences import Sentence, sentence
from bot.domain.signature_words import DISCLAIMER_START, OUTSIDE_BANNER, OUTSIDE_LINE, is_boilerplate

_SIGNATURE: Final = "-- "
"""RFC 3676 4.3: typed by nobody, since it ends with a blank."""
_RULE: Final = re.compile(r"\s*(?:--|__|\u2014|\u2013)\s*")
_LONG: Final = 60
"""A quoted line of so many letters may have been broken by a client, which then marks its first part only."""
_ORDINAL: Final = re.compile(r"^\s*\d{1,3}[.)]\s")
_LINK: Final = re.compile(r"https?://\S+")
_SHORT: Final = 300
"""An answer of fewer letters may say no more than where its words stand."""
_BELOW: Final = re.compile(
    r"\b(?:en (?:rouge|bleu|vert|gras|couleur)|dans (?:le|ton|votre|son) (?:texte|corps|mail|message)|ci-dessous"
    r"|plus bas|entre les lignes|in (?:red|blue|green|bold|line)|in-?line|in the text|below)\b",
    re.IGNORECASE,
)
_FEW: Final = 8
_MOST_LETTERS: Final = 50_000
_MOST_LINES: Final = 500
"""Whoever writes more is asked."""
_MOST_COMPARED: Final = 4000


@dataclass(frozen=True, slots=True)
class Words:
    """The new words of an answer."""

    text: str
    why: Sentence | None = None
    """Why they may not be all that the writer means, or not theirs alone; None: they are sure."""


def answer_words(mail: Mail) -> Words:
    """What the writer of an answer wrote."""
    shown = mail.linked_text or mail.visible_text or mail.text
    found = _by_mark(mail, shown) if ABOVE in mail.text else _without_mark(mail, shown)
    is_long = found.text.count("\n") >= _MOST_LINES or len(found.text) > _MOST_LETTERS
    return Words(found.text, sentence("mailed.long")) if is_long else found


def above_mark(whole: str) -> str:
    """All that stands above the mark and is the writer's, lines that they marked as quoted too; empty: no mark.

    Args:
        whole: all that a mail says.
    """
    above, mark, _ = whole.partition(ABOVE)
    if not mark:
        return ""
    return _without_signature(without_head(above.rpartition("\n")[0].split("\n")))


def is_nothing_above(mail: Mail) -> bool:
    """Whether nobody's own words stand above the mark: at most heads, as of what is passed on, and a signature."""
    lines = above_mark(mail.text).split("\n")
    if len(lines) > _MOST_LINES:
        return False
    words = "\n".join(line for line in lines if not (is_labelled(line) or is_of_head(line)))
    return own_words(words, mail.from_) is Own.NONE


# -- with the mark ----------------------------------------------------------------------------------------------------


def _by_mark(mail: Mail, shown: str) -> Words:
    raw, _, below = mail.text.partition(ABOVE)
    above = above_mark(mail.text)
    if between := _between(shown, mail):
        return Words(f"{above}\n\n{between}".strip(), sentence("mailed.between"))
    seen = _as_seen(shown, raw)
    is_marked = is_quoted(raw.rpartition("\n")[2])
    if own_words(above, mail.from_) is Own.NONE:
        return _below_nothing(mail, above, seen, below if is_marked else "")
    if has_quoted(above) or (not is_marked and len(above) < _SHORT and _BELOW.search(above)):
        # Answers among lines that nobody marked look like these.
        return Words(above, sentence("mailed.between"))
    lost = _missing(above, seen)
    foreign = _missing(seen, above)
    if any(own_words(one, mail.from_, is_behind=True) is not Own.NONE for one in (lost, foreign)):
        return Words(above, sentence("mailed.cut"))
    return Words(seen)


def _below_nothing(mail: Mail, above: str, seen: str, below: str) -> Words:
    """Of a mail above whose mark nobody wrote a word: whoever answers below the quoted lines wrote there.

    Args:
        below: what follows the mark, where its line is marked as quoted.
    """
    theirs = _without_signature(_unmarked(below).split("\n"))
    if own_words(_missing(seen, mail.text.partition(ABOVE)[0]), mail.from_) is Own.NONE:
        if own_words(theirs, mail.from_, is_behind=True) is Own.WORDS:
            return Words(theirs, sentence("mailed.cut"))
        # Nothing but a head, a greeting or a signature. The place of a picture stands in one reading alone.
        return Words(above or (seen if own_words(seen, mail.from_) is Own.NONE else ""))
    if _missing(seen, theirs) or _is_of_notice(seen):
        return Words(seen, sentence("mailed.between"))
    is_cut = own_words(_missing(theirs, seen), mail.from_, is_behind=True) is not Own.NONE
    return Words(theirs, sentence("mailed.cut")) if is_cut else Words(seen)


def _between(shown: str, mail: Mail) -> str:
    """What somebody wrote among the quoted lines below the mark; empty: nothing stands there.

    Args:
        shown: the new words, with the quoted lines that stand among them.
    """
    above, mark, below = shown.partition(ABOVE)
    if not mark or not is_quoted(above.rpartition("\n")[2]):
        return ""
    said = re.sub(r"\n{3,}", "\n\n", _unmarked(below).strip())
    return said if own_words(said, mail.from_) is not Own.NONE else ""


def _unmarked(below: str) -> str:
    """The lines below the first, which is quoted, that are not marked so, nor the end of one that a client broke."""
    lines: list[str] = []
    before, *rest = below.split("\n")
    for line in rest:
        if not is_quoted(line) and not _is_broken_off(line, before):
            lines.append(line)
        before = line
    return "\n".join(lines)


def _as_seen(shown: str, raw: str) -> str:
    """What the reader of mails found above the mark, without quoted lines and the head that it did not know.

    Args:
        raw: all above the mark.
    """
    above, mark, _ = shown.partition(ABOVE)
    lines = (above.rpartition("\n")[0] if mark else above).split("\n")
    if mark or _last(above) == _last(raw):
        lines = without_head(lines)
    return _without_delimiter("\n".join(line for line in lines if not is_quoted(line)).strip())


# -- without the mark -------------------------------------------------------------------------------------------------


def _without_mark(mail: Mail, shown: str) -> Words:
    text = shown if ABOVE in shown else mail.text
    raw = text.partition(ABOVE)[0].split("\n")[:_MOST_LINES]
    start = _quotation_start(raw)
    own = _without_signature(raw[:start])
    unmarked = [line for line in raw[start:] if not is_quoted(line)]
    left = [line for line in unmarked if not is_of_head(line)]
    seen = "\n".join(line for line in shown.partition(ABOVE)[0].split("\n") if not is_quoted(line)).strip()
    if start == len(raw) or own_words("\n".join(left), mail.from_, is_behind=True) is Own.NONE:
        # Nothing follows that anybody wrote, or all of it is marked as quoted.
        return _agreed(mail, own, seen)
    if not _is_marked(raw, start) or _is_of_notice("\n".join((*unmarked, seen))):
        return Words(own, sentence("mailed.unmarked"))
    # They answered below lines that they chose to quote, or among them.
    is_below = own_words(own, mail.from_) is Own.NONE and _is_below(raw, start)
    return Words(seen, None if is_below else sentence("mailed.between"))


def _agreed(mail: Mail, own: str, seen: str) -> Words:
    """The new words where both readings of a mail without the mark say the same."""
    foreign = _missing(seen, own)
    if own_words(foreign, mail.from_, is_behind=True) is not Own.NONE:
        return Words(own, sentence("mailed.unmarked") if own else None)
    lost = _missing(own, seen)
    is_cut = own_words(lost, mail.from_, is_behind=True) is not Own.NONE
    return Words(own, sentence("mailed.cut")) if is_cut else Words(_without_delimiter(seen))


def _quotation_start(raw: list[str]) -> int:
    """The first line that is quoted, or may be, or is a notification's; all lines: there is none."""
    lines = text_lines(raw)
    is_first = True
    for at, line in enumerate(lines):
        if line.is_empty or is_separator(line):
            continue
        if line.depth or is_original_banner(line.text) or is_forward_banner(line.text) or is_of_notice(line.text):
            return _above_rules(lines, at)
        follows = next((one.depth > 0 for one in lines[at + 1 :] if not one.is_empty), True)
        start = attribution_start(lines, at, quote_follows=follows)
        if start is not None:
            return _above_rules(lines, start)
        if header_block_end(lines, at, needed=LABELS if is_first else LABELS + 1) is not None:
            return _above_rules(lines, at)
        is_first = False
    return len(raw)


def _above_rules(lines: list[Line], at: int) -> int:
    while at and (lines[at - 1].is_empty or is_separator(lines[at - 1])):
        at -= 1
    return at


def _is_marked(raw: list[str], start: int) -> bool:
    """Whether what begins there is marked as quoted, but for a line that says whose it is."""
    first = next((at for at in range(start, len(raw)) if is_quoted(raw[at])), len(raw))
    before = text_lines(line for line in raw[start:first] if line.strip())
    return first < len(raw) and (not before or attribution_start(before, len(before) - 1, quote_follows=True) == 0)


def _is_below(raw: list[str], start: int) -> bool:
    """Whether all that is not marked stands below all that is."""
    last = max(at for at in range(start, len(raw)) if is_quoted(raw[at]))
    above = raw[start : last + 1]
    first = next(at for at, line in enumerate(above) if is_quoted(line))
    return all(is_quoted(line) or not line.strip() for line in above[first:]) and not any(
        _is_broken_off(line, raw[last]) for line in raw[last + 1 : last + 2]
    )


# -- what else no person wrote ----------------------------------------------------------------------------------------


def _without_signature(lines: list[str]) -> str:
    return "\n".join(lines[: lines.index(_SIGNATURE)] if _SIGNATURE in lines else lines).strip()


def _without_delimiter(words: str) -> str:
    # A signature (RFC 3676 4.3) under nothing is no answer: somebody sent it by mistake.
    return "" if words.partition("\n")[0].rstrip() == "--" else words


def _is_of_notice(words: str) -> bool:
    return any(is_of_notice(line) for line in words.split("\n"))


def _is_broken_off(line: str, before: str) -> bool:
    """Whether it may be the end of the quoted line before it."""
    starts_small = line.lstrip()[:1].islower()
    return starts_small and len(before) >= _LONG and not before.rstrip().endswith((".", "?", "!", ":"))


# -- two readings of the same words -----------------------------------------------------------------------------------


def _missing(words: str, *readings: str) -> str:
    """The lines that stand in none of the readings; what a server put above the words is none of them."""
    known = [form for one in readings for said in (one, _LINK.sub("", one)) if (form := _spaced(said[:_MOST_LETTERS]))]
    together = [form.replace(" ", "") for form in known]
    lines = words[:_MOST_LETTERS].split("\n")
    missing: list[str] = []
    for line in _without_banner(lines[:_MOST_COMPARED]):
        bare = _ORDINAL.sub("", line)
        forms = {form for said in (line, bare, _LINK.sub("", bare)) if (form := _spaced(said)).strip()}
        if forms and not any(_stands_in(form, known, together) for form in forms):
            missing.append(line)
        elif _RULE.fullmatch(line):
            # Words under it count as a signature.
            missing.append(line)
    for at, line in enumerate(missing):
        if DISCLAIMER_START.match(line[:120]) and is_boilerplate(" ".join(missing[at:])[:6000]):
            missing = missing[:at]
            break
    # What is not looked at stands nowhere.
    return "\n".join((*missing, *lines[_MOST_COMPARED:], words[_MOST_LETTERS:]))


def _spaced(words: str) -> str:
    """The words alone, a blank around each."""
    return re.sub(r"[\W_]+", " ", f" {HIDDEN_CHARACTERS.sub('', words)} ").casefold()


def _stands_in(form: str, known: list[str], together: list[str]) -> bool:
    """Whether the words stand there; short ones by themselves, since they are parts of others."""
    if len(form) <= _FEW:
        return any(form in one for one in known)
    return any(form.replace(" ", "") in one for one in together)


def _last(words: str) -> str:
    """The last line that says something, as it compares."""
    said = (" ".join(line.strip("> \t\u00a0").split()) for line in reversed(words.split("\n")))
    return next((line for line in said if line), "")


def _without_banner(lines: list[str]) -> list[str]:
    start = next((at for at, line in enumerate(lines) if line.strip()), len(lines))
    end = next((at for at in range(start, len(lines)) if not lines[at].strip()), len(lines))
    if start < len(lines) and OUTSIDE_LINE.match(lines[start].strip()[:500]):
        return lines[start + 1 :]
    is_banner = OUTSIDE_BANNER.match(" ".join(lines[start:end])[:500]) is not None
    return lines[end:] if is_banner else lines
