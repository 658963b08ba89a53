"""An answer below the writer's own earlier one: they opened that in their Sent folder, and answered it there.

It stands between their new words and the notification that both answer, and is nothing new.
"""

from collections.abc import Iterator, Sequence
from itertools import accumulate, islice, product
from typing import Final

from bot.domain.mail import Address
from bot.domain.marks import ABOVE
from bot.domain.rules.cards import is_card
from bot.domain.rules.client_heads import has_quoted, without_head, without_heads
from bot.domain.rules.own_words import Own, own_words
from bot.domain.rules.quoted_unmarked import quotation_start
from bot.domain.rules.told_places import without_links
from bot.domain.words import is_pictured, letters_of

_MARKS: Final = "> \t\u00a0"
_MOST_LINES, _MOST_HEADS = 500, 5


def without_own_before(text: str, answers: Sequence[str], writers: Sequence[Address]) -> str:
    """All that a mail says, without an earlier answer of its writer and the head above that.

    Where anything else stands there, all of it does: they may have written among its lines.

    Args:
        answers: what they have answered before.
    """
    above, mark, below = text.partition(ABOVE)
    if not mark or not answers:
        return text
    *raw, beside = above.split("\n")
    head = len(without_head(raw))
    # Where it is marked as quoted, the head of the notification is, too.
    ends = (head, len(raw)) if has_quoted("\n".join(raw[head:])) else (head,)
    for start, end in product((quotation_start(raw), *_foreign_heads(raw[:head], writers)), ends):
        if start < end <= start + _MOST_LINES and _is_before(raw[start:end], answers, writers):
            return "\n".join((*raw[:start], "", *raw[end:], beside)) + mark + below
    return text


def _foreign_heads(raw: Sequence[str], writers: Sequence[Address]) -> Iterator[int]:
    """Lines that may be a head in another language, above what its writer wrote."""
    names = [one.casefold() for writer in writers for one in (writer.name, writer.address) if one]
    ends = (at for at in reversed(range(len(raw))) if raw[at].rstrip(_MARKS).endswith(":"))
    return (at for at in islice(ends, _MOST_HEADS) if any(one in raw[at].casefold() for one in names))


def _is_before(raw: Sequence[str], answers: Sequence[str], writers: Sequence[Address]) -> bool:
    """Whether they are a head and one of these answers, with nothing below it but a signature."""
    said = [line for line in (one.strip(_MARKS) for one in raw) if line]
    # The first line of a head may be one of no label, or of no language that is known.
    for lines in (without_heads(said), without_heads(said[1:])):
        has_signs = any(map(is_pictured, lines))
        before = {_letters(answer, has_signs=has_signs) for answer in answers} - {""}
        said_so_far = accumulate(_letters(line, has_signs=has_signs) for line in lines)
        ends = [at for at, letters in enumerate(said_so_far, 1) if letters in before]
        if any(_is_signature("\n".join(lines[end:]), writers) for end in ends):
            return True
    return False


def _letters(words: str, *, has_signs: bool) -> str:
    return letters_of(without_links(words), has_signs=has_signs)


def _is_signature(words: str, writers: Sequence[Address]) -> bool:
    return own_words(words, writers) is Own.NONE or is_card(words, writers)
