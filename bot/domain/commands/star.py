"""`star` and `unstar`: a person keeps a conversation at hand, for oneself; nobody else sees it."""

from bot.domain.command import Answer, Asked, Command, Right
from bot.domain.decision import together
from bot.domain.rules import moves


def _star(asked: Asked) -> Answer:
    return together(moves.star(one, asked.person, is_starred=True, now=asked.now) for one in asked.about)


def _unstar(asked: Asked) -> Answer:
    return together(moves.star(one, asked.person, is_starred=False, now=asked.now) for one in asked.about)


STAR = Command(
    "star",
    "self",
    _star,
    looks_back=True,
    takes_several=True,
    leaves_deed=True,
    french=("étoile",),
    tried=("bookmark", "favori"),
    right=Right.READ,
)
UNSTAR = Command(
    "unstar",
    "self",
    _unstar,
    looks_back=True,
    takes_several=True,
    leaves_deed=True,
    french=("désétoiler",),
    right=Right.READ,
)
