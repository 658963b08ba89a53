"""A day of fifty conversations, worked by two people with Element's SDK; what it costs the room is counted."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

import pytest

from bot.demo.matrix_user import RoomEvent
from bot.demo.servers.dovecot import Dovecot
from bot.demo.servers.synapse import Synapse
from tests.e2e.house import TEAM_PASSWORD, WAIT, Case, Desk, House, housed, until
from tests.e2e.letters import id_of, letter, new_id
from tests.e2e.push_gateway import PushGateway
from tests.e2ee.conftest import NewElement
from tests.e2ee.element import Element
from tests.e2ee.test_trust import localpart

CONVERSATIONS = 50


@dataclass(frozen=True, slots=True)
class Cost:
    """Of a part of the day, for each job of it."""

    jobs: int
    events: Counter[str]
    """Of the bot, by what they are; without the board."""
    lines: int
    """New lines in the main timeline, whoever wrote them."""
    rings: int
    """Of the bot's events, on each phone."""

    def __str__(self) -> str:
        each = sum(self.events.values()) / self.jobs
        kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(self.events.items()))
        return f"{self.jobs} jobs, {each:.2f} events each ({kinds}), {self.lines} lines, {self.rings} rings"


@dataclass(slots=True)
class Day:
    """The room of a desk, its two people at their clients, and their phones."""

    house: House
    desk: Desk
    alice: Element
    bob: Element
    phones: PushGateway
    counted: set[str] = field(default_factory=set)
    rung: int = 0

    async def part(self, name: str, jobs: int, done: Callable[[], Awaitable[bool]]) -> Cost:
        """What happened in the room since the last part, once all of it is done and nothing more comes."""
        await until(done, name)
        await self._still()
        every = await self._all()
        fresh = [one for one in every if one.event_id not in self.counted]
        self.counted |= {one.event_id for one in fresh}
        by_bot = [one for one in fresh if one.sender == self.house.bot_id and one.state_key is None]
        events = Counter(_kind(one) for one in by_bot if _kind(one) != "board")
        rings = self._rings(every)
        cost = Cost(jobs, events, sum(1 for one in fresh if _is_line(one)), rings - self.rung)
        self.rung = rings
        print(f"{name}: {cost}")
        return cost

    async def _all(self) -> list[RoomEvent]:
        return await self.house.alice.messages(self.desk.room, limit=5000)

    async def _still(self) -> None:
        """Nothing new of the bot for a while: marks and edits come after what they belong to."""
        before = -1
        while before != (now := len(await self._all())):
            before = now
            await asyncio.sleep(3)

    def _rings(self, every: list[RoomEvent]) -> int:
        """The rings of bob's phone by the bot; alice's phone rings as often, or the day is not even."""
        ours = {one.event_id for one in every if one.sender == self.house.bot_id}
        heard = [[r for r in self.phones.rings.get(who.user_id, []) if r.event in ours] for who in self._people()]
        assert len(heard[0]) == len(heard[1])
        return len(heard[0])

    def _people(self) -> tuple[Element, Element]:
        return self.alice, self.bob


def _kind(event: RoomEvent) -> str:
    if event.type == "m.reaction":
        return "reaction"
    return f"edit of {event.kind}" if event.replaces is not None and event.kind != "board" else event.kind or event.type


def _is_line(event: RoomEvent) -> bool:
    """Whether a client shows it as a line of its own in the room's timeline."""
    is_message = event.type == "m.room.message" and event.state_key is None
    return is_message and event.thread is None and event.replaces is None and event.kind != "board"


@asynccontextmanager
async def _begun(synapse: Synapse, dovecot: Dovecot, new_element: NewElement) -> AsyncIterator[Day]:
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(housed(synapse, dovecot))
        phones = await stack.enter_async_context(PushGateway.started())
        for member in (house.alice, house.bob):
            await phones.listen(member)
        alice, bob = [
            await new_element("", user=localpart(member.user_id), password=TEAM_PASSWORD)
            for member in (house.alice, house.bob)
        ]
        (desk,) = house.desks
        day = Day(house, desk, alice, bob, phones)
        day.counted = {one.event_id for one in await day._all()}
        yield day


async def _arrived(day: Day) -> list[Case]:
    raws = {}
    for number in range(CONVERSATIONS):
        raw = letter(to=day.desk.address, id=new_id(), subject=f"Une question {number}", text=f"Bonjour, {number} ?")
        raws[id_of(raw)] = raw
        await day.house.deliver(day.desk, raw)
    mails = await day.house.mail_count(day.desk, CONVERSATIONS, timeout=3 * WAIT)
    cases = []
    for mail in mails:
        assert mail.thread is not None
        cases.append(Case(day.house, day.desk, mail.thread, mail, str(mail.postroom["message_id"])))
    assert {one.message_id for one in cases} == set(raws)
    return cases


def _cards(day: Day, cases: list[Case], key: str, *wanted: object) -> Callable[[], Awaitable[bool]]:
    async def says() -> bool:
        await day.house.alice.sync()
        now = [day.house.alice.current(day.desk.room, one.thread) for one in cases]
        return all(one is not None and one.postroom.get(key) in wanted for one in now)

    return says


async def _by_both(day: Day, cases: list[Case], what: Callable[[Element, Case], Awaitable[object]]) -> None:
    """Alice works on every other one, bob on the rest, side by side."""

    async def one_person(who: Element, mine: list[Case]) -> None:
        for case in mine:
            await what(who, case)

    await asyncio.gather(one_person(day.alice, cases[::2]), one_person(day.bob, cases[1::2]))


@pytest.mark.slow
@pytest.mark.timeout(420)
async def test_a_day_of_fifty_conversations_costs_the_room_what_is_promised(
    synapse: Synapse, dovecot: Dovecot, new_element: NewElement
) -> None:
    async with _begun(synapse, dovecot, new_element) as day:
        room, house = day.desk.room, day.house

        async def say(who: Element, case: Case, text: str) -> None:
            await who.do("say", room=room, text=text, thread=case.thread)

        async def react(who: Element, case: Case, key: str) -> None:
            await who.do("react", room=room, event=case.thread, key=key)

        cases = await _arrived(day)
        arrived = await day.part("mails in", CONVERSATIONS, _cards(day, cases, "status", "active"))
        # The card rings, its mail does not; two events, and one that turns the words black.
        assert arrived.rings == CONVERSATIONS
        assert (arrived.events["conversation"], arrived.events["mail"]) == (CONVERSATIONS, CONVERSATIONS)
        assert arrived.lines <= CONVERSATIONS + 2 and sum(arrived.events.values()) <= 4 * CONVERSATIONS

        taken = cases[:20]
        await _by_both(day, taken, lambda who, case: react(who, case, "✋"))
        people = (day.alice.user_id, day.bob.user_id)
        cost = await day.part("✋", len(taken), _cards(day, taken, "assignee", *people))
        assert cost.events == Counter({"edit of conversation": len(taken)}) and (cost.lines, cost.rings) == (0, 0)

        answered = cases[:30]
        await _by_both(day, answered, lambda who, case: say(who, case, f"!reply Bonjour, **oui**, #{case.number}."))

        async def left() -> bool:
            return len(house.sink.received) == len(answered) and await _cards(day, answered, "status", "pending")()

        cost = await day.part("!reply", len(answered), left)
        # The outgoing mail, its state, the card, a mark at most.
        assert sum(cost.events.values()) <= 4 * len(answered) and (cost.lines, cost.rings) == (0, 0)
        assert len({tuple(mail.recipients) for mail in house.sink.received}) == 1

        thanked = cases[:10]
        for case in thanked:
            raw = letter(to=day.desk.address, id=new_id(), text="Merci !", answers=case.message_id)
            await house.deliver(day.desk, raw)
        cost = await day.part("answers from outside", len(thanked), _cards(day, thanked, "status", "active"))
        assert cost.rings == len(thanked) and cost.events["mail"] == len(thanked) and cost.lines <= len(thanked)

        noted = cases[30:36]
        await _by_both(day, noted, lambda who, case: say(who, case, "!note Tarif réduit."))
        await _by_both(day, noted, lambda who, case: say(who, case, "Seen, family rate."))
        later = cases[36:40]
        await _by_both(day, later, lambda who, case: react(who, case, "⏳"))
        cost = await day.part("⏳", len(later), _cards(day, later, "status", "pending"))
        assert (cost.lines, cost.rings) == (0, 0)

        spam = cases[40:44]
        await _by_both(day, spam, lambda who, case: react(who, case, "🚫"))
        cost = await day.part("🚫", len(spam), _cards(day, spam, "status", "spam"))
        assert cost.events == Counter({"edit of conversation": len(spam)}) and (cost.lines, cost.rings) == (0, 0)

        closed = [*cases[:30], *cases[44:]]
        await _by_both(day, closed, lambda who, case: react(who, case, "✅"))
        cost = await day.part("✅", len(closed), _cards(day, closed, "status", "closed"))
        assert cost.events == Counter({"edit of conversation": len(closed)}) and (cost.lines, cost.rings) == (0, 0)
        # Mails that come at once need not be delivered in the order of their numbers: each has its card, and one alone.
        cards = [one.postroom["conversation"] for one in house.posted(room, "conversation")]
        assert sorted(cards) == sorted(one.number for one in cases)
