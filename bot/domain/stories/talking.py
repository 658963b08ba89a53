"""A command, in words or by hand, goes to the dialogue that it answers; otherwise it is a command."""

from bot.domain.command import Asked, Called, Command
from bot.domain.conversation import EventKind
from bot.domain.decision import Decision
from bot.domain.dialogue import Dialogue, question_of
from bot.domain.dialogues import table
from bot.domain.dialogues.dialogue import Said
from bot.domain.dialogues.selecting import ask, is_selection
from bot.domain.ids import DialogueId
from bot.domain.letter import Letter
from bot.domain.rules.telling import answered, tell
from bot.domain.sentences import sentence
from bot.domain.words import NUMBERED


def confirms(asked: Asked) -> bool:
    """Whether a command does what the question offers that it was given on."""
    called, target = asked.reading, asked.target
    if not isinstance(called, Called) or target is None or target.kind is not EventKind.QUESTION:
        return False
    has_words = any(not NUMBERED.fullmatch(word) for word in called.text.split())
    is_bare = not (has_words or called.choice or called.at)
    return called.command.confirms and is_bare and not asked.is_by_hand


def _put(asked: Asked) -> Dialogue | None:
    """That question, if it is before a mail of the conversation; else None."""
    target, about = asked.target, [one.id for one in asked.about]
    number = DialogueId(target.mail) if target is not None and target.mail is not None else None
    put = (one for one in asked.dialogues if one.id == number)
    return next((one for one in put if (state := question_of(one)) is not None and about == [state.conversation]), None)


def decide_called(asked: Asked, row: Command) -> Decision:
    """Give a letter to the open question about the same, if there is one; else run the command."""
    if is_selection(asked.reading):
        return answered(asked, ask(asked))
    if confirms(asked) and (put := _put(asked)) is not None:
        heard = table.heard((put,), Said(asked, is_yes=True)) if put.person == asked.person else None
        return tell(asked, sentence("error.question_over")) if heard is None else heard
    letter = row.letter(asked) if row.letter is not None else None
    heard = table.heard(asked.dialogues, Said(asked, letter)) if isinstance(letter, Letter) else None
    return answered(asked, row.rule(asked)) if heard is None else heard
