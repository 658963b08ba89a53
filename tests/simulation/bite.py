"""`python -m tests.simulation.bite`: shows that the simulation bites.

Puts old faults back (`bites/*.patch`), one at a time, in a copy of the house, and says which seed finds each first.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

_HOUSE = Path(__file__).parent.parent.parent
_SEEDS = 300


def main() -> int:
    found = [_first(patch) for patch in sorted((Path(__file__).parent / "bites").glob("*.patch"))]
    return 0 if all(found) else 1


def _first(patch: Path) -> bool:
    """Whether a seed finds it."""
    with tempfile.TemporaryDirectory() as folder:
        for part in ("bot", "storage", "tests"):
            shutil.copytree(_HOUSE / part, Path(folder) / part, ignore=shutil.ignore_patterns("node_modules"))
        subprocess.run(["git", "apply", str(patch)], cwd=folder, check=True)
        played = subprocess.Popen(
            [sys.executable, "-m", "tests.simulation", "--seeds", str(_SEEDS), "--jobs", "1", "--worker", "0"],
            cwd=folder,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONHASHSEED": "0"},
        )
        assert played.stdout is not None
        with played:
            for line in played.stdout:
                seed = json.loads(line)
                if seed["broken"]:
                    played.terminate()
                    print(f"{patch.stem}: seed {seed['seed']}: {seed['broken'][0]}", flush=True)
                    return True
    print(f"{patch.stem}: not found in {_SEEDS} seeds", flush=True)
    return False


if __name__ == "__main__":
    sys.exit(main())
