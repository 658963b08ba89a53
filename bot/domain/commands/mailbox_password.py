"""`mailbox password`: an admin gives a mailbox another password, without the file and without a restart."""

from dataclasses import replace

from bot.domain.command import Answer, Asked, Called, Command, Sealed, Where, Words
from bot.domain.decision import Decision, SetPassword
from bot.domain.dialogue import Dialogue
from bot.domain.dialogues.new_mailbox import rested
from bot.domain.dialogues.new_password import RIGHT
from bot.domain.effects import Say
from bot.domain.ids import INVISIBLE, DialogueId
from bot.domain.new_mailbox import NewMailbox
from bot.domain.new_password import NewPassword
from bot.domain.rules.talks import ended, kept
from bot.domain.rules.which_mailbox import which_mailbox
from bot.domain.sentences import sentence
from bot.domain.settings import Instance
from bot.domain.signing import row_of
from bot.domain.words import Word

_FILE = Word("file", ("fichier",))
"""The word that means the password of config.yaml."""


def _mailbox_password(asked: Asked) -> Answer:
    words = _words(asked.called)
    found = asked.instance.named(words[0]) if words else asked.instance.the_only_one
    if found is None:
        return which_mailbox(asked)
    begun = _without_those_before(asked)
    if len(words) > 1:
        if found.password is None:
            return sentence("password.is_of_file", address=found.address)
        return begun + Decision((SetPassword(found.id, None, asked.person),))
    if not asked.was_encrypted and not asked.instance.allow_insecure_secrets:
        return sentence("secret.in_clear")
    thread = asked.thread or asked.event
    dialogue = Dialogue(
        DialogueId(row_of(asked.key)),
        asked.room,
        thread,
        asked.person,
        NewPassword(found.id, asked.now, begun=asked.now),
    )
    told = (sentence("password.asked", address=found.address), sentence("dialogue.drop"))
    say = Say(asked.room, told, under=thread, reply_to=asked.event, mention=(asked.person,))
    return begun + kept(dialogue) + Decision((), (say,))


def _tells_secret(called: Called, instance: Instance) -> bool:
    """Whether a command may hold a password: words follow the mailbox's name, or stand in its place."""
    words = _words(called)
    if not words:
        return False
    is_short = len(words) == 1 or (len(words) == 2 and called.command.meant(words[1]) == _FILE.own)
    return not is_short or instance.named(words[0]) is None


def _words(called: Called) -> list[str]:
    """The words behind the command, on all lines: a password may look like a number, a name, a flag."""
    return (called.text or " ".join(called.words)).translate(INVISIBLE).split()


def _without_those_before(asked: Asked) -> Decision:
    """End the person's earlier dialogues that wait for a password: the words that follow are for the newest one."""
    decision = Decision()
    for one in asked.dialogues:
        if one.room != asked.room or not one.state.is_open:
            continue
        if isinstance(one.state, NewPassword):
            decision += ended(one)
        if isinstance(one.state, NewMailbox) and one.state.waits_for_password:
            turn = rested(one.state, asked.now)
            decision += kept(replace(one, state=turn.next or one.state)) + turn.decision
    return decision


MAILBOX_PASSWORD = Command(
    "mailbox password",
    "admin",
    _mailbox_password,
    tells_secret=_tells_secret,
    where=Where.CONFIG,
    takes=(Words(known=(_FILE,)),),
    right=RIGHT,
    is_sensitive=True,
    sealed=Sealed.WHERE_ENCRYPTED,
    french=("boîte mot-de-passe",),
    tried=("password", "passwd", "motdepasse", "mot-de-passe", "mdp"),
    has_more=True,
)
