"""`mailbox add`: an admin adds a mailbox, led by questions in a thread (`dialogues/new_mailbox.py`)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.domain.addresses import is_address, normal
from bot.domain.command import Answer, Asked, Called, Command, Sealed, Where, Words
from bot.domain.decision import Decision
from bot.domain.dialogue import Dialogue
from bot.domain.dialogues.adding import asks
from bot.domain.dialogues.mailbox_steps import RIGHT, cannot_go_on, is_taken
from bot.domain.dialogues.new_mailbox import begun
from bot.domain.dialogues.table import without_waiting
from bot.domain.effects import Say
from bot.domain.hostnames import domain_of
from bot.domain.ids import DialogueId, MailboxId
from bot.domain.new_mailbox import NewMailbox
from bot.domain.rules.talks import kept
from bot.domain.sentences import Sentence, sentence
from bot.domain.settings import Instance
from bot.domain.signing import row_of
from bot.domain.words import bare

_LONGEST: Final = 254
"""RFC 5321 4.5.3.1.3."""
_INSTEAD: Final = frozenset({"replaces", "instead", "remplace"})


def _mailbox_add(asked: Asked) -> Answer:
    address, before = _read(asked.called.line)
    if not is_address(address) or len(address) > _LONGEST or domain_of(address) is None:
        return sentence("error.add_which")
    taken = sentence("adding.is_ours", address=address)
    if not before and asked.instance.is_ours(address):
        return taken
    known = _known(asked.instance, address, before)
    if isinstance(known, Sentence):
        return known
    if is_taken(asked.instance, address, known):
        return taken
    if not asked.was_encrypted and not asked.instance.allow_insecure_secrets:
        return sentence("secret.in_clear")
    thread = asked.thread or asked.event
    left = _before(asked, address, known)
    begun_before = left
    if begun_before is None:
        begun_before = Dialogue(
            DialogueId(row_of(asked.key)), asked.room, thread, asked.person, _fresh(asked, address, known)
        )
    state = begun_before.state
    assert isinstance(state, NewMailbox)
    state = replace(state, references=asked.instance.references_of(state.id))
    dialogue = replace(begun_before, thread=thread)
    turn = begun(dialogue, state, asked.instance, asked.now)
    assert isinstance(turn.next, NewMailbox)
    say = Say(asked.room, asks(turn.next), under=thread, reply_to=asked.event, mention=(asked.person,))
    begins = kept(replace(dialogue, state=turn.next)) + turn.decision + Decision((), (say,))
    return without_waiting(asked, left) + begins


def _read(line: str) -> tuple[str, str]:
    """The address, and the one of a mailbox of before that goes on under it; empty: none was named."""
    words = line.split()
    address = words[0].strip("<>") if words else ""
    return address, words[2].strip("<>") if _goes_on(words) else ""


def _goes_on(words: Sequence[str]) -> bool:
    return len(words) == 3 and bare(words[1]) in _INSTEAD and is_address(words[2].strip("<>"))


def _known(instance: Instance, address: str, before: str) -> MailboxId | Sentence | None:
    """The mailbox that goes on under the address; None: it is a new one."""
    every = (*instance.mailboxes, *instance.removed)
    wanted = normal(before or address)
    found = next((one for one in every if wanted == normal(one.address)), None)
    # Its oldest address is what a mailbox is known by: whoever adds that means this one.
    found = found or next((one for one in every if wanted in map(normal, one.former)), None)
    if found is None:
        return sentence("adding.go_on_none", before=before) if before else None
    # What was removed under this very address is known by the oldest one that it had.
    return cannot_go_on(instance, found.id, address) or (found.id if before or found.former else None)


def _fresh(asked: Asked, address: str, known: MailboxId | None) -> NewMailbox:
    before = asked.instance.also_removed(known) if known is not None else None
    fresh = NewMailbox(address, asked.now)
    if before is None:
        return fresh
    # A mailbox without a name of its own bears its address.
    name = before.name if before.name != before.address else ""
    return replace(fresh, room=before.room, name=name, goes_on=before.id)


def _before(asked: Asked, address: str, known: MailboxId | None) -> Dialogue | None:
    """What the person began with this address and left, to go on with."""
    found = None
    for one in asked.dialogues:
        match one.state:
            case NewMailbox(is_open=True, address=its, goes_on=same, expires_at=end) if asked.now <= end:
                is_it = normal(its) == normal(address) and same == known and one.room == asked.room
                found = one if is_it else found
            case _:
                pass
    return found


def _tells_secret(called: Called, instance: Instance) -> bool:
    """Whether a command may hold a password: something follows the address, and is no address of before."""
    words = called.line.split()
    return len(words) > 1 and not _goes_on(words)


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
