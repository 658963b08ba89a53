"""Somebody wrote a secret: whatever becomes of it, the message is deleted."""

from bot.domain import rights
from bot.domain.command import Asked, Called, Command, Wrong
from bot.domain.credentials import Credential, PasswordReference
from bot.domain.decision import NOTHING, Decision, NeverTake
from bot.domain.dialogues import table
from bot.domain.dialogues.dialogue import Told
from bot.domain.effects import Say
from bot.domain.inputs.said import MessageEdited, event_key
from bot.domain.inputs.trust import Undecryptable
from bot.domain.new_password import NewPassword
from bot.domain.room_snapshots import RoomSnapshot
from bot.domain.rules.deleting import deleted
from bot.domain.rules.talks import forgotten
from bot.domain.rules.telling import tell
from bot.domain.sentences import sentence
from bot.domain.snapshots import EditedSnapshot
from bot.domain.upgrades import uses


def decide_secret(asked: Asked, secret: Credential) -> Decision:
    """Give a secret to the dialogue that asked for it, if the person may tell one; else drop it.

    The name of where a password lies is no secret: its message stays.
    """
    is_reference = isinstance(secret, PasswordReference)
    gone = NOTHING if is_reference else deleted(asked.room, asked.event, asked.person, asked.said_at)
    dialogue = table.listening(asked.dialogues, asked.person, asked.now, asked.said_at, asked.thread)
    state = dialogue.state if dialogue is not None else None
    right = rights.may_tell_secret(asked, state.mailbox if isinstance(state, NewPassword) else None)
    if isinstance(right, rights.Allowed) and dialogue is not None:
        return gone + table.told(dialogue, Told(asked, secret))
    gone += forgotten(secret)
    if not asked.is_ours:
        return gone
    if isinstance(right, rights.Denied) and right.why is not None:
        not_taken = () if is_reference else (sentence("secret.not_taken"),)
        return gone + tell(asked, right.why, *not_taken, in_clear=right.is_shut_out)
    return gone


def decide_secret_file(asked: Asked) -> Decision:
    """A file is no way to tell one."""
    gone = deleted(asked.room, asked.event, asked.person, asked.said_at)
    return gone + tell(asked, sentence("secret.file")) if asked.is_ours and asked.is_joined else gone


def decide_unread_secret(snapshot: RoomSnapshot, input: Undecryptable) -> Decision:
    """What could not be decrypted may be the secret: others read it, and its key may come when nobody waits for it."""
    gone = deleted(input.room, input.event, input.sender, input.at)
    if snapshot.is_settled or not snapshot.is_joined or not uses(snapshot.instance, input.room):
        return gone
    say = Say(input.room, (sentence("secret.unread"),), under=input.thread, mention=(input.sender,))
    return gone + Decision((NeverTake(event_key(input.room, input.event)),), (say,))


def told_at_once(asked: Asked) -> Decision:
    """Delete a command with a secret in it, and tell the person: nobody asked for one yet."""
    gone = deleted(asked.room, asked.event, asked.person, asked.said_at)
    if not asked.is_joined:
        return gone
    return gone + tell(asked, sentence("secret.at_once", name=_command(asked).name))


def _command(asked: Asked) -> Command:
    called = asked.reading.meant if isinstance(asked.reading, Wrong) else asked.reading
    assert isinstance(called, Called)
    return called.command


def decide_edited_secret(snapshot: EditedSnapshot, input: MessageEdited) -> Decision:
    """Delete an edit with a secret in it: an edit tells no secret, and deleting the edited message would leave it."""
    gone = deleted(input.room, input.event, input.sender, input.at)
    if not snapshot.is_joined:
        return gone
    led = [one for one in snapshot.others if one.room == input.room and one.person == input.sender]
    asking = table.listening(led, input.sender, input.at, input.at)
    say = Say(
        input.room,
        (sentence("secret.edited"),),
        reply_to=None if asking is not None else input.target,
        under=asking.thread if asking is not None else None,
        mention=(input.sender,),
    )
    return gone + Decision((), (say,))
