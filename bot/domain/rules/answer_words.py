"""The words of an answer by mail: what its writer wrote, and whether that is sure.

Where the mark of the notification stands in the mail, what is above it, without a client's head and a signature, is
theirs. The reader of mails, which guesses where new words end, has to say the same. Where the mark does not stand
there, only what is before anything that may be quoted is theirs, and only where what follows is marked as quoted. What
is not sure waits for its writer.
"""

import re
from dataclasses import dataclass, replace
from typing import Final

from bot.domain.mail import Mail
from bot.domain.mailed import Told
from bot.domain.marks import ABOVE
from bot.domain.quote_words import is_bare_banner
from bot.domain.rules.answered_before import without_own_before
from bot.domain.rules.banners import banner_start
from bot.domain.rules.cards import is_card
from bot.domain.rules.client_heads import (
    has_quoted,
    heads_alone,
    is_address_line,
    is_quoted,
    without_head,
    without_heads,
)
from bot.domain.rules.inserted import inserted
from bot.domain.rules.left_of_notice import left_of_notice
from bot.domain.rules.named_places import says_answers_are_below
from bot.domain.rules.notice_end import ends_as_notice, notice_end, without_rests
from bot.domain.rules.notice_lines import is_of_notice
from bot.domain.rules.own_words import Own, is_typed_rule, lines_of, own_words, without_pictures
from bot.domain.rules.quoted_unmarked import (
    is_below,
    is_broken_off,
    is_letters_own,
    is_quotation_marked,
    quotation_start,
)
from bot.domain.rules.readings import MOST_LETTERS, missing
from bot.domain.rules.under_signature import SIGNATURE, says_under_signature
from bot.domain.sentences import Sentence, sentence

_HEAD_LINES: Final = 6
"""So many lines may be a head, and what a server put below it."""
_SHORTEST_NAME: Final = 4
_MOST_LINES: Final = 500
"""Whoever writes more is asked."""
_MARK: Final = re.compile(r"^[> \t\u00a0]+", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Words:
    """The new words of an answer."""

    text: str
    why: Sentence | None = None
    """Why they may not be all that the writer means, or not theirs alone; None: they are sure."""
    inside: str = ""
    """Lines inside what they quote that are theirs, or were changed there since: they are shown, and never mailed."""

    @property
    def whole(self) -> str:
        return f"{self.text}\n\n{self.inside}".strip()


def answer_words(mail: Mail, told: Told | None = None) -> Words:
    """What the writer of an answer wrote.

    Args:
        told: what the mail that they answer may have said; None: it is not known, or asked for nothing that leaves.
    """
    shown = mail.linked_text or mail.visible_text or mail.text
    answers = told.answers if told is not None else ()
    mail = replace(mail, text=without_own_before(mail.text, answers, mail.from_))
    found = _by_mark(mail, shown) if ABOVE in mail.text else _without_mark(mail, shown)
    found = _guarded(_with_words_under_signature(found, mail), mail)
    found = replace(found, text=without_pictures(found.text))
    is_long = found.text.count("\n") >= _MOST_LINES or len(found.text) > MOST_LETTERS
    found = replace(found, why=sentence("mailed.long")) if is_long else found
    if told is None:
        return found
    if (left := left_of_notice(found.text, told)) is not None:
        above, behind = left
        is_all = own_words(above, mail.from_) is Own.NONE
        return Words(found.text if is_all else above, sentence("mailed.of_notice"), "" if is_all else behind)
    inside = inserted(mail, told)
    return replace(found, why=found.why or sentence("mailed.between"), inside=inside) if inside else found


def _with_words_under_signature(found: Words, mail: Mail) -> Words:
    """With all that stands above the quotation, and asked about, where words stand under a signature there."""
    if ABOVE in mail.text:
        lines = without_head(mail.text.partition(ABOVE)[0].rpartition("\n")[0].split("\n"))
    else:
        raw = mail.text.split("\n")[:_MOST_LINES]
        lines = raw[: quotation_start(raw)]
    if not says_under_signature(lines, mail.from_):
        return found
    return Words("\n".join(lines).strip(), found.why or sentence("mailed.cut"), found.inside)


def _guarded(found: Words, mail: Mail) -> Words:
    """Without the lines of a head that name an own address of the writer, whatever they are kept for, and asked about
    where a server's warning is the last of it."""
    lines = found.text.split("\n")
    if found.why is None and (banner_start(lines) < len(lines) or _may_have_head(lines, mail)):
        # Under a head in another language stands a server's warning, on top of what is quoted.
        found = replace(found, why=sentence("mailed.cut"))
    own = {one.address.casefold() for one in mail.from_ if one.address}
    if heads_alone(found.text):
        is_client_s = any(one in found.text.casefold() for one in own | {one.address.casefold() for one in mail.to})
        return Words("", found.why) if is_client_s else Words(found.text, found.why or sentence("mailed.unmarked"))
    kept = [line for line in lines if not (any(one in line.casefold() for one in own) and is_address_line(line))]
    if len(kept) == len(lines):
        return found
    return Words("\n".join(kept).strip(), found.why or sentence("mailed.cut"))


def _may_have_head(lines: list[str], mail: Mail) -> bool:
    """Whether one of the last lines ends as a client's does above what it quotes, and names whom the answer went to."""
    names = [one.name.casefold() for one in mail.to if len(one.name) >= _SHORTEST_NAME]
    names += [one.address.casefold() for one in mail.to if one.address]
    last = [line.rstrip(" \t\u00a0*_").casefold() for line in lines if line.strip()][-_HEAD_LINES:]
    return any(line.endswith(":") and any(one in line for one in names) for line in last)


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
    return own_words("\n".join(without_heads(lines)), mail.from_) is Own.NONE


def quotes_nothing(mail: Mail) -> bool:
    """Whether nothing of what it answers stands in a mail: an autoresponder quotes nothing, nearly everybody does."""
    return ABOVE not in mail.text and quotation_start(raw := mail.text.split("\n")[:_MOST_LINES]) == len(raw)


# -- with the mark ----------------------------------------------------------------------------------------------------


def _by_mark(mail: Mail, shown: str) -> Words:
    raw, _, below = mail.text.partition(ABOVE)
    below, rests = without_rests(below)
    shown = _without_lines(shown, rests)
    above = above_mark(mail.text)
    if between := _between(shown, mail):
        return Words(f"{above}\n\n{between}".strip(), sentence("mailed.between"))
    seen = _as_seen(shown, raw)
    is_marked = is_quoted(raw.rpartition("\n")[2])
    among, under = _around_quoted(below) if is_marked else ("", _under_notice(below))
    if own_words(among, mail.from_) is not Own.NONE or (under and not is_marked and not is_card(under, mail.from_)):
        return Words(_together(above, among, under), sentence("mailed.between"))
    marked = _under_notice(below) if is_marked else ""
    if has_quoted(marked) and own_words(_MARK.sub("", marked), mail.from_) is not Own.NONE:
        # The notification has ended: these are lines that its reader marked; no signature of an earlier answer.
        return Words(_together(above, marked), sentence("mailed.between"))
    is_unsure = not is_marked and not _is_known_to_its_end(below)
    if own_words(above, mail.from_) is Own.NONE:
        found = _below_nothing(mail, above, seen, below if is_marked else "")
        return Words(found.text, found.why or sentence("mailed.between")) if is_unsure else found
    if under and not is_card(under, mail.from_):
        return Words(_together(above, under), sentence("mailed.between"))
    if has_quoted(above) or (not is_marked and says_answers_are_below(above, mail.from_)):
        # Answers among lines that nobody marked look like these.
        return Words(above, sentence("mailed.between"))
    lost = missing(above, seen)
    foreign = missing(seen, above)
    if not _is_signature(lost, mail) or own_words(foreign, mail.from_, is_behind=True) is not Own.NONE:
        return Words(above, sentence("mailed.cut"))
    return Words(seen, sentence("mailed.between") if is_unsure else None)


def _below_nothing(mail: Mail, above: str, seen: str, below: str) -> Words:
    """Of a mail above whose mark nobody wrote a word: whoever answers below the quoted lines wrote there.

    Args:
        below: what follows the mark, where its line is marked as quoted.
    """
    theirs = _without_signature(_unmarked(below).split("\n"))
    if own_words(missing(seen, mail.text.partition(ABOVE)[0]), mail.from_) is Own.NONE:
        if own_words(theirs, mail.from_, is_behind=True) is not Own.NONE:
            # What stands in the head of the quotation as well, as a date, may be all of the answer.
            is_all = theirs.strip() == seen.strip() and not _is_of_notice(seen)
            return Words(theirs, None if is_all else sentence("mailed.cut"))
        # Nothing but a head, a greeting or a signature. The place of a picture stands in one reading alone.
        return Words(above or (seen if own_words(seen, mail.from_) is Own.NONE else ""))
    if missing(seen, theirs) or _is_of_notice(seen):
        return Words(seen, sentence("mailed.between"))
    is_whole = is_card(missing(theirs, seen), mail.from_)
    return Words(seen) if is_whole else Words(theirs, sentence("mailed.cut"))


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


def _around_quoted(below: str) -> tuple[str, str]:
    """What stands unmarked among the quoted lines below the mark, and what stands below the last of them."""
    lines = below.split("\n")
    last = next((at for at in range(len(lines) - 1, 0, -1) if is_quoted(lines[at])), 0)
    under = _unmarked("\n".join(lines[last:])).split("\n")
    return _unmarked("\n".join(lines[: last + 1])).strip(), _without_signature(under)


def _under_notice(below: str) -> str:
    """What stands below a notification that nobody marked as quoted."""
    lines = below.split("\n")
    end = notice_end(lines)
    return "" if end is None else _without_signature([line for line in lines[end:] if not is_of_notice(line)])


def _is_known_to_its_end(below: str) -> bool:
    lines = below.split("\n")
    return notice_end(lines) is not None or ends_as_notice(lines[1:])


def _together(*parts: str) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n\n".join(part for part in parts if part)).strip()


def _unmarked(below: str) -> str:
    """The lines below the first, which is quoted, that are not marked so, nor the end of one that a client broke."""
    lines: list[str] = []
    before, *rest = below.split("\n")
    for line in rest:
        if not is_quoted(line) and not is_broken_off(line, before):
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
    said = [line for line in lines if not is_quoted(line) and not is_bare_banner(line)]
    return _without_delimiter("\n".join(said).strip())


# -- without the mark -------------------------------------------------------------------------------------------------


def _without_mark(mail: Mail, shown: str) -> Words:
    text = shown if ABOVE in shown else mail.text
    raw = text.partition(ABOVE)[0].split("\n")[:_MOST_LINES]
    start = quotation_start(raw)
    own = _without_signature(raw[:start])
    unmarked = [line for line in raw[start:] if not is_quoted(line)]
    left = without_heads(unmarked)
    seen = "\n".join(line for line in shown.partition(ABOVE)[0].split("\n") if not is_quoted(line)).strip()
    if start < len(raw) and not "".join(left).strip() and is_letters_own(raw[start:]):
        return Words(_without_signature(raw), sentence("mailed.unmarked"))
    if start == len(raw) or own_words("\n".join(left), mail.from_, is_behind=True) is Own.NONE:
        # Nothing follows that anybody wrote, or all of it is marked as quoted.
        return _agreed(mail, own, seen)
    if not is_quotation_marked(raw, start) or _is_of_notice("\n".join((*unmarked, seen))):
        return Words(own, sentence("mailed.unmarked"))
    # They answered below lines that they chose to quote, or among them.
    is_sure = own_words(own, mail.from_) is Own.NONE and is_below(raw, start)
    return Words(seen, None if is_sure else sentence("mailed.between"))


def _agreed(mail: Mail, own: str, seen: str) -> Words:
    """The new words where both readings of a mail without the mark say the same."""
    foreign = missing(seen, own)
    if own_words(foreign, mail.from_, is_behind=True) is not Own.NONE:
        return Words(own, sentence("mailed.unmarked") if own else None)
    is_whole = _is_signature(missing(own, seen), mail)
    return Words(_without_delimiter(seen)) if is_whole else Words(own, sentence("mailed.cut"))


# -- what else no person wrote ----------------------------------------------------------------------------------------


def _is_signature(lost: str, mail: Mail) -> bool:
    """Whether what the reader of mails left out is for sure a signature, of which HTML may mark each line so."""
    lines = {line for line in lines_of(lost) if not is_typed_rule(line)}
    is_marked = lines <= set(lines_of(mail.signed_text))
    return is_card(lost, mail.from_, is_marked=is_marked)


def _without_signature(lines: list[str]) -> str:
    return "\n".join(lines[: lines.index(SIGNATURE)] if SIGNATURE in lines else lines).strip()


def _without_delimiter(words: str) -> str:
    # A signature (RFC 3676 4.3) under nothing is no answer: somebody sent it by mistake.
    return "" if words.partition("\n")[0].rstrip() == "--" else words


def _without_lines(words: str, left_out: frozenset[str]) -> str:
    lines = words.split("\n")
    return "\n".join(line for line in lines if line.strip() not in left_out) if left_out else words


def _is_of_notice(words: str) -> bool:
    return any(is_of_notice(line) for line in words.split("\n"))


def _last(words: str) -> str:
    """The last line that says something, as it compares."""
    said = (" ".join(line.strip("> \t\u00a0").split()) for line in reversed(words.split("\n")))
    return next((line for line in said if line), "")
