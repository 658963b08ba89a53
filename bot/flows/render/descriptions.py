"""Descriptions of the commands that clients offer in a room, in its language (MSC4391)."""

from bot.domain.calls import DescribeCommand
from bot.domain.command import Command, Numbers, People, Text, Words
from bot.domain.commands.table import offered
from bot.domain.ids import RoomId
from bot.domain.sentences import sentence
from bot.domain.settings import Instance
from bot.text.wording import say


def wanted_descriptions(instance: Instance, room: RoomId) -> tuple[DescribeCommand, ...]:
    """The descriptions that clients shall see in a room, in its language."""
    if not instance.describes_commands:
        return ()
    language = instance.language_in(room)
    return tuple(
        DescribeCommand(room, row.name, say(language, sentence(f"help.{row.key}")), _arguments(row))
        for row in offered(
            has_mailbox=bool(instance.in_room(room)),
            is_config=room in (instance.config_room, *(one.own_config_room for one in instance.mailboxes)),
        )
    )


def _arguments(row: Command) -> tuple[str, ...]:
    """The kinds of its arguments."""
    kinds = {Numbers: "conversation", People: "user", Words: "word", Text: "text"}
    return tuple(kinds[type(one)] for one in row.takes if type(one) in kinds)
