"""Reads what a mailbox of another room has for a conversation that comes to it."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.conversation import Conversation, EventKind
from bot.domain.ground import Companion, Ground
from bot.domain.happening import What
from bot.domain.ids import ConversationId
from bot.domain.needs import GroundFor
from bot.domain.settings import Instance
from bot.flows.load.work import load_outgoing
from storage import conversations, events, history, mails, members, persons
from storage.database import Tx

MOST_KNOWN = 50
"""Mails of the conversation that are looked at: the newest."""
MOST_ALONG = 20
"""Conversations that were merged into one, which go along with it."""


async def load_ground(tx: Tx, need: GroundFor, instance: Instance) -> Ground:
    """What is there for the conversation, and for what was merged into it."""
    ground, one = await load_ground_alone(tx, need), need.conversation
    merged = await conversations.several(tx, await conversations.merged_into(tx, one.id, MOST_ALONG))
    along = [
        Companion(
            each, await load_outgoing(tx, each, instance), await load_ground_alone(tx, replace(need, conversation=each))
        )
        for each in await _one_talk(tx, one, merged)
        if each.room == one.room and instance.mailbox(each.mailbox) is not None
    ]
    known = {*await members.people(tx, one.room), instance.bot}
    # Where it has a card from before, they saw it then.
    newcomers = [who for who in ground.members if who not in known] if ground.card is None else ()
    return replace(ground, along=tuple(along), newcomers=tuple(newcomers))


async def _one_talk(tx: Tx, one: Conversation, merged: Sequence[Conversation]) -> list[Conversation]:
    """Those that members made one talk with it: a closed one that a late answer went on from is another matter, with
    all that was merged into it.
    """
    known = {each.id: each for each in merged}
    apart = {each.id for each in merged if await _is_continued(tx, each)}

    def is_apart(each: Conversation) -> bool:
        passed: set[ConversationId] = set()
        following: Conversation | None = each
        while following is not None and following.id not in passed:
            if following.id in apart:
                return True
            passed.add(following.id)
            following = known.get(following.goes_on_as) if following.goes_on_as is not None else None
        return False

    return [each for each in merged if not is_apart(each)]


async def _is_continued(tx: Tx, one: Conversation) -> bool:
    """Whether it was a late answer that made it go on, and no member's word since."""
    continued = await history.last(tx, one.id, What.CONTINUED.key)
    joined = await history.last(tx, one.id, What.MERGED.key)
    return continued is not None and (joined is None or joined < continued)


async def load_ground_alone(tx: Tx, need: GroundFor) -> Ground:
    one = need.conversation
    newest = await mails.recent(tx, one.id, MOST_KNOWN)
    card = await events.last_of_kind_in(tx, one.id, EventKind.CONVERSATION, need.room)
    shown = await events.mails_in(tx, one.id, need.room, [record.row for record in newest]) if card is not None else ()
    address = one.correspondent.address
    earlier, note = await persons.known_of(tx, need.mailbox, address) if address else ((), "")
    return Ground(
        members=await members.people(tx, need.room),
        newest=newest,
        card=card.event if card is not None else None,
        shown=shown,
        earlier=earlier,
        note=note,
    )
