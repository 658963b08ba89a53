"""The one table from dialogues to their turns."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from bot.domain.bulk import Bulk
from bot.domain.command import Asked
from bot.domain.decision import NOTHING, Decision
from bot.domain.dialogue import Dialogue, State
from bot.domain.dialogues import bulk, confirm_send, mailbox_wrote, new_mailbox, new_password, removal, rule_offer
from bot.domain.dialogues.adding import asks
from bot.domain.dialogues.dialogue import Ended, Expired, Heard, Said, Told, Turn, Wrote
from bot.domain.dialogues.steering import Steer
from bot.domain.ids import EventId, UserId
from bot.domain.needs import Needs
from bot.domain.new_mailbox import NewMailbox
from bot.domain.new_password import Listens, NewPassword
from bot.domain.question import Question
from bot.domain.removal import Removal
from bot.domain.rule_offer import RuleOffer
from bot.domain.rules.talks import ended, kept
from bot.domain.rules.telling import tell
from bot.domain.sentences import Sentence, sentence


def needs(dialogues: Iterable[Dialogue], said: Said | Wrote) -> Needs:
    """The needs of these dialogues before they answer."""
    return [need for one in dialogues for need in _needs(one.state, said)]


def heard(dialogues: Sequence[Dialogue], said: Said | Wrote) -> Decision | None:
    """The decision of the newest dialogue that the act was said to; None where it was said to none."""
    for one in reversed(dialogues):
        decision = _hears(one, said)
        if decision is not None:
            return decision
    return None


def in_words(asked: Asked) -> tuple[Dialogue, ...]:
    """The newest dialogue that is led where the person writes, and that hears plain words; none without one."""
    here = [one for one in asked.dialogues if isinstance(one.state, NewMailbox) and one.state.is_open]
    found = [one for one in here if _is_here(one, asked)]
    return (max(found, key=lambda one: (one.state.at, one.id)),) if found else ()


def steered(asked: Asked, steer: Steer) -> Decision | None:
    """The decision for `!cancel`, `!back` or `!status` to the newest dialogue that is open here; None without one."""
    one = newest_here(asked)
    if one is None:
        return None
    drop = sentence("dialogue.drop")
    match steer:
        case Steer.CANCEL:
            return dropped(asked, one)
        case Steer.STATUS:
            return tell(asked, *_status(one.state, asked), drop)
        case Steer.BACK:
            state = _as_of(one, asked.now)
            turn = mailbox_wrote.back(one, state, asked) if isinstance(state, NewMailbox) else None
            return tell(asked, sentence("dialogue.first_step"), drop) if turn is None else _taken(one, turn)
        case _ as unreachable:
            assert_never(unreachable)


def dropped(asked: Asked, dialogue: Dialogue) -> Decision:
    """The decision for a dialogue that its person drops."""
    return _taken(dialogue, _dropped(dialogue.state, asked.now)) + tell(asked, sentence("dialogue.dropped"))


def without_waiting(asked: Asked, besides: Dialogue | None = None) -> Decision:
    """The person's open dialogues of this room wait for no password any more: what follows is for a new one."""
    decision = NOTHING
    for one in asked.dialogues:
        if one == besides or one.room != asked.room or not one.state.is_open:
            continue
        match one.state:
            case NewMailbox() as state if state.waits_for_password:
                decision += _taken(one, new_mailbox.rested(state, asked.now))
            case NewPassword():
                decision += ended(one)
            case _:
                pass
    return decision


def newest_here(asked: Asked) -> Dialogue | None:
    """The newest dialogue that is open where the person writes."""
    return next((one for one in reversed(asked.dialogues) if one.state.is_open and _is_here(one, asked)), None)


def status_of(dialogue: Dialogue, asked: Asked) -> tuple[Sentence, ...]:
    """Sentences that say what a dialogue waits for."""
    return _status(dialogue.state, asked)


def expired(dialogue: Dialogue) -> Decision:
    """The decision for a dialogue whose time is over."""
    turn = _turn(dialogue, dialogue.state, Expired())
    return ended(dialogue) if turn is None else _taken(dialogue, turn)


def told(dialogue: Dialogue, secret: Told) -> Decision:
    """The decision for a dialogue that is told a secret."""
    turn = _turn_by_now(dialogue, secret, secret.asked.now)
    return ended(dialogue) if turn is None else _taken(dialogue, turn)


def called_back(dialogue: Dialogue, heard: Ended) -> Decision:
    """The decision for a dialogue of which a call has ended."""
    turn = _turn_by_now(dialogue, heard, heard.now)
    return NOTHING if turn is None else _taken(dialogue, turn)


def listening(
    dialogues: Sequence[Dialogue], person: UserId, now: datetime, said_at: datetime, thread: EventId | None = None
) -> Dialogue | None:
    """The newest dialogue for which what the person wrote in this thread may be a secret.

    Args:
        said_at: when they wrote it, by the room's clock.
    """
    found = [one for one in dialogues if one.person == person and _listens(one, now, said_at, thread)]
    # One that is over is known for longer than one that waits.
    waiting = [one for one in found if one.state.is_open and now <= one.state.expires_at]
    return next(reversed(waiting or found), None)


def _listens(dialogue: Dialogue, now: datetime, said_at: datetime, thread: EventId | None) -> bool:
    state = _as_of(dialogue, now)
    listens = state.listens(said_at) if isinstance(state, NewPassword | NewMailbox) else Listens.NOWHERE
    is_in_its_thread = thread is not None and thread == dialogue.thread
    return listens is Listens.IN_ROOM or (listens is Listens.IN_THREAD and is_in_its_thread)


def _is_here(dialogue: Dialogue, asked: Asked) -> bool:
    """Whether a dialogue is led where the person writes. A question stands in every thread of its conversation, also in
    the room that its own went on as."""
    roots = (asked.thread,) if asked.here is None else (asked.thread, asked.here.root)
    if dialogue.room != asked.room:
        return False
    match dialogue.state:
        case Question(conversation=conversation, is_apart=is_apart):
            is_its = asked.here is not None and asked.here.id == conversation and not is_apart
            return is_its or dialogue.thread in roots
        case NewPassword():
            return True
        case NewMailbox():
            # Some clients know no threads.
            return asked.thread in (None, dialogue.thread)
        case Bulk() | RuleOffer() | Removal():
            return dialogue.thread in roots
        case _ as unreachable:
            assert_never(unreachable)


def _dropped(state: State, now: datetime) -> Turn:
    match state:
        case NewPassword():
            return new_password.dropped(state, now)
        case NewMailbox():
            return new_mailbox.dropped(state, now)
        case Question() | Bulk() | RuleOffer() | Removal():
            return Turn(None)
        case _ as unreachable:
            assert_never(unreachable)


def _status(state: State, asked: Asked) -> tuple[Sentence, ...]:
    match state:
        case Question():
            return confirm_send.status(state, room_encrypted=asked.room_encrypted)
        case NewPassword():
            return new_password.status(state)
        case NewMailbox():
            return asks(state)
        case Bulk():
            return bulk.status(state, room_encrypted=asked.room_encrypted)
        case RuleOffer():
            return rule_offer.status(state, room_encrypted=asked.room_encrypted)
        case Removal():
            return removal.status(state)
        case _ as unreachable:
            assert_never(unreachable)


def _hears(dialogue: Dialogue, said: Said | Wrote) -> Decision | None:
    """The decision of the dialogue in its state by now; None where the person said nothing to it."""
    turn = _turn_by_now(dialogue, said, said.asked.now)
    return None if turn is None else _taken(dialogue, turn)


def _taken(dialogue: Dialogue, turn: Turn) -> Decision:
    if turn.next is None:
        return ended(dialogue) + turn.decision
    if turn.next == dialogue.state:
        return turn.decision
    return kept(replace(dialogue, state=turn.next)) + turn.decision


def _as_of(dialogue: Dialogue, now: datetime) -> State | None:
    """The state of a dialogue by now, whether or not the timer of its time has rung; None where it has ended."""
    state = dialogue.state
    while now > state.expires_at:
        turn = _turn(dialogue, state, Expired())
        if turn is None or turn.next is None:
            return None
        state = turn.next
    return state


def _turn_by_now(dialogue: Dialogue, heard: Heard, now: datetime) -> Turn | None:
    """The turn of a dialogue from its state by now; None where it has ended or has no use for what it heard."""
    state = _as_of(dialogue, now)
    return _turn(dialogue, state, heard) if state is not None else None


def _turn(dialogue: Dialogue, state: State, heard: Heard) -> Turn | None:
    match state:
        case Question():
            return confirm_send.turn(state, heard)
        case NewPassword():
            return new_password.turn(dialogue, state, heard)
        case NewMailbox():
            return new_mailbox.turn(dialogue, state, heard)
        case Bulk():
            return bulk.turn(dialogue, state, heard)
        case RuleOffer():
            return rule_offer.turn(state, heard)
        case Removal():
            return removal.turn(state, heard)
        case _ as unreachable:
            assert_never(unreachable)


def _needs(state: State, said: Said | Wrote) -> Needs:
    match state:
        case NewMailbox():
            return mailbox_wrote.needs(state, said)
        case _ if isinstance(said, Wrote):
            return ()
        case Question():
            return confirm_send.needs(said)
        case Bulk():
            return bulk.needs(state, said)
        case RuleOffer():
            return rule_offer.needs(state, said)
        case Removal():
            return removal.needs(state, said)
        case NewPassword():
            return ()
        case _ as unreachable:
            assert_never(unreachable)
