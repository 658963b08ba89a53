"""`python -m tests.storage.standing_still URL`: transactions under a time limit, while somebody stops this process for a while.

Says `ready`, and `goes on` once every worker has done what it does three times after the process stood still.
"""

import asyncio
import sys
from collections import Counter

from storage import seen
from storage.database import Conflict, Database, StorageAway

_WORKERS = 9
_STOOD = 5.0
"""Seconds: no turn of the loop takes so long otherwise."""


async def _work(database: Database, number: int, done: Counter[int]) -> None:
    while True:
        try:
            async with asyncio.timeout(5), database.write() as tx:
                await seen.was_seen(tx, "event:$a")
                if number % 2:
                    await asyncio.sleep(0.02)
                await seen.was_seen(tx, "event:$b")
            done[number] += 1
        except (TimeoutError, StorageAway, Conflict):
            pass
        await asyncio.sleep(0.001)


async def _main(url: str) -> None:
    database = await Database.open(url, migrate=False)
    done: Counter[int] = Counter()
    loop = asyncio.get_running_loop()
    async with asyncio.TaskGroup() as tasks:
        workers = [tasks.create_task(_work(database, number, done)) for number in range(_WORKERS)]
        print("ready", flush=True)
        before = loop.time()
        while (now := loop.time()) - before < _STOOD:
            before = now
            await asyncio.sleep(0.1)
        done.clear()
        while min(done[number] for number in range(_WORKERS)) < 3:
            await asyncio.sleep(0.1)
        print("goes on", flush=True)
        for worker in workers:
            worker.cancel()
    await database.close()


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1]))
