"""`mailbox add`: an admin adds a mailbox, led by questions in a thread (`dialogues/new_mailbox.py`)."""

from dataclasses import replace
from typing import Final

from bot.domain.addresses import is_address
from bot.domain.command import Answer, Asked, Called, Command, Sealed, Where, Words
from bot.domain.decision import Decision
from bot.domain.dialogue import Dialogue
from bot.domain.dialogues.adding import asks
from bot.domain.dialogues.mailbox_steps import RIGHT
from bot.domain.dialogues.new_mailbox import begun
from bot.domain.dialogues.table import without_waiting
from bot.domain.effects import Say
from bot.domain.hostnames import domain_of
from bot.domain.ids import DialogueId
from bot.domain.new_mailbox import NewMailbox
from bot.domain.rules.talks import kept
from bot.domain.sentences import sentence
from bot.domain.settings import Instance
from bot.domain.signing import row_of

_LONGEST: Final = 254
"""RFC 5321 4.5.3.1.3."""


def _mailbox_add(asked: Asked) -> Answer:
    words = asked.called.line.split()
    address = words[0].strip("<>") if words else ""
    if not is_address(address) or len(address) > _LONGEST or domain_of(address) is None:
        return sentence("error.add_which")
    if asked.instance.is_ours(address):
        return sentence("adding.is_ours", address=address)
    if not asked.was_encrypted and not asked.instance.allow_insecure_secrets:
        return sentence("secret.in_clear")
    thread = asked.thread or asked.event
    left = _before(asked, address)
    before = left
    if before is None:
        before = Dialogue(
            DialogueId(row_of(asked.key)), asked.room, thread, asked.person, NewMailbox(address, asked.now)
        )
    state = before.state
    assert isinstance(state, NewMailbox)
    state = replace(state, references=asked.instance.references_of(state.id))
    dialogue = replace(before, thread=thread)
    turn = begun(dialogue, state, asked.instance, asked.now)
    assert isinstance(turn.next, NewMailbox)
    say = Say(asked.room, asks(turn.next), under=thread, reply_to=asked.event, mention=(asked.person,))
    begins = kept(replace(dialogue, state=turn.next)) + turn.decision + Decision((), (say,))
    return without_waiting(asked, left) + begins


def _before(asked: Asked, address: str) -> Dialogue | None:
    """What the person began with this address and left, to go on with."""
    found = None
    for one in asked.dialogues:
        match one.state:
            case NewMailbox(is_open=True, id=id, expires_at=end) if id == address.lower() and asked.now <= end:
                found = one if one.room == asked.room else found
            case _:
                pass
    return found


def _tells_secret(called: Called, instance: Instance) -> bool:
    """Whether a command may hold a password: something follows the address."""
    return len(called.line.split()) > 1


MAILBOX_ADD = Command(
    "mailbox add",
    "admin",
    _mailbox_add,
    tells_secret=_tells_secret,
    where=Where.CONFIG,
    takes=(Words(),),
    right=RIGHT,
    is_of_instance=True,
    is_sensitive=True,
    sealed=Sealed.WHERE_ENCRYPTED,
    french=("boîte ajouter",),
    has_more=True,
)
