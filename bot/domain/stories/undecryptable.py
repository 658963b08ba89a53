"""A member's message could not be decrypted: its writer is told once why, and what helps."""

from datetime import datetime

from bot.domain.decision import NOTHING, Decision, NeverTake
from bot.domain.effects import Mark, Say
from bot.domain.inputs.said import event_key
from bot.domain.inputs.trust import Undecryptable
from bot.domain.rights import server_of
from bot.domain.room_snapshots import RoomSnapshot
from bot.domain.sentences import Sentence, sentence
from bot.domain.stories.secrets import decide_unread_secret
from bot.domain.stories.unread_edit import MOST_ANSWERED, NOT_READ, decide_unread_edit
from bot.domain.upgrades import uses

_COPIED = ("replayed", "other_room")
"""The homeserver showed a message again, or elsewhere: where its sender wrote it, it was read."""


def decide_undecryptable(snapshot: RoomSnapshot, input: Undecryptable, now: datetime) -> Decision:
    """Explain the first such message of a session, and mark each other one as not read, so that nobody waits in vain.

    The rights are those of commands: whoever may give none gets no answer either.
    """
    instance = snapshot.instance
    if input.reason in _COPIED:
        return NOTHING
    if input.is_secret:
        return NOTHING if input.is_awaited else decide_unread_secret(snapshot, input)
    if not (uses(instance, input.room) or instance.direct_in(input.room)):
        return NOTHING
    if not snapshot.is_joined or server_of(input.sender) not in instance.allowed_servers:
        return NOTHING
    if input.replaces is not None:
        return decide_unread_edit(snapshot, input, input.replaces, now)
    # Its key may come after all: it counts as not done, and is repeated perhaps.
    never = NeverTake(event_key(input.room, input.event))
    if snapshot.is_settled or snapshot.turn >= MOST_ANSWERED:
        # The message was worked on, and must not be sent again; or there are too many.
        return Decision((never,))
    turn = NeverTake(input.turn_key(snapshot.turn, now))
    if snapshot.is_explained:
        return Decision((never, turn), (Mark(input.room, input.event, NOT_READ),))
    say = Say(input.room, (_why(input.reason),), reply_to=input.event, mention=(input.sender,))
    return Decision((never, turn, NeverTake(input.session_key)), (say,))


def _why(reason: str) -> Sentence:
    """The sentence for a code of `m.room_key.withheld` (client-server API). The sender's client gave the code; its
    other words are not repeated."""
    match reason:
        case "m.blacklisted":
            return sentence("error.undecryptable.blacklisted")
        case "m.unverified":
            return sentence("error.undecryptable.unverified")
        case "m.unauthorised":
            return sentence("error.undecryptable.unauthorised")
        case "m.unavailable":
            return sentence("error.undecryptable.unavailable")
        case "m.no_olm":
            return sentence("error.undecryptable.no_olm")
        case _:
            return sentence("error.undecryptable.unknown")
