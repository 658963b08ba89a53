"""Makes the story of a failing seed short: steps are left out as long as it fails in the same way."""

import re
from collections.abc import Callable
from dataclasses import replace

from tests.simulation.story import Story

_MOST_RUNS = 250


def kind_of(sentence: str) -> str:
    """What is broken, without which of several it is."""
    return re.sub(r"\S*[\d@]\S*|\[.*?\]", "…", sentence)


def shrunk(story: Story, fails: Callable[[Story], bool]) -> Story:
    """The shortest story that was found; `fails` plays one."""
    runs, size = 0, max(len(story.steps) // 2, 1)
    while True:
        start, is_shorter = 0, False
        while start < len(story.steps) and runs < _MOST_RUNS:
            fewer = replace(story, steps=story.steps[:start] + story.steps[start + size :])
            runs += 1
            if fails(fewer):
                story, is_shorter = fewer, True
            else:
                start += size
        if runs >= _MOST_RUNS or (size == 1 and not is_shorter):
            return story
        size = max(size // 2, 1)
