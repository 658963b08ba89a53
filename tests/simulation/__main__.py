"""`python -m tests.simulation --seeds 1000`: plays that many stories, two at a time, and tells which do not hold."""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

_RUN = [sys.executable, "-m", "tests.simulation"]
_SHRUNK = 5
"""So many kinds of failures are made short."""


def main() -> int:
    arguments = _arguments()
    if arguments.worker is not None:
        return _work(range(arguments.first + arguments.worker, arguments.first + arguments.seeds, arguments.jobs))
    if arguments.story is not None:
        return _tell(arguments.story)
    return _share(arguments.first, arguments.seeds, arguments.jobs)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--story", type=int, help="play one seed, make its story short where it fails, and tell it")
    parser.add_argument("--worker", type=int, help=argparse.SUPPRESS)
    return parser.parse_args()


def _environment() -> dict[str, str]:
    # The order of sets is part of a run.
    return {**os.environ, "PYTHONHASHSEED": "0"}


def _share(first: int, seeds: int, jobs: int) -> int:
    """All seeds, over so many processes."""
    began = time.perf_counter()
    common = [*_RUN, "--seeds", str(seeds), "--first", str(first), "--jobs", str(jobs), "--worker"]
    workers = [
        subprocess.Popen([*common, str(number)], stdout=subprocess.PIPE, text=True, env=_environment())
        for number in range(jobs)
    ]
    failed: dict[int, list[str]] = {}
    digests: dict[int, str] = {}
    played = 0
    for line in _lines(workers):
        found = json.loads(line)
        played += 1
        digests[found["seed"]] = found["digest"]
        if found["broken"]:
            failed[found["seed"]] = found["broken"]
            print(f"seed {found['seed']}: {'; '.join(found['broken'][:3])}", flush=True)
    seconds = time.perf_counter() - began
    print(f"{played} seeds in {seconds:.0f} s: {played / seconds:.1f} a second; {len(failed)} do not hold")
    if played != seeds:
        print(f"{seeds - played} seeds were not played: a process ended before its time")
    from tests.simulation.shrink import kind_of

    whole = hashlib.sha256("".join(digests[seed] for seed in sorted(digests)).encode()).hexdigest()[:16]
    print(f"digest {whole}")
    kinds = Counter(kind_of(broken[0]) for broken in failed.values())
    for kind, count in kinds.most_common(_SHRUNK):
        seed = next(seed for seed, broken in failed.items() if kind_of(broken[0]) == kind)
        print(f"\n{count} times: {kind}", flush=True)
        subprocess.run([*_RUN, "--story", str(seed)], env=_environment(), check=False)
    return 1 if failed or played != seeds else 0


def _lines(workers: list[subprocess.Popen[str]]) -> Iterator[str]:
    """What the workers say, whoever says it first."""
    import selectors

    with selectors.DefaultSelector() as heard:
        for worker in workers:
            assert worker.stdout is not None
            heard.register(worker.stdout, selectors.EVENT_READ)
        while heard.get_map():
            for key, _ in heard.select():
                line = key.fileobj.readline()  # type: ignore[union-attr]
                if line:
                    yield line
                else:
                    heard.unregister(key.fileobj)


def _stage() -> tuple[Path, Path]:
    """A folder for the runs, and in it a migrated database."""
    from tests.simulation.play import install

    install()
    # The database's own token is part of what is seen.
    os.urandom = random.Random("template").randbytes
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="simulation-", dir=memory if memory.is_dir() else None))
    template = folder / "template.db"
    asyncio.run(_migrated(f"sqlite:///{template}"))
    return folder, template


async def _migrated(url: str) -> None:
    from storage.database import Database

    await (await Database.open(url)).close()


def _work(seeds: range) -> int:
    folder, template = _stage()
    try:
        from tests.simulation.play import play
        from tests.simulation.story import story_of

        for seed in seeds:
            run = folder / "run"
            ended = play(story_of(seed), run, template)
            found = {"seed": seed, "broken": ended.broken, "digest": ended.digest}
            print(json.dumps(found), flush=True)
            shutil.rmtree(run)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def _tell(seed: int) -> int:
    """One seed: its story, short where it fails."""
    folder, template = _stage()
    try:
        from tests.simulation.play import Ended, play
        from tests.simulation.shrink import kind_of, shrunk
        from tests.simulation.story import Story, story_of

        def ended(story: Story) -> Ended:
            shutil.rmtree(folder / "run", ignore_errors=True)
            return play(story, folder / "run", template)

        story = story_of(seed)
        first = ended(story)
        if first.broken:
            kind = kind_of(first.broken[0])
            story = shrunk(story, lambda fewer: kind in {kind_of(one) for one in ended(fewer).broken})
        last = ended(story)
        print(f"seed {seed}: {'; '.join(last.broken) or 'all holds'}\n{story}")
        return 1 if first.broken else 0
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
