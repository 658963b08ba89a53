"""`mailbox pause` and `mailbox resume`: a mailbox fetches and sends nothing for a while, and loses nothing."""

from bot.domain.command import Answer, Asked, Command, Right, Sealed, Where, Words
from bot.domain.merged import PAUSED
from bot.domain.rights import lacking
from bot.domain.rules.standing import stands
from bot.domain.rules.which_mailbox import the_one_named
from bot.domain.sentences import Sentence, sentence
from bot.domain.settings import MailboxSettings


def _pause(asked: Asked) -> Answer:
    found = the_one_named(asked)
    if isinstance(found, Sentence):
        return found
    if found.is_archived:
        return sentence("archiving.is_archived", address=found.address)
    if found.is_paused:
        return sentence("pausing.is_paused", address=found.address)
    return stands(asked, found, PAUSED, "pausing.paused")


def _resume(asked: Asked) -> Answer:
    found = _removed(asked) or the_one_named(asked)
    if isinstance(found, Sentence):
        return found
    if found.is_archived and asked.person not in asked.instance.admins:
        # What an admin put away, an admin takes up.
        return lacking(Right.ADMIN)
    if asked.instance.mailbox(found.id) is None or found.is_archived:
        return stands(asked, found, None, "pausing.served", "archiving.back_here")
    if not found.is_paused:
        return sentence("pausing.is_served", address=found.address)
    return stands(asked, found, None, "pausing.served")


def _removed(asked: Asked) -> MailboxSettings | Sentence | None:
    """One that was removed a few days ago, whose password is still known, by its whole address."""
    word = " ".join(asked.called.words).lower()
    found = next((one for one in asked.instance.removed if word in (one.id, one.address.lower())), None)
    if found is None or asked.instance.mailbox(found.id) is not None or asked.person not in asked.instance.admins:
        # Nobody else learns what there was.
        return None
    taken = next((one for one in found.addresses if asked.instance.is_ours(one)), None)
    if taken is not None:
        return sentence("error.set_taken", word=taken)
    if found.ways is None or found.password is None:
        return sentence("error.removed_for_good", address=found.address)
    return found


MAILBOX_PAUSE = Command(
    "mailbox pause",
    "admin",
    _pause,
    where=Where.ROOM | Where.CONFIG,
    takes=(Words(),),
    right=Right.EDIT,
    is_sensitive=True,
    sealed=Sealed.WHERE_ENCRYPTED,
    french=("boîte suspendre",),
)
MAILBOX_RESUME = Command(
    "mailbox resume",
    "admin",
    _resume,
    where=Where.ROOM | Where.CONFIG,
    takes=(Words(),),
    right=Right.EDIT,
    is_sensitive=True,
    sealed=Sealed.WHERE_ENCRYPTED,
    french=("boîte reprendre",),
)
