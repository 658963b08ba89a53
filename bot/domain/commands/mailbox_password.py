"""`mailbox password`: an admin gives a mailbox another password, without the file and without a restart."""

from dataclasses import replace

from bot.domain.command import Answer, Asked, Called, Command, Sealed, Where, Words
from bot.domain.decision import Decision
from bot.domain.dialogue import Dialogue
from bot.domain.dialogues.new_password import RIGHT, reference_said
from bot.domain.dialogues.table import without_waiting
from bot.domain.effects import Say
from bot.domain.house_changes import SetPassword
from bot.domain.ids import DialogueId
from bot.domain.new_password import NewPassword
from bot.domain.rules import signing_in
from bot.domain.rules.talks import kept
from bot.domain.rules.which_mailbox import the_one_meant
from bot.domain.sentences import Sentence, sentence
from bot.domain.settings import Instance
from bot.domain.signing import row_of
from bot.domain.words import Word

_FILE = Word("file", ("fichier",))
"""The word that means the password of config.yaml."""


def _mailbox_password(asked: Asked) -> Answer:
    words = asked.called.line.split()
    found = the_one_meant(asked, words[0] if words else "")
    if isinstance(found, Sentence):
        return found
    begun = without_waiting(asked)
    if len(words) > 1:
        if found.password is None:
            return sentence("password.is_of_file", address=found.address)
        return begun + Decision((SetPassword(found.id, None, asked.person),))
    if not asked.was_encrypted and not asked.instance.allow_insecure_secrets:
        return sentence("secret.in_clear")
    thread = asked.thread or asked.event
    state = NewPassword(found.id, asked.now, begun=asked.now)
    dialogue = Dialogue(DialogueId(row_of(asked.key)), asked.room, thread, asked.person, state)
    told: tuple[Sentence, ...] = (sentence("password.asked", address=found.address),)
    provider = asked.instance.provider_of(found)
    if provider is not None:
        sign_in, calls = signing_in.begins(dialogue, provider, found.address)
        dialogue = replace(dialogue, state=replace(state, sign_in=sign_in))
        told, begun = signing_in.lines(sign_in, found.address), begun + calls
    told = (*told, *reference_said(asked.instance.references_of(found.id)), sentence("dialogue.drop"))
    say = Say(asked.room, told, under=thread, reply_to=asked.event, mention=(asked.person,))
    return begun + kept(dialogue) + Decision((), (say,))


def _tells_secret(called: Called, instance: Instance) -> bool:
    """Whether a command may hold a password: words follow the mailbox's name, or stand in its place."""
    words = called.line.split()
    if not words:
        return False
    is_short = len(words) == 1 or (len(words) == 2 and called.command.meant(words[1]) == _FILE.own)
    return not is_short or instance.named(words[0]) is None


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
