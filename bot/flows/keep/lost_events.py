"""Asks the homeserver whether it still has what we posted: one that was put back does not."""

from dataclasses import dataclass

import structlog

from bot.domain.conversation import Conversation
from bot.domain.ids import EventId, RoomId
from bot.domain.inputs.inside import EventsLost
from bot.flows.step.step import Step
from bot.ports import Chat
from storage import conversations, lost

_log = structlog.get_logger("lost_events")
_CONVERSATIONS = 200
"""Of a room; the others show their cards again when something happens to them."""
_EVENTS = 30
"""Of a conversation, newest first."""
_SAMPLE = 3
"""So many of the conversations that changed last are asked about where nothing is gone."""


@dataclass(slots=True)
class LostEvents:
    chat: Chat
    step: Step

    async def look(self) -> None:
        """Ask in each room. Raises: Unavailable, Conflict, StorageAway."""
        for room in dict.fromkeys(mailbox.room for mailbox in self.step.settings.known.mailboxes):
            await self._look_in(room)

    async def _look_in(self, room: RoomId) -> None:
        mailboxes = [mailbox.id for mailbox in self.step.settings.known.mailboxes if mailbox.room == room]
        async with self.step.database.read() as tx:
            found = await conversations.to_do_in(tx, room, mailboxes, _CONVERSATIONS)
        newest_first = sorted(found, key=lambda one: one.changed_at, reverse=True)
        concerned: list[Conversation] = []
        gone: list[EventId] = []
        for number, conversation in enumerate(newest_first):
            lost_here = await self._lost_of(conversation)
            if not lost_here and not concerned and number >= _SAMPLE:
                # A homeserver that was put back lost the newest first.
                break
            if lost_here:
                concerned.append(conversation)
                gone += lost_here
        if not gone:
            return
        _log.warning("homeserver_put_back", room=room, events=len(gone), conversations=len(concerned))
        numbers = tuple(sorted(one.id for one in concerned))
        await self.step.take(EventsLost(room, tuple(gone), numbers, self.step.clock.now()))

    async def _lost_of(self, conversation: Conversation) -> list[EventId]:
        """Its events that the room has no longer, newest first, up to the first that is there; then its card."""
        async with self.step.database.read() as tx:
            own = await lost.own_events(tx, conversation.room, conversation.id, _EVENTS)
        gone: list[EventId] = []
        for event in own:
            if await self.chat.has_event(conversation.room, event) is not False:
                break
            gone.append(event)
        return gone
