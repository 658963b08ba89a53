"""What people read of servers that were found, and of where they were looked for."""

from bot.domain.sentences import Sentence, sentence
from bot.domain.servers import Hint, Source


def source_said(source: Source) -> Sentence:
    return sentence(f"servers.source.{source}")


def hint_said(hint: Hint) -> Sentence:
    return sentence(f"servers.hint.{hint}")
