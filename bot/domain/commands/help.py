"""`help`: all commands, or more about one."""

import itertools

from bot.domain.command import EVERYWHERE, Answer, Asked, Command, Words, bare
from bot.domain.page import Bullets, Page, Paragraph
from bot.domain.sentences import OtherNames, Sentence, sentence


def _help(asked: Asked) -> Answer:
    if not asked.called.words:
        return _of_all(asked)
    word = asked.called.words[0]
    wanted = bare(word.lstrip("!/"))
    row = next((row for row in asked.table if wanted in map(bare, row.names)), None)
    return sentence("error.unknown_command", name=word[:40]) if row is None else _of_one(row)


def _of_all(asked: Asked) -> Page:
    groups = tuple(
        Bullets(tuple(_line(row) for row in rows), sentence(f"help.group.{group}"))
        for group, rows in itertools.groupby(asked.table, key=lambda row: row.group)
    )
    # In an encrypted room reactions, which are not encrypted, send nothing.
    keys = ("help.where", "help.reactions")
    foot = Paragraph(tuple(sentence(f"{key}_encrypted" if asked.room_encrypted else key) for key in keys))
    return Page(sentence("help.title"), (*groups, foot))


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


HELP = Command("help", "self", _help, where=EVERYWHERE, takes=(Words(or_commands=True),), french=("aide",))
