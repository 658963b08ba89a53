"""`mailbox folders` and `mailbox test`: what the servers of a mailbox say of it now, for those who run it."""

from bot.domain.calls import LookAtMailbox
from bot.domain.command import Answer, Asked, Command, Right, Where, Words
from bot.domain.decision import Decision
from bot.domain.effects import Do
from bot.domain.mailbox_look import Look
from bot.domain.rules.telling import tell
from bot.domain.rules.which_mailbox import the_one_meant
from bot.domain.sentences import Sentence, sentence


def _folders(asked: Asked) -> Answer:
    return _looks(asked, Look.FOLDERS)


def _test(asked: Asked) -> Answer:
    return _looks(asked, Look.ROUND_TRIP)


def _looks(asked: Asked, look: Look) -> Answer:
    found = the_one_meant(asked, " ".join(asked.called.words))
    if isinstance(found, Sentence):
        return found
    if look is Look.ROUND_TRIP and found.rests:
        # Nothing is sent from it.
        look = Look.LOGINS
    call = LookAtMailbox(found.id, look, asked.room, asked.event, asked.thread)
    # A server that is away is waited for.
    return Decision((), (Do(call),)) + tell(asked, sentence("trying.begun", address=found.address))


MAILBOX_FOLDERS = Command(
    "mailbox folders",
    "admin",
    _folders,
    where=Where.CONFIG,
    takes=(Words(),),
    right=Right.EDIT,
    french=("boîte dossiers",),
)
MAILBOX_TEST = Command(
    "mailbox test",
    "admin",
    _test,
    where=Where.CONFIG,
    takes=(Words(),),
    right=Right.EDIT,
    aliases=("mailbox try",),
    french=("boîte essayer", "boîte tester"),
)
