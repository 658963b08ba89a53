"""`follow`, `unfollow`, and 👀: a person is told of every news of a conversation, or no longer."""

from bot.domain.command import Answer, Asked, Command, Right
from bot.domain.decision import together
from bot.domain.rules import moves


def _follow(asked: Asked) -> Answer:
    return together(moves.follow(one, asked.person, follows=True, now=asked.now) for one in asked.about)


def _unfollow(asked: Asked) -> Answer:
    return together(moves.follow(one, asked.person, follows=False, now=asked.now) for one in asked.about)


FOLLOW = Command("follow", "self", _follow, takes_several=True, leaves_deed=True, french=("suivre",), right=Right.READ)
UNFOLLOW = Command(
    "unfollow", "self", _unfollow, takes_several=True, leaves_deed=True, french=("délaisser",), right=Right.READ
)
