"""Lines in threads that lead to other threads."""

from bot.domain.conversation import Conversation
from bot.domain.effects import SayLinked
from bot.domain.sentences import Value, sentence


def led(here: Conversation, there: Conversation, key: str, **values: Value) -> SayLinked:
    """A sentence in the thread of `here`, whose number of `there` leads to its card."""
    return SayLinked(here.room, sentence(key, **values, link=f"#{there.id}"), there.room, there.root, here.id)
