"""`send`, and 📤: a message of the thread is sent as it stands; `send` alone: the draft."""

from bot.domain.command import CHOICES, Asked, Command, Flags, Numbers
from bot.domain.conversation import EventKind
from bot.domain.letter import Letter
from bot.domain.prepared import Prepared
from bot.domain.rules.preparing import draft_in
from bot.domain.rules.reply import needs_of_work, replied, sent_as_it_stands, work_of
from bot.domain.sentences import Sentence


def _letter(asked: Asked) -> Letter | Sentence:
    work = asked.facts[work_of(asked)]
    draft = draft_in(work) if not asked.is_by_hand else None
    if draft is None or not _means(draft, asked):
        return sent_as_it_stands(asked, work)
    is_apart = asked.thread is None or asked.thread != work.conversation.root
    under = asked.thread if is_apart else None
    return Letter(asked.event, draft.text, asked.file, asked.called.choice, is_apart, under, of_draft=True)


def _means(draft: Prepared, asked: Asked) -> bool:
    """Whether the draft is meant: by nothing else, or by an answer to its words or to what the bot says of it."""
    target = asked.target
    return target is None or target.event == draft.source or target.kind is EventKind.NOTICE


SEND = Command(
    "send",
    "write",
    replied(_letter),
    needs_of_work,
    _letter,
    takes=(Numbers(), Flags(CHOICES)),
    is_sensitive=True,
    french=("envoyer",),
    has_more=True,
)
