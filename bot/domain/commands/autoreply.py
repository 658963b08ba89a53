"""`autoreply`: what a mailbox answers by itself to a mail that opens a conversation; shown, written, on and off."""

from dataclasses import dataclass, replace
from typing import Final

from bot.domain.autoreply import (
    MOST_LETTERS,
    AutoReply,
    Standing,
    hours_in,
    kept,
    read_hours,
    written_hours,
)
from bot.domain.command import Answer, Asked, Command, Right, Sealed, Text, Where
from bot.domain.decision import Decision
from bot.domain.house_changes import SetValue
from bot.domain.merged import AUTOREPLY as KEY
from bot.domain.merged import AUTOREPLY_SINCE
from bot.domain.page import Block, Page, Paragraph
from bot.domain.rules.saved_replies import values_of
from bot.domain.rules.telling import tell
from bot.domain.rules.which_mailbox import which_mailbox
from bot.domain.sentences import Sentence, sentence
from bot.domain.settings import MailboxSettings
from bot.domain.variables import OF_NOBODY, braced, closed, known_names, unknown_to_nobody
from bot.domain.words import DEFAULT, Word, bare

ON: Final = Word("on", ("activer", "allumer"))
OFF: Final = Word("off", ("désactiver", "éteindre"))
TEXT: Final = Word("text", ("texte",))
HOURS: Final = Word("hours", ("heures", "horaires"))
ALWAYS: Final = Word("always", ("toujours", "aucune", "none"))
_ACTS: Final = (ON, OFF, TEXT, HOURS, DEFAULT)


@dataclass(frozen=True, slots=True)
class _Wish:
    mailboxes: tuple[MailboxSettings, ...]
    """More than one only to be shown."""
    act: Word | None
    """None: it is shown."""
    words: str
    """What stands behind the act, on all lines."""


def _wish(asked: Asked) -> _Wish | Sentence:
    """The mailbox is named where several are meant; in a team's room those of other rooms are not known."""
    there = asked.mailboxes_meant or asked.instance.mailboxes
    rest, named = asked.called.text.strip(), None
    first, behind = _split(rest)
    if first and _act(first) is None:
        named = asked.instance.named(first.strip("\"'«»“”"))
        if named not in there:
            return which_mailbox(asked, there) if "@" in first else sentence("error.autoreply_how", word=first[:60])
        rest = behind
    first, behind = _split(rest)
    act = _act(first)
    if first and act is None:
        return sentence("error.autoreply_how", word=first[:60])
    mailboxes = (named,) if named is not None else there
    if len(mailboxes) != 1 and (act is not None or not asked.mailboxes_meant):
        return which_mailbox(asked, there)
    return _Wish(mailboxes, act, behind)


def _split(words: str) -> tuple[str, str]:
    """The first word, and all behind it."""
    first, *rest = words.split(maxsplit=1) or [""]
    return first, rest[0] if rest else ""


def _act(word: str) -> Word | None:
    return next((one for one in _ACTS if bare(word) in one.said), None)


def _autoreply(asked: Asked) -> Answer:
    wish = _wish(asked)
    if isinstance(wish, Sentence):
        return wish
    words = wish.words.strip()
    if wish.act is None or (wish.act in (TEXT, HOURS) and not words):
        return _page(asked, wish.mailboxes)
    (mailbox,) = wish.mailboxes
    if wish.act is DEFAULT:
        # What came before gets no answer of the file's either.
        since = SetValue(mailbox.id, AUTOREPLY_SINCE, asked.now.isoformat(), asked.person)
        back = Decision((SetValue(mailbox.id, KEY, None, asked.person, asked.event), since))
        return back + tell(asked, sentence("autoreply.default", address=mailbox.address))
    if wish.act is TEXT:
        return _written(asked, mailbox, words)
    if wish.act is HOURS:
        return _timed(asked, mailbox, words)
    return _switched(asked, mailbox, Standing.ON if wish.act is ON else Standing.OFF)


def _switched(asked: Asked, mailbox: MailboxSettings, standing: Standing) -> Answer:
    before = mailbox.autoreply
    if standing is Standing.ON and not before.text:
        return sentence("error.autoreply_no_text")
    if before.standing is standing:
        # Mail from before it was switched on gets none: saying it again changes nothing of that.
        return tell(asked, *_lines(asked, mailbox, before))
    return _saved(asked, mailbox, replace(before, standing=standing, since=asked.now))


def _written(asked: Asked, mailbox: MailboxSettings, text: str) -> Answer:
    if len(text) > MOST_LETTERS:
        return sentence("error.set_text", most=MOST_LETTERS)
    strange = unknown_to_nobody(text)
    if strange:
        return sentence("error.autoreply_variable", names=braced(strange[:5]), known=_known(asked))
    after = replace(mailbox.autoreply, text=text)
    return _saved(asked, mailbox, after, *_preview(asked, mailbox, after))


def _known(asked: Asked) -> str:
    """The variables, as people of the room type them."""
    return known_names(asked.instance.language_in(asked.room), besides=OF_NOBODY)


def _timed(asked: Asked, mailbox: MailboxSettings, words: str) -> Answer:
    if bare(words) in ALWAYS.said:
        return _saved(asked, mailbox, replace(mailbox.autoreply, hours=""))
    hours = read_hours(words)
    if hours is None:
        return sentence("error.autoreply_hours", words=words[:60])
    return _saved(asked, mailbox, replace(mailbox.autoreply, hours=written_hours(hours)))


def _saved(asked: Asked, mailbox: MailboxSettings, after: AutoReply, *more: Sentence) -> Decision:
    changed = Decision((SetValue(mailbox.id, KEY, kept(after), asked.person, asked.event),))
    return changed + tell(asked, *_lines(asked, mailbox, after), *more)


def _lines(asked: Asked, mailbox: MailboxSettings, auto: AutoReply) -> tuple[Sentence, ...]:
    """Whether it is on, and when it is silent."""
    standing = sentence(f"autoreply.{auto.standing.value}", address=mailbox.address)
    if not auto.text:
        return (standing, sentence("autoreply.no_text"))
    if not auto.hours:
        return (standing,)
    hours = hours_in(auto.hours, asked.instance.language_in(asked.room))
    return (standing, sentence("autoreply.hours", hours=hours, timezone=asked.instance.timezone))


def _preview(asked: Asked, mailbox: MailboxSettings, auto: AutoReply) -> tuple[Sentence, ...]:
    """Its words; in a thread as they would go to its correspondent."""
    if not auto.text:
        return ()
    here = asked.here if asked.here is not None and asked.here.mailbox == mailbox.id else None
    words = auto.text if here is None else closed(auto.text, values_of(here, mailbox))
    return (sentence("autoreply.words", words=words),)


def _page(asked: Asked, mailboxes: tuple[MailboxSettings, ...]) -> Page:
    blocks: list[Block] = []
    for one in mailboxes:
        blocks += [Paragraph((line,)) for line in _lines(asked, one, one.autoreply)]
        blocks += [Paragraph((words,)) for words in _preview(asked, one, one.autoreply)]
    blocks.append(Paragraph((sentence("autoreply.how"),)))
    blocks.append(Paragraph((sentence("autoreply.variables", known=_known(asked)),)))
    return Page(sentence("autoreply.title"), tuple(blocks), is_short=True)


AUTOREPLY: Final = Command(
    "autoreply",
    "admin",
    _autoreply,
    where=Where.ROOM | Where.CONFIG,
    takes=(Text(),),
    right=Right.AUTOREPLY,
    is_sensitive=True,
    sealed=Sealed.WHERE_ENCRYPTED,
    french=("répondeur",),
    tried=("vacation", "absence", "auto-reply", "out-of-office", "réponse-auto"),
    has_more=True,
)
