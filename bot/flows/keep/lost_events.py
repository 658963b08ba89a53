"""Asks the homeserver whether it still has what we posted; after a restore of the homeserver some of it is gone."""

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
"""Conversations of a room that are asked about; others show their cards again when something happens to them."""
_EVENTS = 30
"""Events of a conversation that are asked about, newest first."""
_SAMPLE = 3
"""Conversations that are asked about where nothing is gone: those that changed last."""
_CLOSELY = 24
"""Calls made last of which each is asked about; of those before fewer and fewer. The newest may be there although
others are gone, because something was posted since the homeserver came back: in a busy room more than twelve (seed 185
of the simulation)."""
_BACK = 200
"""Newest calls among which the first look chooses those that it asks about."""
_PAGE = 200
_ALL_THERE = 30
"""Calls in a row whose events are there, after which the calls before them are older than the backup."""
_MOST = 5000
"""Calls that are asked about in all."""


@dataclass(slots=True)
class _Homeserver:
    """The homeserver's word on each event, asked for once."""

    chat: Chat
    known: dict[tuple[RoomId, EventId], bool | None] = field(default_factory=dict)

    async def has(self, room: RoomId, event: EventId) -> bool | None:
        """Whether the homeserver has an event; None where it does not say. Raises: Unavailable."""
        place = (room, event)
        if place not in self.known:
            self.known[place] = await self.chat.has_event(room, event)
        return self.known[place]


@dataclass(slots=True)
class _Lost:
    """Calls of one room whose events are gone, and calls of the same time that left no event; newest first."""

    calls: list[MadeCall] = field(default_factory=list)
    newest_in_place: list[MadeCall] = field(default_factory=list)
    """The calls without a later call for the same place that is still there."""

    @property
    def posts(self) -> list[MadeCall]:
        return [one for one in self.calls if one.event is not None and is_post(one)]


@dataclass(slots=True)
class LostEvents:
    """Looks for events of ours that the homeserver lost."""

    chat: Chat
    step: Step

    async def look(self) -> None:
        """Ask for our newest events; in each room also for its conversations, where an event is gone or few are known.

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
        """The lost calls by room, from the newest call back to where all events are there, at least to `until`."""
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
            # Nobody knows of calls between the last event that is there and the first that is gone: they count as lost.
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
        """The conversations to post anew, and their lost events: waiting ones, and others without a card or a mail."""
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
                # A restore loses the newest events first.
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
        """The lost events of a conversation: those known as lost, and the newest up to the first that is there; all of
        them where the card is gone."""
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
            # Nobody finds later events in the thread of a card that is gone.
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
        """The calls to make again, oldest first; none in the thread of a card that does not come back."""
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
    """Each of the newest calls, then calls at growing distances."""
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
