"""Reads calls whose effect a homeserver lost, as far as they still say how things are."""

from collections.abc import Sequence

from bot.domain.calls import SendEvent
from bot.domain.conversation import EventKind
from bot.domain.ids import EffectId
from bot.domain.planned import PlannedCall
from storage import dialogues, outbox
from storage.database import Tx


async def load_again(tx: Tx, effects: Sequence[EffectId]) -> tuple[PlannedCall, ...]:
    """The calls that no newer one has replaced, in the order given."""
    found = []
    for effect in effects:
        made = await outbox.get(tx, effect)
        if made is not None and await _still_says(tx, made):
            found.append(made.planned)
    return tuple(found)


async def _still_says(tx: Tx, made: outbox.Claimed) -> bool:
    planned = made.planned
    if planned.key:
        newest = await outbox.get_by_key(tx, planned.key)
        if newest is not None and newest.effect != made.effect:
            return False
    call = planned.call
    if planned.event_kind is not EventKind.QUESTION or not isinstance(call, SendEvent) or call.reply_to is None:
        return True
    asked = await dialogues.about(tx, call.reply_to)
    # Who has answered a question is not asked again.
    return asked is not None and asked.state.is_open
