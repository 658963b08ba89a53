"""`attach`: files of the thread go with the next answer."""

from bot.domain.command import Answer, Asked, Command, Numbers, Words
from bot.domain.conversation import EventKind, KnownEvent
from bot.domain.decision import AddEvent, Decision
from bot.domain.effects import Say
from bot.domain.files import Enclosure
from bot.domain.needs import EnclosedBy, Needs
from bot.domain.rules.enclosing import together, too_much
from bot.domain.sentences import Sentence, sentence
from bot.domain.words import Word

NONE = Word("none", ("aucun",))


def _needs(asked: Asked) -> Needs:
    return () if _is_none(asked) else [EnclosedBy(one, asked.person) for one in asked.about]


def _is_none(asked: Asked) -> bool:
    words = asked.called.words
    return bool(words) and words[0].lower() == NONE.own


def _attach(asked: Asked) -> Answer:
    """The file replied to, or all that the person posted here, go with their next mail; `none`: no file."""
    (one,) = asked.about
    target = asked.target
    if _is_none(asked):
        return _held(asked, (), sentence("attach.none"))
    enclosed, loose = asked.facts[EnclosedBy(one, asked.person)]
    chosen = loose
    if target is not None:
        if target.file is None or target.conversation != one.id:
            return sentence("error.attach_what")
        chosen = (Enclosure(target.event, target.file),)
    if not chosen:
        return sentence("error.attach_nothing")
    files = together(enclosed, chosen)
    mailbox = asked.instance.mailbox(one.mailbox)
    problem = too_much(files, mailbox) if mailbox is not None else None
    if problem is not None:
        return problem
    names = ", ".join(file.file.filename for file in files)
    return _held(asked, files, sentence("attach.held", count=len(files), files=names))


def _held(asked: Asked, files: tuple[Enclosure, ...], told: Sentence) -> Decision:
    (one,) = asked.about
    body = "\n".join(file.event for file in files)
    held = KnownEvent(asked.event, asked.room, EventKind.ENCLOSURE, one.id, asked.person, None, asked.now, body=body)
    say = Say(asked.room, (told,), conversation=one.id, reply_to=asked.event)
    return Decision((AddEvent(held),), (say,))


ATTACH = Command(
    "attach",
    "write",
    _attach,
    _needs,
    takes=(Numbers(), Words((NONE,))),
    is_sensitive=True,
    french=("joindre",),
    has_more=True,
)
