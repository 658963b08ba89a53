"""Who wants to be alone waits for the others, and keeps new ones out."""

import asyncio

from bot.flows.step.gate import Gate


async def test_one_alone_waits_for_those_within_and_keeps_others_out() -> None:
    gate, seen = Gate(), list[str]()
    may_end = asyncio.Event()

    async def among(name: str) -> None:
        async with gate.among_others():
            seen.append(f"{name} in")
            await may_end.wait()
            seen.append(f"{name} out")

    async def alone(name: str) -> None:
        async with gate.alone():
            seen.append(f"{name} in")
            await asyncio.sleep(0)
            seen.append(f"{name} out")

    tasks = [asyncio.create_task(among("a")), asyncio.create_task(among("b"))]
    await asyncio.sleep(0)
    tasks += [asyncio.create_task(alone("x")), asyncio.create_task(alone("y"))]
    await asyncio.sleep(0)
    tasks.append(asyncio.create_task(among("late")))
    await asyncio.sleep(0)
    assert seen == ["a in", "b in"]
    may_end.set()
    async with asyncio.timeout(20):
        await asyncio.gather(*tasks)
    assert sorted(seen[2:4]) == ["a out", "b out"]
    assert seen[4:] == ["x in", "x out", "y in", "y out", "late in", "late out"]


async def test_one_who_gives_up_waiting_lets_the_others_in() -> None:
    gate = Gate()
    async with gate.among_others():
        waiting = asyncio.create_task(_alone(gate))
        await asyncio.sleep(0)
        late = asyncio.create_task(_among(gate))
        await asyncio.sleep(0)
        waiting.cancel()
        async with asyncio.timeout(20):
            await late


async def _alone(gate: Gate) -> None:
    async with gate.alone():
        pass


async def _among(gate: Gate) -> None:
    async with gate.among_others():
        pass
