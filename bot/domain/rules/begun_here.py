"""Which mail a bare `!undo` or `!approve` means in a thread in which mails of other conversations were begun, too."""

from collections.abc import Sequence

from bot.domain.conversation import MailRecord
from bot.domain.ids import ConversationId, EventId, UserId
from bot.domain.rules.taking_back import turn_of


def begun_here(
    waiting: Sequence[MailRecord], here: ConversationId, thread: EventId, person: UserId, *, is_approval: bool
) -> MailRecord | None:
    """The begun mail that is meant; None: one of the thread's own conversation, or nothing.

    What waits of the conversation itself comes first, or a word that is meant for an answer lets a mail leave to a
    third person, or takes back a colleague's while the answer leaves. Who takes back what they began last means that.

    Args:
        waiting: what waits in a state that the command is about.
    """
    of_here = [one for one in waiting if one.conversation == here]
    begun = [one for one in waiting if one.conversation != here and one.is_apart and one.under == thread]
    if is_approval:
        # Nobody approves their own; where there is nothing else, that is the answer.
        if any(one.author != person for one in of_here):
            return None
        of_others = [one for one in begun if one.author != person]
        return max(of_others or ([] if of_here else begun), key=turn_of, default=None)
    own = max((one for one in begun if one.author == person), key=turn_of, default=None)
    if of_here:
        return own if own is not None and turn_of(own) > max(map(turn_of, of_here)) else None
    return own or max(begun, key=turn_of, default=None)
