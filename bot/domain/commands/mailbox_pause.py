"""`mailbox pause` and `mailbox resume`: a mailbox fetches and sends nothing for a while, and loses nothing."""

from bot.domain.command import Answer, Asked, Command, Right, Sealed, Where, Words
from bot.domain.decision import Decision, SetValue
from bot.domain.merged import PAUSED, STANDING
from bot.domain.rules.telling import tell
from bot.domain.rules.which_mailbox import which_mailbox
from bot.domain.sentences import Sentence, sentence
from bot.domain.settings import MailboxSettings


def _pause(asked: Asked) -> Answer:
    found = _meant(asked)
    if isinstance(found, Sentence):
        return found
    if found.is_paused:
        return sentence("pausing.is_paused", address=found.address)
    return _stands(asked, found, PAUSED, "pausing.paused")


def _resume(asked: Asked) -> Answer:
    found = _meant(asked)
    if isinstance(found, Sentence):
        return found
    if not found.is_paused:
        return sentence("pausing.is_served", address=found.address)
    return _stands(asked, found, None, "pausing.served")


def _meant(asked: Asked) -> MailboxSettings | Sentence:
    """The mailbox that is named: nobody stops the mail of one that they did not name."""
    words = asked.called.words
    found = asked.instance.named(words[0]) if len(words) == 1 else None
    return which_mailbox(asked) if found is None else found


def _stands(asked: Asked, mailbox: MailboxSettings, standing: str | None, key: str) -> Decision:
    changed = Decision((SetValue(mailbox.id, STANDING, standing, asked.person),))
    return changed + tell(asked, sentence(key, address=mailbox.address))


MAILBOX_PAUSE = Command(
    "mailbox pause",
    "admin",
    _pause,
    where=Where.CONFIG,
    takes=(Words(),),
    right=Right.ADMIN,
    is_sensitive=True,
    sealed=Sealed.WHERE_ENCRYPTED,
    french=("boîte suspendre",),
)
MAILBOX_RESUME = Command(
    "mailbox resume",
    "admin",
    _resume,
    where=Where.CONFIG,
    takes=(Words(),),
    right=Right.ADMIN,
    is_sensitive=True,
    sealed=Sealed.WHERE_ENCRYPTED,
    french=("boîte reprendre",),
)
