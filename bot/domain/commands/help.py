"""`help`: all commands, or more about one."""

import itertools
from collections.abc import Iterator
from typing import Final

from bot.domain.command import EVERYWHERE, Answer, Asked, Command, Right, Where, Words
from bot.domain.hands import Hand
from bot.domain.page import Bullets, Page, Paragraph
from bot.domain.sentences import OtherNames, Sentence, sentence
from bot.domain.settings import Meaning
from bot.domain.words import bare

_SENDING: Final = (Meaning.SEND, Meaning.RETRY)
"""The reactions by which mail leaves."""
_ON_CARD: Final = (Meaning.MINE, Meaning.CLOSE, Meaning.PENDING, Meaning.SPAM, Meaning.FOLLOW)


def _help(asked: Asked) -> Answer:
    if not asked.called.words:
        return _of_all(asked)
    word = asked.called.words[0]
    wanted = bare(word.lstrip("!/"))
    row = next((row for row in asked.table if wanted in map(bare, row.names)), None)
    return sentence("error.unknown_command", name=word[:40]) if row is None else _of_one(row)


def _of_all(asked: Asked) -> Page:
    there = [row for row in asked.table if asked.within is None or Where.DIRECT in row.where]
    groups = tuple(
        Bullets(tuple(_line(row) for row in rows), sentence(f"help.group.{group}"))
        for group, rows in itertools.groupby(there, key=lambda row: row.group)
    )
    if asked.within is not None:
        return Page(sentence("direct.help"), (*groups, Paragraph((sentence("direct.help_more"),))))
    return Page(sentence("help.title"), (*groups, Paragraph(tuple(_by_hand(asked)))))


def _by_hand(asked: Asked) -> Iterator[Sentence]:
    """What sends mail, and the reactions of the room's mailboxes."""
    hands: dict[Meaning, dict[str, None]] = {}
    for emoji, meaning in (pair for one in asked.mailboxes for pair in one.reactions):
        hands.setdefault(meaning, {})[emoji] = None
    shown = {meaning: " ".join(emojis) for meaning, emojis in hands.items()}
    # In an encrypted room reactions, which are not encrypted, send nothing.
    sending = {} if asked.room_encrypted else {one: shown[one] for one in _SENDING if one in shown}
    if Meaning.SEND in sending:
        yield sentence("help.where", send=sending[Meaning.SEND])
    else:
        yield sentence("help.where_encrypted")
    on_card = tuple(sentence(f"help.hand.{one.value}", emoji=shown[one]) for one in _ON_CARD if one in shown)
    if on_card:
        yield sentence("help.hands", hands=on_card)
    for meaning, emoji in sending.items():
        yield sentence(f"help.hand.{meaning.value}", emoji=emoji)
    if Meaning.SPLIT in shown:
        yield sentence("help.hand.split", emoji=shown[Meaning.SPLIT])
    if Meaning.APPROVE in shown and not asked.room_encrypted and any(one.approval for one in asked.mailboxes):
        yield sentence("help.hand.approve", emoji=shown[Meaning.APPROVE])
    if Meaning.DISCARD in shown and not asked.room_encrypted:
        yield sentence("help.hand.discard", emoji=shown[Meaning.DISCARD])
    if not asked.room_encrypted:
        yield sentence("help.hand.question", yes=Hand.YES.value, no=Hand.NO.value)
    yield sentence("help.hand.page", forward=Hand.FORWARD.value, back=Hand.BACK.value)
    if asked.room_encrypted and any(one in shown for one in _SENDING):
        yield sentence("help.hands_encrypted")


def _line(row: Command) -> Sentence:
    return sentence("help.line", example=sentence(f"example.{row.key}"), does=sentence(f"help.{row.key}"))


def _of_one(row: Command) -> Page:
    said = [sentence(f"help.{row.key}")]
    if row.has_more:
        said.append(sentence(f"help.{row.key}.more"))
    if len(row.names) > 1:
        said.append(sentence("help.also", names=OtherNames(row.name)))
    return Page(
        sentence("help.example", example=sentence(f"example.{row.key}")), (Paragraph(tuple(said)),), is_short=True
    )


HELP = Command(
    "help",
    "self",
    _help,
    where=EVERYWHERE,
    only_reads=True,
    right=Right.READ,
    takes=(Words(or_commands=True),),
    french=("aide",),
)
