"""What a mail says in lines that the room folds, and that nobody here has seen: below a signature, or passed on."""

from collections.abc import Iterable, Sequence
from typing import Final

from bot.domain.mail import Address, Mail
from bot.domain.rules.client_heads import without_heads
from bot.domain.rules.own_words import is_added, is_closing, is_name, names_of
from bot.domain.rules.told_places import without_links
from bot.domain.words import letters_of

_MOST_LINES: Final = 1000
_MOST_KNOWN: Final = 300_000
"""Letters of the conversation that are compared."""
_FOLD: Final = "<details>"
_MARKS: Final = "> \t\u00a0"
KEPT_FOLDED: Final = 8_000


def unseen_words(mail: Mail, known: Iterable[str]) -> str:
    """The lines of the mail that stand neither in its new words nor in these, with the line that says whose they are.

    Letters alone are compared, wherever a program breaks lines. Nothing where only names, closing phrases and lines of
    programs and companies are left, and nothing of a mail of which all is shown.

    Args:
        known: words of the conversation, the newest first, and what stands under our mails.
    """
    if not has_fold(mail):
        return ""
    seen = _first((mail.visible_text, mail.subject, *known))
    raw = [line.strip(_MARKS) for line in mail.text.split("\n")][:_MOST_LINES]
    said = set(without_heads(raw))
    new = [bool(letters_of(line)) and not _is_known(line, seen) for line in raw]
    if not _says_more([line for line, is_new in zip(raw, new, strict=True) if is_new and line in said], mail.from_):
        return ""
    return _cut("\n".join(_shown(raw, new, said)))


def has_fold(mail: Mail) -> bool:
    """Whether the room folds lines of it: a text part that says less than the HTML is not shown there at all."""
    return bool(mail.visible_text) and _FOLD in mail.chat_html


def _shown(raw: Sequence[str], new: Sequence[bool], said: set[str]) -> Iterable[str]:
    """The new lines in their paragraphs, each of which may follow the head of its writer."""
    head: list[str] = []
    is_first, is_apart = True, False
    for at, (line, is_new) in enumerate(zip(raw, new, strict=True)):
        if not letters_of(line):
            is_apart = True
        elif line not in said:
            head.append(line)
        elif is_new and not is_added(line, raw[at:]):
            if (is_apart or head) and not is_first:
                yield ""
            yield from head
            yield line
            head, is_first, is_apart = [], False, False
        else:
            head, is_apart = [], True


def _says_more(lines: Sequence[str], writers: Sequence[Address]) -> bool:
    names = names_of(writers)
    return any(
        not (is_added(line, lines[at:]) or is_name(line, names) or is_closing(line, names))
        for at, line in enumerate(lines)
    )


def _is_known(line: str, seen: str) -> bool:
    bare = without_links(line)
    return letters_of(line) in seen or (bare != line and letters_of(bare) in seen)


def _first(known: Iterable[str]) -> str:
    found, left = list[str](), _MOST_KNOWN
    for words in known:
        if left <= 0:
            break
        found.append(letters_of(words[:left]))
        left -= len(words)
    # No line goes on from one to the next.
    return "\n".join(found)


def _cut(words: str) -> str:
    return words if len(words) <= KEPT_FOLDED else words[: KEPT_FOLDED - 1] + "…"
