"""A member's message could not be decrypted: why, and what helps, said once to the one who wrote it."""

from bot.domain.decision import NOTHING, Decision, NeverTake
from bot.domain.effects import Say
from bot.domain.inputs import Undecryptable, event_key
from bot.domain.rights import server_of
from bot.domain.sentences import Sentence, sentence
from bot.domain.snapshots import RoomSnapshot
from bot.domain.upgrades import uses

_COPIED = ("replayed", "other_room")
"""The homeserver showed a message again, or elsewhere: where its sender wrote it, it was read."""


def decide_undecryptable(snapshot: RoomSnapshot, input: Undecryptable) -> Decision:
    """The rights are those of commands: whoever may give none gets no answer either."""
    instance = snapshot.instance
    if not uses(instance, input.room):
        return NOTHING
    if not snapshot.is_joined or server_of(input.sender) not in instance.allowed_servers:
        return NOTHING
    if input.reason in _COPIED:
        return NOTHING
    # Its key may come after all: it counts as not done, and is repeated perhaps.
    never = NeverTake(event_key(input.room, input.event))
    if snapshot.is_settled:
        # Explained already; or worked on, and what cannot be read a second time must not be sent again.
        return Decision((never,))
    say = Say(input.room, (_why(input.reason),), reply_to=input.event, mention=(input.sender,))
    return Decision((never, NeverTake(input.session_key)), (say,))


def _why(reason: str) -> Sentence:
    """The codes of `m.room_key.withheld` (client-server API) come from the sender's client: no other word of it is
    repeated."""
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
