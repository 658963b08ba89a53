"""A fault of ours in the decision on some inputs."""

from collections.abc import Callable
from datetime import datetime

import pytest

from bot.domain.decision import Decision
from bot.domain.inputs import Input
from bot.domain.snapshots import Snapshot
from bot.domain.stories import table
from bot.flows.step import step


def fails_on(patches: pytest.MonkeyPatch, is_wanted: Callable[[Input], bool]) -> None:
    """Until `patches` is undone, these inputs are not decided; all others are."""

    def decide(snapshot: Snapshot, input: Input, now: datetime) -> Decision:
        if is_wanted(input):
            raise ZeroDivisionError
        return table.decide(snapshot, input, now)

    patches.setattr(step, "decide", decide)
