"""Keeping a dialogue between two of its turns."""

from bot.domain.decision import Decision, EndDialogue, SaveDialogue, SetTimer
from bot.domain.dialogue import Dialogue


def kept(dialogue: Dialogue) -> Decision:
    """Keep the dialogue in this state, until its time is over."""
    return Decision((SaveDialogue(dialogue), SetTimer(dialogue.timer, dialogue.state.expires_at)))


def ended(dialogue: Dialogue) -> Decision:
    """Forget the dialogue."""
    return Decision((EndDialogue(dialogue.id, dialogue.version),))
