"""`draft` and `discard`: an answer is prepared in the thread, for whoever sends it."""

from bot.domain.command import Answer, Asked, Command, Numbers, Text
from bot.domain.conversation import Conversation
from bot.domain.decision import NOTHING, Decision
from bot.domain.needs import Needs, OutgoingOf
from bot.domain.page import Page, Paragraph
from bot.domain.rules.preparing import draft_in, dropped, mail_of_draft, prepared
from bot.domain.rules.taking_back import draft_back, waits
from bot.domain.rules.telling import tell
from bot.domain.sentences import sentence
from bot.domain.snapshots import Drafted
from bot.domain.work import Outgoing


def _needs(asked: Asked) -> Needs:
    return [OutgoingOf(one) for one in asked.about]


def _draft(asked: Asked) -> Answer:
    """Words: they are the draft; none: what the draft is."""
    (one,) = asked.about
    work, text = asked.facts[OutgoingOf(one)], asked.called.text
    before = draft_in(work)
    if text.strip() and asked.here is None:
        # Elsewhere an edit of the message would not be seen to be one of the draft.
        return sentence("error.draft_in_thread", number=int(one.id))
    if text.strip():
        back, then = _taken_back(asked, work)
        before = then.draft if back != NOTHING else before
        kept = prepared(then, before, text, by=asked.person, source=asked.event, now=asked.now)
        doubt = asked.called.doubt
        return back + kept + (tell(asked, doubt) if doubt is not None else NOTHING)
    before = before or (one.draft if _waits(work) else None)
    if before is None:
        return sentence("error.draft_none")
    title = sentence("draft.title", who=before.author, by=before.by, at=before.at)
    words = sentence("draft.words", words=before.text)
    return Page(title, (Paragraph((words,)),), conversation=one.id, is_short=True)


def _discard(asked: Asked) -> Answer:
    (one,) = asked.about
    work = asked.facts[OutgoingOf(one)]
    back, then = _taken_back(asked, work)
    if back == NOTHING and draft_in(work) is None:
        return sentence("error.draft_none")
    return back + dropped(then, by=asked.person, now=asked.now)


def _waits(work: Outgoing) -> bool:
    """Whether the mail that was made of the draft can still be taken back."""
    mail = mail_of_draft(work)
    return mail is not None and (waits(work, mail) or mail.row in work.under_way)


def _taken_back(asked: Asked, work: Outgoing) -> tuple[Decision, Conversation]:
    """The mail of the draft taken back while it waits: in words that nobody wants any more it does not leave."""
    if not _waits(work):
        return NOTHING, work.conversation
    drafted = Drafted(work.conversation, mail_of_draft(work), work)
    return draft_back(drafted, actor=asked.person, room=asked.room, now=asked.now)


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
