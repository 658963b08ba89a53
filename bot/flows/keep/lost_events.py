"""Asks the homeserver whether it still has what we posted: one that was put back does not."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog

from bot.domain.calls import DescribeCommand, PinEvent, RedactEvent, SendEvent
from bot.domain.conversation import Conversation
from bot.domain.ids import ConversationId, EffectId, EventId, MailboxId, RoomId
from bot.domain.inputs.inside import EventsLost
from bot.domain.made import MadeCall
from bot.domain.rules.again import is_post, place_of, stands_by_itself, stands_on
from bot.domain.rules.moves import board_timer
from bot.flows.step.step import Step
from bot.ports import Chat
from storage import conversations, lost, slots

_log = structlog.get_logger("lost_events")
_CONVERSATIONS = 200
"""Of a room; the others show their cards again when something happens to them."""
_EVENTS = 30
"""Of a conversation, newest first."""
_SAMPLE = 3
"""So many of the conversations that changed last are asked about where nothing is gone."""
_CLOSELY = 12
"""Of the calls made last each one is asked about; of those before fewer and fewer. Something may have been posted
since the homeserver came back, so that the newest of all are there."""
_BACK = 200
"""So far back calls are asked about where nothing is gone."""
_PAGE = 200
_ALL_THERE = 30
"""So many in a row that are there: what was made before them is older than the backup."""
_MOST = 5000
"""Calls that are asked about in all."""


@dataclass(slots=True)
class _Homeserver:
    """What it says of each event, asked once."""

    chat: Chat
    known: dict[tuple[RoomId, EventId], bool | None] = field(default_factory=dict)

    async def has(self, room: RoomId, event: EventId) -> bool | None:
        """None: it does not say. Raises: Unavailable."""
        place = (room, event)
        if place not in self.known:
            self.known[place] = await self.chat.has_event(room, event)
        return self.known[place]


@dataclass(slots=True)
class _Lost:
    """Calls of one room whose events are gone, or that left none and are as new; newest first."""

    calls: list[MadeCall] = field(default_factory=list)
    newest_in_place: list[MadeCall] = field(default_factory=list)
    """Those of them that no later call for the same place has made up for."""

    @property
    def posts(self) -> list[MadeCall]:
        return [one for one in self.calls if one.event is not None and is_post(one)]


@dataclass(slots=True)
class LostEvents:
    chat: Chat
    step: Step

    async def look(self) -> None:
        """Ask for what we did last; in each room for its conversations, where some of it is gone or little is known.

        Raises: Unavailable, Conflict, StorageAway.
        """
        server = _Homeserver(self.chat)
        newest = await self._made(None, _BACK)
        sample = _sampled([one for one in newest if one.event is not None])
        answers = [await _is_there(server, one) for one in sample]
        if False not in answers and answers.count(True) >= _SAMPLE:
            return
        gone = [one.effect for one, is_there in zip(sample, answers, strict=True) if is_there is False]
        lost_by_room = await self._lost_since(server, min(gone)) if gone else {}
        known = self.step.settings.known
        for room in dict.fromkeys((*(mailbox.room for mailbox in known.mailboxes), *lost_by_room)):
            await self._look_in(room, lost_by_room.get(room, _Lost()), server)

    async def _made(self, before: EffectId | None, limit: int) -> tuple[MadeCall, ...]:
        async with self.step.database.read() as tx:
            return await lost.made_calls(tx, before, limit)

    async def _lost_since(self, server: _Homeserver, until: EffectId) -> dict[RoomId, _Lost]:
        """All that is gone, from the newest call back to where all is there, at the least to `until`."""
        found: dict[RoomId, _Lost] = {}
        silent: list[MadeCall] = []
        settled: set[str] = set()
        in_a_row = 0
        older: EffectId | None = None
        before: EffectId | None = None
        while in_a_row < _ALL_THERE and len(server.known) < _MOST and (page := await self._made(before, _PAGE)):
            for one in page:
                if one.event is None:
                    silent.append(one)
                    continue
                is_there = await _is_there(server, one)
                place = place_of(one)
                if is_there is False:
                    older, in_a_row = None, 0
                    here = found.setdefault(_room_of(one), _Lost())
                    here.calls.append(one)
                    if not place or place not in settled:
                        here.newest_in_place.append(one)
                elif is_there and one.effect < until:
                    older = older or one.effect
                    in_a_row += 1
                if place:
                    settled.add(place)
                if in_a_row >= _ALL_THERE:
                    break
            before = page[-1].effect
        for one in silent:
            # Between the last event that is there and the first that is gone nobody knows.
            if one.effect > (older or 0) and isinstance(one.call, PinEvent | RedactEvent | DescribeCommand):
                found.setdefault(one.call.room, _Lost()).newest_in_place.append(one)
        return found

    async def _look_in(self, room: RoomId, missed: _Lost, server: _Homeserver) -> None:
        mailboxes = [mailbox.id for mailbox in self.step.settings.known.mailboxes if mailbox.room == room]
        lost_posts = frozenset(one.event for one in missed.posts if one.event is not None)
        concerned, gone = await self._conversations(room, mailboxes, missed, server)
        async with self.step.database.read() as tx:
            board = await slots.get(tx, board_timer(room))
        if board is not None and board[0] == room and await server.has(*board) is False:
            gone.append(board[1])
        gone = list(dict.fromkeys((*gone, *lost_posts)))
        shown = frozenset(one.id for one in concerned)
        again = await self._again(room, missed, frozenset(gone), shown, server)
        if not gone and not missed.calls and not again:
            return
        _log.warning("homeserver_put_back", room=room, events=len(gone), conversations=len(concerned), again=len(again))
        numbers = tuple(sorted(one.id for one in concerned))
        calls = tuple(one.effect for one in missed.calls)
        await self.step.take(EventsLost(room, tuple(gone), numbers, self.step.clock.now(), calls, again))

    async def _conversations(
        self, room: RoomId, mailboxes: Sequence[MailboxId], missed: _Lost, server: _Homeserver
    ) -> tuple[list[Conversation], list[EventId]]:
        """Those that are posted anew, and what of them is gone: what waits, and whatever else lost a card or a mail."""
        numbers = dict.fromkeys(one.conversation for one in missed.posts if one.conversation is not None)
        async with self.step.database.read() as tx:
            waiting = await conversations.to_do_in(tx, room, mailboxes, _CONVERSATIONS)
            others = await conversations.several(tx, list(numbers)[:_CONVERSATIONS])
        newest_first = sorted(waiting, key=lambda one: one.changed_at, reverse=True)
        concerned: list[Conversation] = []
        gone: list[EventId] = []
        for number, conversation in enumerate(newest_first):
            lost_here = await self._lost_of(conversation, missed, server)
            if not lost_here and not concerned and number >= _SAMPLE:
                # A homeserver that was put back lost the newest first.
                break
            if lost_here:
                concerned.append(conversation)
                gone += lost_here
        known = {one.id for one in concerned}
        for conversation in others:
            if conversation.id not in known and conversation.room == room:
                lost_here = await self._lost_of(conversation, missed, server)
                concerned += [conversation] if lost_here else []
                gone += lost_here
        return concerned, gone

    async def _lost_of(self, conversation: Conversation, missed: _Lost, server: _Homeserver) -> list[EventId]:
        """Its events that are gone: those known as such, and the newest up to the first that is there; all, where its
        card is gone."""
        async with self.step.database.read() as tx:
            own = await lost.own_events(tx, conversation.room, conversation.id, _EVENTS)
        known = {one.event for one in missed.posts if one.conversation == conversation.id}
        gone = [event for event in own if event in known]
        for event in own:
            if event in known:
                continue
            if await server.has(conversation.room, event) is not False:
                break
            gone.append(event)
        root = conversation.root
        if root is not None and (root in gone or await server.has(conversation.room, root) is False):
            # Something was posted since: nobody finds it in the thread of a card that is gone.
            return [root, *(event for event in own if event != root)]
        return gone

    async def _again(
        self,
        room: RoomId,
        missed: _Lost,
        gone: frozenset[EventId],
        shown: frozenset[ConversationId],
        server: _Homeserver,
    ) -> tuple[EffectId, ...]:
        """What is to be made once more, oldest first; nothing in the thread of a card that does not come back."""
        found = []
        for one in missed.newest_in_place:
            thread = one.call.thread_of if isinstance(one.call, SendEvent) else None
            if thread is not None and thread not in shown and (one.root is None or one.root in gone):
                continue
            base = stands_on(one, gone)
            is_there = base is not None and base not in gone and await server.has(room, base)
            if is_there or stands_by_itself(one, gone):
                found.append(one.effect)
        return tuple(sorted(found))


def _sampled(made: Sequence[MadeCall]) -> list[MadeCall]:
    """Each of the newest, then at growing distances."""
    places, place = list(range(min(_CLOSELY, len(made)))), _CLOSELY
    while place < len(made):
        places.append(place)
        place += max(place // 3, 1)
    return [made[one] for one in places]


def _room_of(made: MadeCall) -> RoomId:
    assert isinstance(made.call, SendEvent), "only these become events"
    return made.call.room


async def _is_there(server: _Homeserver, made: MadeCall) -> bool | None:
    assert made.event is not None
    return await server.has(_room_of(made), made.event)
