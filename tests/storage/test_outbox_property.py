"""Whatever is planned, claimed, put off, taken back or cut off: the outbox does as a simple model says."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text

from bot.domain.calls import Priority, SendEvent
from bot.domain.ids import ConversationId, EffectId, EventId
from storage import conversations, outbox
from storage.database import Database
from storage.outbox import End, State
from tests.storage.made import conversation, later, planned, posted

T = TypeVar("T")
LANES = st.sampled_from(["", "", "a", "b"])
SLOTS = st.sampled_from(["", "card", "board"])
KEYS = st.sampled_from(["", "", "k1"])
PRIORITIES = st.sampled_from([one for one in Priority if one is not Priority.DESCRIPTION])
SECONDS = st.sampled_from([0, 0, 0, 1, 3])


@dataclass
class Expected:
    """One call as it should be."""

    lane: str
    slot: str
    key: str
    priority: int
    due: int
    content: str
    in_thread: bool
    turn: int
    """All calls are of one mailbox: in the order in which they were planned, or hurried."""
    state: State = State.OPEN
    attempt: int = 0
    failures: int = 0

    @property
    def is_unfinished(self) -> bool:
        return self.state in (State.OPEN, State.SENDING)

    @property
    def is_untried(self) -> bool:
        return self.state is State.OPEN and self.attempt == 0


class Outbox(RuleBasedStateMachine):
    """Runs the real outbox beside the model."""

    url = ""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.calls: dict[int, Expected] = {}
        self.now = 0
        self.has_root = False
        self.contents = 0
        self.claimed_contents: dict[int, set[str]] = {}

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    @initialize()
    def start(self) -> None:
        self.run(self._start())

    async def _start(self) -> None:
        self.database = await Database.open(self.url, migrate=False)
        async with self.database.write() as tx:
            for table in (
                "outbox_calls",
                "outbox",
                "conversations",
                "counters",
                "tallies",
                "followers",
                "tagged",
                "starred",
            ):
                await tx.run(text(f"DELETE FROM {table}"))
            await conversations.save(tx, conversation(1))

    def teardown(self) -> None:
        try:
            if hasattr(self, "database"):
                self.run(self._drain())
                self.run(self.database.close())
        finally:
            self.loop.close()

    async def _drain(self) -> None:
        """In the end every call that was not taken back is made: nothing is lost, nothing is stuck."""
        async with self.database.write() as tx:
            await conversations.set_root(tx, ConversationId(1), EventId("$root"))
            await outbox.reopen(tx, ["chat"])
        unfinished = {number for number, call in self.calls.items() if call.is_unfinished}
        made: list[int] = []
        while len(made) < len(unfinished):
            async with self.database.write() as tx:
                some = await outbox.claim(tx, channels=["chat"], now=later(self.now + 100), limit=3, owner="me")
                for one in some:
                    await outbox.close(tx, one.effect, End.DONE, "", later(self.now))
            assert some, f"stuck: {unfinished - set(made)}"
            made.extend(one.effect for one in some)
        assert set(made) == unfinished
        for lane in ("a", "b"):
            in_lane = [number for number in made if self.calls[number].lane == lane]
            assert in_lane == sorted(in_lane)

    # --- what may happen --------------------------------------------------------------------------------------------

    @rule(lane=LANES, slot=SLOTS, key=KEYS, priority=PRIORITIES, delay=SECONDS, in_thread=st.booleans())
    def plan(self, lane: str, slot: str, key: str, priority: Priority, delay: int, in_thread: bool) -> None:
        self.contents += 1
        new = Expected(
            lane=lane,
            slot=slot,
            key=key or slot,
            priority=priority.value,
            due=self.now + delay,
            content=str(self.contents),
            in_thread=in_thread,
            turn=self.contents,
        )
        call = posted(new.content, slot=slot, thread_of=1 if in_thread else None)
        plan = planned(call, lane=lane, key=key, priority=priority, delay_seconds=float(delay))

        async def add() -> EffectId:
            async with self.database.write() as tx:
                return await outbox.add(tx, plan, later(self.now))

        effect = self.run(add())
        waiting = [number for number, old in self.calls.items() if slot and old.slot == slot and old.is_untried]
        if waiting:
            assert effect == waiting[0]
            old = self.calls[effect]
            turn = new.turn if new.priority < old.priority else old.turn
            new = replace(new, due=min(new.due, old.due), priority=min(new.priority, old.priority), turn=turn)
        else:
            assert effect not in self.calls
        self.calls[effect] = new

    @rule(limit=st.sampled_from([1, 3, 100]))
    def claim(self, limit: int) -> None:
        async def claim() -> tuple[outbox.Claimed, ...]:
            async with self.database.write() as tx:
                return await outbox.claim(tx, channels=["chat"], now=later(self.now), limit=limit, owner="me")

        free = [number for number, call in self.calls.items() if self._may_go(number, call)]
        expected = sorted(free, key=lambda number: (self.calls[number].priority, self.calls[number].turn))[:limit]
        found = self.run(claim())
        assert [one.effect for one in found] == expected
        for one in found:
            call = self.calls[one.effect]
            call.state, call.attempt = State.SENDING, call.attempt + 1
            assert isinstance(one.planned.call, SendEvent)
            self.claimed_contents.setdefault(one.effect, set()).add(one.planned.call.content)
            assert (one.attempt, one.failures) == (call.attempt, call.failures)

    def _may_go(self, number: int, call: Expected) -> bool:
        if call.state is not State.OPEN or call.due > self.now or (call.in_thread and not self.has_root):
            return False
        others = [(other, one) for other, one in self.calls.items() if other != number and one.is_unfinished]
        before = [
            one
            for other, one in others
            if (other < number or one.state is State.SENDING)
            and ((call.lane and one.lane == call.lane) or (call.slot and one.slot == call.slot))
        ]
        return not before

    def _sending(self) -> list[int]:
        return [number for number, call in self.calls.items() if call.state is State.SENDING]

    @precondition(lambda self: self._sending())
    @rule(data=st.data(), end=st.sampled_from([End.DONE, End.REFUSED, End.UNKNOWN]))
    def end(self, data: st.DataObject, end: End) -> None:
        number = data.draw(st.sampled_from(self._sending()))

        async def close() -> None:
            async with self.database.write() as tx:
                await outbox.close(tx, EffectId(number), end, "", later(self.now))

        self.run(close())
        self.calls[number].state = State(end.value)

    @precondition(lambda self: self._sending())
    @rule(data=st.data(), delay=SECONDS, counts=st.booleans())
    def put_off(self, data: st.DataObject, delay: int, counts: bool) -> None:
        number = data.draw(st.sampled_from(self._sending()))

        async def retry() -> None:
            async with self.database.write() as tx:
                await outbox.retry(tx, EffectId(number), later(self.now + delay), counts, "why")

        self.run(retry())
        call = self.calls[number]
        call.state, call.due, call.failures = State.OPEN, self.now + delay, call.failures + counts

    @rule(key=st.sampled_from(["k1", "card", "board"]))
    def take_back(self, key: str) -> None:
        async def cancel() -> bool:
            async with self.database.write() as tx:
                return await outbox.cancel(tx, key, later(self.now))

        untried = [call for call in self.calls.values() if call.key == key and call.is_untried]
        assert self.run(cancel()) == bool(untried)
        for call in untried:
            call.state = State.CANCELLED

    @rule()
    def post_the_card(self) -> None:
        async def set_root() -> None:
            async with self.database.write() as tx:
                await conversations.set_root(tx, ConversationId(1), EventId("$root"))

        self.run(set_root())
        self.has_root = True

    @rule(seconds=SECONDS)
    def wait(self, seconds: int) -> None:
        self.now += seconds

    @rule()
    def die_and_start_again(self) -> None:
        async def restart() -> int:
            await self.database.close()
            self.database = await Database.open(self.url, migrate=False)
            async with self.database.write() as tx:
                return await outbox.reopen(tx, ["chat"])

        assert self.run(restart()) == len(self._sending())
        for number in self._sending():
            self.calls[number].state = State.OPEN

    # --- what always holds ------------------------------------------------------------------------------------------

    @invariant()
    def never_two_of_a_lane_or_a_slot(self) -> None:
        for name in ("lane", "slot"):
            busy = [getattr(self.calls[number], name) for number in self._sending()]
            named = [one for one in busy if one]
            assert len(named) == len(set(named))

    @invariant()
    def what_was_tried_never_changed(self) -> None:
        assert all(len(contents) == 1 for contents in self.claimed_contents.values())

    @invariant()
    def nothing_taken_back_was_tried(self) -> None:
        assert not any(call.state is State.CANCELLED and call.attempt for call in self.calls.values())


def test_the_outbox_does_as_the_model_says(url: str) -> None:
    class Here(Outbox):
        pass

    Here.url = url
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=30 if url.startswith("sqlite") else 10,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
