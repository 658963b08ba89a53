"""Turns of mailboxes: within a priority, calls are made mailbox by mailbox, however many one has waiting.

Start-time fair queueing (Goyal, Vin, Cheng 1996) with every call of the same weight. A call's turn is one after the
newest of its mailbox, or the turn that is being served now, whichever is later. So a mailbox with 300 calls has 300
turns, and the first call of another one waits for at most one call of each. Turns are numbers in an index: to claim
costs the same with ten open calls and with a hundred thousand.
"""

from typing import Any

from sqlalchemy import Integer, ScalarSelect, Text, bindparam, func, literal_column, select, union_all

from bot.domain.planned import PlannedCall
from storage.schema.calls import is_tried, outbox
from storage.schema.threads import conversations

_o = outbox.alias("theirs").c
_tried = outbox.alias("tried")
_channel, _priority = bindparam("of_channel", type_=Text), bindparam("of_priority", type_=Integer)
_mailbox = select(conversations.c.mailbox).where(conversations.c.id == bindparam("of_conversation")).scalar_subquery()
WHOSE = func.coalesce(_mailbox, bindparam("of_room", type_=Text))
"""The mailbox of the call's conversation, or its room."""


def _next() -> ScalarSelect[Any]:
    last = select((func.max(_o.turn) + literal_column("1")).label("turn")).where(
        _o.channel == _channel, _o.priority == _priority, _o.whose == WHOSE
    )
    now = select(func.max(_tried.c.turn).label("turn")).where(
        _tried.c.channel == _channel, _tried.c.priority == _priority, is_tried(_tried)
    )
    both = union_all(last, now).subquery("turns")
    return select(func.coalesce(func.max(both.c.turn), literal_column("0"))).scalar_subquery()


NEXT = _next()
"""The turn of a call that is planned now."""


def values(planned: PlannedCall) -> dict[str, object]:
    """The parameters of `WHOSE` and `NEXT`."""
    return {
        "of_channel": planned.channel,
        "of_priority": planned.priority.value,
        "of_conversation": planned.conversation,
        "of_room": getattr(planned.call, "room", ""),
    }
