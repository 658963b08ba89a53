"""Sixty stories, each of a whole bot among faults: nothing is lost, doubled, or sent to whom nobody meant."""

import os
import sys
from pathlib import Path

import pytest

from bot.demo.servers.process import run_to_end

SEEDS = int(os.environ.get("POSTROOM_SEEDS", "60"))
_LONGEST = 1500
"""Seconds: a minute and a half on two quiet cores; the rest of the suite may run beside it."""


@pytest.mark.timeout(_LONGEST)
async def test_what_must_hold_holds_in_every_story() -> None:
    command = [sys.executable, "-m", "tests.simulation", "--seeds", str(SEEDS)]
    await run_to_end(command, cwd=Path(__file__).parents[2], timeout=_LONGEST)
