"""What is said of a database that is not served: its rows are elsewhere, or not all here yet."""

from bot.domain.sentences import Sentence, sentence


def not_served(to: str) -> Sentence:
    """`to` is where the rows are now, empty where a move into this one has not ended."""
    return sentence("run.database_left", to=to) if to else sentence("run.database_unfinished")
