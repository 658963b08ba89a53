"""Some hundred stories, each of a whole bot among faults: nothing is lost, doubled, or sent to whom nobody meant."""

import os
import subprocess
import sys

import pytest

SEEDS = int(os.environ.get("POSTROOM_SEEDS", "200"))


@pytest.mark.timeout(900)
def test_what_must_hold_holds_in_every_story() -> None:
    played = subprocess.run(
        [sys.executable, "-m", "tests.simulation", "--seeds", str(SEEDS)], capture_output=True, text=True, check=False
    )
    assert played.returncode == 0, played.stdout + played.stderr
