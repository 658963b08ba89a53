"""`mailbox archive` and `mailbox remove`: a mailbox reads and sends no more, and its conversations stay to be read."""

from bot.domain.command import Answer, Asked, Command, Right, Sealed, Where, Words
from bot.domain.dialogues.bulk import how
from bot.domain.merged import ARCHIVED
from bot.domain.needs import LeavingFrom, Needs
from bot.domain.removal import Removal
from bot.domain.rules.standing import cannot_remove, leaving, stands
from bot.domain.rules.talks import put
from bot.domain.rules.which_mailbox import the_one_named
from bot.domain.sentences import Sentence, sentence


def _needs(asked: Asked) -> Needs:
    found = the_one_named(asked)
    return () if isinstance(found, Sentence) else [LeavingFrom(found.id)]


def _archive(asked: Asked) -> Answer:
    found = the_one_named(asked)
    if isinstance(found, Sentence):
        return found
    if found.is_archived:
        return sentence("archiving.is_archived", address=found.address)
    return leaving(asked, found) or stands(asked, found, ARCHIVED, "archiving.archived", "archiving.archived_here")


def _remove(asked: Asked) -> Answer:
    found = the_one_named(asked)
    if isinstance(found, Sentence):
        return found
    why = cannot_remove(asked, found)
    if why is not None:
        return why
    told = (sentence("removing.ask", address=found.address), how(room_encrypted=True), sentence("dialogue.drop"))
    return put(asked, Removal(found.id, asked.event, at=asked.now), *told)


MAILBOX_ARCHIVE = Command(
    "mailbox archive",
    "admin",
    _archive,
    _needs,
    where=Where.CONFIG,
    takes=(Words(),),
    right=Right.ADMIN,
    is_sensitive=True,
    sealed=Sealed.WHERE_ENCRYPTED,
    french=("boîte archiver",),
)
MAILBOX_REMOVE = Command(
    "mailbox remove",
    "admin",
    _remove,
    _needs,
    where=Where.CONFIG,
    takes=(Words(),),
    right=Right.ADMIN,
    is_sensitive=True,
    sealed=Sealed.WHERE_ENCRYPTED,
    aliases=("mailbox delete",),
    french=("boîte retirer", "boîte supprimer"),
    has_more=True,
)
