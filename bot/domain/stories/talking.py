"""A command, in words or by hand, goes to the dialogue that it answers; otherwise it is a command."""

from bot.domain.command import Asked, Command
from bot.domain.decision import Decision
from bot.domain.dialogues import table
from bot.domain.dialogues.dialogue import Said
from bot.domain.dialogues.selecting import ask, is_selection
from bot.domain.letter import Letter
from bot.domain.rules.telling import answered


def decide_called(asked: Asked, row: Command) -> Decision:
    """Give a letter to the open question about the same, if there is one; else run the command."""
    if is_selection(asked.reading):
        return answered(asked, ask(asked))
    letter = row.letter(asked) if row.letter is not None else None
    heard = table.heard(asked.dialogues, Said(asked, letter)) if isinstance(letter, Letter) else None
    return answered(asked, row.rule(asked)) if heard is None else heard
