"""`send`, and 📤: a message of the thread is sent as it stands; `send` alone: the draft."""

from bot.domain.command import CHOICES, Answer, Asked, Command, Flags, Numbers, Right
from bot.domain.conversation import EventKind
from bot.domain.letter import Letter
from bot.domain.options import doubt_in
from bot.domain.prepared import Prepared
from bot.domain.rules.at_rest import at_rest
from bot.domain.rules.preparing import draft_in
from bot.domain.rules.reply import given_by, needs_of_work, replied, sent_as_it_stands, work_of
from bot.domain.rules.scheduling import held_in, released, time_of
from bot.domain.sentences import Sentence, sentence
from bot.domain.variables import braced, gaps
from bot.domain.words import NUMBERED


def _letter(asked: Asked) -> Letter | Sentence:
    work = asked.facts[work_of(asked)]
    if held_in(asked, work) is not None:
        # No open question is meant.
        return sentence("error.send_what")
    rests = at_rest(work.conversation)
    if rests is not None:
        # What waits there may leave yet, nothing new is written.
        return rests
    draft = draft_in(work) if not asked.is_by_hand else None
    if draft is None or not _means(draft, asked):
        return sent_as_it_stands(asked, work)
    is_apart = asked.thread is None or asked.thread != work.conversation.root
    under, at = asked.thread if is_apart else None, time_of(asked)
    if isinstance(at, Sentence):
        return at
    choice = asked.called.choice
    open_ones = gaps(draft.text)
    why = sentence("send.gaps", count=len(open_ones), names=braced(open_ones)) if open_ones else None
    return Letter(
        asked.event,
        draft.text,
        asked.file,
        choice,
        is_apart,
        under,
        why,
        of_draft=True,
        leaves_at=at,
        written_at=draft.seen_at,
        doubt=doubt_in(asked.called, draft.text),
        given=given_by(asked),
    )


def _send(asked: Asked) -> Answer:
    """A mail that was held goes before: it is what waits for this word."""
    work = asked.facts[work_of(asked)]
    left = [word for word in asked.called.text.split() if not NUMBERED.fullmatch(word)]
    if left and not asked.is_by_hand:
        # A time, a name or a "no" that was meant: nothing leaves at once.
        return sentence("error.send_words", words=" ".join(left)[:60])
    held = held_in(asked, work)
    return released(asked, work, held) if held is not None else replied(_letter)(asked)


def _means(draft: Prepared, asked: Asked) -> bool:
    """Whether the draft is meant: by nothing else, or by an answer to its words or to what the bot says of it."""
    target = asked.target
    return target is None or target.event == draft.source or target.kind is EventKind.NOTICE


SEND = Command(
    "send",
    "write",
    _send,
    needs_of_work,
    _letter,
    takes=(Numbers(), Flags(CHOICES, has_time=True)),
    is_sensitive=True,
    looks_back=True,
    is_of_mail=True,
    confirms=True,
    french=("envoyer",),
    has_more=True,
    right=Right.SEND,
)
