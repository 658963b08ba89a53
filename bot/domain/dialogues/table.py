"""The one table from dialogues to their turns."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from bot.domain.command import Asked
from bot.domain.decision import Decision
from bot.domain.dialogue import Dialogue, State
from bot.domain.dialogues import confirm_send
from bot.domain.dialogues.dialogue import Expired, Heard, Said, Turn
from bot.domain.dialogues.steering import Steer
from bot.domain.needs import Needs
from bot.domain.rules.talks import ended, kept
from bot.domain.rules.telling import tell
from bot.domain.sentences import sentence


def needs(dialogues: Iterable[Dialogue], said: Said) -> Needs:
    """What these dialogues ask to know before they answer."""
    return [need for one in dialogues for need in _needs(one.state, said)]


def heard(dialogues: Sequence[Dialogue], said: Said) -> Decision | None:
    """What the newest of them that it was said to makes of it; None: it was said to none."""
    for one in reversed(dialogues):
        decision = _hears(one, said)
        if decision is not None:
            return decision
    return None


def steered(asked: Asked, steer: Steer) -> Decision | None:
    """What becomes of the newest dialogue of the person that is open in this place; None: there is none."""
    roots = (asked.thread,) if asked.here is None else (asked.thread, asked.here.root)
    here = [one for one in asked.dialogues if one.state.is_open and one.is_in(asked.room, roots)]
    if not here:
        return None
    one = here[-1]
    drop = sentence("dialogue.drop")
    match steer:
        case Steer.CANCEL:
            return ended(one) + tell(asked, sentence("dialogue.dropped"))
        case Steer.STATUS:
            return tell(asked, *confirm_send.status(one.state, room_encrypted=asked.room_encrypted), drop)
        case Steer.BACK:
            # No kind has more than one step so far.
            return tell(asked, sentence("dialogue.first_step"), drop)
        case _ as unreachable:
            assert_never(unreachable)


def expired(dialogue: Dialogue) -> Decision:
    """Its time is over."""
    turn = _turn(dialogue.state, Expired())
    return ended(dialogue) if turn is None else _taken(dialogue, turn)


def _hears(dialogue: Dialogue, said: Said) -> Decision | None:
    """What the dialogue makes of it, as it is by now; None: it was not said to this one.

    Whose time is over is over, whether or not its timer has rung.
    """
    state = _as_of(dialogue.state, said.asked.now)
    turn = _turn(state, said) if state is not None else None
    return None if turn is None else _taken(dialogue, turn)


def _taken(dialogue: Dialogue, turn: Turn) -> Decision:
    if turn.next is None:
        return ended(dialogue) + turn.decision
    if turn.next == dialogue.state:
        return turn.decision
    return kept(replace(dialogue, state=turn.next)) + turn.decision


def _as_of(state: State, now: datetime) -> State | None:
    while now > state.expires_at:
        turn = _turn(state, Expired())
        if turn is None or turn.next is None:
            return None
        state = turn.next
    return state


def _turn(state: State, heard: Heard) -> Turn | None:
    # One kind so far; with the second this is a match over their classes.
    return confirm_send.turn(state, heard)


def _needs(state: State, said: Said) -> Needs:
    return confirm_send.needs(said)
