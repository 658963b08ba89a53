"""A question that waits for its answer."""

import pytest

from tests.domain.deciding import World
from tests.fakes.chat import BOB


@pytest.fixture
def world() -> World:
    """Bob has just answered; Alice, who wrote the same minute, was asked back."""
    made = World()
    made.comes()
    made.says("!reply Bonjour", sender=BOB)
    made.says("!reply Bonsoir")
    assert made.said() == ["question.colleague_replied", "question.confirm"]
    return made
