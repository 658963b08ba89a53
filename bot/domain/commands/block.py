"""`block` and `unblock`: mail of an address, or of a whole domain, goes to spam without a word."""

from typing import Final

from bot.domain.blocking import Blocked, covers, is_for_everybody, is_ours, key_of
from bot.domain.command import Answer, Asked, Command, Where, Words
from bot.domain.decision import Block, Decision, Unblock
from bot.domain.house_deeds import AddHouseDeed, BlockWas, HouseDeed
from bot.domain.needs import BlockedIn, Needs, PassingOn, WorksLeaving
from bot.domain.page import Bullets, Page, Paragraph
from bot.domain.rules.telling import tell
from bot.domain.rules.unwanted import held_as_blocked
from bot.domain.sentences import Sentence, sentence

MOST: Final = 500
"""Addresses and domains that a mailbox may have blocked."""
_SHOWN: Final = 100
_BETWEEN: Final = str.maketrans(",;", "  ")


def _blocked(asked: Asked) -> BlockedIn:
    return BlockedIn(tuple(one.id for one in asked.mailboxes_meant))


def _needs(asked: Asked) -> Needs:
    return [_blocked(asked)]


def _leaving(asked: Asked) -> WorksLeaving:
    return WorksLeaving(tuple(one.id for one in asked.mailboxes_meant))


def _needs_to_block(asked: Asked) -> Needs:
    """What is on its way as well, where something is named that may be blocked."""
    keys = _to_block(asked)
    return [_blocked(asked), _leaving(asked), PassingOn()] if isinstance(keys, tuple) and keys else [_blocked(asked)]


def _keys(asked: Asked) -> tuple[str, ...] | Sentence:
    keys = []
    for word in " ".join(asked.called.words).translate(_BETWEEN).split():
        key = key_of(word)
        if key is None:
            return sentence("error.block_what", word=word[:60])
        keys.append(key)
    return tuple(dict.fromkeys(keys))


def _to_block(asked: Asked) -> tuple[str, ...] | Sentence:
    """What is named, or why it is not to be blocked."""
    keys = _keys(asked)
    own = {address for one in asked.instance.mailboxes for address in one.own_addresses}
    for key in () if isinstance(keys, Sentence) else keys:
        if is_for_everybody(key):
            return sentence("error.block_provider", domain=key)
        if is_ours(key, own):
            return sentence("error.block_ours", word=key)
    return keys


def _block(asked: Asked) -> Answer:
    keys, there = _to_block(asked), asked.facts[_blocked(asked)]
    if isinstance(keys, Sentence):
        return keys
    if not keys:
        return _page(asked, there)
    mailboxes, leaving = asked.mailboxes_meant, asked.facts[_leaving(asked)]
    if any(sum(one.mailbox == mailbox.id for one in there) + len(keys) > MOST for mailbox in mailboxes):
        return sentence("error.block_full", most=MOST)
    known = {(one.mailbox, one.key) for one in there}
    new = [
        Blocked(mailbox.id, key, asked.person, asked.event, asked.now)
        for mailbox in mailboxes
        for key in keys
        if (mailbox.id, key) not in known
    ]
    told = sentence("block.done", count=len(keys), keys=", ".join(keys))
    held = held_as_blocked(leaving, asked.facts[PassingOn()], new, asked.now)
    return Decision(tuple(Block(one) for one in new)) + held + tell(asked, told)


def _unblock(asked: Asked) -> Answer:
    keys, there = _keys(asked), asked.facts[_blocked(asked)]
    if isinstance(keys, Sentence):
        return keys
    if not keys:
        return _page(asked, there)
    gone = [one for one in there if one.key in keys]
    missing = next((key for key in keys if key not in {one.key for one in gone}), None)
    if missing is not None:
        wider = next((one.key for one in there if covers(one.key, missing)), "")
        if wider:
            return sentence("error.blocked_wider", key=missing, domain=wider)
        return sentence("error.not_blocked", key=missing)
    told = sentence("block.undone", count=len(keys), keys=", ".join(keys))
    deeds = (HouseDeed(asked.event, one.mailbox, asked.now, BlockWas(one)) for one in gone)
    kept = Decision(tuple(AddHouseDeed(one) for one in deeds))
    return Decision(tuple(Unblock(one.mailbox, one.key) for one in gone)) + kept + tell(asked, told)


def _page(asked: Asked, there: tuple[Blocked, ...]) -> Answer:
    by_key: dict[str, list[Blocked]] = {}
    for one in there:
        by_key.setdefault(one.key, []).append(one)
    title = sentence("block.title", count=len(by_key))
    if not by_key:
        return Page(title, (Paragraph((sentence("block.none"),)),))
    shown = tuple(_row(asked, same) for same in list(by_key.values())[:_SHOWN])
    more = len(by_key) - len(shown)
    rest = (Paragraph((sentence("block.more", count=more),)),) if more else ()
    return Page(title, (Bullets(shown), *rest))


def _row(asked: Asked, same: list[Blocked]) -> Sentence:
    """What is blocked, once; with the mailboxes, where it is not in each of them."""
    first = same[0]
    row = sentence("block.row", key=first.key, who=first.by, at=first.at)
    if len(same) == len(asked.mailboxes_meant):
        return row
    return sentence(
        "block.row_in", row=row, mailboxes=", ".join(asked.instance.address_of(one.mailbox) for one in same)
    )


BLOCK = Command(
    "block",
    "work",
    _block,
    _needs_to_block,
    where=Where.ROOM,
    takes=(Words(),),
    french=("bloquer",),
    tried=("ban", "blacklist", "bannir"),
    has_more=True,
)
UNBLOCK = Command(
    "unblock", "work", _unblock, _needs, where=Where.ROOM, takes=(Words(),), french=("débloquer",), tried=("unban",)
)
