"""What is said of a database that is not served: its rows are elsewhere, or not as they should be yet."""

from bot.domain.sentences import Sentence, sentence


def not_served(to: str, *, is_put_back: bool) -> Sentence:
    """`to` is where the rows are now, empty where a move into this one has not ended; `is_put_back` a backup in which
    people still are who were erased."""
    if is_put_back:
        return sentence("run.database_not_erased")
    return sentence("run.database_left", to=to) if to else sentence("run.database_unfinished")
