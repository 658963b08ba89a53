"""Keeping a dialogue between two of its turns."""

from bot.domain.command import Asked
from bot.domain.conversation import EventKind
from bot.domain.credentials import Credential, sealed_of
from bot.domain.decision import NOTHING, Decision, DropSecret, EndDialogue, SaveDialogue, SetTimer
from bot.domain.dialogue import Dialogue, State
from bot.domain.effects import Say
from bot.domain.ids import DialogueId
from bot.domain.sentences import Sentence
from bot.domain.signing import row_of


def kept(dialogue: Dialogue) -> Decision:
    """Keep the dialogue in this state, until its time is over."""
    return Decision((SaveDialogue(dialogue), SetTimer(dialogue.timer, dialogue.state.expires_at)))


def ended(dialogue: Dialogue) -> Decision:
    """Forget the dialogue."""
    return Decision((EndDialogue(dialogue.id, dialogue.version),))


def said(dialogue: Dialogue, *told: Sentence) -> Decision:
    """Said in the dialogue's thread, to its person."""
    return Decision((), (Say(dialogue.room, told, under=dialogue.thread, mention=(dialogue.person,)),))


def forgotten(credential: Credential | None) -> Decision:
    """The secret is dropped, if there is one."""
    secret = sealed_of(credential)
    return Decision((DropSecret(secret),)) if secret is not None else NOTHING


def put(asked: Asked, state: State, *told: Sentence) -> Decision:
    """Ask the person where they wrote; ✅ on these words, or words of theirs, answer."""
    row, here = row_of(asked.key), asked.here
    thread = asked.thread if here is None else here.root
    say = Say(
        asked.room,
        told,
        kind=EventKind.QUESTION,
        conversation=here.id if here is not None else None,
        reply_to=asked.event,
        under=asked.thread if here is None else None,
        mention=(asked.person,),
        mail=row,
    )
    return kept(Dialogue(DialogueId(row), asked.room, thread, asked.person, state)) + Decision((), (say,))
