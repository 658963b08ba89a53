"""A note is edited so that it names a colleague: they are told as of a note that names them."""

from datetime import datetime

from bot.domain import rights
from bot.domain.command import Called, Reading, Talk
from bot.domain.commands.note import NOTE
from bot.domain.decision import NOTHING, Decision
from bot.domain.happening import Happening, What, detail_of_note
from bot.domain.inputs.said import MessageEdited
from bot.domain.rules.at_rest import kept_from
from bot.domain.rules.naming import named_among, told_by_name
from bot.domain.snapshots import EditedSnapshot


def in_note(reading: Reading) -> str:
    """The words of a note, or of talk; empty: it is none."""
    match reading:
        case Talk(body):
            return body
        case Called(command, text=text) if command is NOTE:
            return text
        case _:
            return ""


def named_anew(snapshot: EditedSnapshot, input: MessageEdited, now: datetime) -> Decision:
    """Those whom it did not name before. A pill in an edit rings by itself."""
    note, instance = snapshot.note, snapshot.instance
    right = rights.may_say(instance, input, is_joined=snapshot.is_joined, is_sensitive=True)
    if note is None or isinstance(right, rights.Denied) or kept_from(NOTE, (note.conversation,), instance) is not None:
        return NOTHING
    before = (*named_among(snapshot.members, note.words), input.sender, instance.bot)
    people = tuple(who for who in named_among(snapshot.members, in_note(snapshot.reading)) if who not in before)
    if not people:
        return NOTHING
    one = note.conversation
    happened = Happening(What.NAMED, one, input.sender, now, detail_of_note(input.target, people))
    told = told_by_name(instance, one, people, input.mentions, by=input.sender, now=now, said="note.named")
    return told + Decision(happened=(happened,))
