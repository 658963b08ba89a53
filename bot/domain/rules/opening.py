"""A rule of the house opens a conversation with a mailbox of another room, as if somebody had moved it there.

Whoever made the rule must be in both rooms by our own record when the mail comes, as who moves a conversation must, and
whoever switches it on must be in that room.
"""

from collections.abc import Collection, Iterable

from bot.domain.command import Asked
from bot.domain.conversation import Conversation, EventKind
from bot.domain.decision import NOTHING, Decision
from bot.domain.effects import Say
from bot.domain.house_rules import HouseRule, Ruled
from bot.domain.ids import MailboxId, RoomId
from bot.domain.needs import RoomsOf
from bot.domain.rule_words import Misread, read_rule
from bot.domain.rules.lists import named_elsewhere
from bot.domain.sentences import Sentence, sentence
from bot.domain.settings import Instance, MailboxSettings
from bot.domain.snapshots import MailSnapshot


def rooms_of(asked: Asked) -> RoomsOf:
    """The need of whoever makes such a rule, or switches one on."""
    rooms = tuple(dict.fromkeys(one.room for one in asked.instance.mailboxes))
    return RoomsOf(asked.person, rooms)


def meant_by(asked: Asked, word: str) -> MailboxSettings | Sentence:
    """The mailbox that a rule names. One whose room the person is not in is told as one that is not there."""
    is_in = asked.facts[rooms_of(asked)]
    known = [one for one in named_elsewhere(asked.instance, asked.room, word) if one.room in is_in]
    return known[0] if len(known) == 1 else sentence("error.rule_room", name=word[:60])


def cannot_switch_on(asked: Asked, rules: Iterable[HouseRule]) -> Sentence | None:
    """Why the person may not switch the rules on; None without a reason."""
    is_in = asked.facts[rooms_of(asked)]
    for one in rules:
        room = _room(one)
        to = _served(asked.instance, room)
        if room and (to is None or to.room == asked.room or to.room not in is_in):
            return sentence("error.rule_room_on", number=one.number, mailbox=room)
    return None


def _room(rule: HouseRule) -> str:
    try:
        return read_rule(rule.said).room
    except Misread:
        return ""


def _served(instance: Instance, mailbox: str) -> MailboxSettings | None:
    """The mailbox, unless it was archived."""
    to = instance.mailbox(MailboxId(mailbox))
    return None if to is None or to.is_archived else to


def there(by: Ruled, home: MailboxSettings, instance: Instance) -> MailboxSettings | None:
    """The mailbox of another room that the rules name, whoever made them."""
    rule = by.opens_with
    to = _served(instance, rule.reads.room) if rule is not None else None
    return to if to is not None and to.room != home.room and instance.mailbox(home.id) is not None else None


def may_open(to: MailboxSettings, home: MailboxSettings, is_in: Collection[RoomId]) -> bool:
    """Whether somebody who is in these rooms could move a conversation so."""
    return {to.room, home.room} <= set(is_in)


def told_of_opening(snapshot: MailSnapshot, conversation: Conversation, by: Ruled) -> Decision:
    """The line in its thread: which rule opened it there; or that one did not."""
    rule = by.opens_with
    if rule is None:
        return NOTHING
    number, mailbox = rule.number, rule.reads.room
    if snapshot.opens_with is not None and snapshot.was_shown:
        # The line stands there.
        return NOTHING
    if snapshot.opens_with is not None:
        told = sentence("rule.opened_here", number=number, mailbox=snapshot.mailbox.address)
    elif snapshot.continues is not None or snapshot.was_shown:
        told = sentence("rule.opens_old", number=number, mailbox=mailbox)
    else:
        told = sentence("rule.opens_unreachable", number=number, mailbox=mailbox, conversation=int(conversation.id))
    return Decision((), (Say(conversation.room, (told,), EventKind.NOTICE, conversation.id),))
