"""The per-message profile of a mail from outside (MSC4144): clients that know it show its writer as its sender."""

import hashlib
from dataclasses import dataclass
from typing import Final

from bot.domain.addresses import normal
from bot.domain.conversation import Direction
from bot.domain.effects import PostMail
from bot.domain.mail import Address
from bot.text.card import short_name
from bot.text.inert import inert_text
from bot.text.mail_post import DIRECTION_MARK, writer_of

_MARK: Final = DIRECTION_MARK[Direction.IN]


@dataclass(frozen=True, slots=True)
class Profile:
    """Who a message is from, in place of the bot's own name."""

    id: str
    """The same for all mails of one address, and no address: clients group messages by it."""
    name: str


def profile_of(effect: PostMail) -> Profile | None:
    """The profile of a mail that somebody outside wrote; None where it is ours, says that it is, or names nobody."""
    writer = writer_of(effect)
    is_theirs = effect.record.direction is Direction.IN and not effect.in_our_name
    return Profile(_id_of(writer), _name_of(writer)) if is_theirs and writer.address else None


def _name_of(writer: Address) -> str:
    """Behind a mark: who calls themselves like a member does not look like one."""
    return f"{_MARK} {inert_text(short_name(writer))}"


def _id_of(writer: Address) -> str:
    return hashlib.sha256(normal(writer.address).encode()).hexdigest()[:16]
