"""`draft` and `discard`: an answer is prepared in the thread, for whoever sends it."""

from bot.domain.command import Answer, Asked, Command, Numbers, Text
from bot.domain.needs import Needs, OutgoingOf
from bot.domain.page import Page, Paragraph
from bot.domain.rules.preparing import draft_in, dropped, prepared
from bot.domain.sentences import sentence


def _needs(asked: Asked) -> Needs:
    return [OutgoingOf(one) for one in asked.about]


def _draft(asked: Asked) -> Answer:
    """Words: they are the draft; none: what the draft is."""
    (one,) = asked.about
    before, text = draft_in(asked.facts[OutgoingOf(one)]), asked.called.text
    if text.strip() and asked.here is None:
        # Elsewhere an edit of the message would not be seen to be one of the draft.
        return sentence("error.draft_in_thread", number=int(one.id))
    if text.strip():
        return prepared(one, before, text, by=asked.person, source=asked.event, now=asked.now)
    if before is None:
        return sentence("error.draft_none")
    title = sentence("draft.title", who=before.author, by=before.by, at=before.at)
    words = sentence("draft.words", words=before.text)
    return Page(title, (Paragraph((words,)),), conversation=one.id, is_short=True)


def _discard(asked: Asked) -> Answer:
    (one,) = asked.about
    if draft_in(asked.facts[OutgoingOf(one)]) is None:
        return sentence("error.draft_none")
    return dropped(one, by=asked.person, now=asked.now)


DRAFT = Command(
    "draft",
    "write",
    _draft,
    _needs,
    takes=(Numbers(), Text(is_draft=True)),
    is_sensitive=True,
    french=("brouillon",),
    tried=("prepare", "préparer"),
    has_more=True,
)
DISCARD = Command(
    "discard",
    "write",
    _discard,
    _needs,
    is_sensitive=True,
    french=("jeter",),
    tried=("drop", "abandonner"),
)
