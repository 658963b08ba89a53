"""The first words of a mail, for its card and its news line: its writer's, or a sentence of ours instead."""

import json
import re

from bot.domain.mail import Bounce, BounceReason, Mail
from bot.domain.sentences import Sentence, Value, sentence

MOST = 160
MOST_SHOWN = 120
"""Characters of them in a card and a news line."""
MOST_NAMED = 10
"""Recipients that a bounce is said to be about."""
_OURS = "\x01"
"""Starts words that are a sentence of the catalogues, kept until the reader's language is known."""
_KEYS = frozenset(
    ("card.pictures", "card.files", "mail.delayed", "mail.delayed_somebody", "mail.bounced", "mail.bounced_somebody")
)
_GREETING = re.compile(
    r"(?:bonjour|bonsoir|salut|coucou|hello|hi|hey|dear|good (?:morning|afternoon|evening)|ch[eè]r(?:e|s|es)?|madame"
    r"|monsieur|mesdames|messieurs|hallo|guten tag|liebe[rs]?|sehr geehrte[rs]?|hola|ciao|buongiorno)\b.{0,40}",
    re.IGNORECASE,
)


def first_words(mail: Mail) -> str:
    """At most `MOST` characters; for a bounce its meaning, for files alone their names. Show it with `told`."""
    if mail.is_bounce and mail.bounce is not None:
        return _coded(bounce_said(mail.bounce))
    words = _spoken(mail.visible_text or mail.text)
    if words or not mail.attachments:
        return words
    pictures = sum(file.content_type.lower().startswith("image/") for file in mail.attachments)
    if pictures == len(mail.attachments):
        return _coded(sentence("card.pictures", count=pictures))
    return _coded(sentence("card.files", count=len(mail.attachments), file=mail.attachments[0].filename[:80]))


def bounce_said(bounce: Bounce) -> Sentence:
    """A bounce in one line. Its value `who` is the recipient, or some, where they are named."""
    is_late = bounce.reason is BounceReason.DELAYED or (bounce.status_class == "4" and not bounce.permanent)
    key = "mail.delayed" if is_late else "mail.bounced"
    if not bounce.recipient:
        return sentence(f"{key}_somebody", bounce=str(bounce.reason))
    return sentence(key, bounce=str(bounce.reason), who=whom_it_names(bounce))


def whom_it_names(bounce: Bounce) -> str:
    """The recipients that a bounce gives up; of many the first ones, and how many more. For an alias, its target."""
    people = (bounce.recipient, *bounce.others)
    more = [f"+{len(people) - MOST_NAMED}"] if len(people) > MOST_NAMED else []
    return ", ".join((*people[:MOST_NAMED], *more))


def told(words: str) -> str | Sentence:
    """Foreign words, or a sentence of ours."""
    if not words.startswith(_OURS):
        return words
    try:
        key, values = json.loads(words[1:])
        found: dict[str, Value] = dict(values)
    except (ValueError, TypeError):
        # Not written by us: nothing of a mail comes here with this mark.
        return words.replace(_OURS, "")
    return sentence(key, **found) if key in _KEYS else words.replace(_OURS, "")


def _coded(what: Sentence) -> str:
    return _OURS + json.dumps([what.key, dict(what.values)], ensure_ascii=False)


def _spoken(text: str) -> str:
    """The words without a greeting, if more follows."""
    lines = [line.strip() for line in text.replace(_OURS, "").splitlines() if line.strip(" \t>*_-=")]
    if len(lines) > 1 and _GREETING.fullmatch(lines[0]):
        lines = lines[1:]
    words = re.sub(r"\s+", " ", " ".join(lines))
    if len(words) <= MOST:
        return words
    # Not in the middle of a word, where there are blanks.
    blank = words.rfind(" ", MOST // 2, MOST)
    return words[: blank if blank > 0 else MOST - 1].rstrip() + "…"
